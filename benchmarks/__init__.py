"""Measures Pyrometer against hand-written SQL and against its budgets; `python -m benchmarks` runs it."""
