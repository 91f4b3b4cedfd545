"""What always holds, is cut, stands in the way of something else, or is asked by nothing and answered by nothing."""

import pytest

from tests.definition.mistakes import Mistake, named

ALWAYS = [
    Mistake(
        "a threshold that all pass",
        "flags:\n  keen: {score: fit, at_least: 0}  # here",
        "warning",
        "flags.keen.at_least",
        "`fit at least 0` always holds",
        why="between 0 and 100",
    ),
    Mistake(
        "the lowest grade or better",
        "flags:\n  keen: {grade: fit, at_least: C}  # here",
        "warning",
        "flags.keen",
        "`fit grade C or better` always holds",
    ),
    Mistake(
        "none or more",
        "flags:\n  keen: {event: call_asked, at_least: 0}  # here",
        "warning",
        "flags.keen.at_least",
        "`at_least: 0` asks nothing",
        "`at_most: 0` for none",
    ),
    Mistake(
        "no letter or more",
        "flags:\n  keen: {framework: ours, met_at_least: 0}  # here",
        "warning",
        "flags.keen.met_at_least",
        "`met_at_least: 0` asks nothing",
    ),
    Mistake(
        "a pattern that matches nothing",
        'flags:\n  keen: {trait: role, matches: "(chief|vp)?"}  # here',
        "warning",
        "flags.keen.matches",
        "found in every text",
    ),
    Mistake(
        "everybody is warm",
        "temperature:\n  warm: {when: {score: fit, at_least: 0}}  # here",
        "warning",
        "temperature.warm.when",
        "every lead is warm",
    ),
    Mistake(
        "warm for ever",
        """
temperature:
  warm: {when: {flag: keen}, stay: {grade: fit, at_least: C}}  # here
""",
        "warning",
        "temperature.warm.stay",
        "once warm, a lead stays so for ever",
    ),
    Mistake(
        "always ready",
        "frameworks:\n  ours: {letters: [need, size], ready: {some: 0}}  # here",
        "warning",
        "frameworks.ours.ready.some",
        "`ours` is always ready",
    ),
]

BANDS = "scores:\n  fit: {{grades: {{B: 30, C: 0}}, rules: [{{name: A, trait: staff, bands: [{}]}}]}}  # here"


def bands(*written: str) -> str:
    return BANDS.format(", ".join(f"{{{band}}}" for band in written))


PARTLY = [
    Mistake(
        "an empty band",
        bands("below: 5, points: 60", "from: 20, below: 20, points: 5"),
        "error",
        "scores.fit.rules[0].bands[1]",
        "the band from 20 below 20 is empty",
    ),
    Mistake(
        "a band upside down",
        bands("below: 5, points: 60", "from: 20, below: 10, points: 5"),
        "error",
        "scores.fit.rules[0].bands[1]",
        "the band from 20 below 10 is empty",
        "swap them",
    ),
    Mistake(
        "bands that overlap",
        bands("below: 10, points: 60", "from: 5, points: 30"),
        "warning",
        "scores.fit.rules[0].bands[1]",
        "the band from 5 overlaps below 10",
        why="the first in the list counts",
    ),
    Mistake(
        "a band behind others",
        bands("below: 10, points: 60", "from: 10, points: 30", "from: 5, below: 20, points: 1"),
        "warning",
        "scores.fit.rules[0].bands[2]",
        "the band from 5 below 20 is never used",
        "put it first",
    ),
    Mistake(
        "a gap between bands",
        bands("below: 10, points: 60", "from: 20, points: 30"),
        "note",
        "scores.fit.rules[0].bands",
        "values from 10 to below 20 get no points",
    ),
    Mistake(
        "a cap under one event",
        """
scores:
  interest: {rules: [{name: A, points: 50, event: call_asked, cap: 40}]}  # here
""",
        "warning",
        "scores.interest.rules[0].cap",
        "the cap of 40 cuts even a single event",
        why="one gives 50 points",
    ),
    Mistake(
        "a cap of nothing",
        """
scores:
  interest:
    rules:
      - {name: A, points: 50, event: call_asked}
      - {name: B, points: 50, event: page_viewed, cap: 0}  # here
""",
        "warning",
        "scores.interest.rules[1].cap",
        "this rule never gives points",
    ),
    Mistake(
        "a group's cap under one event",
        """
scores:
  interest: {groups: {web: {cap: 45}}, rules: [{name: A, points: 50, event: call_asked, group: web}]}  # here
""",
        "note",
        "scores.interest.rules[0].group",
        "the group `web` cuts this rule even alone",
    ),
    Mistake(
        "a window inside the hold",
        """
scores:
  interest: {rules: [{name: A, points: 50, event: call_asked, within: 7d, cooling: {half_life: 9d, hold: 14d}}]}  # here
""",
        "note",
        "scores.interest.rules[0].within",
        "the cooling never begins",
    ),
    Mistake(
        "a window after the end",
        """
scores:
  interest: {rules: [{name: A, points: 50, event: call_asked, within: 30d, cooling: {linear: 14d}}]}  # here
""",
        "note",
        "scores.interest.rules[0].within",
        "`within` changes nothing",
        why="gone after 14 days",
    ),
    Mistake(
        "a range that isn't reached",
        """
scores:
  fit: {range: [0, 100], grades: {B: 1, C: 0}, rules: [{name: A, points: 60, when: {trait: partner, is: true}}]}  # here
""",
        "note",
        "scores.fit",
        "`fit` can reach 60 at most",
    ),
]

