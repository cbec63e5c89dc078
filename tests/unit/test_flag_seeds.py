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


def check(found: Sequence[Tally], seeds: int, capsys: pytest.CaptureFixture[str]) -> None:
    with capsys.disabled():
        print("", *lines_of(found), sep="\n")
    assert {tally.rule for tally in found} == set(load_rules())
    for tally in found:
        assert tally.found == tally.planted, tally
        assert tally.planted >= seeds * (tally.rule in ASKED_FOR), tally
        assert tally.rate < 1, tally
        assert tally.honest > 9_000 * seeds, tally


def test_two_cities(capsys: pytest.CaptureFixture[str]) -> None:
    check(tallies((2019, 11)), 2, capsys)


@pytest.mark.soak
def test_ten_cities(capsys: pytest.CaptureFixture[str]) -> None:
    check(tallies(TEN), len(TEN), capsys)
