"""Nurture: programmes and their versions, who is in them and where, what they got, and what it was worth."""
