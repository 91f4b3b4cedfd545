"""One run of learning from history: from evidence with dates to the definition, or the refusal."""

from __future__ import annotations

import hashlib
from collections.abc import Callable
from dataclasses import dataclass, replace

import numpy as np
from threadpoolctl import threadpool_limits

from pyrometer.definition import Definition
from pyrometer.engines import DuckDBEngine
from pyrometer.learning import rivals
from pyrometer.learning.arrays import Flags, Floats
from pyrometer.learning.arrays import Rows as Numbers
from pyrometer.learning.backing import backing, rule_name
from pyrometer.learning.binning import support, term_of
from pyrometer.learning.calibration import calibration, drift, off
from pyrometer.learning.history.cooling import cooling_curves
from pyrometer.learning.history.deciding import Decided, decided
from pyrometer.learning.history.loading import History, Loaded, load_history
from pyrometer.learning.history.looking import behaviour, columns_at, properties_of, put_looks, put_seen
from pyrometer.learning.history.result import CoolingCurve, Looks
from pyrometer.learning.history.scorecard import Scorecard, scorecard_of
from pyrometer.learning.history.screening import after_decision, screened_events, screened_traits
from pyrometer.learning.history.searching import choose
from pyrometer.learning.history.signals import Behaviour, Signal
from pyrometer.learning.history.stability import stability
from pyrometer.learning.history.still import present_ranks
from pyrometer.learning.history.wording import evidence_of, rule_title
from pyrometer.learning.history.writing import definition_text
from pyrometer.learning.kinds import day_text
from pyrometer.learning.measure import measured
from pyrometer.learning.ordering import Order
from pyrometer.learning.reading import Column, Export
from pyrometer.learning.request import Request
from pyrometer.learning.result import Figures, Learned, Quarantined, Rows, RuleFound, Split, Trait
from pyrometer.learning.running import FEWEST, GAP
from pyrometer.learning.selecting import SEARCHED
from pyrometer.learning.splitting import at_random, by_time
from pyrometer.learning.terms import Term
from pyrometer.learning.writing import percent, rule_names

Progress = Callable[[float], None]
MEMORY = "1GB"
"""What the engine may hold, unless told otherwise; beyond that it works from disk."""


@dataclass(frozen=True)
class Seen:
    """The leads at their looks: one row each in all of these. `at` are days since 1970."""

    ids: list[str]
    at: Floats
    won: Floats
    export: Export
    behaviour: Behaviour

    def take(self, rows: Numbers) -> Seen:
        """Some of the leads."""
        return Seen(
            [self.ids[row] for row in rows],
            self.at[rows],
            self.won[rows],
            self.export.take(rows),
            self.behaviour.take(rows),
        )

    def flat(self) -> Export:
        """Traits and what leads did as columns, for models that know no rules."""
        return replace(self.export, columns=(*self.export.columns, *_counted(self.behaviour)))


def run_history(
    history: History,
    request: Request,
    *,
    memory_limit: str | None = None,
    threads: int | None = None,
    progress: Progress | None = None,
) -> Learned:
    """Learns from evidence with dates. Raises EvidenceError, DefinitionError or UsageError."""
    history.check()
    tell = progress or (lambda share: None)
    with threadpool_limits(1), DuckDBEngine(memory_limit=memory_limit or MEMORY, threads=threads) as engine:
        return _run(engine, history, request, tell)


