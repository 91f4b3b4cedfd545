"""Surveys: one question in a mail or on a page, what was answered, and that somebody didn't."""
