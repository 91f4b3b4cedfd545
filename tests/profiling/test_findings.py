"""What is found, and what isn't, in data whose truth is known."""

import random
from pathlib import Path

import numpy as np
import pytest
from scipy.stats import fisher_exact

from pyrometer import profile
from pyrometer.profiling.chance import differs
from pyrometer.profiling.shrinking import shrunken
from tests.learning.planted import days, leads
from tests.profiling.planted import aspect, nothing, profiled, segment


def test_planted_effects_are_found_and_what_has_none_is_said_not_to_tell(tmp_path: Path) -> None:
    found = profiled(tmp_path, leads(3000))
    assert {each.name for each in found.aspects if each.telling} == {"size", "channel", "visits"}
    referral = segment(found, "channel", "Referral")
    assert referral.direction == "more"
    assert referral.lift_interval[0] > 1
    assert aspect(found, "visits").segments[-1].direction == "more"
    assert aspect(found, "visits").segments[0].direction == "less"
    assert "channel is Referral" in found.portrait[0]
    assert found.portrait[-1] == "Not telling: shoe."


def test_where_nothing_matters_chance_is_not_taken_for_a_finding(tmp_path: Path) -> None:
    # With a false discovery rate of 5 % and nothing to find, one run in twenty may find something.
    found = [profiled(tmp_path, nothing(800, seed)) for seed in range(20)]
    assert all(each.tests > 50 for each in found)
    least = [min((part.p or 0, part.q or 0) for each in one.aspects for part in each.segments) for one in found]
    assert sum(p <= 0.05 for p, _ in least) >= 15
    assert sum(q <= 0.05 for _, q in least) <= 2
    assert sum(bool(each.findings) for each in found) <= 2
    assert sum(bool(each.pairs) for each in found) <= 2
    quiet = next(each for each in found if not each.findings)
    assert quiet.portrait[0].startswith("Nothing tells")


def test_of_many_findings_few_are_false(tmp_path: Path) -> None:
    true = false = 0
    for seed in range(8):
        draw = random.Random(seed)
        rows = []
        for row in nothing(3000, seed, columns=15):
            marks = {f"mark{number}": draw.choice(["on", "off"]) for number in range(6)}
            chance = 0.15 + 0.07 * sum(mark == "on" for mark in marks.values())
            rows.append({**row, **marks, "ended": "won" if draw.random() < chance else "lost"})
        for each, _ in profiled(tmp_path, rows).findings:
            true += each.name.startswith("mark")
            false += not each.name.startswith("mark")
    assert true > 60
    assert false / (true + false) <= 0.05


def test_the_luckiest_of_two_hundred_small_groups_does_not_win(tmp_path: Path) -> None:
    draw = random.Random(5)
    rows = [{"town": f"town {number % 90}", "ended": "won" if draw.random() < 0.2 else "lost"} for number in range(900)]
    found = profiled(tmp_path, rows)
    best = max(aspect(found, "town").segments, key=lambda each: each.rate)
    assert best.rate >= 0.5
    assert best.expected < 0.3
    assert found.findings == ()


def test_a_small_group_counts_for_less_than_a_large_one_of_the_same_rate(tmp_path: Path) -> None:
    draw = random.Random(3)
    rows = [
        {"source": source, "ended": "won" if place < wins else "lost"}
        for source, size, wins in (("ads", 1000, 100), ("fair", 500, 250), ("mail", 800, 120), ("friend", 6, 6))
        for place in range(size)
    ]
    draw.shuffle(rows)
    found = profiled(tmp_path, rows)
    few, many = segment(found, "source", "friend"), segment(found, "source", "fair")
    assert (few.rate, few.leads, few.won) == (1.0, 6, 6)
    assert few.expected < 0.8
    assert many.expected == pytest.approx(many.rate, abs=0.02)
    assert few.interval[1] - few.interval[0] > 5 * (many.interval[1] - many.interval[0])
    assert "source is fair" in found.portrait[0]


def test_intervals_hold_as_often_as_they_say() -> None:
    rng = np.random.default_rng(11)
    inside = []
    for _ in range(200):
        truth = rng.beta(6, 24, size=12)
        size = rng.integers(5, 300, size=12).astype(float)
        found = shrunken(size, rng.binomial(size.astype(int), truth).astype(float), 0.2)
        inside.append((found.low <= truth) & (truth <= found.high))
    assert 0.93 <= np.mean(inside) <= 0.97


def test_chances_are_those_of_fishers_test() -> None:
    ours = float(differs(np.array([40.0]), np.array([20.0]), 400.0, 100.0)[0])
    theirs = fisher_exact([[20, 20], [80, 280]], alternative="greater").pvalue
    assert ours == pytest.approx(2 * theirs)


