"""Definitions that are compiled: those of every spec and of the examples, and one whose names mean harm."""

from __future__ import annotations

from pathlib import Path

from tests.spec.case import whole
from tests.spec.topics import TOPICS

EXAMPLES = {
    path.parent.name: path.read_text(encoding="utf-8")
    for path in sorted((Path(__file__).parents[2] / "examples").glob("*/definition.yaml"))
}

SPECS = {f"{topic.slug}: {spec.title}": whole(topic, spec) for topic in TOPICS for spec in topic}

DEFINITIONS = EXAMPLES | SPECS

HOSTILE = r"""
format: 1
name: "*/ DROP TABLE profile; -- {{ run_query('DROP TABLE events') }} {% raw %}"
profile:
  "Robert'); DROP TABLE profile;--": {type: text, values: ["it's \\", "{{ this }}", "{# gone #}", "\"`quoted`\""]}
  "back`tick": integer
  'quo"te': number
events:
  "a\\' OR 1=1 --": {properties: {"co{{ lumn }}": text}}
scores:
  fit:
    rules:
      - name: "*/ DROP TABLE profile; /*"
        trait: "Robert'); DROP TABLE profile;--"
        points_for: {"it's \\": 10, "{{ this }}": 20, "\"`quoted`\"": 30}
      - name: "-- DROP TABLE \u2028 {% endraw %}"
        trait: "back`tick"
        bands: [{from: 1, points: 5}]
      - name: "half\u0085DROP TABLE a line"
        trait: 'quo"te'
        bands: [{from: 1, points: 7}]
  interest:
    cooling: {half_life: 10d}
    rules:
      - {name: "{{ 1 / 0 }}", points: 5, event: "a\\' OR 1=1 --", where: {"co{{ lumn }}": {contains: "\\ {% if %}"}}}
temperature:
  warm: {when: {score: fit, at_least: 10}}
"""