def _run(engine: DuckDBEngine, history: History, request: Request, tell: Progress) -> Learned:
    tell(0.01)
    loaded = load_history(engine, history)
    tell(0.1)
    found = decided(engine, history, np.random.default_rng(request.seed))
    warnings = [*map(str, loaded.evidence.notes), *found.warnings]
    learned = Learned(
        None,
        None,
        found.rows,
        found.base_rate,
        (),
        (),
        None,
        {},
        (),
        (),
        tuple(warnings),
        "",
        request.seed,
        found.looks,
    )
    wins = int(found.won.sum())
    if min(wins, len(found.won) - wins) < FEWEST:
        return replace(
            learned,
            refusal=f"too little to learn from: {wins:,} won and {len(found.won) - wins:,} lost leads of which something was "
            f"known before they were decided, and {FEWEST} of each are needed; begin with a definition that both "
            "teams agree on by talking, and come back",
        )
    seen = _look(engine, loaded, found, tell)
    order = Order("date", None, seen.at)
    names, quarantined = screened_traits(request, seen.export, order, seen.won, loaded.logged)
    kept, of_events, events = screened_events(request, seen.behaviour, seen.won, after_decision(engine))
    quarantined += of_events
    today = [name for name in names if name in loaded.flat]
    if today:
        warnings.append(
            f"{len(today)} traits are known only as they are today, not as they were at the look, and are marked as not to "
            f"be trusted: {', '.join(f'`{name}`' for name in today)}; --traits takes a dated log of them"
        )
    learned = replace(
        learned,
        fingerprint=_fingerprint(seen),
        quarantined=tuple(quarantined),
        traits=_traits(seen.export, request, loaded, names, quarantined),
        events=tuple(events),
        warnings=tuple(warnings),
    )
    tell(0.3)
    seen = replace(seen, export=seen.export.only(names), behaviour=kept)
    present = None
    if loaded.declared:
        present = present_ranks(engine, loaded.definition, seen.ids, _all_traits(engine, loaded))
    settings = _settings(history, request)
    return _judged(learned, request, loaded, seen, present, settings, tell)


def _all_traits(engine: DuckDBEngine, loaded: Loaded) -> Export:
    columns = columns_at(engine, loaded.definition, logged=loaded.evidence.has_log, flat=loaded.flat)
    rows = len(columns[0].codes) if columns else 0
    return Export("", tuple(columns), rows, "", np.zeros(rows, dtype=np.bool_))


def _look(engine: DuckDBEngine, loaded: Loaded, found: Decided, tell: Progress) -> Seen:
    put_looks(engine, found.ids, found.day)
    kinds = sorted(loaded.definition.events)
    properties = properties_of(engine, loaded.definition)
    tell(0.15)
    put_seen(engine, kinds, properties)
    tell(0.22)
    did = behaviour(engine, len(found.ids), kinds, properties, least=support(len(found.ids)))
    columns = columns_at(engine, loaded.definition, logged=loaded.evidence.has_log, flat=loaded.flat)
    blank: Flags = np.zeros(len(found.ids), dtype=np.bool_)
    export = Export(loaded.label, tuple(columns), len(found.ids), "", blank)
    return Seen(found.ids, found.day.astype(np.float64), found.won.astype(np.float64), export, did)


