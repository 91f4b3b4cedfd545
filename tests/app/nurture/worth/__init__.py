"""Tests of what programmes were worth."""
