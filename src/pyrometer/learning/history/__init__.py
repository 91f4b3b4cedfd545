"""Learning from evidence with dates: each lead as it was known when it could still have been scored."""
