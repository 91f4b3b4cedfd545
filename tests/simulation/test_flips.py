"""Changes of temperature whose reason is known, because it was put there."""

from __future__ import annotations

import copy
from typing import Any

import pytest

import pyrometer
from pyrometer.errors import EvidenceError, UsageError
from pyrometer.simulation import Flip, Simulation
from tests.simulation.agreed import OLD

AS_OF = "2026-06-30"
LEADS = [
    {"lead_id": "Ada", "size": "50", "need": "met", "budget": "5000", "influence": ""},
    {"lead_id": "Bo", "size": "50", "need": "met", "budget": "800", "influence": ""},
    {"lead_id": "Cy", "size": "5", "need": "", "budget": "", "influence": ""},
    {"lead_id": "Di", "size": "", "need": "", "budget": "", "influence": ""},
]
ASKED = [{"lead_id": lead, "event": "asked", "occurred_at": "2026-06-29", "page": ""} for lead in ("Ada", "Bo", "Cy")]
SEEN = [
    {"lead_id": lead, "event": "visited", "occurred_at": f"2026-06-{day}", "page": "prices"}
    for lead, days in (("Ada", (28, 29)), ("Bo", (28, 29)), ("Di", ("01",)))
    for day in days
]


def changed(*path: Any, to: Any) -> dict[str, Any]:
    """The definition with one place changed; None takes it away."""
    new = copy.deepcopy(OLD)
    tree: Any = new
    for step in path[:-1]:
        tree = tree[step]
    if to is None:
        del tree[path[-1]]
    else:
        tree[path[-1]] = to
    return new


def simulated(old: dict[str, Any], new: dict[str, Any], **more: Any) -> Simulation:
    given = {"leads": LEADS, "events": [*ASKED, *SEEN], "as_of": AS_OF, "weeks": 0} | more
    return pyrometer.simulate(old, new, **given)


def flips(old: dict[str, Any], new: dict[str, Any], **more: Any) -> dict[str, Flip]:
    return {flip.lead_id: flip for flip in simulated(old, new, **more).shown}


def whys(flip: Flip) -> list[str]:
    return [cause.what for cause in flip.causes]


HOT = ("temperature", "hot", "when", "all")


def test_before_any_change() -> None:
    found = simulated(OLD, OLD)
    assert found.same_meaning
    assert (found.flips, found.groups, found.shown, found.changes) == (0, (), (), ())
    assert dict(found.old.counts) == {"hot": 1, "warm": 2, "cool": 1}
    assert found.matrix["hot"] == {"hot": 1, "warm": 0, "cool": 0}


def test_a_bound_that_moved() -> None:
    found = flips(OLD, changed(*HOT, 0, "at_least", to=60))
    assert list(found) == ["Ada"]
    assert (found["Ada"].before, found["Ada"].after) == ("hot", "warm")
    assert whys(found["Ada"]) == ["interest at least 60, was 40"]
    assert [cause.kind for cause in found["Ada"].causes] == ["threshold"]
    assert not any(score.lines for score in found["Ada"].scores)


def test_points_that_changed_are_told_line_by_line() -> None:
    found = simulated(OLD, changed("scores", "interest", "rules", 0, "points", to=12))
    (flip,) = found.shown
    assert (flip.lead_id, whys(flip)) == ("Ada", ["points of interest"])
    interest = next(score for score in flip.scores if score.score == "interest")
    (line,) = interest.lines
    assert (line.rule, interest.difference) == ("Asked", line.difference)
    assert line.difference == 111_964 - 279_910  # 12 and 30 points, a day old, at a half-life of ten days
    (group,) = found.groups
    assert [(each.rule, each.leads, each.units) for each in group.lines] == [("Asked", 1, line.difference)]


def test_what_a_cap_takes_back_is_a_line_of_its_own() -> None:
    new = changed("scores", "interest", "rules", 1, "points", to=30)
    new["scores"]["interest"]["rules"][0]["points"] = 5
    new["temperature"]["hot"]["when"]["all"][0]["at_least"] = 45
    flip = flips(OLD, new)["Ada"]
    interest = next(score for score in flip.scores if score.score == "interest")
    assert {line.rule for line in interest.lines} == {"Asked", "Visits", "group web"}
    assert sum(line.difference for line in interest.lines) == interest.difference


