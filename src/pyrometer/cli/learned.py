"""What learning found, for people at a terminal."""

from __future__ import annotations

import shlex
from collections.abc import Iterator, Sequence
from pathlib import Path
from typing import TYPE_CHECKING

from rich.table import Table
from rich.text import Text

from pyrometer.cli.cooled import print_cooling, print_looks
from pyrometer.cli.terminal import console, show, visible

if TYPE_CHECKING:
    from rich.console import Console

    from pyrometer.learning import Evidence, Gain, Learned, Present, RuleFound, Trait, Verdict

MODELS = {
    "card": "this card",
    "boosting": "gradient boosting",
    "logistic": "logistic regression",
    "naive_bayes": "naive Bayes of CRMs",
    "present": "the definition in use",
}

BESIDE, NARROWEST = 54, 24
"""The width of the other columns of the table of rules, and the least that is left for its labels."""


def quoted(text: str) -> str:
    """A word of a command as a shell reads it."""
    return shlex.quote(text)


def print_learned(learned: Learned, target: Path | None, template: Path | None, inputs: Sequence[str] = ()) -> None:
    """The verdict and the limits of the data on top, then how well the card ranks, its rules, and what to do next.

    `inputs` are the options that name the evidence, as `score` takes them.
    """
    screen = console()
    if learned.verdict is not None:
        print_verdict(learned.verdict, screen)
        screen.print()
    _data(learned, screen)
    print_looks(learned, screen)
    if learned.metrics:
        _figures(learned, screen)
    if learned.rules:
        _rules(learned, screen)
        _calibration(learned, screen)
    print_cooling(learned, screen)
    if learned.refusal is not None:
        screen.print(Text(visible(learned.refusal), style="bold"), soft_wrap=True)
        screen.print("No definition was written.")
        if learned.template is not None:
            _template(template, screen)
        return
    if learned.verdict is not None:
        print_verdict(learned.verdict, screen)
    if target is not None:
        screen.print(Text(f"written: {visible(str(target))}", style="bold"), soft_wrap=True)
        screen.print(Text(f"next: pyrometer check {visible(quoted(str(target)))}", style="dim"), soft_wrap=True)
        for line in _scoring(learned, quoted(str(target)), inputs):
            screen.print(Text(visible(line), style="dim"), soft_wrap=True)
    else:
        screen.print(Text("To keep the definition, add --out definition.yaml", style="dim"), soft_wrap=True)


def print_verdict(verdict: Verdict, screen: Console) -> None:
    """What the definition is worth, in words."""
    style = "bold" if verdict.usable else "bold yellow"
    screen.print(Text.assemble((verdict.headline, style), *(f" {visible(each)}" for each in verdict.reasons)))


def _scoring(learned: Learned, target: str, inputs: Sequence[str]) -> Iterator[str]:
    """How to score leads with it, and what keeps that from working."""
    if not inputs:
        return
    ids = [] if learned.lead_id in (None, "lead_id") else ["--lead-id", learned.lead_id or ""]
    yield f"then: pyrometer score {target} {' '.join(quoted(each) for each in (*inputs, *ids))}"
    if learned.lead_id is None:
        yield "  score needs a column that names each lead: add one, and name it with --lead-id"
    if learned.rows.duplicates:
        yield f"  score takes each lead once: first take out the {learned.rows.duplicates:,} rows that repeat one"


def _template(target: Path | None, screen: Console) -> None:
    if target is None:
        said = "To begin by talking: --template template.yaml writes a definition to fill in, made of these columns."
        screen.print(Text(said, style="dim"), soft_wrap=True)
        return
    screen.print(Text(f"written to be filled in: {visible(str(target))}", style="bold"), soft_wrap=True)
    screen.print(Text(f"next: pyrometer check {visible(str(target))}", style="dim"), soft_wrap=True)


def _data(learned: Learned, screen: Console) -> None:
    rows = learned.rows
    rate = "" if learned.base_rate is None else f"; {_percent(learned.base_rate)} of these were won"
    screen.print(
        Text(
            f"{rows.read:,} rows: {rows.duplicates:,} duplicates, {rows.open:,} open, {rows.immature:,} too young, "
            f"{f'{rows.unseen:,} unseen, ' if rows.unseen else ''}"
            f"{rows.used:,} used{rate}",
            style="bold",
        ),
        soft_wrap=True,
    )
    for warning in learned.warnings:
        screen.print(Text.assemble(("warning", "yellow"), f": {visible(warning)}"), soft_wrap=True)
    for item in learned.quarantined:
        value = f" (`{visible(item.value)}`)" if item.value is not None else ""
        screen.print(
            Text.assemble(("set aside", "yellow"), f": `{visible(item.column)}`{value}: {visible(item.reason)}"),
            soft_wrap=True,
        )
    screen.print()
    table = _table("column", "read as", "unknown", "spellings of unknown", "use")
    for trait in learned.traits:
        kind = trait.type if trait.date_format is None else f"{trait.type}, {trait.date_format}"
        spelled = ", ".join(f"`{visible(each)}`" for each in trait.unknown[:4])
        use = _use(trait, dated=learned.looks is not None)
        table.add_row(visible(trait.column), kind, _percent(trait.unknown_share), spelled or "–", use)
    if learned.traits:
        show(screen, table)
        screen.print()


