"""The application, with a real database, real clients and a real browser."""
