"""排名: who is ahead, who moved, and is the difference real?"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

import streamlit as st

from metrics.calendar.period import Period
from metrics.scheme.scheme import LEVELS, Level
from metrics.scoring.rank import Assessment, by_group
from metrics.wording.attention import unknown_sentence
from metrics.wording.definitions import definitions
from metrics.wording.headlines import ranking_headline
from pages.documents.rank_sheet import (
    OTHER_COLUMNS,
    WATCHED_COLUMNS,
    rank_columns,
)
from pages.documents.sheet import Sheet, sheet_of, stamped
from pages.parts import frame, table
from pages.parts.block import Block, show_block
from pages.parts.clickable import address, go_to
from pages.parts.controls import ALL_GROUPS, ControlRow
from pages.parts.ranking.rank_chart import FEW, rank_markup

RANKED_LEVELS: tuple[Level, ...] = ("station", "room", "village", "officer")


def draw() -> None:
    controls = ControlRow("ranking", 2, 1.4, 1.2, 1.4)
    screen, period = controls.screen, controls.period()
    level = controls.level(RANKED_LEVELS)
    group = controls.group(period)
    view = screen.results.kept(
        lambda: _view(screen, level, period, group),
        *("ranking", level, period, group, screen.actor),
    )
    controls.headline(period, view.headline)
    show_block(view.picture, "rank-chart")
    for listed in view.tables:
        _table(listed, level, period)
    frame.reading(view.unknown)
    frame.foot(screen, period, definitions("ranking"))


@dataclass(frozen=True)
class RankTable:
    """A table with its heading; `lines` as in the sheet."""

    title: str
    sheet: Sheet
    lines: Sequence[Assessment]


@dataclass(frozen=True)
class View:
    """What the page says and draws."""

    headline: str
    picture: Block
    tables: Sequence[RankTable]
    unknown: str


def _view(screen: frame.Screen, level: Level, period: Period, group: str) -> View:
    groups = by_group(screen.results.lines(level, period))
    if group != ALL_GROUPS:
        groups = {group: groups.get(group, [])}
    lines = [line for members in groups.values() for line in members]
    is_ranked = any(line.rank is not None for line in lines)
    return View(
        ranking_headline(level, period, groups),
        Block("", rank_markup(groups, level, period), "")
        if is_ranked
        else Block("", None, _why_none(lines, level)),
        _tables(screen, groups, level, period),
        _unknown(screen, level, period),
    )


def _why_none(lines: Sequence[Assessment], level: Level) -> str:
    if any(line.status == "monitoring" for line in lines):
        return "下表为本周监测值，按单位编码排列，不分先后。"
    return f"这一期间没有可以排名的{LEVELS[level]}，原因见下表。"


def _tables(
    screen: frame.Screen, groups: Mapping[str, Sequence[Assessment]], level: Level, period: Period
) -> list[RankTable]:
    """The ranked (in a week the monitored), and below them those without a rank and why."""
    lines = [line for members in groups.values() for line in members]
    ranked = [line for line in lines if line.status == "ranked"]
    watched = sorted((line for line in lines if line.status == "monitoring"), key=lambda x: x.unit)
    others = [line for line in lines if line.status in ("not-rankable", "not-applicable")]
    name = f"{LEVELS[level]}排名-{period.text}"
    notes = screen.notes(period, ("分组", "、".join(groups)), *definitions("ranking"))
    tables = []
    if ranked:
        columns = rank_columns(screen.results.months(level, period), groups)
        sheet = sheet_of(name, columns, ranked, notes)
        tables.append(
            RankTable("名次表", stamped(sheet, screen.results.stamp(period).columns()), ranked)
        )
    if watched:
        name = f"{LEVELS[level]}监测值-{period.text}"
        sheet = sheet_of(name, WATCHED_COLUMNS, watched, notes)
        tables.append(RankTable("本周监测值", sheet, watched))
    if others:
        sheet = sheet_of(f"{name}-未排名", OTHER_COLUMNS, others, notes)
        tables.append(RankTable(f"未参加排名（{len(others)} 个）", sheet, others))
    return tables


def _table(listed: RankTable, level: Level, period: Period) -> None:
    """A table; a selected row opens its unit."""
    st.subheader(listed.title, anchor=False)
    if line := table.choose_line(listed.sheet, listed.lines, listed.title, FEW):
        go_to(address("unit", level=level, unit=line.unit, period=period.text))


def _unknown(screen: frame.Screen, level: Level, period: Period) -> str:
    scheme = screen.results.scheme(period)
    ids = tuple(scored.id for scored in scheme.indicators)
    figures = screen.results.figures(ids, level, period)
    return unknown_sentence(figures, screen.counted.catalogue, level)


draw()
