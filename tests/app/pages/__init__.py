"""Pages in a real browser, over a database full of invented leads."""
