"""What is said of a programme's worth: the first line of its page, and a sentence for each outcome."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime

from django.utils import timezone
from django.utils.formats import date_format
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, ngettext

from pyrometer.app.nurture.worth.figures import Worth
from pyrometer.app.nurture.worth.numbers import BLANK, count, digits, money, points, share, signed, whole
from pyrometer.nurture.worth import FEWEST, OUTCOMES, Cost, Effect, Kind

NAMES = {"hot": gettext_lazy("turned hot"), "accepted": gettext_lazy("accepted by sales"), "won": gettext_lazy("won")}
"""What an outcome is called."""
MORE = {
    "hot": gettext_lazy("More turn hot"), "accepted": gettext_lazy("More are accepted"),
    "won": gettext_lazy("More are won"),
}  # fmt: skip
FEWER = {
    "hot": gettext_lazy("Fewer turn hot"), "accepted": gettext_lazy("Fewer are accepted"),
    "won": gettext_lazy("Fewer are won"),
}  # fmt: skip
COUNTED = {
    "hot": gettext_lazy("how many turn hot"), "accepted": gettext_lazy("how many are accepted"),
    "won": gettext_lazy("how many are won"),
}  # fmt: skip


@dataclass(frozen=True)
class Told:
    """What is said first: `kind` as `Kind` has it, or `waiting`, or `unfair`; then sentences that explain it."""

    kind: str
    first: str
    more: tuple[str, ...] = ()


@dataclass(frozen=True)
class Row:
    """An outcome in words and figures, as the table and the chart have them. Empty figures: none can be given."""

    outcome: str
    name: str
    got: str
    got_share: str
    held: str
    held_share: str
    effect: str
    interval: str
    extra: str
    extra_interval: str
    said: str
    cost: str
    sure: bool
    """Whether it surely is more, or fewer."""


def told(worth: Worth) -> Told:
    """What is said first of a programme."""
    counted, effect = worth.counted, worth.decides
    if not counted.entered:
        return Told(Kind.NOBODY, _("Nobody has entered yet."), _why_nobody(worth))
    if worth.balance.suspicious:
        return Told(
            "unfair", _("The two groups can't be compared."), (_unfair(worth), _("What follows doesn't count."))
        )
    if worth.nobody_held:
        # Said at once where nobody will be, and not after months.
        return Told(Kind.NOBODY_HELD, _("No effect can be told: nobody was held back."), _how_to_hold_back(worth))
    if not (counted.got.of and counted.held.of):
        return Told("waiting", _("It is too early to say."), _when(worth))
    return Told(effect.kind, sentence("won", effect), _signs(worth))


def sentence(outcome: str, effect: Effect) -> str:
    """What is said of one outcome."""
    match effect.kind:
        case Kind.MORE | Kind.FEWER:
            name = (MORE if effect.kind is Kind.MORE else FEWER)[outcome]
            return _("%(more)s: %(points)s points (from %(low)s to %(high)s).") % {"more": name, **_points(effect)}
        case Kind.UNTOLD:
            said = _("No effect on %(counted)s can be told: it is from %(low)s to %(high)s points, and 0 lies within.")
            return f"{said % {'counted': COUNTED[outcome], **_points(effect)}} {_seen(effect)}"
        case Kind.TOO_FEW:
            fewer = min(effect.got.of, effect.held.of)
            who = _("held back") if effect.held.of <= effect.got.of else _("among those who got it")
            said = _("Too few to say: %(number)s %(who)s were followed for long enough, and it takes %(fewest)s.")
            return said % {"number": count(fewer), "who": who, "fewest": FEWEST}
        case Kind.NOBODY_HELD:
            return _("No effect can be told: nobody was held back.")
        case _:
            return _("Nobody was followed for long enough.")


def brief(worth: Worth) -> str:
    """What is said first of a programme, in a cell of a table."""
    if not worth.counted.entered:
        return _("nobody entered yet")
    return _("nobody is held back, so nothing can be known") if worth.nobody_held else short(worth.decides)


def short(effect: Effect) -> str:
    """What is said of one outcome, in a cell of a table."""
    match effect.kind:
        case Kind.MORE | Kind.FEWER:
            return _("%(points)s points (%(low)s to %(high)s)") % _points(effect)
        case Kind.UNTOLD:
            return _("no effect can be told (%(low)s to %(high)s)") % _points(effect)
        case Kind.TOO_FEW:
            return _("too few to say")
        case _:
            # Also where those who were held back entered only lately.
            return _("too early to say")


def rows(worth: Worth) -> list[Row]:
    """All outcomes."""
    return [_row(name, worth) for name in OUTCOMES]


def price(cost: Cost, effect: Effect, currency: str) -> str:
    """What one lead more cost, in words where no sum can be named."""
    found = cost.per_extra(effect)
    if found is not None:
        each, (low, high) = found
        words = _("%(each)s (from %(low)s to %(high)s)")
        return words % {name: money(sum_, currency) for name, sum_ in (("each", each), ("low", low), ("high", high))}
    match effect.kind:
        case Kind.MORE:
            return _("nothing: it saved as much as it cost")
        case Kind.UNTOLD:
            return _("can't be said: perhaps none was gained")
        case Kind.FEWER:
            return _("none was gained")
        case _:
            return _("can't be said")


def _row(outcome: str, worth: Worth) -> Row:
    effect = worth.effects[outcome]
    got, held = effect.got, effect.held
    has = effect.told
    return Row(
        outcome=outcome,
        name=str(NAMES[outcome]),
        got=count(got.came),
        got_share=share(got.rate) if got.of else "",
        held=count(held.came),
        held_share=share(held.rate) if held.of else "",
        effect=points(effect.difference, effect.interval) if has else "",
        interval=_("%(low)s to %(high)s") % _points(effect) if has else "",
        extra=whole(effect.extra) if has else "",
        extra_interval=_("%(low)s to %(high)s") % _extra(effect) if has else "",
        said=sentence(outcome, effect),
        cost=price(worth.cost, effect, worth.currency),
        sure=effect.kind in (Kind.MORE, Kind.FEWER),
    )


def _points(effect: Effect) -> dict[str, str]:
    low, high = effect.interval
    names = (("points", effect.difference), ("low", low), ("high", high))
    return {name: points(number, effect.interval) for name, number in names}


def _extra(effect: Effect) -> dict[str, str]:
    low, high = effect.extra_interval
    return {"low": whole(low), "high": whole(high)}


def _seen(effect: Effect) -> str:
    held = count(effect.held.of)
    if effect.seen is None:
        return _("With %(held)s held back, no effect could have been seen, however large.") % {"held": held}
    # Without a sign, and never finer than the interval.
    seen = signed(effect.seen * 100, digits(effect.interval)).lstrip("+")
    said = _("With %(held)s held back, an effect below %(seen)s points would hardly have been seen.")
    return said % {"held": held, "seen": seen}


def _signs(worth: Worth) -> tuple[str, ...]:
    """What is said under a first line about wins: the signs on the way to them."""
    return tuple(sentence(name, worth.effects[name]) for name in ("hot", "accepted") if worth.effects[name].told)


def _why_nobody(worth: Worth) -> tuple[str, ...]:
    if worth.programme.live_id is None:
        return (_("The programme isn't live: once it is published, those who fit enter."),)
    return (_("As soon as leads enter, they are counted here."),)


def _how_to_hold_back(worth: Worth) -> tuple[str, ...]:
    if worth.share:
        said = _("%(share)s are to be held back, and chance has held back nobody yet.")
        return (said % {"share": share(worth.share)},)
    return (
        _("What became of those who entered might have become of them anyway: there is nobody to compare them with."),
        _("Have the programme hold back a tenth (held_back: 10%) and publish it. Who enters from then on is compared."),
    )


def _when(worth: Worth) -> tuple[str, ...]:
    ready, side = worth.ready_at, worth.counted
    said = [
        ngettext(
            "%(entered)s lead entered so far, and %(held)s of them was held back.",
            "%(entered)s leads entered so far, %(held)s of them held back.",
            side.entered,
        )
        % {"entered": count(side.entered), "held": count(side.held_entered)}
    ]
    if ready is not None and not side.got.of and not side.held.of:
        words = _("Nobody was followed for %(days)d days yet. The first will have been on %(day)s.")
        said.append(words % {"days": worth.horizon, "day": _day(ready)})
    else:
        group = _("held back") if side.got.of else _("who got it")
        words = _("Nobody %(group)s was followed for %(days)d days yet.")
        said.append(words % {"group": group, "days": worth.horizon})
    return tuple(said)


def _unfair(worth: Worth) -> str:
    found = worth.balance
    said = _(
        "Of %(entered)s leads %(held)s were held back, where %(expected)s were to be: chance alone does that in fewer "
        "than one of a thousand programmes. Something else decided who got it."
    )
    numbers = {"entered": found.entered, "held": found.held, "expected": found.expected}
    return said % {name: count(number) for name, number in numbers.items()}


def fairness(worth: Worth) -> str:
    """Whether chance divided the leads as was agreed."""
    found = worth.balance
    if found.suspicious:
        return _unfair(worth)
    numbers = {"entered": found.entered, "held": found.held, "expected": found.expected}
    values = {name: count(number) for name, number in numbers.items()}
    if found.chance is None:
        return _("Held back: %(held)s of %(entered)s leads, too few to check the draw.") % values
    said = _("Held back: %(held)s of %(entered)s leads, where %(expected)s were to be. Chance has it so.")
    return said % values


def _day(moment: datetime) -> str:
    return date_format(timezone.localtime(moment), "DATE_FORMAT").replace(" ", BLANK)
