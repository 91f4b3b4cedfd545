"""Real servers for the tests, started from the system's programs; each stops when the tests do."""
