"""Results of learning, written by hand, so that a page of them is quick to make."""

from __future__ import annotations

from dataclasses import replace

from pyrometer.learning import (
    Calibrated,
    Evidence,
    Figures,
    Learned,
    Quarantined,
    Rows,
    RuleFound,
    Split,
    Trait,
)

HOSTILE = (
    "</script><script>document.body.id='owned'</script>",
    '"><img src=x onerror="document.body.id=\'owned\'">',
    "a.b[0]\\'\"] || (document.body.id='owned') || datum['x",
    "{{constructor.constructor(\"document.body.id='owned'\")()}} ${1} <!--",
    "javascript:document.body.id='owned'\u202e\x00\u2028",
)
"""Texts that become something else where they aren't taken as text."""


def figures(auc: float) -> Figures:
    """What a model with this area under the curve might come to."""
    return Figures(auc, (auc - 0.02, auc + 0.02), 0.7, 0.12, 0.03, 2.5, 2.1)


def learned() -> Learned:
    """A card of two rules."""
    return Learned(
        definition="format: 1\nname: Learned\n",
        refusal=None,
        rows=Rows(read=1100, duplicates=40, open=50, immature=10, used=1000),
        base_rate=0.3,
        traits=(
            Trait("size", "integer", ("n/a",), None, 0.1, "used"),
            Trait("ended", "text", (), None, 0.0, "outcome"),
        ),
        quarantined=(
            Quarantined("closing", None, "its name speaks of the outcome"),
            Quarantined("tier", "Gold", "won"),
        ),
        split=Split("time", "came", 700, 300, "2026-01-05", 0.86, (0.84, 0.88), 0.01),
        metrics={
            "card": figures(0.85),
            "boosting": figures(0.87),
            "logistic": figures(0.8),
            "naive_bayes": figures(0.79),
        },
        rules=(
            RuleFound(
                "size",
                "bands",
                ("size",),
                (
                    Evidence("below 10", 0, 300, 30, 0.1, (0.07, 0.14)),
                    Evidence("10 and up", 12, 400, 180, 0.45, (0.4, 0.5)),
                ),
                0.95,
                10,
                14,
            ),
            RuleFound(
                "size is 3 and channel is Fair",
                "when",
                ("size", "channel"),
                (
                    Evidence("otherwise", 0, 600, 200, 0.33, (0.3, 0.37)),
                    Evidence("both", -4, 100, 10, 0.1, (0.05, 0.17)),
                ),
                0.4,
            ),
        ),
        calibration=(
            Calibrated(-4, 0, 150, 20, 0.12, 0.13, (0.09, 0.2)),
            Calibrated(1, 12, 150, 70, 0.5, 0.47, (0.39, 0.55)),
        ),
        warnings=("every column is as it stands in the export", "`size` has drifted"),
        fingerprint="ab" * 32,
        seed=7,
    )


def refused() -> Learned:
    """A refusal before anything was fitted."""
    return replace(
        learned(),
        definition=None,
        refusal="too little to learn from: 12 won and 30 lost, and 40 of each are needed",
        base_rate=None,
        split=None,
        metrics={},
        rules=(),
        calibration=(),
    )


def hostile() -> Learned:
    """A result in which every text that comes from data wants to be something else."""
    one, two, three, four, five = HOSTILE
    rule = learned().rules[0]
    return replace(
        learned(),
        definition=f"name: {one}\n# {two}\n{three}{four}",
        traits=(Trait(one, two, (three, four), five, 0.1, "used"), Trait(two, "text", (), None, 0.0, three)),
        quarantined=(Quarantined(one, two, three), Quarantined(four, five, one)),
        split=replace(learned().split, by=one, first_held_out=two),
        rules=(
            replace(
                rule,
                name=one,
                columns=(two, three),
                evidence=(replace(rule.evidence[0], part=four), replace(rule.evidence[1], part=five)),
            ),
            replace(learned().rules[1], name=three, columns=(one,)),
            replace(learned().rules[1], name=two, columns=(five,)),
            replace(learned().rules[1], name=five),
        ),
        warnings=(one, two, f"`{three}`", f"`{four}"),
        fingerprint=five,
    )
