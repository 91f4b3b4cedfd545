"""What comes back for a mail: bounces, complaints, absence notes, and answers of people."""
