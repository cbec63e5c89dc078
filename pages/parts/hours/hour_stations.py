"""The stations as rows: the band at which each lacks patrols most, or the chosen one."""

from collections.abc import Sequence

from markupsafe import Markup

from metrics.analysis.hour_findings import StationWeek
from metrics.wording.hour_readings import hours_verdict
from pages.documents.sheet import Column
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
    Column("name", "派出所", of="unit.name"),
    Column("group", "分组", of="unit.group"),
    Column("events", "件数", "whole", "week.events"),
    Column("hours", "巡逻（小时）", "one", lambda line: line.week.seconds / 3600),
    Column("slot", "时段", of=lambda line: line.slot.name if line.slot else ""),
    Column("in_slot", "时段件数", "whole", "slot.events"),
    Column("share", "件数占比（%）", "percent", "slot.share"),
    Column("patrol_share", "巡逻占比（%）", "percent", "slot.patrol_share"),
    Column("match", "契合度（%）", "percent", "week.match"),
    Column("said", "判断", of=hours_verdict),
)
