"""The wire: takes what client libraries send, keeps it as it came, and answers; the digest reads it later."""
