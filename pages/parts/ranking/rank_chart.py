"""The ranking as rows: a dot at the rank, a bar over its 95 % interval, the movement in words."""

from collections.abc import Mapping, Sequence
from html import escape

from metrics.calendar.period import Period
from metrics.figures import words
from metrics.scheme.scheme import Level
from metrics.scoring.rank import Assessment
from metrics.wording.alerts import moved_beyond
from pages.parts.clickable import address, link

FEW = 30  # up to so many rows are drawn large

STYLE = """
<style>
.panels { display: grid; gap: 8px 34px;
  grid-template-columns: repeat(auto-fit, minmax(430px, 1fr)); }
.panel h4 { font-size: 1rem; font-weight: 600; margin: 0 0 2px; }
.rows { max-height: 540px; overflow-y: auto; font-variant-numeric: tabular-nums; }
.row { display: grid; grid-template-columns: 2.3rem 8.2rem 1fr 3.6rem 5.6rem; align-items: center;
  column-gap: 8px; height: 33px; padding: 0 6px 0 0; border-bottom: 1px solid var(--hf-line);
  break-inside: avoid; }
.many .row { height: 25px; font-size: .88rem; }
.shaded { background: var(--hf-panel); }
a.row:hover { outline: 2px solid var(--hf-data); outline-offset: -2px; }
.head { position: sticky; top: 0; background: var(--hf-paper); color: var(--hf-quiet); z-index: 2;
  font-size: .8rem; height: 26px; }
.rank, .score { text-align: right; }
.rank { font-weight: 600; }
.unit { white-space: nowrap; overflow: hidden; text-overflow: ellipsis; }
.track { position: relative; height: 100%; }
.track i { position: absolute; top: 50%; height: 7px; margin-top: -3.5px; border-radius: 4px;
  background: var(--hf-data); opacity: .38; }
.track b { position: absolute; top: 50%; width: 11px; height: 11px; margin: -5.5px 0 0 -5.5px;
  border-radius: 50%; background: var(--hf-data); }
.track em { position: absolute; transform: translateX(-50%); font-style: normal; top: 4px; }
.move { white-space: nowrap; font-size: .88rem; color: var(--hf-quiet); }
.sure { font-weight: 600; }
.better { color: var(--hf-better); }
.worse { color: var(--hf-worse); }
.legend { font-size: .82rem; color: var(--hf-quiet); margin-top: 7px; }
@media print { .rows { max-height: none; overflow: visible; } }
</style>
"""
LEGEND = (
    "圆点为名次，横条为名次的 95% 区间；同一底色的相邻单位，与其中最前者分不出先后；"
    "进退位与上一完整期间相比，加粗的超出误差范围，其余可能只是随机波动。"
)


def rank_markup(groups: Mapping[str, Sequence[Assessment]], level: Level, period: Period) -> str:
    """One panel for each group that has ranked units, side by side."""
    panels = [
        _panel(name, [line for line in members if line.rank is not None], level, period)
        for name, members in groups.items()
        if any(line.rank is not None for line in members)
    ]
    return f'{STYLE}<div class="panels">{"".join(panels)}</div><div class="legend">{LEGEND}</div>'


def _panel(name: str, ranked: Sequence[Assessment], level: Level, period: Period) -> str:
    size = "many" if len(ranked) > FEW else ""
    rows = "".join(_row(line, len(ranked), level, period) for line in ranked)
    counted = f"{len(ranked)} {'人' if level == 'officer' else '个单位'}"
    title = f"{escape(name)}　{counted}" if name else counted
    return (
        f'<div class="panel"><h4>{title}</h4><div class="rows {size}">'
        f"{_head(len(ranked))}{rows}</div></div>"
    )


def _head(places: int) -> str:
    marks = "".join(
        f'<em style="left:{place_at(place, places):.1f}%">{place}</em>' for place in ticks(places)
    )
    return (
        '<div class="row head"><span class="rank">名次</span><span>单位</span>'
        f'<div class="track">{marks}</div><span class="score">得分</span><span>进退位</span></div>'
    )


def ticks(places: int) -> list[int]:
    """1 and then every place, every 10th or every 20th."""
    step = 1 if places <= FEW / 2 else 5 if places <= FEW else 20
    return sorted({1, *range(step, places + 1, step)})


def place_at(place: float, places: int) -> float:
    """Where a place stands on the track, in per cent."""
    return 100 * (place - 0.5) / places


def _row(line: Assessment, places: int, level: Level, period: Period) -> str:
    rank, low, high = line.rank or 0, line.rank_low or 0, line.rank_high or 0
    left, right = place_at(low, places), place_at(high, places)
    moved = words.movement(line.rank, line.previous_rank)
    tone = ""
    if moved_beyond(line):
        tone = "sure better" if moved.startswith("↑") else "sure worse"
    inner = (
        f'<span class="rank">{rank}</span><span class="unit">{escape(line.name)}</span>'
        f'<div class="track"><i style="left:{left:.2f}%;width:{max(right - left, 0.5):.2f}%"></i>'
        f'<b style="left:{place_at(rank, places):.2f}%"></b></div>'
        f'<span class="score">{words.points(line.score)}</span>'
        f'<span class="move {tone}">{moved}</span>'
    )
    hint = f"{line.name}：第 {rank} 名，95% 区间第 {low}–{high} 名，{words.points(line.score)} 分"
    shade = "shaded" if (line.band or 0) % 2 else ""
    to = address("unit", level=level, unit=line.unit, period=period.text)
    return link(inner, to, f"row {shade}", hint)
