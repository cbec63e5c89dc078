"""The frame of every page: who acts, the controls in the address, headline, foot, empty states."""

import io
from collections.abc import Mapping, Sequence
from contextlib import nullcontext
from dataclasses import dataclass
from datetime import datetime
from typing import cast

import streamlit as st
from streamlit.delta_generator import DeltaGenerator

from data.intake.template import write_template
from data.journal.log import moment
from data.rights import Actor, NotPermitted, persons, require, roles
from data.schema import LOADABLE, TABLES
from metrics.calendar.period import (
    Period,
    PeriodError,
    default_period,
    parse_period,
    recent_periods,
)
from metrics.cells.count import Counted
from metrics.cells.store import EmptyStore
from metrics.documents.state import (
    SIMULATED,
    SIMULATED_IN_FULL,
    notes_of,
    stamp_of,
    state_in_full,
    state_in_short,
)
from metrics.scheme.scheme import LEVELS, Level
from pages.parts import figures
from pages.parts.live_reload import follow
from pages.parts.markup import kept_together, render
from pages.parts.theme import style

ALL_GROUPS = "全部"
DEFAULT_ROLE = "leader"


@dataclass(frozen=True)
class Screen:
    """What a page needs to know before it draws anything.

    mark   what it shows: see data.journal.watch
    """

    actor: Actor
    counted: Counted
    mark: str
    bureau: str
    is_simulated: bool


def open_screen() -> Screen:
    """Style, identity and counts; an empty store shows what to load and stops the page."""
    style()
    try:
        # A spinner is a thread of its own: only where there is something to wait for.
        with nullcontext() if figures.is_counted() else st.spinner("正在汇总数据……"):
            now = figures.pin()
    except EmptyStore:
        show_empty_store()
        st.stop()
    for sentence in now.counted.copy.journal.unreadable.values():
        st.warning(sentence)
    for sentence in figures.scheme_problems():
        st.warning(sentence)
    return Screen(acting(), now.counted, now.mark, *figures.bureau())


def acting() -> Actor:
    """Who acts. On loopback the 演示身份 switch chooses it."""
    name = st.session_state.get("role", DEFAULT_ROLE)
    if name in roles() and name not in persons():  # a screen that nobody sits at
        return Actor(name, name)
    chosen = persons().get(name, persons()[DEFAULT_ROLE])
    return Actor(chosen.code, chosen.role, chosen.unit)


def role_switch() -> None:
    """演示身份: shown in the control row until there is a sign-in."""
    names = list(persons())
    st.selectbox(
        "演示身份",
        names,
        index=names.index(DEFAULT_ROLE),
        format_func=lambda name: persons()[name].code,
        key="role",
        persist_state="session",
        help="仅本机演示用：换一种身份看看能看到什么",
    )


def acting_at(screen: Screen) -> datetime:
    """When an act takes place: now, or on the 演示日期 where the data are simulated."""
    if not screen.is_simulated:
        return moment()
    return moment(st.session_state.get("demo_day") or screen.counted.as_of)


def day_switch(screen: Screen) -> None:
    """演示日期: shown beside 演示身份 on simulated data, where deadlines would take weeks."""
    if screen.is_simulated:
        st.session_state.setdefault("demo_day", screen.counted.as_of)
        st.date_input(
            "演示日期",
            key="demo_day",
            min_value=screen.counted.as_of,
            format="YYYY-MM-DD",
            persist_state="session",
            help="仅模拟数据可用：换一天办理，看期限如何起作用",
        )


def choice(
    label: str,
    options: Sequence[str],
    key: str,
    default: str,
    names: Mapping[str, str],
    *,
    is_open: bool = False,
    **more: object,
) -> str:
    """A selectbox whose value stands in the address as its code: `?level=village&period=2019-07`.

    Streamlit's own binding writes the label that is shown, which is no name to link to: two
    villages may share one, and a period's title is not a period. The value is also kept from
    page to page. A link may give the code or the name; what is neither gives the default.
    """
    remembered = st.session_state.setdefault("_remembered", {})
    written = st.session_state.setdefault("_written", {})
    asked = st.query_params.get(key)
    if asked is not None and asked != written.get(key):
        st.session_state[key] = {names.get(code, code): code for code in options}.get(asked, asked)
    elif key not in st.session_state and key in remembered:
        st.session_state[key] = remembered[key]
    known = st.session_state.get(key)
    if not known or not (is_open or known in options):
        known = default
    st.session_state[key] = known  # also when unchanged: a new page's widget starts from its own
    chosen = st.selectbox(
        label,
        options if known in options else [known, *options],
        format_func=lambda code: names.get(code, code),
        key=key,
        accept_new_options=is_open,
        **more,
    )
    value = str(chosen or default)
    remembered[key] = written[key] = value
    # Each writing is a step of the browser's history: a fixed default needs none. The period's
    # default moves on with the months, so that it is always written.
    if st.query_params.get(key) != value and (is_open or asked is not None or value != default):
        st.query_params[key] = value
    return value


