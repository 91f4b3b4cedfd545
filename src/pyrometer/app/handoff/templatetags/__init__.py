"""Template tags of the pages of sales."""
