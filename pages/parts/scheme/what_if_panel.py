"""试算: a slider changes the scheme, and the ranking of the period is drawn anew at once."""

from collections.abc import Mapping
from dataclasses import dataclass
from fractions import Fraction

import streamlit as st
from markupsafe import Markup

from metrics.calendar.period import Period
from metrics.figures import words
from metrics.scheme.diff import scheme_changes
from metrics.scheme.reading import IN_PERCENT, title_of
from metrics.scheme.scheme import LEVELS, Level, Scheme
from metrics.scheme.weight_shift import What, movable, range_of, value_of, with_value
from metrics.scoring.rank import by_group
from metrics.scoring.what_if import Move, WhatIf
from metrics.wording import what_if_readings
from metrics.wording.fairness_readings import likely
from pages.documents.sheet import Column, sheet_of
from pages.parts import frame
from pages.parts.clickable import show_clickable
from pages.parts.controls import ALL_GROUPS
from pages.parts.markup import render
from pages.parts.ranking.rank_chart import FEW
from pages.parts.scheme.editor import draft_from
from pages.parts.table import show_table

HEADS = (("score", "得分"), ("", "较现行"), ("number", "名次稳固"))
LEGEND = (
    "实心点为改后的名次，空心点为现行名次；“名次稳固”为各项权重上下浮动 20% 时新名次不变的情形"
    "所占份额。鼠标停在行上可看原因，点一行打开该单位。"
)

WHATS: Mapping[What, str] = {
    "weight": "权重", "target": "目标值", "floor": "底线", "minimum": "最低样本",
}  # fmt: skip
SHARED = "权重改动后，其余各项按原有比例增减（取两位小数），合计不变。"
ALONE = "只改这一项，权重不变。"
TABLE_HEIGHT = 330


@dataclass(frozen=True)
class Tried:
    """What is asked for: the period, and from which schemes the slider starts."""

    level: Level
    period: Period
    group: str
    in_force: Scheme
    starts: Mapping[str, Scheme]


@st.fragment
def what_if_panel(screen: frame.Screen, tried: Tried) -> None:
    """The controls, and below them the new ranking; a moved slider draws only this anew."""
    changed, moved, rule = _controls(screen, tried)
    whole = screen.results.trial(tried.level, tried.period, changed)
    catalogue = screen.counted.catalogue
    differing = scheme_changes(tried.in_force, changed, catalogue)
    trial = _of_group(whole, tried.group)
    frame.reading(f"{what_if_readings.changed_words(differing, moved) if differing else ''}{rule}")
    if changed.peak_hours != tried.in_force.peak_hours:
        frame.reading("重点时段的改动不计入试算：以往的巡逻按当时的时段统计。")
    if screen.actor.may("edit-scheme"):
        _draft_key(changed, bool(differing))
    st.markdown(f"**{what_if_readings.what_if_reading(trial, tried.level, tried.period)}**")
    if trial.ranked:
        show_clickable(what_if_markup(trial, tried.level, tried.period), key="what-if")
        frame.reading(what_if_readings.steadiness_reading(trial, tried.level))
    notes = screen.notes(
        tried.period,
        ("试算", "按改动后的方案重算，不是正式结果"),
        ("改动", "；".join(change.sentence for change in differing) or "无"),
    )
    name = f"{LEVELS[tried.level]}试算-{tried.period.text}"
    by_unit = {move.line.unit: move for move in trial.moves}
    groups = by_group([move.line for move in trial.moves]).values()
    moves = [by_unit[line.unit] for members in groups for line in members]
    sheet = sheet_of(name, COLUMNS, moves, notes)
    show_table(sheet, "what-if-table", TABLE_HEIGHT)


def _draft_key(changed: Scheme, differs: bool) -> None:
    """What was tried out becomes the draft that is edited below."""
    if st.button(
        "按此试算起草",
        key="what-if-draft",
        icon=":material/edit:",
        disabled=not differs,
        help="把试算的方案填入下方“起草方案”，可再改动，存为草案",
        on_click=draft_from,
        args=(changed,),
    ):
        st.rerun()


