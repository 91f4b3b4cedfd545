"""Images in mails that we serve ourselves."""
