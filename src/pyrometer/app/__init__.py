"""The application that a team installs: from a click to a call.

Each package in here is a room (a Django app); `docs/app.md` says what each holds and what it may import.
"""
