"""What comes back for mails."""
