"""Mails, by SMTP."""
