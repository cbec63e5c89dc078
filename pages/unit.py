"""单位: why this score?"""

from collections.abc import Sequence

import streamlit as st

from metrics.losses import by_loss, peers, steps
from metrics.period import Period
from metrics.rank import Assessment
from metrics.readings import (
    WITHOUT_RANK,
    losses_reading,
    months_reading,
    name_of,
    table_reading,
    unit_headline,
)
from metrics.scheme import LEVELS, Level
from metrics.units import Unit
from pages import figures, frame
from pages.records_panel import records_panel
from pages.score_line import score_line
from pages.score_table import definitions, score_sheet
from pages.table import show_table
from pages.theme import show_chart
from pages.waterfall import waterfall

OFFERED: tuple[Level, ...] = ("station", "room", "village", "officer", "bureau")
SLOW: tuple[Level, ...] = ("village", "officer")  # some seconds for twelve months of all units
MONTHS_HEIGHT = 300


def draw() -> None:
    screen = frame.open_screen()
    head = st.container()
    with st.container(key="controls"):
        places = st.columns([2, 1.4, 2.6, 1.2], vertical_alignment="bottom")
    with places[3]:
        frame.role_switch()
    with places[0]:
        period = frame.period_control(screen)
    with places[1]:
        level = frame.level_control(OFFERED, screen, notice=head)
    with places[2]:
        unit, name = _unit_control(screen, level, period)
    lines = figures.assessments(level, period, screen.actor)
    line = next((line for line in lines if line.unit == unit.code), None)
    if line is None:
        with head:
            frame.headline(f"{unit.name}{period.title}没有参加考核")
        return
    with head:
        frame.marks(screen, period)
        frame.headline(unit_headline(line, lines, level, period, name))
    losses, months = st.columns([3, 2], gap="large")
    with losses:
        _losses(line)
    _table(screen, line, lines, level, period)
    with months:  # last, because nothing else should wait for twelve months of scores
        _months(screen, line, level, period)
    frame.foot(screen, period, definitions(screen, line))


def _unit_control(screen: frame.Screen, level: Level, period: Period) -> tuple[Unit, str]:
    """单位, by name, to be typed or chosen; the first one when the level has changed."""
    listed = {unit.code: unit for unit in figures.unit_list(level, period, screen.actor)}
    if not listed:
        st.info(f"{period.title}没有登记的{LEVELS[level]}")
        st.stop()
    stations = {s.code: s.name for s in figures.unit_list("station", period, screen.actor)}
    names = {code: name_of(unit, stations) for code, unit in listed.items()}
    first = next(iter(listed))
    code = frame.choice("单位", list(listed), "unit", first, names, filter_mode="contains")
    return listed[code], names[code]


def _losses(line: Assessment) -> None:
    st.markdown("##### 分从哪里失")
    if down := steps(line):
        show_chart(waterfall(down), key="waterfall")
    frame.reading(losses_reading(line))


def _months(screen: frame.Screen, line: Assessment, level: Level, period: Period) -> None:
    """Of villages and officers only when asked for: it takes some seconds the first time."""
    st.markdown("##### 近12个月得分")
    if level in SLOW and not st.session_state.get("shows_months"):
        frame.reading(f"{LEVELS[level]}逐月得分需要现算，首次约数秒。")
        st.button("显示近12个月得分", key="months", on_click=_show_months)
    else:
        with st.spinner("正在计算各月得分……"):
            points = figures.monthly_scores(level, period, screen.actor)[line.unit]
        has_rank = level not in WITHOUT_RANK
        show_chart(score_line(points, MONTHS_HEIGHT, has_rank), key="months-line")
        frame.reading(months_reading(points, level))
    st.page_link(
        "pages/ranking.py",
        label="看本期排名",
        icon=":material/leaderboard:",
        query_params={
            "level": "station" if level in WITHOUT_RANK else level,
            "period": period.text,
        },
    )


def _show_months() -> None:
    st.session_state["shows_months"] = True


def _table(
    screen: frame.Screen,
    line: Assessment,
    lines: Sequence[Assessment],
    level: Level,
    period: Period,
) -> None:
    st.markdown("##### 各项指标")
    compared = {} if level == "bureau" else peers(lines, line)
    ordered = by_loss(line)
    sheet = score_sheet(screen, line, ordered, compared, level, period)
    frame.reading(table_reading(line, level, compared))
    selected = show_table(sheet, key=f"indicators-{line.unit}", height="content", selects=True)
    if selected is not None and selected < len(ordered):
        records_panel(screen, ordered[selected], line.name, period)


draw()
