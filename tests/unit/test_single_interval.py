"""One Wilson interval in plain numbers is the one of the arrays, to the last bit."""

import random
import subprocess
import sys
from pathlib import Path

import numpy as np
import pytest

from metrics.statistics.intervals import wilson_interval
from metrics.statistics.single_interval import wilson_limits

SMALL = [(x, n) for n in range(1, 120) for x in range(n + 1)]


def test_every_small_proportion_and_some_large_ones() -> None:
    random_source = random.Random(20190819)
    sizes = [random_source.randrange(1, 10**7) for _ in range(3_000)]
    pairs = SMALL + [(random_source.randrange(size + 1), size) for size in sizes]
    lower, upper = wilson_interval(*np.array(pairs).T)
    assert [wilson_limits(*pair) for pair in pairs] == list(
        zip(lower.tolist(), upper.tolist(), strict=True)
    )


def test_the_example_of_the_literature() -> None:
    # Newcombe 1998, Statistics in Medicine 17:857, table I: 81 of 263, method 3.
    assert wilson_limits(81, 263) == pytest.approx((0.2553, 0.3662), abs=5e-5)


@pytest.mark.parametrize("pair", [(0, 0), (-1, 5), (6, 5), (1, -1)])
def test_what_is_no_proportion_is_refused(pair: tuple[int, int]) -> None:
    with pytest.raises(ValueError, match="no proportion"):
        wilson_limits(*pair)


def test_a_measured_proportion_loads_no_numpy() -> None:
    loaded = "import sys, metrics.figures.measure; print('numpy' in sys.modules)"
    root = Path(__file__).parents[2]
    run = subprocess.run([sys.executable, "-c", loaded], cwd=root, capture_output=True, text=True)
    assert run.stdout.strip() == "False", run.stderr
