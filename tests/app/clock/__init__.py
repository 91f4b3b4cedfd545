"""The loop of a worker, and what it claims."""
