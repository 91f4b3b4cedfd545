"""Forms and pop-ups: pages of their own, or shown by a line of script on other sites."""