def _judged(
    learned: Learned,
    request: Request,
    loaded: Loaded,
    seen: Seen,
    present: tuple[Floats, Floats] | None,
    settings: dict[str, str],
    tell: Progress,
) -> Learned:
    if not seen.export.columns and not seen.behaviour.trails:
        return replace(learned, refusal="nothing to learn here: no trait and no event is left to learn from")
    drawn = at_random(seen.won, np.random.default_rng(request.seed))
    late = by_time(Order("date", None, seen.at), seen.won)
    inside, aside = late or drawn
    train, test = seen.take(inside), seen.take(aside)
    curves = _cooling(train, request.seed, lambda share: tell(0.3 + 0.2 * share))
    cooling = {curve.group: curve.half_life_days for curve in curves}
    card, again = _card(train, cooling, request.seed)
    tell(0.6)
    totals = card.totals(test.export, test.behaviour)
    metrics = {"card": measured(card.chances(totals), test.won, totals)}
    flat, asked = train.flat(), test.flat()
    metrics["boosting"] = measured(rivals.boosting(flat, train.won, asked, request.seed), test.won)
    metrics["logistic"] = measured(rivals.logistic(flat, train.won, asked), test.won)
    metrics["naive_bayes"] = measured(rivals.naive_bayes(flat, train.won, asked), test.won)
    if present is not None:
        metrics["present"] = _present(present, inside, aside, seen.won)
    tell(0.7)
    split = Split("random", None, len(inside), len(aside))
    other: Figures | None = None
    warnings = list(learned.warnings)
    if late is not None:
        other = _at_random(seen, drawn, cooling, request.seed)
        gap = other.auc - metrics["card"].auc
        split = replace(
            split,
            kind="time",
            by="day of the look",
            first_held_out=day_text(float(test.at.min())),
            random_auc=other.auc,
            random_auc_interval=other.auc_interval,
            gap=gap,
        )
        if gap > GAP:
            warnings.append(
                f"the card ranks later leads worse (area under the curve {metrics['card'].auc:.3f}) than leads drawn "
                f"at random ({other.auc:.3f}): what was learned wears off, or something tells the time"
            )
        warnings += drift(card, train.export, test.export, train.won, test.won)
    tell(0.8)
    stretches = calibration(card, totals, test.won)
    if off(stretches) < 0.001 and metrics["card"].ece > 0.05:
        warnings.append(
            f"the card's chances don't hold on the leads held out (off by {percent(metrics['card'].ece)} on average)"
        )
    learned = replace(
        learned,
        metrics=metrics,
        split=split,
        calibration=stretches,
        cooling=curves,
        warnings=tuple(dict.fromkeys(warnings)),
    )
    refusal = _nothing(card, metrics["card"], other, learned.quarantined)
    if refusal is not None:
        return replace(learned, refusal=refusal)
    shares = again(card)
    titles = rule_names([*map(rule_name, card.terms), *map(rule_title, card.forms)])
    parts = backing(card, train.export, train.won)
    parts += [
        evidence_of(form, each, train.behaviour, train.won) for form, each in zip(card.forms, card.each, strict=True)
    ]
    shapes = [(term.shape, term.columns) for term in card.terms]
    shapes += [("when" if form.asked else "counted", form.signal.kinds) for form in card.forms]  # type: ignore[misc]
    rules = tuple(
        RuleFound(title, shape, columns, evidence, share)
        for title, (shape, columns), evidence, share in zip(titles, shapes, parts, shares, strict=True)
    )
    learned = replace(learned, rules=rules)
    text = definition_text(
        learned,
        card,
        train.export,
        card.totals(train.export, train.behaviour),
        settings,
        loaded.definition,
        _looks(learned),
        loaded.flat,
    )
    return replace(learned, definition=text)


def _looks(learned: Learned) -> Looks:
    assert learned.looks is not None
    return learned.looks


def groups_of(behaviour: Behaviour) -> dict[str, list[Signal]]:
    """The signals of each kind of event, which cool alike; those that count times."""
    found: dict[str, list[Signal]] = {}
    for signal in behaviour.trails:
        if signal.per is None and signal.distinct is None:
            found.setdefault(signal.group, []).append(signal)
    return found


def _cooling(train: Seen, seed: int, tick: Progress) -> tuple[CoolingCurve, ...]:
    at = np.sort(np.random.default_rng(seed).permutation(len(train.won))[:SEARCHED])
    part = train.take(at)
    terms = [term for column in part.export.columns if (term := term_of(column, part.won)) is not None]
    return cooling_curves(groups_of(part.behaviour), terms, part.export, part.behaviour, part.won, part.at, tick)


def _card(
    part: Seen, cooling: dict[str, int | None], seed: int
) -> tuple[Scorecard, Callable[[Scorecard], list[float]]]:
    """The card, and what tells how often resamples choose its rules again."""
    rules, pool, outcome = choose(part.export, part.behaviour, part.won, cooling, np.random.default_rng(seed))
    terms = [rule for rule in rules if isinstance(rule, Term)]
    forms = [rule for rule in rules if not isinstance(rule, Term)]
    card = scorecard_of(terms, forms, part.export, part.behaviour, part.won)
    return card, lambda card: stability(card, pool, outcome, np.random.default_rng(seed))


def _at_random(seen: Seen, drawn: tuple[Numbers, Numbers], cooling: dict[str, int | None], seed: int) -> Figures:
    part, rest = (seen.take(rows) for rows in drawn)
    card, _ = _card(part, cooling, seed)
    totals = card.totals(rest.export, rest.behaviour)
    return measured(card.chances(totals), rest.won, totals)


