"""Made-up records are found and honest ones left alone, whatever the seed of the city."""

from collections.abc import Sequence

import pytest

from metrics.flags.rules import load_rules
from tests.flag_seeds import TEN, Tally, lines_of, tallies

ASKED_FOR = {
    "impossible-travel",
    "overlapping-visits",
    "copied-notes",
    "active-on-leave",
    "same-day-closing",
    "month-end-entries",
}


LOOK_BACK = {"fewer-shifts", "fewer-tasks"}


def check(found: Sequence[Tally], seeds: int, capsys: pytest.CaptureFixture[str]) -> None:
    with capsys.disabled():
        print("", *lines_of(found), sep="\n")
    assert {tally.rule for tally in found} == set(load_rules())
    for tally in found:
        assert tally.found == tally.planted, tally
        assert tally.planted >= seeds * (tally.rule in ASKED_FOR), tally
        assert tally.rate < 1, tally
        # Those that look back a year say nothing of the first one, nor of a handful of tasks.
        least = 6_000 if tally.rule in LOOK_BACK else 9_000
        assert tally.honest > least * seeds, tally


def test_two_cities(capsys: pytest.CaptureFixture[str]) -> None:
    check(tallies((2019, 11)), 2, capsys)


@pytest.mark.soak
def test_ten_cities(capsys: pytest.CaptureFixture[str]) -> None:
    check(tallies(TEN), len(TEN), capsys)