def test_bound_and_points_together_and_either_alone() -> None:
    new = changed(*HOT, 0, "at_least", to=45)
    new["scores"]["interest"]["rules"][0]["points"] = 20
    together = flips(OLD, new)["Ada"]
    assert sorted(cause.kind for cause in together.causes) == ["points", "threshold"]
    assert (together.scores[1].before, together.scores[1].after) == (514_377, 421_074)  # between both bounds
    new["temperature"]["hot"]["when"]["all"][0]["at_least"] = 41
    assert "Ada" not in flips(OLD, new)
    new["temperature"]["hot"]["when"]["all"][0]["at_least"] = 52
    new["scores"]["interest"]["rules"][0]["points"] = 12
    assert sorted(cause.kind for cause in flips(OLD, new)["Ada"].causes) == ["points", "threshold"]
    new["temperature"]["hot"]["when"]["all"][0]["at_least"] = 35
    assert [cause.what for cause in flips(OLD, new)["Ada"].causes] == ["points of interest"]


def test_grades_say_from_which_points() -> None:
    new = changed("scores", "fit", "grades", to={"A": 90, "B": 75, "C": 0})
    found = flips(OLD, new)
    assert whys(found["Ada"]) == ["fit grade B or better (from 75), was (from 40)"]


def test_a_condition_that_is_asked_besides() -> None:
    new = copy.deepcopy(OLD)
    new["temperature"]["hot"]["when"]["all"].append({"trait": "influence", "is": "met"})
    assert whys(flips(OLD, new)["Ada"]) == ["now also asks: influence is met"]
    assert whys(flips(new, OLD)["Ada"]) == ["no longer asks: influence is met"]


def test_a_criterion_behind_a_framework() -> None:
    new = changed("criteria", "budget", "met", "at_least", to=500)
    found = flips(OLD, new)
    assert list(found) == ["Bo"]
    assert (found["Bo"].before, found["Bo"].after) == ("warm", "hot")
    assert whys(found["Bo"]) == ["own: criterion budget: budget at least 500, was 1000"]


def test_how_many_letters_of_a_framework() -> None:
    found = flips(OLD, changed("frameworks", "own", "ready", "some", to=1))
    assert whys(found["Bo"]) == ["own: 1 of 3 letters, was 2 of 3 letters"]


def test_a_flag_that_looks_back_less_far() -> None:
    found = flips(OLD, changed("flags", "sales_action", "within", to="1d"))
    assert whys(found["Ada"]) == ["sales action: asked within 1 day, was 30 days"]


def test_another_way_to_become_warm() -> None:
    new = changed(
        "temperature", "warm", "when", "any", to=[{"score": "interest", "at_least": 10}, {"event": "visited"}]
    )
    found = flips(OLD, new)
    assert whys(found["Di"]) == ["now also counts: visited"]
    assert whys(flips(new, OLD)["Di"]) == ["no longer counts: visited"]


def test_a_temperature_that_only_one_definition_has() -> None:
    found = flips(OLD, changed("temperature", "warm", to=None))
    assert whys(found["Bo"]) == ["the new definition has no warm"]
    assert whys(flips(changed("temperature", "warm", to=None), OLD)["Bo"]) == ["the old definition has no warm"]


WAS_HOT = [{"lead_id": "Bo", "temperature": "hot"}]


def test_what_keeps_a_lead_hot() -> None:
    without = changed("temperature", "hot", "stay", to=None)
    found = flips(OLD, without, previous=WAS_HOT)
    assert (found["Bo"].before, found["Bo"].after, found["Bo"].previous) == ("hot", "warm", "hot")
    assert whys(found["Bo"]) == ["hot has no `stay` any more: interest at least 20"]
    assert [cause.kind for cause in found["Bo"].causes] == ["stay"]
    assert whys(flips(without, OLD, previous=WAS_HOT)["Bo"]) == ["hot now has a `stay`: interest at least 20"]
    assert flips(OLD, without) == {}


