"""Whole numbers at the edges of 64 bits, and beyond."""

from __future__ import annotations

EDGES = {
    "largest": "9223372036854775807",
    "above": "9223372036854775808",
    "smallest": "-9223372036854775808",
    "below": "-9223372036854775809",
    "some": "7",
}
EDGE_DEFINITION = """\
format: 1
name: Edges
profile: {employees: integer}
scores:
  fit:
    rules:
      - name: Edge
        points: 10
        when:
          any:
            - {trait: employees, at_least: 9223372036854775807}
            - {trait: employees, below: -9223372036854775807}
      - {name: Beyond, points: 1, when: {trait: employees, known: false}}
temperature: {hot: {when: {score: fit, at_least: 10}}}
"""
