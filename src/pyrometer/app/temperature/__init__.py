"""Temperature: the reading of every lead, kept current, and each change of it."""
