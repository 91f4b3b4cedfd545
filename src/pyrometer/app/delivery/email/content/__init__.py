"""What a mail says: a text with values in it, made into the mail of one lead, and checked before anything is sent."""
