"""What the card is compared with: gradient boosting, plain logistic regression, and the naive Bayes of CRMs."""

from __future__ import annotations

import warnings
from typing import Any

import numpy as np

from pyrometer.learning.arrays import Floats
from pyrometer.learning.reading import Column, Export

MOST_DUMMIES = 20


def boosting(train: Export, won: Floats, test: Export, seed: int) -> Floats:
    """Chances by LightGBM; how many trees is decided on a fifth of the training leads, then all are used."""
    import lightgbm

    design, category = _trees(train)
    order = np.random.default_rng(seed).permutation(len(won))
    cut = max(1, len(won) // 5)
    aside, inside = order[:cut], order[cut:]
    settings: dict[str, Any] = {
        "objective": "binary",
        "learning_rate": 0.05,
        "num_leaves": 15,
        "min_data_in_leaf": 20,
        "feature_fraction": 0.8,
        "bagging_fraction": 0.8,
        "bagging_freq": 1,
        "lambda_l2": 1.0,
        "cat_smooth": 10.0,
        "max_bin": 127,
        "verbosity": -1,
        "seed": seed,
        "deterministic": True,
        "force_row_wise": True,
        "num_threads": 1,
    }
    trees = 100
    if 0 < won[aside].sum() < len(aside) and 0 < won[inside].sum() < len(inside):
        known = lightgbm.Dataset(design[inside], won[inside], categorical_feature=category, free_raw_data=False)
        check = lightgbm.Dataset(design[aside], won[aside], reference=known, free_raw_data=False)
        stop = lightgbm.early_stopping(30, verbose=False)
        found = lightgbm.train(
            {**settings, "metric": "auc"}, known, num_boost_round=600, valid_sets=[check], callbacks=[stop]
        )
        trees = max(int(found.best_iteration), 10)
    whole = lightgbm.Dataset(design, won, categorical_feature=category, free_raw_data=False)
    model = lightgbm.train(settings, whole, num_boost_round=trees)
    return np.asarray(model.predict(_trees(test)[0]), dtype=np.float64)


def _trees(export: Export) -> tuple[Floats, list[int]]:
    """Numbers as they are, texts as codes; NaN where unknown. And which columns hold codes."""
    design = np.column_stack([column.values for column in export.columns])
    return design, [at for at, column in enumerate(export.columns) if column.type == "text"]


def logistic(train: Export, won: Floats, test: Export) -> Floats:
    """Chances by logistic regression with a light ridge, on standardised numbers and an indicator per frequent text."""
    from sklearn.linear_model import LogisticRegression

    frequent = [_frequent(column) for column in train.columns]
    known = [_plain(column, codes) for column, codes in zip(train.columns, frequent, strict=True)]
    asked = [_plain(column, codes) for column, codes in zip(test.columns, frequent, strict=True)]
    design, other = np.hstack(known), np.hstack(asked)
    middle, spread = design.mean(axis=0), design.std(axis=0)
    spread[spread == 0] = 1.0
    model = LogisticRegression(C=1.0, max_iter=300, tol=1e-3)
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")  # what hasn't quite converged is compared as it is
        model.fit((design - middle) / spread, won)
        return np.asarray(model.predict_proba((other - middle) / spread)[:, 1], dtype=np.float64)


def _frequent(column: Column) -> list[int]:
    if column.ordered or column.type == "boolean":
        return []
    counts = np.bincount(column.codes[column.codes >= 0], minlength=len(column.texts))
    order = sorted(range(len(counts)), key=lambda code: (-counts[code], code))
    return [code for code in order[:MOST_DUMMIES] if counts[code]]


def _plain(column: Column, frequent: list[int]) -> Floats:
    unknown = (column.codes < 0).astype(np.float64)[:, None]
    if column.ordered or column.type == "boolean":
        return np.hstack([np.nan_to_num(column.values, nan=0.0)[:, None], unknown])
    return np.hstack([(column.codes[:, None] == np.array(frequent, dtype=np.int32)).astype(np.float64), unknown])


def naive_bayes(train: Export, won: Floats, test: Export) -> Floats:
    """Chances as open-source CRMs count them.

    For each value of each column the share of won and of lost leads that have it, with a tenth of a lead added to
    either, multiplied; numbers are cut into tenths; what is unknown isn't counted.
    """
    log_odds = np.full(test.rows, np.log(won.sum() / (1 - won).sum()))
    for before, column in zip(train.columns, test.columns, strict=True):
        codes, size, asked = before.codes, len(before.texts), column.codes
        if before.ordered:
            known = before.values[before.codes >= 0]
            if not len(known):
                continue
            bounds = np.unique(np.quantile(known, np.linspace(0.1, 0.9, 9)))
            size = len(bounds) + 1
            codes = np.where(before.codes >= 0, np.searchsorted(bounds, before.values, side="left"), -1)
            asked = np.where(column.codes >= 0, np.searchsorted(bounds, column.values, side="left"), -1)
        here = codes >= 0
        wins = np.bincount(codes[here], weights=won[here], minlength=size) + 0.1
        losses = np.bincount(codes[here], weights=1 - won[here], minlength=size) + 0.1
        ratio = np.log(wins / wins.sum()) - np.log(losses / losses.sum())
        log_odds += np.append(ratio, 0.0)[asked]
    return np.asarray(1 / (1 + np.exp(-np.clip(log_odds, -35, 35))))
