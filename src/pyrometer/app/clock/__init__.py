"""Clock: the loop that claims what is due and runs it."""
