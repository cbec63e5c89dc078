"""单位: why this score?"""

from collections.abc import Sequence

import streamlit as st

from metrics import words
from metrics.losses import Peers, by_loss, peers, steps
from metrics.period import Period
from metrics.rank import Assessment
from metrics.readings import (
    losses_reading,
    months_reading,
    name_of,
    peers_in_words,
    status_of,
    table_reading,
    unit_headline,
    whose,
)
from metrics.scheme import LEVELS, Level
from metrics.score import Contribution
from metrics.units import Unit
from pages import figures, frame
from pages.records_panel import records_panel
from pages.score_line import score_line
from pages.table import Column, Row, Sheet, show_table
from pages.theme import show_chart
from pages.waterfall import waterfall

OFFERED: tuple[Level, ...] = ("station", "room", "village", "officer", "bureau")
TREND_HELP = "近12个月各月的数值（取数的那个单位的）；没有数据的月份略去"
SLOW: tuple[Level, ...] = ("village", "officer")  # some seconds for twelve months of all units


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
        level = frame.level_control(OFFERED, screen)
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
    _pictures(screen, line, level, period)
    _table(screen, line, lines, level, period)
    frame.foot(screen, period, _definitions(screen, line))


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


def _pictures(screen: frame.Screen, line: Assessment, level: Level, period: Period) -> None:
    losses, months = st.columns([3, 2], gap="large")
    with losses:
        st.markdown("##### 分从哪里失")
        down = steps(line)
        if down:
            show_chart(waterfall(down), key="waterfall")
        frame.reading(losses_reading(line))
    with months:
        st.markdown("##### 近12个月得分")
        _months(screen, line, level, period)
        st.page_link(
            "pages/ranking.py",
            label="看本期排名",
            icon=":material/leaderboard:",
            query_params={"level": level, "period": period.text},
        )


def _months(screen: frame.Screen, line: Assessment, level: Level, period: Period) -> None:
    """Villages and officers only when asked for: it takes some seconds the first time."""
    if level in SLOW and not st.session_state.get("shows_months"):
        frame.reading(f"{LEVELS[level]}逐月得分需要现算，首次约数秒。")
        if not st.button("显示近12个月得分", key="months"):
            return
        st.session_state["shows_months"] = True
    with st.spinner("正在计算各月得分……"):
        points = figures.monthly_scores(level, period, screen.actor)[line.unit]
    show_chart(score_line(points, height=300), key="months-line")
    frame.reading(months_reading(points, level))


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
    sheet = _sheet(screen, line, ordered, compared, level, period)
    frame.reading(table_reading(line, level, compared))
    selected = show_table(sheet, key=f"indicators-{line.unit}", height="content", selects=True)
    if selected is not None and selected < len(ordered):
        records_panel(screen, ordered[selected], line.name, period)


def _sheet(
    screen: frame.Screen,
    line: Assessment,
    ordered: Sequence[Contribution],
    compared: dict[str, Peers],
    level: Level,
    period: Period,
) -> Sheet:
    is_shared = any(c.points is not None and c.effective_weight != c.weight for c in ordered)
    columns = [
        Column("title", "指标", width=132),
        *_value_columns(screen, ordered),
        Column("numerator", "分子", "whole", width=62),
        Column("denominator", "分母", "whole", width=62),
        Column("weight", "权重", "one", width=56),
        *(
            [Column("effective", "实际权重", "two", help="不适用项的分值按比例分来之后")]
            * is_shared
        ),
        Column("points", "得分", "two", width=62),
        Column("lost", "失分", "two", width=62),
        *(
            [Column("peers", "同组范围（%）", help="同级同组各单位的最低、中位、最高值")]
            * bool(compared)
        ),
        Column("trend", "逐月走势", "trend", help=TREND_HELP, width=110),
        Column("whose", "取数", help="取哪一级的数据、哪一段时间的数据"),
        Column("status", "说明"),
    ]
    trends = _trends(screen, ordered, period)
    rows = [_row(screen, c, compared.get(c.indicator), trends, level, period) for c in ordered]
    notes = [
        ("单位", line.name),
        ("期间", period.title),
        ("得分", f"{words.points(line.score)} 分"),
        ("方案", figures.scheme_for(period).title),
        *_definitions(screen, line),
    ]
    return Sheet(f"{line.name}{period.title}各项指标", columns, rows, notes)


def _value_columns(screen: frame.Screen, ordered: Sequence[Contribution]) -> list[Column]:
    """Numbers where all are percentages; a scheme may also score a rate or a count."""
    kinds = {screen.counted.catalogue[c.indicator].kind for c in ordered}
    if kinds <= {"proportion", "ratio"}:
        return [Column("value", "数值（%）", "percent"), Column("target", "目标（%）", "percent")]
    return [Column("value_text", "数值"), Column("target_text", "目标")]


def _trends(
    screen: frame.Screen, ordered: Sequence[Contribution], period: Period
) -> dict[str, list[float | None]]:
    """Indicator -> 12 months of the unit whose figure is taken."""
    found: dict[str, list[float | None]] = {}
    ids = tuple(sorted(c.indicator for c in ordered))
    for level in {c.level for c in ordered}:
        months = figures.trends(ids, level, period, screen.actor)
        for c in ordered:
            if c.level == level:
                points = months.get((c.indicator, c.unit), [])
                found[c.indicator] = [p.value for p in points if p.value is not None]
    return found


def _row(
    screen: frame.Screen,
    c: Contribution,
    compared: Peers | None,
    trends: dict[str, list[float | None]],
    level: Level,
    period: Period,
) -> Row:
    applies = c.points is not None
    indicator = screen.counted.catalogue[c.indicator]
    return {
        "title": c.title,
        "value": c.value,
        "target": c.target,
        "value_text": words.value_of(indicator, c.value),
        "target_text": words.value_of(indicator, c.target),
        "numerator": c.numerator,
        "denominator": c.denominator,
        "weight": c.weight,
        "effective": c.effective_weight if applies else None,
        "points": c.points,
        "lost": c.lost if applies else None,
        "peers": peers_in_words(indicator, compared),
        "trend": trends.get(c.indicator),
        "whose": whose(c, level, period),
        "status": status_of(c),
    }


def _definitions(screen: frame.Screen, line: Assessment) -> list[tuple[str, str]]:
    catalogue = screen.counted.catalogue
    return [(c.title, catalogue[c.indicator].definition) for c in line.contributions]


draw()