def test_what_knows_the_outcome_is_shown_apart_and_in_nothing_else(tmp_path: Path) -> None:
    draw = random.Random(8)
    rows = []
    for row in leads(1500):
        won = row["ended"] == "won"
        rows.append({**row, "onboarding": "booked" if won and draw.random() < 0.7 else "none"})
    found = profiled(tmp_path, rows)
    assert [each.name for each in found.apart] == ["onboarding"]
    assert "nearly always won" in str(found.apart[0].apart)
    assert {(each.name, each.direction) for each in found.apart[0].segments} == {("booked", None), ("none", None)}
    assert "onboarding" not in {each.name for each in found.aspects}
    assert not any("onboarding" in pair.aspects for pair in found.pairs)
    assert "onboarding" not in " ".join(found.portrait)
    trusted = profiled(tmp_path, rows, trust=["onboarding"])
    assert trusted.apart == ()
    assert segment(trusted, "onboarding", "booked").direction == "more"


def test_unknown_is_a_segment_of_its_own(tmp_path: Path) -> None:
    draw = random.Random(2)
    rows = []
    for _ in range(1200):
        phone = draw.choice(["mobile", "fixed", "", "N/A"])
        rows.append({"phone": phone, "ended": "won" if draw.random() < (0.5 if phone else 0.3) else "lost"})
        rows[-1]["size"] = draw.choice(["1", "200", "unknown"])
    found = profiled(tmp_path, [{**row, "note": str(number % 7)} for number, row in enumerate(rows)])
    assert {each.name for each in aspect(found, "phone").segments} == {"mobile", "fixed", "unknown"}
    assert {each.name for each in aspect(found, "size").segments} == {"1", "200", "unknown"}


def test_two_traits_that_only_matter_together_are_found_and_counted_on_other_leads(tmp_path: Path) -> None:
    draw = random.Random(4)
    rows = []
    for number in range(4000):
        place, trade = draw.choice("NESW"), draw.choice(["farm", "shop", "bank"])
        chance = 0.6 if (place, trade) == ("N", "farm") else 0.2
        rows.append({"place": place, "trade": trade, "shoe": str(number % 9), "x": draw.choice("abcd"),
                     "ended": "won" if draw.random() < chance else "lost"})  # fmt: skip
    found = profiled(tmp_path, rows)
    best = found.pairs[0]
    assert dict(zip(best.aspects, best.segments, strict=True)) == {"place": "N", "trade": "farm"}
    assert best.leads < 250
    assert best.expected == pytest.approx(0.6, abs=0.08)
    assert best.expected > max(best.parts)
    assert len(found.pairs) == 1


def test_bands_are_few_readable_and_split_off_frequent_numbers(tmp_path: Path) -> None:
    draw = random.Random(6)
    rows = [
        {
            "pages": "0" if draw.random() < 0.5 else str(1 + int(draw.expovariate(0.05))),
            "seconds": f"{draw.expovariate(0.01):.3f}",
            "rooms": draw.choice("1234"),
            "ended": draw.choice(["won", "lost"]),
        }
        for _ in range(2000)
    ]
    found = profiled(tmp_path, rows)
    pages = [each.name for each in aspect(found, "pages").segments]
    assert pages[0] == "0"
    assert 3 <= len(pages) <= 6
    assert pages[-1].endswith(" or more")
    assert [each.name for each in aspect(found, "rooms").segments] == ["1", "2", "3", "4"]
    seconds = aspect(found, "seconds").segments
    assert 4 <= len(seconds) <= 6
    assert all(len(each.name) <= len("120 to below 160") for each in seconds)
    assert sum(each.leads for each in seconds) == 2000


def test_what_wore_off_is_told_and_kept_out_of_the_portrait(tmp_path: Path) -> None:
    draw = random.Random(12)
    rows = []
    for number, day in enumerate(days(3000)):
        fair, ads = (draw.random() < 0.3 for _ in range(2))
        chance = 0.2 + 0.3 * fair * (number < 1500) + 0.3 * ads
        rows.append({"created": str(day), "fair": "yes" if fair else "no", "ads": "yes" if ads else "no",
                     "ended": "won" if draw.random() < chance else "lost"})  # fmt: skip
    found = profiled(tmp_path, rows, date_column="created")
    worn, still = segment(found, "fair", "yes"), segment(found, "ads", "yes")
    assert worn.direction == still.direction == "more"
    assert worn.halves is not None
    assert worn.halves[0] > 1.4
    assert not worn.lasting
    assert still.lasting
    assert "ads is yes" in found.portrait[0]
    assert "fair" not in found.portrait[0]


