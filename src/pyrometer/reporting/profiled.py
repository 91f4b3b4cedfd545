"""The page of a profile: which leads close more often, with how sure that is."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from typing import TYPE_CHECKING

from pyrometer.reporting.charts.intervals import Row, Scale, intervals, roof
from pyrometer.reporting.figures import Column, Figure, Table
from pyrometer.reporting.html import Content, Html, sentence
from pyrometer.reporting.numbers import between, count, percent, several, times, with_interval
from pyrometer.reporting.page import Page, Section, Tile, fold, paragraph

if TYPE_CHECKING:
    from pyrometer.profiling.result import Aspect, Pair, Profile, Segment

KINDS = {
    "trait": ("Traits", "What they are", "trait"),
    "geography": ("Geography", "Where they are", "place"),
    "channel": ("Channels", "How they came", "channel"),
    "behaviour": ("Behaviour", "What they did", "behaviour"),
}
"""Names of kinds of aspects: in the list of sections, as a heading, and in a sentence."""
EXPLAINED = (
    "Dots are the rate to expect of such leads, drawn towards the base rate where they are few; strokes are 95 % "
    "intervals, and to the right stands how many leads there are. Red closes more often than all leads and blue less "
    "often, beyond chance with so many segments tested; grey may be chance."
)
SHOWN = 10
"""Segments of an aspect that a chart shows: the findings, then the largest. The table has all."""
TONES = {"more": "hot", "less": "cool", None: "faint"}


def profiled_page(profile: Profile, source: str) -> Page:
    """The page; `source` is what people call the leads."""
    lead: tuple[Content, ...] = tuple(sentence(each) for each in profile.portrait)
    if profile.refusal is not None:
        lead = (sentence(profile.refusal), "Nothing was compared; what became of the leads is below.")
    return Page(
        kind="The ideal customer: which leads close more often",
        title=f"Who becomes a customer in {source}" if profile.refusal is None else f"No profile of {source}",
        lead=lead,
        tiles=tuple(_tiles(profile)),
        limits=profile.warnings,
        sections=tuple(_sections(profile)),
        warning=profile.refusal is not None,
    )


def _tiles(profile: Profile) -> Iterator[Tile]:
    yield Tile(count(profile.counted.used), "leads compared")
    if profile.base_rate is not None:
        yield Tile(percent(profile.base_rate), "of them were won: the base rate")
    if profile.refusal is None:
        yield Tile(count(len(profile.findings)), f"findings beyond chance, of {count(profile.tests)} segments tested")


def _sections(profile: Profile) -> Iterator[Section]:
    base = profile.base_rate
    if profile.refusal is None and base is not None:
        first = True
        for kind, (name, title, noun) in KINDS.items():
            telling = [aspect for aspect in profile.aspects if aspect.telling and aspect.kind == kind]
            if telling:
                yield Section(name, title, (_aspects(telling, base, noun, first),))
                first = False
        if profile.pairs:
            yield Section("Two together", "Two things together", (_pairs(profile, base),))
        quiet = [aspect for aspect in profile.aspects if not aspect.telling]
        if quiet:
            yield Section("Not telling", "What tells nothing", tuple(_quiet(quiet)))
    yield Section("Leads", "What became of the leads, and what was set apart", tuple(_leads(profile)))


def _aspects(aspects: Sequence[Aspect], base: float, noun: str, first: bool) -> Figure:
    rows: list[Row] = []
    for aspect in aspects:
        rows.append(Row(aspect.name))
        rows += [_row(each, each.name, aspect.name) for each in _shown(aspect)]
    found = sum(segment.direction is not None for aspect in aspects for segment in aspect.segments)
    wide, narrow = intervals(rows, _scale(rows, base))
    hidden = sum(len(aspect.segments) - len(_shown(aspect)) for aspect in aspects)
    more = f" {several(hidden, 'smaller segment')} more in the table." if hidden else ""
    return Figure(
        f"Who closes more often, by {noun}",
        f"{EXPLAINED if first else 'Read as above.'}{more}",
        f"{several(found, 'finding')} beyond chance against a base rate of {percent(base)}: "
        + ", ".join(aspect.name for aspect in aspects)
        + ".",
        wide,
        _segments_table(aspects),
        narrow,
        legend=(("hot", "more often"), ("cool", "less often"), ("faint", "perhaps chance")),
    )


def _scale(rows: Sequence[Row], base: float) -> Scale:
    highest = max([base, *(row.high for row in rows if row.high is not None)])
    return Scale(0, roof(highest), "won", line=base, line_name=f"base rate {percent(base)}")


def _row(segment: Segment | Pair, name: str, under: str = "") -> Row:
    facts = [
        ("won", f"{count(segment.won)} of {count(segment.leads)} ({percent(segment.rate)})"),
        ("to expect", with_interval(segment.expected, *segment.interval)),
        ("lift", f"{times(segment.lift)} ({segment.lift_interval[0]:.1f} to {segment.lift_interval[1]:.1f})"),
    ]
    if segment.q is not None:
        facts.append(("chance finding", f"q {segment.q:.3f}"))
    halves = getattr(segment, "halves", None)
    if halves is not None:
        facts.append(("earlier, later leads", f"{times(halves[0])}, {times(halves[1])}"))
    tone = TONES[getattr(segment, "direction", "more")]
    return Row(name, segment.expected, *segment.interval, count(segment.leads), tuple(facts), tone, under)


def _shown(aspect: Aspect) -> list[Segment]:
    first = sorted(aspect.segments, key=lambda each: (each.direction is None, -each.leads))[:SHOWN]
    if aspect.type in ("integer", "number"):
        return [each for each in aspect.segments if each in first]
    return sorted(first, key=lambda each: (-each.expected, each.name))


def _segments_table(aspects: Sequence[Aspect]) -> Table:
    return Table(
        "Segments, with counts, rates and intervals",
        (
            Column("aspect"),
            Column("segment"),
            Column("leads", number=True),
            Column("won", number=True),
            Column("rate", number=True),
            Column("to expect", number=True),
            Column("95 % interval", number=True),
            Column("lift", number=True),
            Column("q", number=True),
            Column("beyond chance"),
            Column("lift, earlier and later leads", number=True),
        ),
        tuple(
            (
                aspect.name,
                each.name,
                count(each.leads),
                count(each.won),
                percent(each.rate),
                percent(each.expected),
                between(*each.interval),
                times(each.lift),
                "–" if each.q is None else f"{each.q:.3f}",
                {"more": "more often", "less": "less often", None: "–"}[each.direction]
                + ("" if each.lasting else ", but not lately"),
                "–" if each.halves is None else f"{times(each.halves[0])}, {times(each.halves[1])}",
            )
            for aspect in aspects
            for each in aspect.segments
        ),
    )


def _pairs(profile: Profile, base: float) -> Figure:
    named = [
        (" and ".join(f"{one}: {other}" for one, other in zip(pair.aspects, pair.segments, strict=True)), pair)
        for pair in profile.pairs
    ]
    rows = [_row(pair, name) for name, pair in named]
    wide, narrow = intervals(rows, _scale(rows, base))
    return Figure(
        "Pairs that close more often than either part",
        f"Chosen from {count(profile.pairs_tried)} pairs on one half of the leads, and counted on the other half, so "
        "that they are not the luckiest of many.",
        "; ".join(f"{name}: {percent(pair.expected)}" for name, pair in named) + ".",
        wide,
        Table(
            "Pairs, counted on the half of the leads that they were not chosen on",
            (
                Column("pair"),
                Column("leads", number=True),
                Column("won", number=True),
                Column("to expect", number=True),
                Column("95 % interval", number=True),
                Column("each alone", number=True),
            ),
            tuple(
                (
                    name,
                    count(pair.leads),
                    count(pair.won),
                    percent(pair.expected),
                    between(*pair.interval),
                    f"{percent(pair.parts[0])}, {percent(pair.parts[1])}",
                )
                for name, pair in named
            ),
        ),
        narrow,
    )


def _quiet(aspects: Sequence[Aspect]) -> Iterator[Html]:
    yield paragraph(
        "On these leads chance explains all differences by: ", ", ".join(each.name for each in aspects), "."
    )
    yield fold("Their numbers", _segments_table(aspects).html())


def _leads(profile: Profile) -> Iterator[Html]:
    counted = profile.counted
    rows = (
        ("read", counted.read, "all that there are"),
        ("duplicates", counted.duplicates, "repeat another row, or tell of a lead that has a later row"),
        ("open", counted.open, "neither won nor lost yet; open is never lost"),
        ("too young", counted.immature, "came in more recently than nine of ten wins took"),
        ("too quick", counted.quick, "decided before the moment at which leads are looked at"),
        ("undated", counted.undated, "decided at a time that isn’t known"),
        ("unseen", counted.unseen, "nothing was known of them on a day before their decision"),
        ("used", counted.used, "compared"),
    )
    yield Table(
        "What became of the leads",
        (Column("leads"), Column("number", number=True), Column("why")),
        tuple((name, count(number), why) for name, number, why in rows if number or name in ("read", "used")),
    ).html()
    if profile.exposure is not None:
        days = profile.exposure.days
        yield paragraph(
            f"Each lead is seen {several(days, 'day')} after its first evidence, won and lost ones alike, so that "
            "nobody looks busier for having been around longer."
        )
    if profile.apart:
        yield paragraph("Set apart, and in nothing above; the options named take them back.")
        yield Table(
            "What was set apart",
            (Column("aspect"), Column("reason"), Column("taken back with")),
            tuple(
                (aspect.name, aspect.apart or "", f"--{aspect.remedy}" if aspect.remedy else "–")
                for aspect in profile.apart
            ),
        ).html()
    if profile.refusal is None:
        yield paragraph(
            f"{count(profile.tests)} segments were tested (Fisher’s exact test); of the marks for beyond chance about "
            f"{percent(profile.false_discoveries, 0)} may still be luck (Benjamini and Hochberg). Rates to expect are "
            "beta-binomial, with 95 % credible intervals."
        )
    yield Table(
        "What identifies this result",
        (Column("what"), Column("value")),
        (("SHA-256 of the data", profile.fingerprint), ("seed", str(profile.seed))),
    ).html()
