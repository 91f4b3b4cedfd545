"""People: who may sign in, with which role, by which key; and who changed what."""
