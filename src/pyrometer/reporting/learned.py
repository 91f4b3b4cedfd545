"""The page of what was learned: for somebody who has to decide whether to agree to it."""

from __future__ import annotations

from collections.abc import Iterator
from typing import TYPE_CHECKING

from pyrometer.reporting.cards import rules_figure, stability_figure
from pyrometer.reporting.cooling import cooling_section, looks_section
from pyrometer.reporting.figures import Column, Table
from pyrometer.reporting.html import Content, Html, element, sentence, together
from pyrometer.reporting.numbers import count, percent, several, times
from pyrometer.reporting.page import Page, Section, Tile, fold, paragraph
from pyrometer.reporting.quality import calibration_figure, models_figures, split_figure

if TYPE_CHECKING:
    from pyrometer.learning import Learned, Quarantined, Trait

USES = {
    "used": "rules may ask for it",
    "quarantined": "set aside",
    "ignored": "left out, as asked",
    "outcome": "says how a lead ended",
    "lead_id": "names the lead",
    "time": "says when a lead came in",
    "idle": "a single value, or hardly any",
}
"""What becomes of a column, by `Trait.use`."""


def learned_page(learned: Learned, source: str) -> Page:
    """The page; `source` is what people call the leads learned from."""
    return Page(
        kind="Learned from leads whose outcome is known",
        title=f"A definition learned from {source}" if learned.refusal is None else f"No definition from {source}",
        lead=tuple(_lead(learned)),
        tiles=tuple(_tiles(learned)),
        limits=(*learned.warnings, *(learned.present.limits() if learned.present is not None else ())),
        sections=tuple(_sections(learned)),
        warning=learned.refusal is not None,
    )


def _lead(learned: Learned) -> Iterator[Content]:
    card, split = learned.metrics.get("card"), learned.split
    if learned.refusal is not None:
        yield sentence(learned.refusal)
        if not learned.metrics and not learned.quarantined:
            yield "No definition was written. What so few leads have in common is mostly chance."
            return
        yield (
            "No definition was written, because one that ranks no better than chance does harm: it looks like "
            "knowledge. What the data hold, and what was set aside, is below; a column that was set aside wrongly can "
            "be taken back."
        )
        return
    assert card is not None
    assert split is not None
    if learned.verdict is not None:
        yield together(element("strong", learned.verdict.headline), " ", sentence(" ".join(learned.verdict.reasons)))
    yield together(
        f"A card of {several(len(learned.rules), 'rule')} was learned from {count(split.trained)} leads and tried on "
        f"{count(split.held_out)} others that it had never seen. Of a won and a lost lead among these, it ranks the "
        "won one first in ",
        element("strong", f"{100 * card.auc:.0f} of 100 pairs"),
        f"; tossing a coin gives 50. The best tenth of its ranking was won {times(card.lift_10)} as often as the "
        "average.",
    )
    best = learned.metrics.get("boosting")
    if best is not None:
        yield (
            f"Readability has a price: gradient boosting, which nobody can read, ranks {100 * best.auc:.1f} of 100 "
            f"pairs right, this card {100 * card.auc:.1f}. It is a draft for the people who have to agree on it."
        )


def _tiles(learned: Learned) -> Iterator[Tile]:
    yield Tile(count(learned.rows.used), "leads used")
    if learned.base_rate is not None:
        yield Tile(percent(learned.base_rate), "of them were won: the base rate")
    card = learned.metrics.get("card")
    if card is not None:
        yield Tile(
            f"{card.auc:.3f}", f"area under the curve ({card.auc_interval[0]:.3f} to {card.auc_interval[1]:.3f})"
        )
        yield Tile(times(card.lift_10), "the base rate, in the best tenth")


