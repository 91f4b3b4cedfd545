"""Capture: how evidence comes in."""
