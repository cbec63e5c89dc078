"""The same week hour by hour, and the suggested change of each band."""

from html import escape

import numpy as np

from metrics.analysis.hour_findings import HourFigure
from metrics.analysis.hours import WEEKDAYS, IntArray
from metrics.analysis.mismatch import BAND, BANDS, slot_name
from metrics.analysis.reallocation import Suggestion
from metrics.figures import words

CELL, LEFT, TOP, GAP = 17, 34, 18, 1
STEPS = 5
STYLE = """
<style>
.strips { display: flex; flex-wrap: wrap; gap: 4px 28px; }
.strips figure { margin: 0; flex: 1 1 400px; min-width: 0; }
.strips figcaption { font-size: .9rem; margin-bottom: 2px; }
.strips svg { width: 100%; max-width: 560px; height: auto; }
.strips text { fill: var(--hf-quiet); font-size: 11px; }
</style>
"""


def strips_markup(figure: HourFigure, slot: str, said: str) -> str:
    """Events and patrols by hour and weekday, darker where there is more of the week's total."""
    verb = figure.subject.verb
    return (
        f'{STYLE}<div class="strips">'
        + _strip(f"{verb}（共 {figure.week.events} 件）", figure.events, "件", slot, said)
        + _strip(
            f"巡逻（共 {words.plain(figure.week.seconds // 3600)} 小时）",
            figure.seconds // 60,
            "分钟",
            slot,
            said,
        )
        + "</div>"
    )


def _strip(title: str, hours: IntArray, unit: str, slot: str, said: str) -> str:
    most = max(int(hours.max()), 1)
    cells = "".join(
        _square(day, hour, int(hours[day, hour]), most, unit)
        for day in range(7)
        for hour in range(24)
    )
    ticks = "".join(
        f'<text x="{LEFT + hour * CELL}" y="12" text-anchor="middle">{hour}</text>'
        for hour in range(0, 25, BAND)
    )
    days = "".join(
        f'<text x="0" y="{TOP + day * CELL + 13}">{name}</text>'
        for day, name in enumerate(WEEKDAYS)
    )
    wide, high = LEFT + 24 * CELL + 10, TOP + 7 * CELL + 2
    return (
        f"<figure><figcaption>{escape(title)}</figcaption>"
        f'<svg viewBox="0 0 {wide} {high}" role="img" aria-label="{escape(f"{title}。{said}")}">'
        f"{ticks}{days}{cells}{_frame(slot)}</svg></figure>"
    )


def _square(day: int, hour: int, n: int, most: int, unit: str) -> str:
    step = -(-STEPS * n // most)  # 0 only for nothing
    colour = (
        f"color-mix(in srgb, var(--hf-data) {12 + 88 * (step - 1) // (STEPS - 1)}%,"
        " var(--hf-panel))"
        if step
        else "var(--hf-panel)"
    )
    hint = f"{WEEKDAYS[day]} {hour}–{hour + 1} 时：{words.plain(n)} {unit}"
    return (
        f'<rect x="{LEFT + hour * CELL}" y="{TOP + day * CELL}" width="{CELL - GAP}"'
        f' height="{CELL - GAP}" style="fill:{colour}"><title>{hint}</title></rect>'
    )


def _frame(slot: str) -> str:
    """Around the chosen band."""
    if not slot[0].isdigit():
        return ""
    day, hour = int(slot[0]) - 1, int(slot[2:])
    return (
        f'<rect x="{LEFT + hour * CELL - 1}" y="{TOP + day * CELL - 1}" width="{BAND * CELL + 1}"'
        f' height="{CELL + 1}" style="fill:none;stroke:var(--hf-accent);stroke-width:2"/>'
    )


CHANGE_STYLE = """
<style>
table.change { border-collapse: separate; border-spacing: 3px; width: 100%; table-layout: fixed;
  font-variant-numeric: tabular-nums; }
.change th { font-weight: 400; color: var(--hf-quiet); font-size: .85rem; padding: 0; }
.change th.day { width: 3rem; text-align: left; color: inherit; font-size: .95rem; }
.change td { text-align: right; padding: 4px 8px; border-radius: 4px; font-size: .9rem;
  white-space: nowrap; }
.change small { color: var(--hf-quiet); margin-right: 6px; }
.change b { font-weight: 600; }
.note { font-size: .82rem; color: var(--hf-quiet); margin: 4px 0 0; }
</style>
"""


def change_markup(found: Suggestion) -> str:
    """Minutes of an average week, now → suggested, with the change; more in blue, less in grey."""
    heads = "".join(f'<th scope="col">{b * BAND}–{b * BAND + BAND} 时</th>' for b in range(BANDS))
    most = max(int(np.abs(found.change).max()), 1)
    rows = ""
    for day, name in enumerate(WEEKDAYS):
        cells = "".join(_changed(found, day, band, most) for band in range(BANDS))
        rows += f'<tr><th class="day" scope="row">{name}</th>{cells}</tr>'
    return (
        f'{CHANGE_STYLE}<table class="change"><thead><tr><th class="day"></th>{heads}</tr></thead>'
        f'<tbody>{rows}</tbody></table><div class="note">平均每周分钟数：现有 → 建议，'
        "后为增减；底色越深，变动越大（蓝增、灰减）</div>"
    )


def _changed(found: Suggestion, day: int, band: int, most: int) -> str:
    now, then = int(found.present[day, band]), int(found.suggested[day, band])
    colour = "var(--hf-data)" if then > now else "var(--hf-quiet)"
    strength = round(34 * abs(then - now) / most)
    hint = f"{slot_name(day, band * BAND)}：现有 {now} 分钟，建议 {then} 分钟"
    return (
        f'<td title="{hint}" style="background:color-mix(in srgb, {colour} {strength}%,'
        f' var(--hf-panel))"><small>{now} → {then}</small><b>{words.signed(then - now, 0)}</b></td>'
    )
