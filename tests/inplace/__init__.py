"""Scoring where the evidence lies: what goes right, what goes wrong, and what the user is told."""
