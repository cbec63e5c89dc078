"""How steady each rank is, as rows: a bar for chance, a thin one for other weights."""

from collections.abc import Callable, Mapping, Sequence
from html import escape

from metrics.scheme.scheme import Level
from metrics.scoring.rank import by_group
from metrics.scoring.rank_stability import Steady
from metrics.wording.fairness_readings import likely, span
from pages.parts.clickable import link
from pages.parts.ranking.rank_chart import FEW, STYLE, place_at, ticks

ROWS = """
<style>
.row { grid-template-columns: 2.3rem 8.2rem 1fr 4.4rem 4.4rem 4.4rem; }
.track u { position: absolute; top: 50%; height: 3px; margin-top: -1.5px;
  background: var(--hf-quiet); }
.number { text-align: right; font-size: .88rem; white-space: nowrap; }
.chosen { outline: 2px solid var(--hf-quiet); outline-offset: -2px; font-weight: 600; }
</style>
"""
LEGEND = (
    "圆点为名次；宽条为抽样误差下名次的 95% 区间，细线为权重浮动下名次的最好至最差；"
    "同一底色的相邻单位，与其中最前者分不出先后。点一行选中该单位，再点取消。"
)


def steady_markup(
    steady: Sequence[Steady], level: Level, chosen: str, to: Callable[[str], str]
) -> str:
    """One panel for each group; `to`: the address that chooses a unit."""
    of = {x.line.unit: x for x in steady}
    panels = "".join(
        _panel(name, [of[line.unit] for line in members], level, chosen, to)
        for name, members in by_group([x.line for x in steady]).items()
    )
    return f'{STYLE}{ROWS}<div class="panels">{panels}</div><div class="legend">{LEGEND}</div>'


def _panel(
    name: str, members: Sequence[Steady], level: Level, chosen: str, to: Callable[[str], str]
) -> str:
    size = "many" if len(members) > FEW else ""
    rows = "".join(_row(x, len(members), chosen, to) for x in members)
    counted = f"{len(members)} {'人' if level == 'officer' else '个单位'}"
    title = f"{escape(name)}　{counted}" if name else counted
    return (
        f'<div class="panel"><h4>{title}</h4><div class="rows {size}">'
        f"{_head(len(members))}{rows}</div></div>"
    )


def _head(places: int) -> str:
    marks = "".join(
        f'<em style="left:{place_at(place, places):.1f}%">{place}</em>' for place in ticks(places)
    )
    numbers = "".join(f'<span class="number">{word}</span>' for word in NUMBERS)
    return (
        '<div class="row head"><span class="rank">名次</span><span>单位</span>'
        f'<div class="track">{marks}</div>{numbers}</div>'
    )


NUMBERS: Mapping[str, Callable[[Steady], float]] = {
    "居首": lambda x: x.line.p_first or 0.0,
    "居末": lambda x: x.line.p_last or 0.0,
    "名次不变": lambda x: x.held,
}


def _row(x: Steady, places: int, chosen: str, to: Callable[[str], str]) -> str:
    line = x.line
    rank, low, high = line.rank or 0, line.rank_low or 0, line.rank_high or 0
    numbers = "".join(
        f'<span class="number">{likely(number(x))}</span>' for number in NUMBERS.values()
    )
    inner = (
        f'<span class="rank">{rank}</span><span class="unit">{escape(line.name)}</span>'
        f'<div class="track">{_bar("i", low, high, places)}{_bar("u", x.best, x.worst, places)}'
        f'<b style="left:{place_at(rank, places):.2f}%"></b></div>{numbers}'
    )
    hint = (
        f"{line.name}：第 {rank} 名，抽样误差下第 {span(low, high)} 名，"
        f"权重浮动下第 {span(x.best, x.worst)} 名"
    )
    is_chosen = line.unit == chosen
    style = f"row {'shaded' if (line.band or 0) % 2 else ''} {'chosen' if is_chosen else ''}"
    return link(inner, to("" if is_chosen else line.unit), style, hint)


def _bar(tag: str, low: int, high: int, places: int) -> str:
    left, right = place_at(low, places), place_at(high, places)
    return f'<{tag} style="left:{left:.2f}%;width:{max(right - left, 0.5):.2f}%"></{tag}>'
