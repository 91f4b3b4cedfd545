"""Numbers that take too long for a page: counted by jobs, and shown as they were counted last."""
