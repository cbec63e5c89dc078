"""How sure a rank is: simulate the scores many times and see where each unit comes out."""

from dataclasses import dataclass

import numpy as np
from numpy.typing import ArrayLike, NDArray

from metrics.statistics.intervals import FloatArray, proportion_counts

IntArray = NDArray[np.int64]

SMALL_FIELD = 30
"""Up to this many units there is time for many draws."""


def draws_for(units: int) -> int:
    """How many draws the product makes: 20,000 up to 30 units, else 2,000."""
    return 20_000 if units <= SMALL_FIELD else 2_000


def jeffreys_draws(
    numerator: ArrayLike, denominator: ArrayLike, draws: int = 20_000, seed: int = 0
) -> FloatArray:
    """Draws of each unit's true proportion from Beta(x + ½, n - x + ½), as (draws × units).

    numerator, denominator   one-dimensional counts; a denominator of 0 or nan gives nan
    seed                     of a PCG64 generator: the same input gives the same draws. They
                             follow the column order, so sort units by their code first.
    numerator > denominator or draws < 1 raises ValueError. Brown, Cai and DasGupta 2001.
    """
    if draws < 1:
        raise ValueError(f"draws must be at least 1, got {draws}")
    x, n = (np.atleast_1d(counts) for counts in proportion_counts(numerator, denominator))
    is_known = (n > 0) & ~np.isnan(x)
    generator = np.random.Generator(np.random.PCG64(seed))
    hits, misses = x[is_known] + 0.5, (n - x)[is_known] + 0.5
    rates = generator.beta(hits, misses, size=(draws, hits.size))
    if is_known.all():
        return rates  # 34 MiB for the stations of the demo city: no second array
    simulated = np.full((draws, x.size), np.nan)
    simulated[:, is_known] = rates
    return simulated


def places(scores: FloatArray) -> tuple[IntArray, IntArray]:
    """Competition rank from the top and from the bottom, per row of (draws × units).

    Higher is better; equal scores share the better place (1, 1, 3) at either end.
    A nan has place 0 and does not count.
    """
    order = np.argsort(-scores, axis=1)
    ordered = np.take_along_axis(scores, order, axis=1)
    column = np.arange(scores.shape[1])
    starts_tie = np.ones(scores.shape, bool)
    starts_tie[:, 1:] = ordered[:, 1:] != ordered[:, :-1]
    better = np.maximum.accumulate(np.where(starts_tie, column, 0), axis=1)
    ends_tie = np.roll(starts_tie, -1, axis=1)  # a row's first column always starts a tie
    last = np.where(ends_tie, column, scores.shape[1])
    at_last = np.minimum.accumulate(last[:, ::-1], axis=1)[:, ::-1]
    ranked = np.count_nonzero(~np.isnan(scores), axis=1)[:, None]
    is_ranked = column < ranked  # nan sorts to the end
    return (
        _back(order, np.where(is_ranked, better + 1, 0)),
        _back(order, np.where(is_ranked, ranked - at_last, 0)),
    )


def _back(order: NDArray[np.intp], ordered: IntArray) -> IntArray:
    """From the order of the scores back to the order of the units."""
    placed = np.empty_like(ordered)
    np.put_along_axis(placed, order, ordered, axis=1)
    return placed


@dataclass(frozen=True)
class RankIntervals:
    """How sure each unit's rank is; arrays with one entry per unit.

    rank_low, rank_high    best and worst rank of the 95 % interval; 0 = never ranked
    p_first, p_last        share of the draws in which the unit is best, worst (ties included)
    p_top3, p_bottom3      … is among the best, worst three; nan = never ranked
    """

    rank_low: IntArray
    rank_high: IntArray
    p_first: FloatArray
    p_last: FloatArray
    p_top3: FloatArray
    p_bottom3: FloatArray


