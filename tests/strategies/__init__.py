"""Random definitions and random evidence, small and biased to boundaries.

Every value, age and threshold comes from a short list, so that equal values, ages equal to windows and scores equal to
thresholds are common. Definitions are built in layers (flags, a score, criteria, frameworks, more flags, another score,
temperature), each asking only what is before it, so nothing goes round in a circle; thresholds lie in reach.
"""

from tests.strategies.definitions import definitions
from tests.strategies.evidence import Case, cases

__all__ = ["Case", "cases", "definitions"]