def test_where_only_what_wore_off_was_found_the_portrait_says_so(tmp_path: Path) -> None:
    draw = random.Random(12)
    rows = []
    for number in range(3000):
        fair = draw.random() < 0.3
        chance = 0.2 + 0.3 * fair * (number < 1500)
        rows.append({"fair": "yes" if fair else "no", "ended": "won" if draw.random() < chance else "lost"})
    found = profiled(tmp_path, rows, ordered=True)
    assert not segment(found, "fair", "yes").lasting
    (said,) = found.portrait
    assert said == "What told leads apart in the earlier half of them did not in the later: fair."


def test_a_segment_without_leads_in_a_half_has_no_lift_there(tmp_path: Path) -> None:
    draw = random.Random(12)
    rows = []
    for number in range(3000):
        source = draw.choice(["fair", "web"]) if number < 1500 else "web"
        chance = 0.2 + 0.3 * (source == "fair")
        rows.append({"source": source, "ended": "won" if draw.random() < chance else "lost"})
    found = profiled(tmp_path, rows, ordered=True)
    fair, web = segment(found, "source", "fair"), segment(found, "source", "web")
    assert fair.direction == "more"
    assert fair.halves is None
    assert web.halves is not None


def test_leads_of_better_times_are_not_better_leads(tmp_path: Path) -> None:
    draw = random.Random(13)
    rows = []
    for number in range(3000):
        old = draw.random() < (0.8 if number < 1500 else 0.2)
        rows.append({"form": "old" if old else "new", "shoe": str(draw.randrange(30)),
                     "ended": "won" if draw.random() < (0.5 if number < 1500 else 0.2) else "lost"})  # fmt: skip
    found = profiled(tmp_path, rows, ordered=True)
    old = segment(found, "form", "old")
    assert old.direction == "more"
    assert not old.lasting
    assert "form is old" not in " ".join(found.portrait)


def test_leads_too_young_to_be_lost_are_left_out(tmp_path: Path) -> None:
    draw = random.Random(9)
    rows = []
    for row, day in zip(leads(1600), days(1600), strict=True):
        closed = ""
        if row["ended"] == "won":
            closed = str(day.fromordinal(day.toordinal() + draw.randrange(1, 60)))
        rows.append({**row, "created": str(day), "closed_on": closed})
    found = profiled(tmp_path, rows, date_column="created")
    assert found.counted.immature > 0
    assert found.counted.read == 1600 == found.counted.immature + found.counted.used
    assert any("not called lost" in warning for warning in found.warnings)


def test_places_channels_and_deeds_are_told_apart(tmp_path: Path) -> None:
    rows = [{**row, "country": "SE" if row["size"] > "3" else "DE"} for row in leads(600)]
    found = profiled(tmp_path, rows)
    kinds = {each.name: each.kind for each in found.aspects}
    assert kinds == {
        "country": "geography", "channel": "channel", "visits": "behaviour", "size": "trait", "shoe": "trait"
    }  # fmt: skip


def test_the_same_file_gives_the_same_profile(tmp_path: Path) -> None:
    rows = leads(800)
    assert profiled(tmp_path, rows) == profiled(tmp_path, rows, seed=0)


def test_too_few_are_not_compared(tmp_path: Path) -> None:
    rows = [{**row, "ended": "won" if number < 39 else "lost"} for number, row in enumerate(leads(400))]
    found = profiled(tmp_path, rows)
    assert "39 won" in str(found.refusal)
    assert (found.aspects, found.portrait, found.pairs) == ((), (), ())


def test_when_leads_came_is_no_kind_of_customer(tmp_path: Path) -> None:
    draw = random.Random(4)
    rows = ["month,channel,ended"]
    for _ in range(1500):
        month, channel = draw.choice(["Feb", "May", "Nov"]), draw.choice(["Fair", "Mail"])
        won = draw.random() < 0.15 + 0.3 * (month == "Nov") + 0.2 * (channel == "Fair")
        rows.append(f"{month},{channel},{'won' if won else 'lost'}")
    file = tmp_path / "leads.csv"
    file.write_text("\n".join(rows) + "\n")
    found = profile(leads=file, outcome_column="ended")
    assert any(aspect.name == "month" and aspect.telling for aspect in found.aspects)
    assert "channel is Fair" in found.portrait[0]
    assert "month" not in " ".join(found.portrait)
    assert any(warning.startswith("no date, serial number or order of rows") for warning in found.warnings)
