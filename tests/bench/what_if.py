"""What a slider of 考核方案 costs: the new ranking of all villages, and many draws of weights."""

from collections.abc import Iterator
from fractions import Fraction
from itertools import cycle
from pathlib import Path

from metrics.calendar.period import parse_period
from metrics.cells.store import Store
from metrics.scheme.scheme import scheme_of
from metrics.scheme.weight_shift import with_weight
from metrics.scoring.rank import assess
from metrics.scoring.score_grid import score_grids
from metrics.scoring.weight_sensitivity import DRAWS, sensitivity
from metrics.scoring.what_if import what_if
from tests.bench.figure import Figure, median_ms
from tests.bench.stores import ACTOR, MONTH, demo

SLID = "A1-visit-coverage"


def run(place: Path) -> Iterator[Figure]:
    counted = Store(demo(place)).counted()
    month = parse_period(MONTH, counted.as_of)
    scheme = scheme_of(counted.schemes, month.ends_on)
    before = assess(counted, "village", month, ACTOR, is_simulated=False)
    weights = cycle(Fraction(n, 2) for n in range(2, 80))

    def slide() -> None:
        """Another weight each time, as under a hand that drags."""
        changed = with_weight(scheme, SLID, next(weights))
        what_if(counted, "village", month, ACTOR, changed, before)

    villages = len(before)
    yield Figure(
        f"what-if: a slider to the new ranking of {villages} villages, with moves, reasons and"
        " fragility",
        median_ms(slide, 9),
        "ms",
        300,
    )
    (grid,) = score_grids(counted, "village", [month], {month: scheme})
    drawing = median_ms(lambda: sensitivity(grid), 5)
    draws = f"what-if: {len(scheme.indicators)} weights at ±20 %, {DRAWS:,} draws, villages"
    yield Figure(draws, drawing, "ms", 2_000)
