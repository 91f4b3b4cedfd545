"""From what was accepted to evidence: reading messages, and the job that does it exactly once."""
