"""The ranking under a changed scheme as rows: from a hollow dot (before) to a full one (after)."""

from collections.abc import Sequence
from html import escape

from metrics.calendar.period import Period
from metrics.figures import words
from metrics.scheme.scheme import Level
from metrics.scoring.rank import by_group
from metrics.scoring.what_if import Move, WhatIf
from metrics.wording.fairness_readings import likely
from metrics.wording.what_if_readings import reason
from pages.parts.clickable import address, link
from pages.parts.ranking.rank_chart import FEW, STYLE, place_at, ticks

ROWS = """
<style>
.panels { grid-template-columns: repeat(auto-fit, minmax(540px, 1fr)); }
.rows { max-height: 400px; }
.row { grid-template-columns: 2.3rem 7.6rem 1fr 3.4rem 5.6rem 4.6rem; }
.track u { position: absolute; top: 50%; height: 3px; margin-top: -1.5px;
  background: var(--hf-data); opacity: .5; }
.track s { position: absolute; top: 50%; width: 9px; height: 9px; margin: -4.5px 0 0 -4.5px;
  border-radius: 50%; border: 1.5px solid var(--hf-quiet); background: var(--hf-paper); }
.number { text-align: right; font-size: .88rem; white-space: nowrap; }
</style>
"""
LEGEND = (
    "实心点为改后的名次，空心点为现行名次；“名次稳固”为各项权重上下浮动 20% 时新名次不变的情形"
    "所占份额。鼠标停在行上可看原因，点一行打开该单位。"
)


def what_if_markup(found: WhatIf, level: Level, period: Period) -> str:
    """One panel for each group that has ranked units."""
    of = {move.line.unit: move for move in found.ranked}
    panels = "".join(
        _panel(name, [of[line.unit] for line in members], level, period)
        for name, members in by_group([move.line for move in found.ranked]).items()
    )
    return f'{STYLE}{ROWS}<div class="panels">{panels}</div><div class="legend">{LEGEND}</div>'


def _panel(name: str, members: Sequence[Move], level: Level, period: Period) -> str:
    size = "many" if len(members) > FEW else ""
    rows = "".join(_row(move, len(members), level, period) for move in members)
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
    return (
        '<div class="row head"><span class="rank">名次</span><span>单位</span>'
        f'<div class="track">{marks}</div><span class="score">得分</span><span>较现行</span>'
        '<span class="number">名次稳固</span></div>'
    )


def _row(move: Move, places: int, level: Level, period: Period) -> str:
    line, rank = move.line, move.line.rank or 0
    before = move.before.rank or rank
    old, new = place_at(min(before, places), places), place_at(rank, places)
    moved = words.movement(line.rank, move.before.rank)
    tone = "sure better" if move.places > 0 else "sure worse" if move.places < 0 else ""
    hollow = f'<s style="left:{old:.2f}%"></s>' if before != rank else ""
    inner = (
        f'<span class="rank">{rank}</span><span class="unit">{escape(line.name)}</span>'
        f'<div class="track"><u style="left:{min(old, new):.2f}%;width:{abs(new - old):.2f}%"></u>'
        f"{hollow}<b style='left:{new:.2f}%'></b></div>"
        f'<span class="score">{words.points(line.score)}</span>'
        f'<span class="move {tone}">{moved}</span>'
        f'<span class="number">{words.NONE if move.held is None else likely(move.held)}</span>'
    )
    to = address("unit", level=level, unit=line.unit, period=period.text)
    return link(inner, to, "row", f"{line.name}：{reason(move) or '得分不变'}")
