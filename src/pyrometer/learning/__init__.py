"""From leads whose outcome is decided to a definition that people can read."""
