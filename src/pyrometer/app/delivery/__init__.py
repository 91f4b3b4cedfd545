"""Delivery: what has to leave the house, once."""
