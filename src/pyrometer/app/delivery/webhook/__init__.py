"""Webhooks, as Standard Webhooks has them: signed, tried again, and never sent to where they must not go."""