def _use(trait: Trait, *, dated: bool) -> str:
    """What became of a column, and whether it shows a lead as it was or somebody vouched for that."""
    if trait.use != "used":
        return trait.use.replace("_", " ")
    if dated and trait.dated:
        return "used"
    return "used, trusted" if trait.trusted else "used, untrusted"


def _figures(learned: Learned, screen: Console) -> None:
    split = learned.split
    assert split is not None
    how = "drawn at random" if split.kind == "random" else f"the latest by {split.by}, from {split.first_held_out}"
    screen.print(
        Text(f"Learned from {split.trained:,} leads, judged on {split.held_out:,} held out ({visible(how)})"),
        soft_wrap=True,
    )
    table = _table("", "area under the curve", "average precision", "Brier", "calibration error", "lift 10 %", "20 %")
    for name, each in learned.metrics.items():
        low, high = each.auc_interval
        table.add_row(
            MODELS[name],
            f"{each.auc:.3f} ({low:.3f} to {high:.3f})",
            f"{each.average_precision:.3f}",
            f"{each.brier:.3f}",
            f"{each.ece:.3f}",
            f"{each.lift_10:.1f}",
            f"{each.lift_20:.1f}",
        )
    show(screen, table)
    if split.random_auc is not None and split.gap is not None:
        screen.print(f"with held-out leads drawn at random instead: {split.random_auc:.3f}")
    simple = learned.ahead.get("naive_bayes")
    if simple is not None and simple.sure < 1:
        screen.print(Text(f"against {MODELS['naive_bayes']} the card {_ranks(simple)}"), soft_wrap=True)
    if learned.present is not None:
        _present(learned.present, screen)
    screen.print()


def _ranks(found: Gain) -> str:
    """How the card ranks beside something else."""
    low, high = found.interval
    told = f"{found.gain:+.3f} of area under the curve ({low:+.3f} to {high:+.3f})"
    if found.sure:
        return f"ranks {'better' if found.sure > 0 else 'worse'}: {told}"
    return f"may rank better or worse, and these leads can't tell which: {told}"


def _present(present: Present, screen: Console) -> None:
    """What the card gains over the definition in use, and what that one couldn't see."""
    said = _ranks(present.ahead)
    screen.print(Text(f"against `{visible(present.name)}` the card {said}"), soft_wrap=True)
    for limit in present.limits():
        screen.print(Text.assemble(("warning", "yellow"), f": {visible(limit)}"), soft_wrap=True)


def _rules(learned: Learned, screen: Console) -> None:
    table = _table("rule", "points", "leads", "won", "again")
    for rule in learned.rules:
        for number, part in enumerate(_shown(rule)):
            low, high = part.interval
            label = Text(visible(rule.name), style="bold")
            if rule.shape != "when":
                label = Text.assemble((f"{visible(rule.name)}: ", "bold") if number == 0 else "  ", visible(part.part))
            table.add_row(
                _hanging(label, screen),
                f"{part.points:+d}",
                f"{part.leads:,}",
                f"{_percent(part.rate)} ({_percent(low)} to {_percent(high)})" if part.leads else "–",
                f"{100 * rule.stability:.0f} %" if number == 0 else "",
            )
    show(screen, table)
    screen.print(Text("again: how often resamples chose a rule of the same traits", style="dim"))
    for rule in learned.rules:
        odd = rule.evidence[1].beside(rule.evidence[0]) if rule.shape == "when" else None
        if odd is not None:
            said = f"{visible(rule.name)}: {rule.evidence[1].points:+d}, for these leads are won {_rate(rule)}"
            screen.print(Text(f"{said} {odd}", style="dim"), soft_wrap=True)
    screen.print()


def _rate(rule: RuleFound) -> str:
    return f"in {_percent(rule.evidence[1].rate)} of cases,"


def _hanging(label: Text, screen: Console) -> Text:
    """A label whose further lines are indented, so that none looks like a rule of its own."""
    width = max(screen.width - BESIDE, NARROWEST)
    if label.cell_len <= width:
        return label
    return Text("\n      ").join(label.wrap(screen, width - 6))


def _shown(rule: RuleFound) -> list[Evidence]:
    if rule.shape == "when":
        return [rule.evidence[1]]
    return [part for part in rule.evidence if part.leads]


def _calibration(learned: Learned, screen: Console) -> None:
    table = _table("points", "held-out leads", "expected", "won")
    for each in learned.calibration:
        low, high = each.interval
        table.add_row(
            f"{each.lowest} to {each.highest}",
            f"{each.leads:,}",
            _percent(each.expected),
            f"{_percent(each.rate)} ({_percent(low)} to {_percent(high)})",
        )
    show(screen, table)
    screen.print()


def _table(*columns: str) -> Table:
    table = Table(box=None, pad_edge=False, header_style="dim")
    for number, column in enumerate(columns):
        table.add_column(column, justify="left" if number == 0 else "right", overflow="fold")
    return table


def _percent(share: float) -> str:
    return f"{100 * share:.1f} %"
