"""Leads and events from files, and by hand."""