def _sections(learned: Learned) -> Iterator[Section]:
    yield Section("Set aside", "What was set aside, and why", tuple(_aside(learned)))
    looks, cooling = looks_section(learned), cooling_section(learned)
    if looks is not None:
        yield looks
    if learned.rules:
        yield Section(
            "Rules",
            "The rules, and what speaks for each",
            (
                paragraph(
                    "A lead’s score is the sum of its points, one line from each rule. Every line shows how many of "
                    "the leads learned from it touched, and how many of those were won. A line whose interval holds "
                    "the base rate tells nothing by itself; it may still matter beside the others."
                ),
                rules_figure(learned),
                stability_figure(learned),
            ),
        )
    if cooling is not None:
        yield cooling
    if learned.metrics:
        yield Section("Quality", "How good it is", (*models_figures(learned),))
    if learned.calibration and learned.rules:
        yield Section("Chances", "Whether its chances hold", (calibration_figure(learned),))
    if learned.split is not None:
        yield Section("Time", "Whether it holds over time", tuple(split_figure(learned)))
    yield Section("Record", "How this was made", tuple(_record(learned)))


def _aside(learned: Learned) -> Iterator[Html]:
    rows = learned.rows
    yield Table(
        "What became of the rows",
        (Column("rows"), Column("number", number=True), Column("why")),
        (
            ("read", count(rows.read), "all that the export holds"),
            ("duplicates", count(rows.duplicates), "repeat another row, or tell of a lead that has a later row"),
            ("open", count(rows.open), "neither won nor lost yet; open is never lost"),
            ("too young", count(rows.immature), "younger than nine of ten wins took"),
            *(
                [("unseen", count(rows.unseen), "decided before anything was known of them, or nobody knows when")]
                if rows.unseen
                else []
            ),
            ("used", count(rows.used), "learned from, or held out to judge by"),
        ),
    ).html()
    if learned.quarantined:
        yield paragraph(
            "These columns, or values of them, seem to know how a lead ended, or tell something else that a score must "
            "not use. An honest strong signal looks just the same: who knows that a column was filled in before the "
            "outcome takes it back with ",
            element("code", "--trust COLUMN"),
            ", or with ",
            element("code", "--keep COLUMN"),
            " where it tells the time, the seller, or which lead it is.",
        )
        yield Table(
            "What was set aside",
            (Column("column"), Column("value"), Column("reason")),
            tuple(_quarantined(each) for each in learned.quarantined),
        ).html()
    else:
        screened = learned.refusal is None or bool(learned.metrics)
        yield paragraph(
            "No column was set aside." if screened else "The columns were not screened: there is too little."
        )
    yield fold(
        f"All {several(len(learned.traits), 'column')}, and how they were read",
        Table(
            "Columns of the export",
            (Column("column"), Column("read as"), Column("unknown", number=True), Column("spellings"), Column("use")),
            tuple(
                (
                    trait.column,
                    _read_as(learned, trait),
                    percent(trait.unknown_share),
                    ", ".join(trait.unknown) or "–",
                    USES.get(trait.use, trait.use),
                )
                for trait in learned.traits
            ),
        ).html(),
    )


def _read_as(learned: Learned, trait: Trait) -> str:
    kind = trait.type if trait.date_format is None else f"{trait.type}, {trait.date_format}"
    return kind if learned.looks is None or trait.dated else f"{kind}, today’s"


def _quarantined(item: Quarantined) -> tuple[str, str, str]:
    return item.column, "the whole column" if item.value is None else item.value, item.reason


def _record(learned: Learned) -> Iterator[Html]:
    yield paragraph(
        "The same file and settings give the same result. The definition is text that people edit; every rule in it "
        "has its evidence beside it."
    )
    yield Table(
        "What identifies this result",
        (Column("what"), Column("value")),
        (("SHA-256 of the data", learned.fingerprint), ("seed", str(learned.seed))),
    ).html()
    if learned.template is not None:
        yield fold("A definition to fill in, of the columns of the export", learned.template, code=True)
    if learned.definition is not None:
        yield fold("The definition", learned.definition, code=True)
