"""会议模式: the bar under the wall. The presenter steps, opens what is behind, notes decisions."""

from collections.abc import Sequence
from datetime import date, timedelta
from functools import partial

import streamlit as st

from data.decisions import meeting
from data.decisions.meeting import STATES, Resolution, State, Wanted, for_meeting, notices
from data.playlist import Playlist
from metrics.wall.board import Board
from pages.parts import frame, page_cache
from pages.parts.action_feedback import act, tell
from pages.parts.clickable import go_to
from pages.parts.markup import render
from pages.parts.wall.boards import Programme, opens

KEY = "meeting"  # in the address: the number of the agenda's item
KEPT = "_meeting"
WEEK = timedelta(days=7)


def agenda_at(programme: Programme) -> int | None:
    """The item of the agenda that is looked at, from 0; None outside a meeting.

    It stands in the address, for a reload, and in the session, for who comes back from the page
    behind a figure: the browser's way back does not bring the query along.
    """
    number_text = st.query_params.get(KEY) or st.session_state.get(KEPT)
    if number_text is None or not programme.agenda:
        return None
    number = int(number_text) if number_text.isdecimal() else 1
    number = min(max(number, 1), len(programme.agenda))
    _look_at(number)
    return number - 1


def _look_at(number: int) -> None:
    st.session_state[KEPT] = str(number)
    if st.query_params.get(KEY) != str(number):
        st.query_params[KEY] = str(number)


def step_to(at: int, programme: Programme) -> None:
    _look_at(min(max(at, 0), len(programme.agenda) - 1) + 1)
    st.rerun()


def turn_meeting(is_on: bool) -> None:
    if is_on:
        _look_at(1)
    else:
        st.session_state.pop(KEPT, None)
        st.query_params.pop(KEY, None)
    st.rerun()


def meeting_bar(
    screen: frame.Screen, programme: Programme, at: int, played: Playlist, day: date
) -> None:
    """The screen's actor is the person who acts, not the wall."""
    tell(KEY)
    board = programme.boards[programme.agenda[at]]
    st.html(render("wall/meeting_bar.html"))
    with st.container(key="meeting-bar", horizontal=True, vertical_alignment="center"):
        if st.button("上一项", disabled=at == 0):
            step_to(at - 1, programme)
        if st.button("下一项", disabled=at == len(programme.agenda) - 1, type="primary"):
            step_to(at + 1, programme)
        st.markdown(f"{at + 1} / {len(programme.agenda)}　**{board.title}**", width="stretch")
        if st.button("打开明细", disabled=not board.opens):
            go_to(opens(board))
        stations = screen.names("station", programme.month).values()
        _acts(screen, board, [*stations, *played.departments], day)
        if st.button("结束会议"):
            turn_meeting(False)
        if screen.is_simulated:
            frame.role_switch()


def _acts(screen: frame.Screen, board: Board, units: Sequence[str], day: date) -> None:
    """What is written down; only who may sees the keys."""
    if not screen.actor.may("assess"):
        st.markdown("记录决定由政治处办理")
        return
    if st.button("记录决定"):
        _decide(screen, board, units, day)
    if st.button("办理情况"):
        _report(screen, day)
    if st.button("发布通知"):
        _post(screen, day)


@st.dialog("记录决定")
def _decide(screen: frame.Screen, board: Board, units: Sequence[str], day: date) -> None:
    words = st.text_area(
        "决定事项", max_chars=meeting.MOST_WORDS, placeholder="写清做什么，不写个人姓名"
    )
    unit = st.selectbox("责任单位", units, index=None, placeholder="请选择")
    due_on = st.date_input("完成期限", day + WEEK, min_value=day, format="YYYY-MM-DD")
    if st.button("记下", type="primary"):
        wanted = Wanted(words, unit or "", due_on, board.view)
        at = frame.acting_at(screen)
        journal = page_cache.store().journal
        act(lambda: meeting.decide(journal, screen.actor, at, wanted, units), "已记下决定", KEY)


@st.dialog("决定办理情况", width="large")
def _report(screen: frame.Screen, day: date) -> None:
    waiting = {r.id: r for r in for_meeting(screen.results.log(), day) if r.state == "open"}
    if not waiting:
        st.info("没有办理中的决定。")
        return
    id = st.selectbox("决定", list(waiting), format_func=lambda i: _named(waiting[i]))
    states: list[State] = ["done", "dropped", "open"]
    state = st.radio("状态", states, format_func=lambda s: STATES[s], horizontal=True)
    remark = st.text_input("说明", max_chars=meeting.MOST_REMARK, placeholder="撤销应写明理由")
    if st.button("记下", type="primary"):
        at, journal = frame.acting_at(screen), page_cache.store().journal
        act(
            lambda: meeting.report(journal, screen.actor, at, str(id), state, remark),
            "已记下办理情况",
            KEY,
        )


def _named(r: Resolution) -> str:
    return f"{r.words}（{r.unit}，{r.due_on} 前）"


@st.dialog("政治处通知", width="large")
def _post(screen: frame.Screen, day: date) -> None:
    at, journal = frame.acting_at(screen), page_cache.store().journal
    for notice in notices(screen.results.log(), day):
        with st.container(horizontal=True, vertical_alignment="center"):
            st.markdown(f"在屏：**{notice.title}**（至 {notice.until}）", width="stretch")
            if st.button("撤下", key=f"down-{notice.id}"):
                act(partial(meeting.take_down, journal, screen.actor, at, notice.id), "已撤下", KEY)
    title = st.text_input("标题", max_chars=meeting.MOST_TITLE)
    words = st.text_area("内容", max_chars=meeting.MOST_NOTICE, placeholder="不写个人姓名")
    until = st.date_input("展示至", day + WEEK, min_value=day, format="YYYY-MM-DD")
    if st.button("发布", type="primary"):
        act(lambda: meeting.post(journal, screen.actor, at, title, words, until), "已发布通知", KEY)
