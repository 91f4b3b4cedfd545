"""What the pages of teams ask, and what is refused before an action sees it."""