def rank_intervals(draws: ArrayLike, confidence: float = 0.95) -> RankIntervals:
    """Rank intervals from simulated scores, an array of (draws × units); higher is better.

    A nan is not ranked in that draw; shares are of the draws in which the unit is ranked.
    The interval runs from the 2.5 to the 97.5 percentile of the rank, both ranks that occur.
    Goldstein and Spiegelhalter 1996, JRSS A 159:385. Not two dimensions: ValueError.
    """
    scores = np.asarray(draws, float)
    if scores.ndim != 2:
        raise ValueError(f"draws must be an array of draws × units, got {scores.ndim} dimensions")
    top, bottom = places(scores)
    times = np.count_nonzero(top, axis=0)
    tail = (1 - confidence) / 2
    return RankIntervals(
        _quantile(top, times, tail),
        _quantile(top, times, 1 - tail),
        *(_share(place, times, most) for most in (1, 3) for place in (top, bottom)),
    )


def _quantile(place: IntArray, times: IntArray, share: float) -> IntArray:
    """The rank that `share` of a unit's ranked draws do not exceed (inverted CDF)."""
    if not place.size:
        return np.zeros(place.shape[1], np.int64)
    ordered = np.sort(place, axis=0)  # unranked draws are 0 and come first
    # Rounded, because 0.975 × 2000 is a whole number that floating point may overshoot.
    within = np.maximum(np.ceil(np.round(times * share, 6)).astype(np.int64), 1)
    row = np.minimum(place.shape[0] - times + within, place.shape[0]) - 1
    return np.where(times > 0, np.take_along_axis(ordered, row[None, :], axis=0)[0], 0)


def _share(place: IntArray, times: IntArray, most: int) -> FloatArray:
    is_there = (place >= 1) & (place <= most)
    often = np.count_nonzero(is_there, axis=0)
    return np.asarray(often / np.where(times > 0, times, np.nan), float)


def surely_ahead(draws: ArrayLike, confidence: float = 0.95) -> NDArray[np.bool_]:
    """[i, j]: unit i is ahead of j, with that confidence in all such statements together.

    draws   (draws × units), higher is better; a unit with a nan is ahead of nobody, nor behind
    Two units are told apart where their mean difference exceeds q standard deviations of it; q is
    the quantile of the largest |difference - mean difference| over all pairs, in the same draws
    (the studentised range, for normal draws of equal spread: Tukey's HSD). Al Mohamad, Goeman and
    van Zwet 2022, Computational Statistics and Data Analysis 165:107323. Not two dimensions:
    ValueError.
    """
    scores = np.asarray(draws, float)
    if scores.ndim != 2:
        raise ValueError(f"draws must be an array of draws × units, got {scores.ndim} dimensions")
    ahead = np.zeros((scores.shape[1], scores.shape[1]), bool)
    with_scores = np.flatnonzero(~np.isnan(scores).any(axis=0))
    if with_scores.size < 2 or not scores.shape[0]:
        return ahead
    mean = scores[:, with_scores].mean(axis=0)
    off = np.ascontiguousarray((scores[:, with_scores] - mean).T)
    variance = np.einsum("ij,ij->i", off, off)
    of_difference = variance[:, None] + variance - 2 * off @ off.T
    sd = np.sqrt(np.maximum(of_difference, 0) / scores.shape[0])
    # Units that are drawn alike, or do not vary, have no spread of chance between them.
    per_sd = np.divide(1.0, sd, out=np.zeros(sd.shape), where=sd > 1e-12 * np.abs(mean).max())
    largest = np.zeros(scores.shape[0], np.float32)
    single, per_sd = off.astype(np.float32), per_sd.astype(np.float32)  # twice as fast
    for unit in range(with_scores.size - 1):
        apart = np.abs(single[unit + 1 :] - single[unit]) * per_sd[unit, unit + 1 :, None]
        np.maximum(largest, apart.max(axis=0), out=largest)
    bound = np.quantile(largest, confidence) * sd
    difference = mean[:, None] - mean
    ahead[np.ix_(with_scores, with_scores)] = difference > bound + 1e-12 * np.abs(mean).max()
    return ahead


def alike(draws: ArrayLike, ranks: ArrayLike, confidence: float = 0.95) -> NDArray[np.bool_]:
    """[i, j]: the two units cannot be told apart; symmetric, and no unit is alike with itself.

    ranks   as published. Two are told apart where the better ranked is surely ahead: equal ranks,
            and ranks that the draws gainsay, stay alike.
    """
    placed = np.asarray(ranks)
    is_told = surely_ahead(draws, confidence) & (placed[:, None] < placed)
    pairs = ~(is_told | is_told.T)
    np.fill_diagonal(pairs, False)
    return pairs