def _controls(screen: frame.Screen, tried: Tried) -> tuple[Scheme, str, str]:
    """The changed scheme, the title of what the slider moves, and what becomes of the others."""
    catalogue = screen.counted.catalogue
    first, second, third = st.columns([1.3, 1.9, 1.2], vertical_alignment="bottom")
    with first:
        start = tried.starts[
            str(st.selectbox("以此为起点", list(tried.starts), key="what-if-start"))
        ]
    at_level = start.at(tried.level)
    titles = {s.id: title_of(s, catalogue) for s in at_level.indicators}
    with second:
        name = str(
            st.selectbox(
                "指标", list(titles), format_func=titles.__getitem__, key="what-if-indicator",
                filter_mode="contains",
            )
        )  # fmt: skip
    scored = next(s for s in at_level.indicators if s.id == name)
    able = movable(scored)
    with third:
        what: What = st.selectbox("改什么", able, format_func=WHATS.__getitem__, key="what-if-what")
    value = _slider(screen, at_level, name, what)
    changed = with_value(start, name, what, value, tried.level)
    return changed, titles[name], SHARED if what == "weight" else ALONE


def _slider(screen: frame.Screen, start: Scheme, name: str, what: What) -> Fraction:
    """The exact value that the slider stands at; untouched it is that of the start."""
    scored = next(s for s in start.indicators if s.id == name)
    indicator = screen.counted.catalogue[name]
    span, now = range_of(start, scored, indicator, what), value_of(scored, what)
    is_share = what in ("target", "floor") and indicator.kind in IN_PERCENT
    factor = 100 if is_share else 1
    unit = "%" if is_share else {"weight": "分", "minimum": "件"}.get(what, "")
    low, high, step, at = (float(x * factor) for x in (span.low, span.high, span.step, now))
    moved = st.slider(
        f"{WHATS[what]}（{unit}，现为 {at:g}）" if unit else f"{WHATS[what]}（现为 {at:g}）",
        low,
        high,
        at,
        step,
        format="%g",
        key=f"what-if-{start.file}-{name}-{what}",
    )
    return now if moved == at else Fraction(str(moved)) / factor


def _of_group(trial: WhatIf, group: str) -> WhatIf:
    if group == ALL_GROUPS:
        return trial
    return WhatIf(trial.scheme, tuple(m for m in trial.moves if m.line.group == group), trial.draws)


COLUMNS = (
    Column("rank", "名次", "whole", "line.rank", width=48),
    Column("name", "单位", of="line.name", width=92),
    Column("group", "分组", of="line.group", width=50),
    Column("before", "现行名次", "whole", "before.rank", width=68),
    Column("movement", "进退位", of=lambda move: _movement_of(move)[1], width=84),
    Column("reason", "主要原因", of=what_if_readings.reason, width=316),
    Column("score", "得分（分）", "two", "line.shown_score"),
    Column("applicable", "适用分值（分）", "one", "line.applicable_points"),
    Column("difference", "较现行（分）", "two", lambda move: _difference(move)),
    Column("held", "名次稳固", of=lambda x: words.NONE if x.held is None else likely(x.held)),
)


def _difference(move: Move) -> Fraction | None:
    return None if move.line.score is None else move.difference


def what_if_markup(trial: WhatIf, level: Level, period: Period) -> Markup:
    """One panel for each group that has ranked units."""
    by_unit = {move.line.unit: move for move in trial.ranked}
    groups = by_group([move.line for move in trial.ranked])
    return render(
        "scheme/what_if_chart.html",
        groups={name: [by_unit[x.unit] for x in members] for name, members in groups.items()},
        level=level, period=period.text, reason=what_if_readings.reason,
        movement_of=_movement_of, likely=likely, few=FEW, heads=HEADS, legend=LEGEND,
    )  # fmt: skip


def _movement_of(move: Move) -> tuple[str, str]:
    """The style of the movement and its words."""
    tone = "sure better" if move.places > 0 else "sure worse" if move.places < 0 else ""
    return tone, words.movement(move.line.rank, move.before.rank)
