"""异常线索 as a work list: what, where, how unusual, and what was found out; a row opens."""

from collections.abc import Mapping, Sequence

from data.decisions.verdicts import Verdict
from metrics.calendar.days import month_words
from metrics.calendar.period import Period
from metrics.integrity.flag import Flag
from metrics.wording import flag_words
from pages.documents.sheet import Column, sheet_of
from pages.parts import frame
from pages.parts.clickable import address, show_clickable
from pages.parts.linked_table import linked_table
from pages.parts.table import export_buttons

HALF = "同组同月其他单位按占比从低到高排列，排在正中的那个占比：一半单位不超过它"
MOST = "同组同月其他单位中，四分之三的占比不超过它"
HIGHER = "同组同月其他单位中，占比与此相同或更高的有几个；0 即没有一个这么高"


def show_flags(
    screen: frame.Screen,
    period: Period,
    flags: Sequence[Flag],
    verdicts: Mapping[str, Verdict],
    opened: Flag | None,
) -> None:
    if not flags:
        frame.reading("按所选条件没有线索")
        return
    frame.reading(f"{len(flags)} 条，同月内最不寻常的在前；点线索名称看其后的记录")
    notes = screen.notes(period, ("说明", f"{flag_words.LEAD}，核实前不影响得分"))
    columns = (
        Column("what", "线索", of="rule.title"),
        Column("unit", "对象", of="unit.name"),
        Column("station", "派出所", of="station_name"),
        Column("month", "月份", of=lambda flag: month_words(flag.month)),
        Column("hits", "异常条数", "whole"),
        Column("total", "当月条数", "whole"),
        Column("share", "占比（%）", "percent"),
        Column("median", "同组半数单位不超过（%）", "percent", "peers.median", HALF),
        Column("upper", "同组大多数单位不超过（%）", "percent", "peers.upper", MOST),
        Column("higher", "同组同样高或更高的（个）", "whole", "peers.higher", HIGHER),
        Column("state", "结论", of=lambda flag: flag_words.state_of(flag, verdicts)),
    )
    sheet = sheet_of(f"数据核查线索-{period.text}", columns, flags, notes)
    links = [address("checks", period=period.text, flag=flag.id) for flag in flags]
    chosen = [place for place, flag in enumerate(flags) if opened and flag.id == opened.id]
    show_clickable(linked_table(sheet, links, chosen), key="flag-list")
    export_buttons(sheet, "flag-list")
