"""What programmes were worth: counted from what became of those who entered, compared, and shown."""
