"""The API, version 1: what other programs may do, with a secret key, or a page with its session."""
