"""排名: who is ahead, who moved, and is the difference real?"""

from collections.abc import Mapping, Sequence
from typing import Literal

import streamlit as st

from metrics import words
from metrics.findings import unknown_sentence
from metrics.headlines import by_group, ranking_headline
from metrics.period import Period
from metrics.rank import Assessment
from metrics.scheme import LEVELS, Level
from metrics.score_trend import ScorePoint
from metrics.station_findings import place
from pages import figures, frame, table
from pages.clickable import address, go_to, show_clickable
from pages.rank_chart import FEW, rank_markup
from pages.table import Cell, Column, Row, Sheet

RANKED_LEVELS: tuple[Level, ...] = ("station", "room", "village", "officer")
DEFINITIONS = [
    ("名次", "在分组内按得分排列，同分同名次；城区与乡镇分开排。"),
    (
        "名次区间",
        "各项比率按样本量随机重取，反复计算得分和名次，取中间 95% 的名次；"
        "区间相交的单位分不出先后。",
    ),
    ("进退位", "与上一完整期间的名次相比。"),
    ("适用分值", "有数据可计的指标分值之和；不适用的指标不计零分，其分值按比例分给其他指标。"),
    ("等次", "按季度评定，周、月不评。"),
]


def draw() -> None:
    screen = frame.open_screen()
    head = st.container()
    places = st.columns([2, 1.4, 1.2, 1.2, 1.4], vertical_alignment="bottom")
    with places[3]:
        frame.role_switch()
    with places[0]:
        period = frame.period_control(screen)
    with places[1]:
        level = frame.level_control(RANKED_LEVELS, screen)
    with places[2]:
        group = frame.group_control(screen, period)
    groups = by_group(figures.assessments(level, period, screen.actor))
    if group != frame.ALL_GROUPS:
        groups = {group: groups.get(group, [])}
    with head:
        frame.marks(screen, period)
        frame.headline(ranking_headline(level, period, groups))
    _picture(groups, level, period)
    _tables(screen, groups, level, period)
    frame.reading(_unknown(screen, level, period))
    frame.foot(screen, period, DEFINITIONS)


def _picture(groups: Mapping[str, Sequence[Assessment]], level: Level, period: Period) -> None:
    lines = [line for members in groups.values() for line in members]
    if any(line.rank is not None for line in lines):
        show_clickable(rank_markup(groups, level, period), key="rank-chart")
    elif any(line.status == "monitoring" for line in lines):
        frame.reading("下表为本周监测值，按单位编码排列，不分先后。")
    else:
        frame.reading(f"这一期间没有可以排名的{LEVELS[level]}，原因见下表。")


def _tables(
    screen: frame.Screen,
    groups: Mapping[str, Sequence[Assessment]],
    level: Level,
    period: Period,
) -> None:
    """The ranked (in a week the monitored), and below them those without a rank and why."""
    lines = [line for members in groups.values() for line in members]
    ranked = [line for line in lines if line.status == "ranked"]
    watched = sorted((line for line in lines if line.status == "monitoring"), key=lambda x: x.unit)
    others = [line for line in lines if line.status in ("not-rankable", "not-applicable")]
    name = f"{LEVELS[level]}排名-{period.text}"
    notes = [*frame.notes(screen, period), ("分组", "、".join(groups)), *DEFINITIONS]
    if ranked:
        months = _months(screen, level, period)
        sheet = Sheet(name, _columns(bool(months)), [_row(x, months) for x in ranked], notes)
        _table("名次表", sheet, ranked, level, period)
    if watched:
        name = f"{LEVELS[level]}监测值-{period.text}"
        sheet = Sheet(name, WATCHED_COLUMNS, [_row(line, {}) for line in watched], notes)
        _table("本周监测值", sheet, watched, level, period)
    if others:
        sheet = Sheet(f"{name}-未排名", OTHER_COLUMNS, [_row(line, {}) for line in others], notes)
        _table(f"未参加排名（{len(others)} 个）", sheet, others, level, period)


def _table(
    title: str, sheet: Sheet, lines: Sequence[Assessment], level: Level, period: Period
) -> None:
    """A table; a selected row opens its unit."""
    st.subheader(title, anchor=False)
    height: Literal["auto", "content"] = "content" if len(lines) <= FEW else "auto"
    chosen = table.show_table(sheet, key=title, height=height, selects=True)
    if chosen is not None and chosen < len(lines):
        go_to(address("unit", level=level, unit=lines[chosen].unit, period=period.text))


RANK = Column("rank", "名次", "whole", width=60)
NAME, GROUP = Column("name", "单位"), Column("group", "分组")
SCORE = Column("score", "得分（分）", "two")
APPLICABLE = Column("applicable", "适用分值（分）", "one")
WATCHED_COLUMNS = (NAME, GROUP, SCORE, APPLICABLE)
OTHER_COLUMNS = (NAME, GROUP, SCORE, APPLICABLE, Column("reason", "原因", width=340))


def _columns(has_months: bool) -> list[Column]:
    columns = [
        RANK,
        NAME,
        GROUP,
        SCORE,
        Column("grade", "等次"),
        Column("interval", "名次区间（95%）"),
        Column("previous", "上期名次", "whole"),
        Column("movement", "进退位"),
        APPLICABLE,
    ]
    return [*columns, Column("months", "近12个月得分", "trend")] if has_months else columns


def _row(line: Assessment, months: Mapping[str, Sequence[ScorePoint]]) -> Row:
    trend: Cell = [
        None if point.score is None else float(point.score) for point in months.get(line.unit, ())
    ]
    return {
        "rank": line.rank,
        "name": line.name,
        "group": line.group,
        "score": line.score,
        "grade": line.grade or words.NONE,
        "interval": place(line),
        "previous": line.previous_rank,
        "movement": words.movement(line.rank, line.previous_rank),
        "applicable": line.applicable_points,
        "reason": line.reason,
        "months": trend,
    }


def _months(
    screen: frame.Screen, level: Level, period: Period
) -> Mapping[str, Sequence[ScorePoint]]:
    """Twelve monthly scores, of stations only: of 219 villages they would cost seconds."""
    if level != "station":
        return {}
    return figures.monthly_scores(level, period, screen.actor)


def _unknown(screen: frame.Screen, level: Level, period: Period) -> str:
    scheme = figures.scheme_for(period)
    ids = tuple(scored.id for scored in scheme.indicators)
    found = figures.figures(ids, level, period, screen.actor)
    return unknown_sentence(found, screen.counted.catalogue, level)


draw()
