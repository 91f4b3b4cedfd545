"""Consent: what a lead agreed to, with the proof."""
