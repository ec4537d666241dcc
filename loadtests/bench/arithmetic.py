"""Medians, and ratios over paired repeats."""

from collections.abc import Sequence
from statistics import median
from typing import NamedTuple


class Ratio(NamedTuple):
    """Above 1: we are better. `low` and `high` are the least and the greatest of any pair."""

    middle: float
    low: float
    high: float


def ratios(ours: Sequence[float], theirs: Sequence[float], *, more_is_better: bool) -> Ratio:
    """The median of the ratios of each repeat, which ran one after the other under the same conditions.

    Repeats are paired by their place; ValueError if there is none, or their numbers differ.
    """
    if len(ours) != len(theirs) or not ours:
        raise ValueError(f"{len(ours)} repeats cannot be paired with {len(theirs)}")
    pairs = zip(ours, theirs, strict=True)
    found = [_over(a, b) if more_is_better else _over(b, a) for a, b in pairs]
    return Ratio(median(found), min(found), max(found))


def _over(a: float, b: float) -> float:
    return a / b if b else float("inf") if a else 1.0


def rounded(value: float) -> float:
    """Four significant digits: more would be noise."""
    return float(f"{value:.4g}")
