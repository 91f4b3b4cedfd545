"""The pages: purposes in the settings, words noted by hand, and what leads see without signing in."""
