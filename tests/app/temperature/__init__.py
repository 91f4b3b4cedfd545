"""Temperature: what is read when, what a change says, and that nobody is read too late."""
