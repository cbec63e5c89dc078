"""The frame of every page: who acts, who may see it, headline, foot, empty states."""

import io
from collections.abc import Sequence
from contextlib import nullcontext
from dataclasses import dataclass
from datetime import datetime
from functools import partial

import streamlit as st

from data.intake.template import write_template
from data.journal.log import moment
from data.rights import Actor, NotPermitted, Right, persons, require, roles
from data.schema import LOADABLE, TABLES
from metrics.calendar.period import Period
from metrics.cells.count import Counted
from metrics.cells.store import EmptyStore
from metrics.results import Results
from metrics.scheme.level import Level
from metrics.wording.state import SIMULATED
from pages.documents.sheet import Notes
from pages.parts import page_cache
from pages.parts.live_reload import follow
from pages.parts.markup import kept_together, render
from pages.parts.page_registry import PAGES, PageEntry
from pages.parts.theme import style

DEFAULT_ROLE = "leader"


@dataclass(frozen=True)
class Screen:
    """What a page needs to know before it draws anything.

    results   what the actor may know
    mark      what it shows: see data.journal.watch
    """

    results: Results
    mark: str

    @property
    def actor(self) -> Actor:
        return self.results.actor

    @property
    def counted(self) -> Counted:
        return self.results.counted

    @property
    def bureau(self) -> str:
        return self.results.bureau()[0]

    @property
    def is_simulated(self) -> bool:
        return self.results.bureau()[1]

    def names(self, level: Level, period: Period) -> dict[str, str]:
        """Code -> name of the units of a level."""
        return {unit.code: unit.name for unit in self.results.units(level, period)}

    def notes(self, period: Period, *more: tuple[str, str]) -> Notes:
        """What an export says of its rows: whose, of when, by which scheme; then more."""
        return [*self.results.stamp(period).notes(), *more]

    def names_in_log(self, levels: Sequence[Level], period: Period) -> dict[str, str]:
        """The same as the log calls them: `level:unit` -> name."""
        return {
            f"{level}:{code}": name
            for level in levels
            for code, name in self.names(level, period).items()
        }


def open_screen(page: str) -> Screen:
    """Style, identity and counts.

    Stops the page where the store is empty (what to load is shown) or the actor may not see it.
    """
    style()
    try:
        # A spinner is a thread of its own: only where there is something to wait for.
        with nullcontext() if page_cache.is_counted() else st.spinner("正在汇总数据……"):
            now = page_cache.pin()
    except EmptyStore:
        show_empty_store()
        st.stop()
    for sentence in now.counted.copy.journal.unreadable.values():
        st.warning(sentence)
    for sentence in page_cache.store().scheme_problems:
        st.warning(sentence)
    screen = Screen(now.results(acting()), now.mark)
    _guard(screen, PAGES[page])
    return screen


def _guard(screen: Screen, page: PageEntry) -> None:
    """Who may not see a page gets a sentence that says who may, and can become another person."""
    if who_may := lacks(screen.actor, page.right):
        headline(page.title)
        st.warning(who_may)
        role_switch()
        follow(screen.mark)
        st.stop()


def lacks(actor: Actor, right: Right) -> str:
    """Who may, if this actor may not."""
    try:
        require(actor, right)
    except NotPermitted as error:
        return str(error)
    return ""


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


def headline(sentence: str) -> None:
    """The one sentence of the page; a number and its unit stay on one line."""
    st.html(render("sentence.html", kind="headline", inner=kept_together(sentence, "hf-nowrap")))


def reading(sentence: str) -> None:
    """What a chart says, in plain words, under it."""
    st.html(render("sentence.html", kind="reading", inner=sentence))


def marks(screen: Screen, period: Period, is_score: bool = True) -> None:
    """暂定, 模拟数据, part of a period: small marks beside the headline."""
    words = [screen.results.stamp(period).state] if is_score else []
    words += [SIMULATED] if screen.is_simulated else []
    if period.is_part:
        words.append(f"数据截至{period.ends_on.month}月{period.ends_on.day}日")
    st.html(render("marks.html", words=words))


def foot(screen: Screen, period: Period, definitions: Notes = ()) -> None:
    """Data time, state of the scores, scheme, and the definitions behind the page."""
    stamp = screen.results.stamp(period)
    parts = [
        stamp.bureau,
        f"考核期间 {period.starts_on} 至 {period.ends_on}",
        f"方案：{stamp.scheme_in_words}",
        *stamp.foot(),
        period.note,
    ]
    st.html(render("sentence.html", kind="foot", inner="　·　".join(filter(None, parts))))
    if definitions:
        with st.expander("口径说明"):
            st.markdown("\n\n".join(f"**{title}**：{meaning}" for title, meaning in definitions))
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
            data=partial(template_bytes, table.name),
            file_name=f"{table.title}.xlsx",
            key=f"template-{table.name}",
            on_click="ignore",
        )
    follow(page_cache.watch().mark())


def template_bytes(name: str) -> bytes:
    out = io.BytesIO()
    write_template(TABLES[name], out)
    return out.getvalue()
