"""Hand-off: from a hot lead to a verdict."""