def _present(present: tuple[Floats, Floats], inside: Numbers, aside: Numbers, won: Floats) -> Figures:
    """The present rules: ranked as `score` lists leads; chances are the win rates of each temperature so far."""
    ranks, warmth = present
    base = float(won[inside].mean())
    rates = {
        each: (won[inside][warmth[inside] == each].sum() + base) / ((warmth[inside] == each).sum() + 1)
        for each in np.unique(warmth)
    }
    chance = np.array([rates[each] for each in warmth[aside]], dtype=np.float64)
    return measured(chance, won[aside], ranks[aside])


def _nothing(card: Scorecard, figures: Figures, other: Figures | None, apart: tuple[Quarantined, ...]) -> str | None:
    """Why nothing is published, or None."""
    more = f" ({len(apart)} traits and events were set aside; --trust or --keep takes them back)" if apart else ""
    if not card.terms and not card.forms:
        return f"nothing to learn here: no trait and no event tells won leads from lost ones{more}"
    for which, found in (("held-out", figures), ("randomly held-out", other)):
        if found is not None and found.auc_interval[0] <= 0.5:
            low, high = found.auc_interval
            return (
                f"nothing to learn here: on {which} leads the card ranks no better than chance (area under the curve "
                f"{found.auc:.3f}, 95 % interval {low:.3f} to {high:.3f}, which includes 0.5){more}"
            )
    return None


def _counted(behaviour: Behaviour) -> list[Column]:
    """For each signal how often in 30 days and ever, and the days since, as columns."""
    found = []
    for signal, trail in behaviour.trails.items():
        for name, values in (
            ("ever", trail.count(behaviour.leads)),
            ("in 30 days", trail.count(behaviour.leads, 30)),
            ("days since", trail.days_since(behaviour.leads)),
        ):
            known = np.isfinite(values)
            numbers, codes = np.unique(values[known], return_inverse=True)
            rows = np.full(behaviour.leads, -1, dtype=np.int32)
            rows[known] = codes
            texts = tuple(f"{number:g}" for number in numbers)
            found.append(Column(f"{signal.name} {name}", "integer", rows, texts, numbers, (), ~known))
    return found


def _fingerprint(seen: Seen) -> str:
    """A hash of everything that was seen of the leads at their looks, and how they ended."""
    digest = hashlib.sha256("\x1f".join(seen.ids).encode("utf-8", "surrogatepass"))
    digest.update(seen.at.tobytes() + seen.won.tobytes())
    for column in seen.export.columns:
        said = "\x1f".join((column.name, *column.texts))
        digest.update(said.encode("utf-8", "surrogatepass") + column.codes.tobytes())
    for signal, trail in seen.behaviour.trails.items():
        digest.update(repr(signal).encode("utf-8", "surrogatepass"))
        digest.update(trail.lead.tobytes() + trail.age.tobytes() + trail.times.tobytes())
    return digest.hexdigest()


def _settings(history: History, request: Request) -> dict[str, str]:
    found = {
        "outcome": f"won: {', '.join(history.won)}; lost: {', '.join(history.lost)}",
        "declared by": history.definition.name
        if isinstance(history.definition, Definition)
        else str(history.definition)
        if isinstance(history.definition, str) and "\n" not in history.definition
        else "",
        "ignored": ", ".join(request.ignore),
        "trusted": ", ".join(request.trust),
        "kept": ", ".join(request.keep),
        "seed": str(request.seed),
    }
    return {name: value for name, value in found.items() if value}


def _traits(
    export: Export, request: Request, loaded: Loaded, names: list[str], quarantined: list[Quarantined]
) -> tuple[Trait, ...]:
    uses = dict.fromkeys(names, "used") | {item.column: "quarantined" for item in quarantined}
    uses |= dict.fromkeys(request.ignore, "ignored")
    return tuple(
        Trait(
            column.name,
            column.type,
            column.unknown,
            None,
            float((column.codes < 0).mean()) if export.rows else 0.0,
            uses.get(column.name, "idle"),
            column.name in loaded.logged,
        )
        for column in export.columns
    )
