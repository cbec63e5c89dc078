"""What is said of ranks, held against known truths: tables of units whose true scores are made up.

`python -m tests.rank_simulation` measures every world and writes the table into docs/ranks.md.
A world has ten indicators with rules of every kind and uneven counts; a unit's true score is what
its true proportions earn. They scatter around those of the group so far that the true scores of
units differ by `spread` times the noise of a published score.
"""

from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass, fields, replace
from pathlib import Path

import numpy as np

from metrics.scheme.scheme import Scored, Step
from metrics.scoring.score_draws import GroupScores, draws_of, score_noise
from metrics.scoring.share import shares_reached
from metrics.statistics.intervals import FloatArray
from metrics.statistics.rank_uncertainty import alike, rank_intervals

PAGE = Path(__file__).parents[1] / "docs" / "ranks.md"
BEGIN, END = "<!-- table begins -->", "<!-- table ends -->"
SPREADS = (0.25, 0.5, 1.0, 2.0)
TABLES = {14: 1_000, 219: 500}  # 219 units: a third of a second for each table
DRAWS = 1_000  # fewer than the product makes of 14 units, and hundreds of tables
MINIMUM = 10  # cases: below them an indicator does not count, or the k of smoothing
STEPS = ((0.95, 1.0), (0.9, 2 / 3), (0.85, 1 / 3))
# rule, target, floor, the group's own proportion, weight
INDICATORS = (
    ("linear", 0.5, 0.0, 0.30, 14),
    ("linear", 0.95, 0.8, 0.93, 8),
    ("linear", 0.95, 0.7, 0.85, 12),
    ("linear", 0.9, 0.0, 0.85, 10),
    ("linear", 1.0, 0.7, 0.85, 12),
    ("deduct", 0.05, 0.15, 0.10, 10),
    ("steps", 0.95, 0.0, 0.93, 10),
    ("linear", 0.98, 0.8, 0.93, 12),
    ("pass", 0.3, 0.0, 0.33, 4),
    ("linear", 0.95, 0.8, 0.90, 8),
)
CENTRES = np.array([centre for _, _, _, centre, _ in INDICATORS])
WEIGHTS = np.array([float(weight) for *_, weight in INDICATORS])
TURNED = np.array([-1.0 if rule == "deduct" else 1.0 for rule, *_ in INDICATORS])


@dataclass(frozen=True)
class World:
    """units, spread   as in the table
    common      share of the spread that a unit's indicators have in common
    is_smoothed   published by smoothing towards the group, else by the units' own values
    """

    units: int
    spread: float
    common: float = 0.5
    is_smoothed: bool = False


@dataclass(frozen=True)
class Measured:
    """Shares of tables, but for `held`: of units.

    held, held_first    the interval holds the true rank: of all units, of the published first
    stated, happened    P(first) of the published first, and how often it is truly first
    apart, wrong        pairs told apart; tables with one of them in the wrong order
    wide                width of the intervals as a share of the group
    """

    held: float
    held_first: float
    stated: float
    happened: float
    apart: float
    wrong: float
    wide: float


def earning(rule: str, target: float, floor: float) -> Callable[[FloatArray], FloatArray]:
    steps = tuple(Step(at=str(at), share=str(share)) for at, share in STEPS)
    scored = Scored(
        id="X", weight=1, rule=rule, target=str(target), floor=str(floor),
        steps=steps if rule == "steps" else (),
    )  # fmt: skip
    better = "lower" if rule == "deduct" else "higher"
    return lambda values: shares_reached(scored, target, values, better)


EARNS = [earning(rule, target, floor) for rule, target, floor, *_ in INDICATORS]


def score(values: FloatArray) -> FloatArray:
    """Of proportions (indicators × units): points of each unit."""
    rows = zip(WEIGHTS, EARNS, values, strict=True)
    return np.sum([weight * earns(row) for weight, earns, row in rows], axis=0)


