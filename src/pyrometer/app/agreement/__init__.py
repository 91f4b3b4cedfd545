"""Agreement: definitions, who signed them, and which one is live."""
