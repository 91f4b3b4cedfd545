"""The agreement: one definition, signed by both teams, in versions that can be compared and brought back."""