def made_up(
    world: World, scatter: float, generator: np.random.Generator
) -> tuple[FloatArray, GroupScores]:
    """True scores and what is published; scatter: of the proportions, on the arcsine scale."""
    shape = len(INDICATORS), world.units
    quality = np.sqrt(world.common) * generator.standard_normal(world.units)
    quality = quality + np.sqrt(1 - world.common) * generator.standard_normal(shape)
    angle = np.arcsin(np.sqrt(CENTRES))[:, None] + scatter * TURNED[:, None] * quality
    true = np.sin(np.clip(angle, 0, np.pi / 2)) ** 2
    sizes = generator.poisson(np.exp(generator.normal(np.log(40), 0.7, shape)))
    sizes = np.maximum(sizes, 0 if world.is_smoothed else MINIMUM)
    hits = generator.binomial(sizes, true)
    own = sizes / (sizes + MINIMUM) if world.is_smoothed else np.ones(shape)
    pooled = (hits.sum(axis=1) / sizes.sum(axis=1))[:, None]
    values = own * np.divide(hits, sizes, out=np.zeros(shape), where=sizes > 0) + (1 - own) * pooled
    weights = np.repeat(WEIGHTS[:, None], world.units, axis=1)
    counts = hits.astype(float), sizes.astype(float)
    return score(true), GroupScores(score(values), *counts, weights, own, EARNS)


def scatter_of(world: World) -> float:
    """The scatter under which true scores of 400 units differ as the world says, by halving."""
    low, high = 0.0, 1.0
    plain = replace(world, units=400, is_smoothed=False)
    for _ in range(9):
        middle = (low + high) / 2
        true, scores = made_up(plain, middle, np.random.default_rng(5))
        noise = score_noise(scores).mean()
        low, high = (middle, high) if np.var(true) < world.spread**2 * noise else (low, middle)
    return (low + high) / 2


def ranks_of(scores: FloatArray) -> FloatArray:
    return 1 + np.sum(scores > scores[:, None], axis=1)


def measured(world: World, tables: int) -> Measured:
    scatter, generator = scatter_of(world), np.random.default_rng(11)
    rows = []
    for number in range(tables):
        true, scores = made_up(world, scatter, generator)
        draws = draws_of(scores, DRAWS, number)
        intervals, chances = rank_intervals(draws.unsure), rank_intervals(draws.likely)
        rank, published = ranks_of(true), ranks_of(scores.published)
        low = np.minimum(intervals.rank_low, published)
        high = np.maximum(intervals.rank_high, published)
        held, first = (low <= rank) & (rank <= high), int(np.argmin(published))
        told = ~alike(draws.unsure, published) & (published[:, None] < published)
        rows.append(
            (
                held.mean(),
                held[first],
                chances.p_first[first],
                rank[first] == 1,
                told.sum() * 2 / (world.units * (world.units - 1)),
                (told & (true[:, None] < true)).any(),
                np.mean(high - low + 1) / world.units,
            )
        )
    return Measured(*np.mean(np.array(rows, float), axis=0).tolist())


def worlds() -> list[World]:
    """Both sizes under both rules; the small one also with nothing, and all, in common."""
    every = [
        World(units, spread, is_smoothed=is_smoothed)
        for units in TABLES
        for is_smoothed in (False, True)
        for spread in SPREADS
    ]
    return every + [World(14, spread, common) for common in (0.0, 1.0) for spread in (0.25, 1.0)]


def lines_of(results: Iterable[tuple[World, int, Measured]]) -> list[str]:
    """With how many tables each world was measured."""
    heads = (
        "units", "published", "in common", "spread ÷ noise", "tables", "intervals hold the truth",
        "… of the first", "stated P(first)", "it was", "pairs told apart", "tables with one wrong",
        "width of intervals",
    )  # fmt: skip
    lines = [f"| {' | '.join(heads)} |", f"| ---: | --- |{' ---: |' * (len(heads) - 2)}"]
    for world, tables, found in results:
        how = "smoothed" if world.is_smoothed else "own values"
        cells = [str(world.units), how, f"{world.common:g}", f"{world.spread:g}", f"{tables:,}"]
        cells += [f"{100 * getattr(found, field.name):.1f} %" for field in fields(found)]
        lines.append(f"| {' | '.join(cells)} |")
    return lines


def write_page(lines: Sequence[str]) -> None:
    before, rest = PAGE.read_text("utf-8").split(BEGIN)
    after = rest.split(END)[1]
    PAGE.write_text(f"{before}{BEGIN}\n" + "\n".join(lines) + f"\n{END}{after}", "utf-8")


if __name__ == "__main__":
    results = []
    for world in worlds():
        tables = TABLES[world.units]
        results.append((world, tables, measured(world, tables)))
        print(lines_of(results)[-1], flush=True)
    write_page(lines_of(results))