def test_a_bound_of_what_keeps_a_lead_hot() -> None:
    found = flips(OLD, changed("temperature", "hot", "stay", "at_least", to=60), previous=WAS_HOT)
    assert whys(found["Bo"]) == ["to stay hot: interest at least 60, was 20"]


def test_what_a_trait_means_changed() -> None:
    new = changed("profile", "need", to={"type": "text", "unknown": ["met"]})
    found = flips(OLD, new)
    assert (found["Ada"].before, found["Ada"].after) == ("hot", "warm")
    assert found["Ada"].causes[0].kind == "evidence"


def test_a_renamed_rule_changes_nothing() -> None:
    new = changed("scores", "interest", "rules", 0, "name", to="Wants an offer")
    assert simulated(OLD, new).flips == 0
    new["temperature"]["hot"]["when"]["all"][0]["at_least"] = 60
    new["scores"]["interest"]["rules"][1]["points"] = 4
    (flip,) = flips(OLD, new).values()
    assert {line.rule for score in flip.scores for line in score.lines} >= {"Visits"}
    assert not any("offer" in line.rule for score in flip.scores for line in score.lines)


def test_a_rule_that_came_and_one_that_went() -> None:
    new = copy.deepcopy(OLD)
    new["scores"]["interest"]["rules"][0] = {"name": "Looks", "points": 10, "event": "visited", "count": "latest"}
    (flip,) = (each for each in flips(OLD, new).values() if each.lead_id == "Ada")
    lines = {line.rule: (line.before, line.after) for line in flip.scores[1].lines}
    assert lines["Asked"] == (279_910, None)
    assert lines["Looks"][0] is None


def test_scores_that_only_one_definition_has() -> None:
    new = copy.deepcopy(OLD)
    new["scores"]["urge"] = new["scores"].pop("interest")
    new["temperature"]["hot"]["when"]["all"][0] = {"score": "urge", "at_least": 60}
    new["temperature"]["hot"]["stay"] = {"score": "urge", "at_least": 50}
    new["temperature"]["warm"]["when"]["any"][0] = {"score": "urge", "at_least": 10}
    found = simulated(OLD, new)
    assert found.uncompared == ("interest", "urge")
    (flip,) = found.shown
    by = {score.score: score for score in flip.scores}
    assert (by["interest"].after, by["urge"].before) == (None, None)
    assert by["interest"].difference is None
    assert by["interest"].lines == ()
    assert whys(flip) == ["now also asks: urge at least 60"]


def test_leads_that_only_one_definition_can_see() -> None:
    new = copy.deepcopy(OLD)
    new["events"]["left"] = {}
    events = [*ASKED, {"lead_id": "Ed", "event": "left", "occurred_at": "2026-06-29", "page": ""}]
    found = simulated(OLD, new, leads=None, events=events)
    assert (found.leads, found.only_old, found.only_new) == (3, 0, 1)


OUTCOMES = [
    {"lead_id": "Ada", "outcome": "won", "decided_at": "2026-07-03"},
    {"lead_id": "Bo", "outcome": "lost", "decided_at": "2026-06-01"},
    {"lead_id": "Di", "outcome": "lost", "decided_at": "2026-06-10"},
]


def test_how_those_who_change_ended() -> None:
    new = changed(*HOT, 0, "at_least", to=60)
    new["temperature"]["warm"]["when"] = {"score": "interest", "at_least": 30}
    found = simulated(OLD, new, outcomes=OUTCOMES)
    by = {(group.before, group.after): group for group in found.groups}
    assert by["hot", "warm"].ended is not None
    assert (by["hot", "warm"].ended.won, by["hot", "warm"].ended.lost) == (1, 0)
    assert by["warm", "cool"].ended is not None
    assert (by["warm", "cool"].ended.open, by["warm", "cool"].ended.rate) == (1, None)
    assert {flip.lead_id: flip.outcome for flip in found.shown} == {"Ada": "won", "Cy": "open"}
    assert found.ended is not None
    assert (found.ended.won, found.ended.lost, found.ended.open) == (1, 2, 1)
    assert found.early == 2
    assert found.old.ended is not None
    assert found.old.ended["hot"].won == 1


