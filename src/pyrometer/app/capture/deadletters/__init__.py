"""Messages that couldn't be digested: to look at, to try again, to drop."""
