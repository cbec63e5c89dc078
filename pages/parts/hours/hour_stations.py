"""The stations as rows: the band at which each lacks patrols most, or the chosen one."""

from collections.abc import Sequence

from markupsafe import Markup

from metrics.analysis.hour_findings import StationWeek
from metrics.wording.hour_readings import hours_verdict
from pages.documents.sheet import Column, Notes, Row, Sheet
from pages.parts.clickable import address
from pages.parts.markup import render


def stations_markup(lines: Sequence[StationWeek], query: dict[str, str], chosen: str) -> Markup:
    """A click on a station narrows the page to it; on the chosen one, opens the bureau again."""
    return render(
        "hours/hour_stations.html",
        lines=lines,
        chosen=chosen,
        to=lambda station: address("hours", **{**query, "station": station}),
        verdict=hours_verdict,
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


def stations_sheet(lines: Sequence[StationWeek], name: str, notes: Notes) -> Sheet:
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
