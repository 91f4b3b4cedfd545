"""The pages of nurture."""