UNUSED = [
    Mistake(
        "a trait",
        "profile:\n  turnover: number  # here",
        "note",
        "profile.turnover",
        "`turnover`",
        why="change nothing",
    ),
    Mistake("an event", "events:\n  letter_sent:  # here", "note", "events.letter_sent", "the event `letter_sent`"),
    Mistake("a flag", "flags:\n  near: {event: call_asked}  # here", "note", "flags.near", "the flag `near`"),
    Mistake(
        "a criterion",
        "criteria:\n  pace: {met: {event: call_asked}}  # here",
        "note",
        "criteria.pace",
        "the criterion `pace`",
    ),
    Mistake(
        "a group",
        """
scores:
  interest: {groups: {web: {cap: 9}}, rules: [{name: A, points: 50, event: call_asked}]}  # here
""",
        "note",
        "scores.interest.groups.web",
        "the group `web`",
    ),
]

ANSWERS = [
    Mistake(
        "a framework that nothing answers",
        "frameworks:\n  champ: {letters: [money, pace]}  # here",
        "warning",
        "frameworks.champ",
        "nothing answers `champ`",
        "under `criteria`",
        "`money`, `pace`",
    ),
    Mistake(
        "a letter that nothing answers",
        "frameworks:\n  ours: {letters: [need, pace], ready: {some: 1}}  # here",
        "note",
        "frameworks.ours",
        "`pace` of `ours` stays unknown",
    ),
    Mistake(
        "a letter that a trait answers in other words",
        """
profile:
  pace: {type: text, values: [slow, fast]}
frameworks:
  ours: {letters: [need, pace], ready: {some: 1}}  # here
""",
        "note",
        "frameworks.ours",
        "`pace` of `ours` stays unknown",
        why="doesn't take the values met and unmet",
    ),
    Mistake(
        "a framework that is never ready",
        "frameworks:\n  bant: {}  # here",
        "warning",
        "frameworks.bant",
        "`bant` can never be ready",
        why="it needs 3 met",
    ),
    Mistake(
        "a criterion that can't grow old",
        "criteria:\n  need: {met: {event: file_opened}, stale_after: 9d}  # here",
        "warning",
        "criteria.need.stale_after",
        "`stale_after` changes nothing here",
    ),
    Mistake(
        "a criterion that grows old",
        "criteria:\n  size: {met: {trait: staff, at_least: 9}, stale_after: 9d}  # here",
        "note",
        "criteria.size.stale_after",
        "only grow old where their dates are known",
        "--traits",
    ),
    Mistake(
        "a language in full",
        "criteria:\n  need: {met: {event: file_opened}, ask: {English: Why?}}  # here",
        "warning",
        "criteria.need.ask.English",
        "`English` is no code of a language",
        "two-letter code",
    ),
    Mistake(
        "a blank question",
        "criteria:\n  need: {met: {event: file_opened}, ask: ' '}  # here",
        "warning",
        "criteria.need.ask.en",
        "blank",
    ),
]


@pytest.mark.parametrize("mistake", ALWAYS, ids=named)
def test_what_always_holds_is_pointed_at(mistake: Mistake) -> None:
    mistake.check()


@pytest.mark.parametrize("mistake", PARTLY, ids=named)
def test_what_is_cut_or_left_out_is_pointed_at(mistake: Mistake) -> None:
    mistake.check()


@pytest.mark.parametrize("mistake", UNUSED, ids=named)
def test_what_nothing_asks_is_pointed_at(mistake: Mistake) -> None:
    mistake.check()


@pytest.mark.parametrize("mistake", ANSWERS, ids=named)
def test_what_nothing_answers_is_pointed_at(mistake: Mistake) -> None:
    mistake.check()
