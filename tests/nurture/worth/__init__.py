"""Tests of nurture programmes."""