def test_the_interval_is_wilsons() -> None:
    from scipy.stats import binomtest

    outcomes = [{"lead_id": lead, "outcome": said} for lead, said in (("Ada", "won"), ("Bo", "lost"), ("Cy", "lost"))]
    ended = simulated(OLD, OLD, outcomes=outcomes).ended
    assert ended is not None
    there = binomtest(1, 3).proportion_ci(method="wilson")
    assert ended.interval == pytest.approx((there.low, there.high))


def test_only_so_many_are_shown_but_all_are_handed_on() -> None:
    new = changed("temperature", "warm", to=None)
    handed: list[Flip] = []
    found = simulated(OLD, new, top=1, every=handed.append)
    assert found.flips == len(handed) == 2
    assert found.shown == tuple(handed[:1])


def test_the_new_definitions_examples() -> None:
    new = changed(*HOT, 0, "at_least", to=60)
    new["examples"] = [{"name": "Nobody", "events": [], "expect": {"temperature": "hot"}}]
    found = simulated(OLD, new)
    assert (found.examples, found.failed_examples) == (1, ("Nobody",))


def test_what_was_changed_in_words() -> None:
    new = changed(*HOT, 0, "at_least", to=50)
    new["scores"]["interest"]["groups"]["web"]["cap"] = 30
    new["scores"]["fit"]["rules"].pop()
    new["scores"]["fit"]["rules"].append({"name": "Need", "points": 5, "when": {"trait": "need", "is": "met"}})
    said = [(change.where, change.what, change.before, change.after) for change in simulated(OLD, new).changes]
    assert said == [
        ("temperature", "hot", "interest at least 40", "interest at least 50"),
        ("fit", "Need", None, "+5 if need is met"),
        ("fit", "Money", "+20 if budget at least 1000", None),
        ("interest", "caps of groups", "web 40", "web 30"),
    ]


def test_a_lower_count_makes_nobody_cooler() -> None:
    ways = [{"score": "interest", "at_least": 25}, {"trait": "need", "is": "met"}, {"grade": "fit", "at_least": "B"}]
    old = changed("temperature", "warm", "when", to={"some": 2, "of": ways})
    new = copy.deepcopy(old)
    new["temperature"]["warm"]["when"]["some"] = 1
    assert whys(flips(old, new)["Cy"]) == ["1 of 3 conditions, was 2"]
    new["temperature"]["warm"]["when"]["of"][0]["at_least"] = 30
    new["temperature"]["warm"]["when"]["of"].pop(2)
    new["temperature"]["warm"]["when"]["of"].pop(1)
    new["temperature"]["warm"]["when"]["of"].append({"trait": "influence", "is": "met"})
    found = flips(old, new)
    assert {why for flip in found.values() for why in whys(flip)}.isdisjoint({"1 of 2 conditions, was 2"})


def test_a_law_of_cooling_is_told_once() -> None:
    new = changed("scores", "interest", "cooling", "half_life", to="20d")
    (change,) = simulated(OLD, new).changes
    assert (change.where, change.what) == ("interest", "cooling")
    assert (change.before, change.after) == ("halves every 10 days", "halves every 20 days")


def test_evidence_that_can_be_read_only_once() -> None:
    with pytest.raises(UsageError, match="read twice"):
        simulated(OLD, OLD, events=iter(ASKED))


def test_no_evidence_at_all() -> None:
    with pytest.raises(UsageError, match="no leads to score"):
        pyrometer.simulate(OLD, OLD)


def test_rows_that_are_no_evidence() -> None:
    with pytest.raises(EvidenceError, match="lead_id"):
        simulated(OLD, OLD, leads=[{"name": "Ada"}])
