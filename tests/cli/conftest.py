"""A small shop: a definition, five leads and what they did."""

from pathlib import Path

import pytest

from tests.cli.command import Runner
from tests.cli.here import Here

DEFINITION = """\
format: 1
name: Lamps and chairs
profile:
  size: {type: integer}
  need: {type: text, values: [met, unmet]}
  budget: {type: number, column: Budget (EUR)}
events:
  visited: {properties: {page: text}}
  asked: {label: A request for an offer}
scores:
  fit:
    rules:
      - {name: Size, trait: size, bands: [{below: 5, points: -10}, {from: 5, points: 40}]}
      - {name: Has money, points: 20, when: {trait: budget, at_least: 1000}}
    grades: {A: 60, B: 30, C: 0}
  interest:
    cooling: {half_life: 10d}
    groups: {web: {cap: 12}}
    rules:
      - {name: Asked for an offer, points: 30, event: asked, count: latest}
      - {name: Visits, points: 4, event: visited, group: web}
      - {name: Prices, points: 8, event: visited, where: {page: prices}, cap: 8, group: web}
criteria:
  budget: {met: {trait: budget, at_least: 1000}, ask: {en: How much may it cost?, sv: Vad får det kosta?}}
frameworks:
  own: {letters: [need, budget], ready: {some: 2}}
temperature:
  hot:
    when: {all: [{score: interest, at_least: 30}, {framework: own, is: ready}]}
    stay: {score: interest, at_least: 10}
  warm:
    when: {any: [{score: interest, at_least: 5}, {grade: fit, at_least: A}]}
examples:
  - name: Ready to buy
    profile: {size: 20, need: met, budget: 5000}
    events: [{event: asked, age: 0d}]
    expect: {temperature: hot, scores: {fit: 60, interest: {at_least: 30}}}
"""
LEADS = """\
lead_id,size,need,Budget (EUR)
Ada,20,met,5000
Bob,20,,800
Eve,2,unmet,
=1+1,,,
Zoë 東京,7,,1200
"""
EVENTS = """\
lead_id,event,occurred_at,page
Ada,asked,2026-06-30T12:00:00Z,
Ada,visited,2026-06-28T08:00:00Z,prices
Ada,visited,2026-06-30T08:00:00Z,prices
Ada,visited,2026-06-30T08:05:00Z,start
Bob,visited,2026-06-20T08:00:00Z,start
Bob,visited,2026-06-25T08:00:00Z,prices
Eve,visited,2026-03-01T08:00:00Z,start
"""


@pytest.fixture
def shop(tmp_path: Path) -> Path:
    """A folder with lead.yaml, leads.csv and events.csv."""
    (tmp_path / "lead.yaml").write_text(DEFINITION, encoding="utf-8")
    (tmp_path / "leads.csv").write_text(LEADS, encoding="utf-8")
    (tmp_path / "events.csv").write_text(EVENTS, encoding="utf-8")
    return tmp_path


@pytest.fixture
def run(shop: Path) -> Runner:
    """Runs the command in the shop's folder."""
    return Runner(shop)


@pytest.fixture
def here(shop: Path, capfd: pytest.CaptureFixture[str]) -> Here:
    """Runs the command in the shop's folder, in this process: for what is said of its words and not of its process."""
    return Here(shop, capfd)
