"""The fingerprint: the same for every way to write one meaning, another for every other meaning."""

from __future__ import annotations

import json
import random
import re
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pytest
from hypothesis import HealthCheck, assume, given, settings
from hypothesis import strategies as st
from ruamel.yaml import YAML

from pyrometer.definition.fingerprint import fingerprint, meaning
from pyrometer.definition.reading import load, read
from tests.strategies import definitions

AGREED = Path(__file__).with_name("agreed.yaml").read_text(encoding="utf-8")
PARSED = YAML(typ="safe", pure=True).load(AGREED)
ORIGINAL = fingerprint(load(AGREED))

REWRITTEN = {
    "the name": ("name: Harbour Software", "name: Another name"),
    "the description": ("description: What marketing and sales agreed on.\n", ""),
    "a comment": ("format: 1", "format: 1 # the first"),
    "values": ("values: [hotels, clinics, shops, other], ", ""),
    "a trait's label": (", label: line of business", ""),
    "an event's label": ("{label: A trial}", "{}"),
    "personal": (", personal: yes", ""),
    "a question": ("What hurts?", "What is missing?"),
    "a framework's question": (", ask: {need: {sv: Varför?}}", ""),
    "a condition's label": (", label: decides alone", ""),
    "a criterion's label": (", label: money", ""),
    "a rule's name": ("name: Prices", "name: Looked at prices"),
    "a duration in weeks": ("within: 28d", "within: 4w"),
    "a duration in days": ("within: 4w", "within: 28d"),
    "trailing zeros": ("points: 0.5", "points: 0.50"),
    "an exponent": ("below: 1e9", "below: 1000000000"),
    "a number as a fraction": ("{trait: turnover, at_least: 1,", "{trait: turnover, at_least: 1.0,"),
    "a truth value": ("{trait: partner, is: true}", "{trait: partner, is: yes}"),
    "quotes": ("{flag: senior}", '{"flag": "senior"}'),
    "the order of events": ("[call_asked, trial_begun]", "[trial_begun, call_asked]"),
    "the order of values": ("[prices, terms]", "[terms, prices]"),
    "the order of points": ("{hotels: 30, clinics: 20, shops: 20}", "{shops: 20, hotels: 30, clinics: 20}"),
    "the order of bands": (
        "{below: 10, points: -10}, {from: 10, below: 50, points: 15}",
        "{from: 10, below: 50, points: 15}, {below: 10, points: -10}",
    ),
    "the order of items": ("{flag: asked}, {trait: pace, known: true}", "{trait: pace, known: true}, {flag: asked}"),
    "the order of grades": ("{A: 60, B: 35, C: 0}", "{C: 0, B: 35, A: 60}"),
    "the order of grades in a test": ("in: [A, B]", "in: [B, A]"),
    "the order of letters": ("{when: pace, why: need}", "{why: need, when: pace}"),
    "the spellings of unknown": ('["", n/a, "-"]', '["-", n/a]'),
    "one value as a list": ("{topic: jobs}", "{topic: [jobs]}"),
    "a value as a test": ("{topic: jobs}", "{topic: {is: jobs}}"),
    "a type in full": ("turnover: number", "turnover: {type: number}"),
    "an empty mapping": ("call_asked:", "call_asked: {}"),
    "the default of a count": (
        "{event: [call_asked, trial_begun], within: 4w}",
        "{event: [call_asked, trial_begun], within: 4w, at_least: 1}",
    ),
    "the default way to count": ("up_to: 5}, group: web", "up_to: 5}, count: every, group: web"),
    "the default of a group of letters": (
        "bant: {ready: {some: 3, required: [need]}",
        "bant: {letters: {budget: budget, authority: influence, need: need, timeframe: "
        "timeline}, ready: {some: 3, required: [need]}",
    ),
    "the score's cooling on its rule": ("distinct: file,", "distinct: file, cooling: {half_life: 30d},"),
    "the threshold in units": ("above: 20,", "at_least: 20.0001,"),
    "a criterion that a trait answers": (
        "criteria:\n",
        "criteria:\n  pace: {met: {trait: pace, is: met}, unmet: {trait: pace, is: unmet}}\n",
    ),
    "a pattern's brackets": ("chief|head|owner", "(?:chief|head)|owner"),
}

