"""标注: the marks of the charts in words, and the form of those who may make or take them down."""

from collections.abc import Callable, Sequence
from datetime import datetime
from functools import partial

import streamlit as st

from data.decisions.annotations import Annotation, annotate, take_down
from data.journal.journal import SHANGHAI
from metrics.analysis.marks import Mark, mark_in_words
from metrics.calendar.period import Period
from metrics.cells.units import Unit
from pages.parts import action_feedback, frame, page_cache

WHOLE, OWN = "全局", "本单位"
PLACE = "mark"  # where an act is answered


def show_marks(screen: frame.Screen, unit: Unit, period: Period, marks: Sequence[Mark]) -> None:
    """The marks that stand on the charts of the unit, and below them the form."""
    if marks:
        frame.reading("　".join(mark_in_words(mark, unit) for mark in marks))
    panel = st.expander("在图上作标注", icon=":material/flag:", key="marks-open", on_change="rerun")
    if panel.open:
        with panel:
            _forms(screen, unit, period, marks)


def _forms(screen: frame.Screen, unit: Unit, period: Period, marks: Sequence[Mark]) -> None:
    if who_may := frame.lacks(screen.actor, "annotate"):
        frame.reading(who_may)
        return
    frame.reading("标在当天，所有看这个单位的人都能看到；不写姓名、证件号和手机号")
    _new(screen, unit, period)
    if marks:
        _old(unit, marks)
    action_feedback.tell(PLACE)


def _new(screen: frame.Screen, unit: Unit, period: Period) -> None:
    with st.form("mark", border=False):
        day, scope, text, button = st.columns([1.2, 1.2, 4, 1], vertical_alignment="bottom")
        as_of = screen.counted.as_of
        day.date_input(
            "日期", value=period.ends_on, max_value=as_of, key="mark-day", format="YYYY-MM-DD"
        )
        scopes = [WHOLE, OWN] if unit.level in ("station", "village") else [WHOLE]
        names = {WHOLE: WHOLE, OWN: unit.name}
        scope.selectbox(
            "标在", scopes, index=len(scopes) - 1, format_func=names.__getitem__, key="mark-on"
        )
        text.text_input(
            "标注（不超过 40 字）", placeholder="例：巡逻队扩编", key="mark-text", value=""
        )
        button.form_submit_button("标在图上", type="primary", on_click=_add, args=(unit,))


def _old(unit: Unit, marks: Sequence[Mark]) -> None:
    place, button = st.columns([6.4, 1], vertical_alignment="bottom")
    names = {mark.note.id: mark_in_words(mark, unit) for mark in marks}
    place.selectbox("已有标注", list(names), format_func=names.__getitem__, key="mark-old")
    button.button("撤下", key="mark-down", on_click=_remove, args=(tuple(marks),))


def _add(unit: Unit) -> None:
    """A press of the button: asks for the right again, and writes through the intake."""
    state = st.session_state
    is_own = state["mark-on"] == OWN
    actor = frame.acting()
    mark = Annotation(
        state["mark-day"],
        state["mark-text"].strip(),
        actor.code,
        village=unit.code if is_own and unit.level == "village" else None,
        station=unit.code if is_own and unit.level == "station" else None,
    )
    _write(partial(annotate, page_cache.loader(), mark, actor), f"已标在图上：{mark.remark}")


def _remove(marks: Sequence[Mark]) -> None:
    chosen = next((m.note for m in marks if m.note.id == st.session_state["mark-old"]), None)
    if chosen is not None:
        removal = partial(take_down, page_cache.loader(), chosen, frame.acting())
        _write(removal, f"已撤下：{chosen.remark}")


def _write(write: Callable[[datetime], None], done: str) -> None:
    """Write, and let this page see it at once; what is refused is told in a sentence."""

    def written() -> str:
        write(datetime.now(SHANGHAI))
        return done

    if action_feedback.answer(PLACE, written):
        st.session_state["mark-text"] = ""
