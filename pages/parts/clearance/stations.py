"""Stations side by side: a dot at observed ÷ expected with its 95 % interval, 1 in the middle."""

from collections.abc import Sequence

from markupsafe import Markup

from metrics.analysis.clearance_counts import CaseCounts
from metrics.cells.units import UNKNOWN
from metrics.figures.words import plain
from metrics.statistics.standardisation import Standardised
from metrics.wording.clearance_readings import is_compared
from pages.parts.markup import render

WIDEST = 2.0  # the scale goes from 0 to here; what reaches beyond is cut with an arrow
HEADING = "实际÷应破（左端 0，中线 1，右端 2）"


def tracks(counts: CaseCounts, results: Sequence[Standardised]) -> list[Markup]:
    """One for each station; apart from 1: a diamond; too few to compare: hollow."""
    units = zip(counts.stations, results, strict=True)
    return [
        _track(result, unit.code, is_first=place == 0) for place, (unit, result) in enumerate(units)
    ]


def _track(result: Standardised, station: str, is_first: bool) -> Markup:
    """Nothing is drawn where there is no ratio, and of 未知."""
    ratio, lower, upper = result.ratio, result.lower, result.upper
    if ratio is None or lower is None or upper is None or station == UNKNOWN:
        return render("clearance/track.html", is_first=is_first, hint="")
    is_sure = is_compared(station, result)
    return render(
        "clearance/track.html",
        is_first=is_first,
        kind="few" if not is_sure else "apart" if result.is_apart else "",
        hint=f"{plain(ratio, 2)}，95% 区间 {plain(lower, 2)}–{plain(upper, 2)}",
        low=_at(lower),
        high=_at(upper),
        at=_at(float(ratio)),
        is_beyond=ratio > WIDEST,
        is_cut=upper > WIDEST,
    )


def _at(ratio: float) -> float:
    return 100 * min(ratio, WIDEST) / WIDEST