OTHER = {
    "a point": ("points: 8,", "points: 9,"),
    "a ten-thousandth of a point": ("points: 8,", "points: 8.0001,"),
    "a threshold": ("{score: interest, at_least: 40}", "{score: interest, at_least: 41}"),
    "an operator": ("{score: interest, at_least: 20}", "{score: interest, above: 20}"),
    "an operator of a trait": ("{trait: turnover, at_least: 2.5}", "{trait: turnover, above: 2.5}"),
    "a value": ("{topic: jobs}", "{topic: Jobs}"),
    "a band's bound": ("{from: 50, points: 30}", "{from: 51, points: 30}"),
    "a band's points": ("{from: 50, points: 30}", "{from: 50, points: 31}"),
    "otherwise": ("otherwise: -5", "otherwise: -6"),
    "unknown points": ("unknown: 2.5", "unknown: 2"),
    "a half-life": ("half_life: 14d", "half_life: 15d"),
    "a hold": ("hold: 2d", "hold: 3d"),
    "a law": ("{linear: 60d}", "{half_life: 60d}"),
    "a step": ("14d: 50", "14d: 51"),
    "a step's start": ("14d: 50", "15d: 50"),
    "no cooling": (", cooling: none", ""),
    "a window": ("within: 90d", "within: 91d"),
    "a cap": ("cap: 24", "cap: 25"),
    "a group's cap": ("cap: 40", "cap: 41"),
    "a group": ("up_to: 5}, group: web", "up_to: 5}"),
    "how much of a property": ("every: 60", "every: 61"),
    "how often at most": ("up_to: 5", "up_to: 6"),
    "the way to count": ("count: daily", "count: latest"),
    "distinct": ("distinct: file, ", ""),
    "a filter": ("where: {pages: {above: 2}}, ", ""),
    "the range": ("range: [-20, 100]", "range: [-21, 100]"),
    "a grade": ("B: 35", "B: 36"),
    "a grade's name": ("{A: 60, B: 35, C: 0}", "{A: 60, B: 35, D: 0}"),
    "a count": ("within: 28d, at_least: 5", "within: 28d, at_least: 6"),
    "a largest count": ("at_most: 50", "at_most: 51"),
    "an age": ("older_than: 90d", "older_than: 91d"),
    "all for any": ("asked: {any:", "asked: {all:"),
    "how many of": ("{some: 2, of:", "{some: 1, of:"),
    "a negation": ("stay: {not: {flag: quiet}}", "stay: {flag: quiet}"),
    "a pattern": ("chief|head|owner", "chief|heads|owner"),
    "a state": ("{criterion: need, is: met}", "{criterion: need, is: unknown}"),
    "how many are ready": ("ready: {some: 3", "ready: {some: 2"),
    "a required letter": ("required: [need]", "required: [budget]"),
    "a letter's criterion": ("{when: pace, why: need}", "{when: pace, why: budget}"),
    "how many are met": ("met_at_least: 2", "met_at_least: 1"),
    "ready for met": ("{framework: ours, met_at_least: 2}", "{framework: ours, is: ready}"),
    "when an answer is old": ("stale_after: 180d", "stale_after: 181d"),
    "no unmet": (", unmet: {flag: gone}", ""),
    "no stay": ("    stay: {not: {flag: quiet}}\n", ""),
    "a type": ("turnover: number", "turnover: integer"),
    "a column": ("column: Number of staff", "column: Staff"),
    "a property's column": ("column: Time", "column: Seconds"),
    "a spelling of unknown": ('["", n/a, "-"]', '["", n/a]'),
    "an event": ("  call_asked:\n", "  call_asked:\n  letter_sent:\n"),
    "days ahead": ("within_next: 180d", "within_next: 181d"),
}


