"""A workspace to look around in: generated evidence moved up to today, a live definition, people of each role."""
