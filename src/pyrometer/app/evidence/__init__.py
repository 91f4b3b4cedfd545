"""Evidence: leads, by which handles they are reached, and what is known of them."""
