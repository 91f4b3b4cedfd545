"""Decisions about leads as pure functions: stages, hand-over, routing, clocks."""
