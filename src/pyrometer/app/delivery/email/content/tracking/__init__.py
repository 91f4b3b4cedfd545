"""What leads do with mails: which links they follow, and whether they open them. Only of those who agreed to it."""
