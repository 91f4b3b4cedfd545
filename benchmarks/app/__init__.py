"""The application measured: what it takes in, and how quickly pages answer when it is full."""
