"""The stations as rows: the band at which each lacks patrols most, or the chosen one."""

from collections.abc import Sequence
from html import escape

from metrics.analysis.hour_findings import StationWeek
from metrics.figures import words
from metrics.wording.hour_readings import hours_verdict
from pages.parts.clickable import address, link
from pages.parts.table import Column, Row, Sheet

STYLE = """
<style>
table.stations { border-collapse: collapse; width: 100%; font-size: .88rem;
  font-variant-numeric: tabular-nums; }
.stations th, .stations td { padding: 3px 8px 3px 0; border-bottom: 1px solid var(--hf-line);
  text-align: left; white-space: nowrap; }
.stations thead th { color: var(--hf-quiet); font-weight: 400; font-size: .84rem; }
.stations tbody th { font-weight: 400; }
.stations td.said { white-space: normal; }
.stations .number { text-align: right; }
.stations a:hover { text-decoration: underline; }
.stations tr.chosen { background: var(--hf-panel); }
.stations tr.short td.slot, .stations tr.short td.said { color: var(--hf-accent);
  font-weight: 600; }
.wide { overflow-x: auto; }
</style>
"""
HEADS = ("派出所", "件数", "时段", "件数占比", "巡逻占比", "判断")
NUMBERS = ("件数", "件数占比", "巡逻占比")


def stations_markup(lines: Sequence[StationWeek], query: dict[str, str], chosen: str) -> str:
    """A click on a station narrows the page to it; on the chosen one, opens the bureau again."""
    heads = "".join(
        f'<th scope="col" class="{"number" if head in NUMBERS else ""}">{head}</th>'
        for head in HEADS
    )
    rows = "".join(_row(line, query, chosen) for line in lines)
    return (
        f'{STYLE}<div class="wide"><table class="stations"><thead><tr>{heads}</tr></thead>'
        f"<tbody>{rows}</tbody></table></div>"
    )


def _row(line: StationWeek, query: dict[str, str], chosen: str) -> str:
    slot, is_chosen = line.slot, line.unit.code == chosen
    to = address("hours", **{**query, "station": "all" if is_chosen else line.unit.code})
    style = ("short " if slot and slot.is_short else "") + ("chosen" if is_chosen else "")
    shares = (
        (words.NONE, words.NONE)
        if slot is None
        else (words.percent(slot.share), words.percent(slot.patrol_share))
    )
    return (
        f'<tr class="{style}"><th scope="row">{link(escape(line.unit.name), to)}</th>'
        f'<td class="number">{line.week.events}</td>'
        f'<td class="slot">{slot.name if slot else words.NONE}</td>'
        f'<td class="number">{shares[0]}</td><td class="number">{shares[1]}</td>'
        f'<td class="said">{hours_verdict(line)}</td></tr>'
    )


COLUMNS = (
    Column("name", "派出所"),
    Column("group", "分组"),
    Column("events", "件数", "whole"),
    Column("hours", "巡逻（小时）", "one"),
    Column("slot", "时段"),
    Column("in_slot", "时段件数", "whole"),
    Column("share", "件数占比（%）", "percent"),
    Column("patrol_share", "巡逻占比（%）", "percent"),
    Column("match", "契合度（%）", "percent"),
    Column("said", "判断"),
)


def stations_sheet(
    lines: Sequence[StationWeek], name: str, notes: Sequence[tuple[str, str]]
) -> Sheet:
    return Sheet(name, COLUMNS, [_values(line) for line in lines], notes)


def _values(line: StationWeek) -> Row:
    slot = line.slot
    return {
        "name": line.unit.name,
        "group": line.unit.group,
        "events": line.week.events,
        "hours": line.week.seconds / 3600,
        "slot": slot.name if slot else "",
        "in_slot": slot.events if slot else None,
        "share": slot.share if slot else None,
        "patrol_share": slot.patrol_share if slot else None,
        "match": line.week.match,
        "said": hours_verdict(line),
    }
