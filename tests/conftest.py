"""Engines and Hypothesis profiles for all tests."""
