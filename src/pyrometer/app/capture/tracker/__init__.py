"""The script that sites load, and the page to copy its line from."""
