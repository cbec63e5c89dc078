"""The week as a grid: seven days, six bands, in each what happened against what was patrolled."""

from html import escape

from metrics.analysis.hour_findings import HourFigure
from metrics.analysis.hours import WEEKDAYS
from metrics.analysis.mismatch import BAND, BANDS, Slot
from metrics.figures import words
from pages.parts.clickable import address, link

STYLE = """
<style>
table.week { border-collapse: separate; border-spacing: 3px; width: 100%; table-layout: fixed;
  font-variant-numeric: tabular-nums; }
.week th { font-weight: 400; color: var(--hf-quiet); font-size: .85rem; padding: 0; }
.week th.day { width: 3rem; text-align: left; color: inherit; font-size: .95rem; }
.week td { padding: 0; background: var(--hf-panel); border-radius: 4px; height: 45px; }
.week td.short { background: color-mix(in srgb, var(--hf-accent) 22%, var(--hf-paper)); }
.week td.chosen { outline: 2px solid var(--hf-data); }
.week td > a { display: block; position: relative; padding: 3px 7px 4px; line-height: 1.25;
  height: 100%; box-sizing: border-box; }
.week td > a:hover { outline: 2px solid var(--hf-data); border-radius: 4px; }
.two { display: flex; justify-content: space-between; font-size: .86rem; white-space: nowrap; }
.two b { font-weight: 600; }
.two span { color: var(--hf-quiet); }
.mark { color: var(--hf-accent); font-weight: 700; font-style: normal; }
.week em.mark { position: absolute; right: 7px; bottom: 2px; font-size: .82rem; }
.bar { height: 5px; margin-top: 2px; border-radius: 2px; }
.bar.happened { background: var(--hf-data); }
.short .bar.happened { background: var(--hf-accent); }
.bar.walked { background: var(--hf-quiet); opacity: .55; }
.legend { font-size: .82rem; color: var(--hf-quiet); margin: 4px 0 0; line-height: 1.6; }
.legend i { display: inline-block; width: 22px; height: 6px; border-radius: 2px;
  vertical-align: 2px; margin: 0 3px 0 10px; }
</style>
"""
SHORT, UNUSUAL = "缺", "增"


def week_markup(figure: HourFigure, query: dict[str, str], chosen: str) -> str:
    """A click on a band chooses it; a click on the chosen one lets it go."""
    widest = max((max(s.share, s.patrol_share) for s in figure.week.slots), default=0) or 1
    heads = "".join(
        f'<th scope="col">{band * BAND}–{band * BAND + BAND} 时</th>' for band in range(BANDS)
    )
    rows = ""
    for day, name in enumerate(WEEKDAYS):
        slots = [slot for slot in figure.week.slots if slot.weekday == day]
        cells = "".join(_cell(slot, figure, float(widest), query, chosen) for slot in slots)
        rows += f'<tr><th class="day" scope="row">{name}</th>{cells}</tr>'
    return (
        f'{STYLE}<table class="week"><thead><tr><th class="day"></th>{heads}</tr></thead>'
        f"<tbody>{rows}</tbody></table>{_legend(figure)}"
    )


def _cell(slot: Slot, figure: HourFigure, widest: float, query: dict[str, str], chosen: str) -> str:
    marks = (SHORT if slot.is_short else "") + (UNUSUAL if slot.is_unusual else "")
    mark = f'<em class="mark">{marks}</em>' if marks else ""
    inner = (
        f'<span class="two"><b>{words.percent(slot.share) if slot.events else 0}</b>'
        f"<span>{words.percent(slot.patrol_share)}</span></span>"
        f'<div class="bar happened" style="width:{100 * float(slot.share) / widest:.1f}%"></div>'
        f'<div class="bar walked" style="width:{100 * float(slot.patrol_share) / widest:.1f}%">'
        f"</div>{mark}"
    )
    is_chosen = slot.code == chosen
    to = address("hours", **{**query, "slot": "all" if is_chosen else slot.code})
    style = " ".join(
        name for name, is_so in (("short", slot.is_short), ("chosen", is_chosen)) if is_so
    )
    return f'<td class="{style}">{link(inner, to, title=_hint(slot, figure))}</td>'


def _hint(slot: Slot, figure: HourFigure) -> str:
    minutes = words.plain(slot.seconds // 60)
    usual = f"；前12个月占 {words.percent(slot.usual)}" if slot.usual is not None else ""
    return (
        f"{slot.name}：{figure.subject.verb} {slot.events} 件，占 {words.percent(slot.share)}；"
        f"巡逻 {minutes} 分钟，占 {words.percent(slot.patrol_share)}{usual}"
    )


def _legend(figure: HourFigure) -> str:
    return (
        '<div class="legend">每格左为'
        f"{escape(figure.subject.verb)}占比，右为巡逻时长占比"
        '<i style="background:var(--hf-data)"></i>'
        f"{escape(figure.subject.verb)}"
        '<i style="background:var(--hf-quiet);opacity:.55"></i>巡逻　'
        f'<b class="mark">{SHORT}</b> {escape(figure.subject.verb)}超出巡逻占比的随机波动　'
        f'<b class="mark">{UNUSUAL}</b> 比前12个月突出　点一格，看该时段各所各村</div>'
    )
