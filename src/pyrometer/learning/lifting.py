"""Columns that alone do most of the ranking: an honest strong signal looks like a leak, so a person has to say."""

from __future__ import annotations

import numpy as np

from pyrometer.learning.arrays import Floats, Rows
from pyrometer.learning.measure import auc
from pyrometer.learning.reading import Export
from pyrometer.learning.result import Quarantined

LIFT = 0.05
ALONE = 0.75
"""A column that ranks worse than this on its own is no leak worth the name."""
SAMPLE = 8_000
LOOKED_AT = 4
FOLDS = 3


def lifting(export: Export, won: Floats, trusted: frozenset[str], seed: int) -> list[Quarantined]:
    """The columns that lift the area under the curve by more than 0.05 and do much of the ranking alone.

    Judged by gradient boosting in three folds; after a column is set aside, the rest is looked at again.
    """
    rng = np.random.default_rng(seed)
    at = np.sort(rng.permutation(export.rows)[:SAMPLE])
    export, won = export.take(at), won[at]
    fold = rng.permutation(len(won)) % FOLDS
    designs = {
        column.name: (column.values, column.type == "text") for column in export.columns if len(column.texts) > 1
    }
    alone = {name: _area([name], designs, won, fold, seed) for name in _strongest(designs, won)}
    found: list[Quarantined] = []
    while True:
        order = sorted((name for name in alone if name not in trusted), key=lambda name: (-alone[name], name))
        names = [name for name in order if alone[name] >= ALONE][:LOOKED_AT]
        if not names or len(designs) < 2:
            return found
        whole = _area(list(designs), designs, won, fold, seed)
        for name in names:
            others = _area([other for other in designs if other != name], designs, won, fold, seed)
            if whole - others > LIFT:
                found.append(
                    Quarantined(
                        name,
                        None,
                        f"it lifts the ranking from {others:.3f} to {whole:.3f} (area under the curve), and alone does "
                        f"{alone[name]:.3f}: too good, unless it is known before the outcome",
                    )
                )
                del designs[name], alone[name]
                break
        else:
            return found


def _strongest(designs: dict[str, tuple[Floats, bool]], won: Floats) -> list[str]:
    """The columns worth a model of their own, by the area that the rates of their values come to."""
    found = []
    for name, (values, is_text) in designs.items():
        _, codes = np.unique(values, return_inverse=True)
        if not is_text and codes.max() > 50:
            codes = np.minimum((codes * 50) // (int(codes.max()) + 1), 49)
        n, k = np.bincount(codes), np.bincount(codes, weights=won)
        found.append((auc(((k + won.mean()) / (n + 1.0))[codes], won), name))
    return [name for area, name in sorted(found, reverse=True) if area >= ALONE - 0.05][:LOOKED_AT]


def _area(
    names: list[str],
    designs: dict[str, tuple[Floats, bool]],
    won: Floats,
    fold: Rows,
    seed: int,
) -> float:
    import lightgbm

    design = np.column_stack([designs[name][0] for name in names])
    category = [at for at, name in enumerate(names) if designs[name][1]]
    chance = np.zeros(len(won))
    settings = {
        "objective": "binary",
        "learning_rate": 0.1,
        "num_leaves": 8,
        "min_data_in_leaf": 20,
        "max_bin": 63,
        "verbosity": -1,
        "seed": seed,
        "deterministic": True,
        "force_row_wise": True,
        "num_threads": 1,
    }
    for part in range(FOLDS):
        inside = fold != part
        data = lightgbm.Dataset(design[inside], won[inside], categorical_feature=category)
        chance[~inside] = np.asarray(lightgbm.train(settings, data, num_boost_round=60).predict(design[~inside]))
    return auc(chance, won)
