"""What templates of the room call."""