def period_control(screen: Screen) -> Period:
    """期间: the recent ones to choose from; any other may be typed (2018-03, 2018-Q1 …)."""
    as_of = screen.counted.as_of
    offered = {p.text: p.title for p in recent_periods(as_of)}
    default = default_period(as_of).text
    chosen = choice(
        "期间",
        list(offered),
        "period",
        default,
        offered,
        is_open=True,
        placeholder="选择或输入期间",
    )
    try:
        return parse_period(chosen, as_of)
    except PeriodError as error:
        st.error(str(error))
        st.stop()


def level_control(
    levels: Sequence[Level],
    screen: Screen,
    default: Level = "station",
    notice: DeltaGenerator | None = None,
) -> Level:
    """层级: those that the actor may see; a link to another one says, in `notice`, who may."""
    allowed = [level for level in levels if level != "officer" or screen.actor.may("see-officers")]
    if st.query_params.get("level") == "officer" and "officer" not in allowed:
        try:
            require(screen.actor, "see-officers")
        except NotPermitted as error:
            (notice or st).warning(str(error))
    return cast(Level, choice("层级", allowed, "level", default, LEVELS))


def group_control(screen: Screen, period: Period) -> str:
    """分组: 全部 or one of the groups of the period."""
    names = [unit.code for unit in figures.unit_list("group", period, screen.actor)]
    return choice("分组", [ALL_GROUPS, *names], "group", ALL_GROUPS, {})


def headline(sentence: str) -> None:
    """The one sentence of the page; a number and its unit stay on one line."""
    st.html(render("sentence.html", kind="headline", inner=kept_together(sentence, "hf-nowrap")))


def reading(sentence: str) -> None:
    """What a chart says, in plain words, under it."""
    st.html(render("sentence.html", kind="reading", inner=sentence))


def marks(screen: Screen, period: Period, is_score: bool = True) -> None:
    """暂定, 模拟数据, part of a period: small marks beside the headline."""
    words = [state_of(period)] if is_score else []
    words += [SIMULATED] if screen.is_simulated else []
    words += (
        [f"数据截至{period.ends_on:%m月%d日}".replace("至0", "至").replace("月0", "月")]
        if period.is_part
        else []
    )
    st.html(render("marks.html", words=words))


def state_of(period: Period) -> str:
    """暂定 until frozen; what is under way stands beside it."""
    return state_in_short(figures.standing(period))


def notes(screen: Screen, period: Period) -> list[tuple[str, str]]:
    """What the first sheet of an exported workbook says about its rows."""
    return notes_of(screen.counted, period, figures.standing(period))


def stamp(period: Period) -> list[tuple[str, str]]:
    """Period, state and hash, for rows of scores that are taken along."""
    return stamp_of(period, figures.standing(period))


def foot(screen: Screen, period: Period, definitions: Sequence[tuple[str, str]] = ()) -> None:
    """Data time, state of the scores, scheme, and the definitions behind the page."""
    time = figures.data_time()
    scheme = figures.scheme_for(period)
    parts = [
        screen.bureau,
        f"数据时间 {time:%Y-%m-%d %H:%M}" if time else "",
        f"数据截至 {screen.counted.as_of}",
        f"考核期间 {period.starts_on} 至 {period.ends_on}",
        f"方案：{scheme.title}（{scheme.in_force_from} 起施行）",
        state_in_full(figures.standing(period)),
        SIMULATED_IN_FULL if screen.is_simulated else "",
        period.note,
    ]
    st.html(render("sentence.html", kind="foot", inner="　·　".join(filter(None, parts))))
    if definitions:
        with st.expander("口径说明"):
            st.markdown("\n\n".join(f"**{title}**：{said}" for title, said in definitions))
    follow(screen.mark)


def show_empty_store() -> None:
    """Nothing loaded: the registers and records to load, in order, with their templates."""
    headline("还没有数据")
    st.write(
        "请按下列次序导入：先登记册，后业务记录。模板可在此下载，填好后用"
        " `hongfeng load 文件` 导入；只想看看，可用 `hongfeng demo` 生成模拟数据。"
    )
    for number, table in enumerate(LOADABLE, 1):
        name, button = st.columns([4, 1], vertical_alignment="center")
        kind = "登记册" if table.is_register else "业务记录"
        required = "、".join(c.title for c in table.columns if c.required)
        name.markdown(f"{number}．**{table.title}**（{kind}）　必填：{required or '无'}")
        button.download_button(
            "下载模板",
            data=lambda chosen=table.name: template_bytes(chosen),
            file_name=f"{table.title}.xlsx",
            key=f"template-{table.name}",
            on_click="ignore",
        )
    follow(figures.watch().mark())


def template_bytes(name: str) -> bytes:
    out = io.BytesIO()
    write_template(TABLES[name], out)
    return out.getvalue()
