"""What a learned definition is worth, in words: whether to use it as it stands."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from pyrometer.learning.result import Learned

MANY = 0.20
"""The share of leads from which hot is no choice any more."""
COMES_AND_GOES = 0.5
"""The share of resamples below which a rule is worth an argument."""
BEHIND = 0.03
"""Area under the curve by which a readable card may rank worse than another model before it is told."""
_RIVALS = {"naive_bayes": "the naive Bayes of CRMs", "logistic": "plain logistic regression"}


@dataclass(frozen=True)
class Band:
    """The leads that come out hot, or warm.

    `at_least` are the points it takes. `trained_share` is the share of the leads learned from, `held_out_share` that of
    those held out, of which `leads` are in the band and `won` were won; `rate` is that share and `interval` its 95 %
    interval (Wilson), None and 0 to 1 without leads.
    """

    temperature: str
    at_least: int
    trained_share: float
    held_out_share: float
    leads: int
    won: int
    rate: float | None
    interval: tuple[float, float]


@dataclass(frozen=True)
class Verdict:
    """Whether something speaks against using the definition as it stands (`usable` is False), and what in words."""

    usable: bool
    headline: str
    reasons: tuple[str, ...]

    def __str__(self) -> str:
        return " ".join((self.headline, *self.reasons))


def verdict_of(learned: Learned) -> Verdict:
    """What the figures on held-out leads, the hot leads and the stability of rules come to."""
    against = [*_present(learned), *_hot(learned), *_rules(learned)]
    reasons = (*against, *_gain(learned), *_rivals(learned))
    if against:
        return Verdict(False, "Not to be used as it stands.", reasons)
    return Verdict(True, "A draft worth talking about.", (*_good(learned), *reasons))


def _present(learned: Learned) -> Iterator[str]:
    present = learned.present
    if present is None or present.gain_interval[0] > 0:
        return
    pairs = f"{_pairs(learned, 'card')} of 100 pairs right, that one {_pairs(learned, 'present')}"
    if present.gain_interval[1] < 0:
        yield f"It ranks worse than the definition in use, `{present.name}`: {pairs}."
    else:
        yield (
            f"It is not better than the definition in use, `{present.name}`, as far as these leads tell: it ranks "
            f"{pairs}, a difference that may be chance."
        )


def _gain(learned: Learned) -> Iterator[str]:
    present = learned.present
    if present is not None and present.gain_interval[0] > 0:
        yield (
            f"It ranks better than the definition in use, `{present.name}`: {_pairs(learned, 'card')} of 100 pairs "
            f"right, that one {_pairs(learned, 'present')}."
        )


def _hot(learned: Learned) -> Iterator[str]:
    for band in learned.bands:
        share = max(band.trained_share, band.held_out_share)
        if band.temperature == "hot" and share > MANY:
            yield (
                f"Hot would be {_percent(band.held_out_share)} of the leads held out ("
                f"{_percent(band.trained_share)} of those learned from), not about 10 %: too many share the highest "
                "points for a bound to part them."
            )


def _rules(learned: Learned) -> Iterator[str]:
    shaky = [rule for rule in learned.rules if rule.stability < COMES_AND_GOES]
    if len(learned.rules) == 1 and shaky:
        again = _percent(shaky[0].stability, 0)
        yield f"The only rule is unstable: learned again from other leads, it came back in {again} of the trials."
    elif shaky and len(shaky) > len(learned.rules) / 2:
        yield f"{len(shaky)} of {len(learned.rules)} rules are unstable: less than half of the trials chose them."


def _rivals(learned: Learned) -> Iterator[str]:
    card = learned.metrics["card"]
    better = [name for name in _RIVALS if name in learned.metrics and learned.metrics[name].auc - card.auc > BEHIND]
    if better:
        best = max(better, key=lambda name: learned.metrics[name].auc)
        yield (
            f"On the same leads {_RIVALS[best]} ranks {_pairs(learned, best)} of 100 pairs right, this card "
            f"{_pairs(learned, 'card')}: it leaves something out."
        )


def _good(learned: Learned) -> Iterator[str]:
    yield f"Of leads that it had never seen it ranks {_pairs(learned, 'card')} of 100 pairs right; chance gives 50."
    for band in learned.bands:
        if band.temperature == "hot" and band.rate is not None:
            yield (
                f"Hot were {_percent(band.held_out_share)} of them, of which {band.won:,} of {band.leads:,} were won "
                f"({_percent(band.rate)})."
            )


def _pairs(learned: Learned, name: str) -> str:
    return f"{100 * learned.metrics[name].auc:.1f}"


def _percent(share: float, digits: int = 1) -> str:
    return f"{100 * share:.{digits}f} %"
