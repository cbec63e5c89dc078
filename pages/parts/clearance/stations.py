"""Stations side by side: a dot at observed ÷ expected with its 95 % interval, 1 in the middle."""

from collections.abc import Sequence

from metrics.analysis.clearance_counts import CaseCounts
from metrics.cells.units import UNKNOWN
from metrics.figures.words import plain
from metrics.statistics.standardisation import Standardised
from metrics.wording.clearance_readings import is_compared

WIDEST = 2.0  # the scale goes from 0 to here; what reaches beyond is cut with an arrow
HEADING = "实际÷应破（左端 0，中线 1，右端 2）"

STYLE = """
<style>
.track { position: relative; width: 11rem; height: 18px; display: inline-block;
  background: linear-gradient(var(--hf-line), var(--hf-line)) 50% 0 / 1px 100% no-repeat; }
.track i { position: absolute; top: 7px; height: 4px; background: var(--hf-data); opacity: .42; }
.track b { position: absolute; top: 4px; width: 10px; height: 10px; margin-left: -5px;
  border-radius: 50%; background: var(--hf-data); box-sizing: border-box; }
.track.apart b { border-radius: 0; transform: rotate(45deg); background: var(--hf-accent); }
.track.few b { background: var(--hf-paper); border: 2px solid var(--hf-quiet); }
.track.few i { background: var(--hf-quiet); }
.track em { position: absolute; right: -1px; top: 1px; font-style: normal; font-size: .7rem;
  color: var(--hf-quiet); }
</style>
"""


def tracks(counts: CaseCounts, found: Sequence[Standardised]) -> list[str]:
    """One for each station; apart from 1: a diamond; too few to compare: hollow."""
    return [
        STYLE * (place == 0)
        + (_track(result, is_compared(unit.code, result)) if unit.code != UNKNOWN else "")
        for place, (unit, result) in enumerate(zip(counts.stations, found, strict=True))
    ]


def _track(found: Standardised, is_sure: bool) -> str:
    if found.ratio is None or found.lower is None or found.upper is None:
        return ""
    left, right = _at(found.lower), _at(found.upper)
    kind = "few" if not is_sure else "apart" if found.is_apart else ""
    said = f"{plain(found.ratio, 2)}，95% 区间 {plain(found.lower, 2)}–{plain(found.upper, 2)}"
    beyond = "<em>›</em>" if found.upper > WIDEST else ""
    dot = f'<b style="left:{_at(float(found.ratio)):.1f}%"></b>' if found.ratio <= WIDEST else ""
    return (
        f'<span class="track {kind}" role="img" aria-label="{said}" title="{said}">'
        f'<i style="left:{left:.1f}%;width:{max(right - left, 0.5):.1f}%"></i>{dot}{beyond}</span>'
    )


def _at(ratio: float) -> float:
    return 100 * min(ratio, WIDEST) / WIDEST