@pytest.mark.parametrize("what", REWRITTEN)
def test_writing_it_otherwise_changes_nothing(what: str) -> None:
    assert fingerprint(load(changed(*REWRITTEN[what]))) == ORIGINAL


@pytest.mark.parametrize("what", OTHER)
def test_another_meaning_has_another_fingerprint(what: str) -> None:
    draft = read(changed(*OTHER[what]))
    assert draft.definition is not None
    assert fingerprint(draft.definition) != ORIGINAL


def changed(old: str, new: str) -> str:
    assert AGREED.count(old) >= 1
    return AGREED.replace(old, new, 1)


def test_examples_change_nothing() -> None:
    assert fingerprint(load(AGREED.partition("examples:")[0])) == ORIGINAL


def test_bands_that_overlap_have_an_order() -> None:
    bands = "{below: 10, points: -10}, {from: 5, below: 50, points: 15}"
    turned = "{from: 5, below: 50, points: 15}, {below: 10, points: -10}"
    old = "{below: 10, points: -10}, {from: 10, below: 50, points: 15}"
    assert fingerprint(load(changed(old, bands))) != fingerprint(load(changed(old, turned)))


def test_it_is_what_it_was() -> None:
    """Stored scores carry it: when this fails, every definition has become another one."""
    assert re.fullmatch("[0-9a-f]{64}", ORIGINAL)
    tiny = load({"format": 1, "name": "x", "events": {"e": None}, "temperature": {"hot": {"when": {"event": "e"}}}})
    assert fingerprint(tiny) == "ec1056d7457ae38506c8f91f835574a2ebd278e0b6ee59076740bb77a9bb465a"


def test_the_meaning_is_plain_json() -> None:
    assert json.loads(json.dumps(meaning(load(AGREED)))) is not None


@given(st.randoms(use_true_random=False))
@settings(max_examples=30)
def test_no_order_of_keys_or_rules_counts(chance: random.Random) -> None:
    assert fingerprint(load(shuffled(PARSED, chance))) == ORIGINAL


def shuffled(node: Any, chance: random.Random, key: str = "") -> Any:
    """The same with its mappings, and those lists that have no order, in another order."""
    if isinstance(node, dict):
        items = [(name, shuffled(value, chance, name)) for name, value in node.items()]
        chance.shuffle(items)
        return dict(items)
    if isinstance(node, list):
        items = [shuffled(value, chance) for value in node]
        if key in ("all", "any", "of", "in", "not_in", "rules", "event", "unknown", "values", "required"):
            chance.shuffle(items)
        return items
    return node


@given(definition=definitions(), chance=st.randoms(use_true_random=False))
@settings(max_examples=60, suppress_health_check=[HealthCheck.too_slow, HealthCheck.data_too_large])
def test_random_definitions_change_with_every_number_and_only_then(definition: Any, chance: random.Random) -> None:
    draft = read(definition)
    assert draft.definition is not None
    original = fingerprint(draft.definition)
    turned = read(shuffled(definition, chance)).definition
    assert turned is not None
    assert fingerprint(turned) == original
    places = list(numbers(definition["scores"]))
    assume(places)
    change = chance.choice(places)
    change(1)
    other = read(definition).definition
    change(-1)
    if other is not None and not read(definition).errors:
        assert fingerprint(other) != original


def numbers(node: Any) -> Iterator[Callable[[int], None]]:
    """Ways to add to each of the points that stand somewhere under `points`."""
    if isinstance(node, dict):
        if isinstance(node.get("points"), int | float):
            yield lambda by: node.update(points=node["points"] + by)
        for item in node.values():
            yield from numbers(item)
    elif isinstance(node, list):
        for item in node:
            yield from numbers(item)
