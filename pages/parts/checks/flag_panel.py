"""One flag: what was seen, beside the peers, the records behind it, and what was said of it."""

from collections.abc import Callable
from datetime import datetime

import streamlit as st

from data.decisions.verdicts import WAITING, WORDS, Verdict, judge, may_confirm, settle
from metrics.integrity.flag import Flag, subject_of
from metrics.integrity.flag_records import FATE, STAYS, flag_records
from metrics.wording import flag_words
from pages.documents.sheet import Column, Kind, Sheet
from pages.parts import action_feedback, frame, page_cache
from pages.parts.clickable import address, show_clickable
from pages.parts.markup import render
from pages.parts.table import show_table

Now = Callable[[], datetime]
REASON = "理由（不超过 200 字，不写姓名和任何号码）"
REMARK = "复核意见（退回时必填，不写姓名和任何号码）"


def show_flag(screen: frame.Screen, flag: Flag, verdict: Verdict | None, now: Now) -> None:
    with st.container(border=True, key="flag-panel"):
        title, close = st.columns([12, 1], vertical_alignment="center")
        title.markdown(f"##### {flag.rule.title}：{flag_words.whom(flag)}")
        with close:
            back = address("checks", period=f"{st.query_params.get('period', '')}")
            show_clickable(render("link.html", to=back, text="收起"), key="flag-close")
        st.markdown(f"{flag_words.seen(flag)}。{flag_words.beside(flag)}。")
        frame.reading(flag_words.caution(flag.rule) + "。")
        with st.container():  # its own place: what follows is not drawn twice when it changes
            _verdict(screen, flag, verdict, now)
        action_feedback.tell(flag.id)
        _records(screen, flag)


def _verdict(screen: frame.Screen, flag: Flag, verdict: Verdict | None, now: Now) -> None:
    state = verdict.state if verdict else "待核"
    if verdict:
        st.markdown(flag_words.verdict_sentence(verdict))
    if state in WORDS:
        return
    if verdict and state == WAITING:
        if may_confirm(verdict, screen.actor):
            _second_form(flag, now)
        else:
            why_not = (
                frame.lacks(screen.actor, "confirm") or "须由另一人复核，本人不能复核自己提出的结论"
            )
            frame.reading(f"{why_not}。")
    elif why_not := frame.lacks(screen.actor, "check"):
        frame.reading(f"待核。{why_not}。")
    else:
        _first_form(flag, now)


def _first_form(flag: Flag, now: Now) -> None:
    with st.form(f"verdict-{flag.id}", border=False):
        word, reason, button = st.columns([1.3, 4, 1], vertical_alignment="bottom")
        word.radio("结论", WORDS, index=None, horizontal=True, key=f"word-{flag.id}")
        reason.text_input(
            REASON, key=f"reason-{flag.id}", placeholder="例：调取工作日志、询问两户，均未走访"
        )
        button.form_submit_button(
            "记下结论", type="primary", width="stretch", on_click=_judge, args=(flag, now)
        )
    frame.reading(
        f"属实：须另一人复核，确认后{flag_words.consequence(flag)}；"
        "排除：一人即可，记录不动。结论记入办理日志；要加减分或追责的，另走台账。"
    )


def _second_form(flag: Flag, now: Now) -> None:
    with st.form(f"second-{flag.id}", border=False):
        remark, yes, no = st.columns([4, 1, 1], vertical_alignment="bottom")
        remark.text_input(REMARK, key=f"remark-{flag.id}", placeholder="例：已另问一户，情况相符")
        for place, label, is_confirmed in ((yes, "确认属实", True), (no, "退回", False)):
            place.form_submit_button(
                label,
                type="primary" if is_confirmed else "secondary",
                width="stretch",
                on_click=_settle,
                args=(flag, is_confirmed, now),
            )
    frame.reading(f"确认属实：{flag_words.consequence(flag)}；退回：线索回到待核，记录不动。")


def _judge(flag: Flag, now: Now) -> None:
    """A press of the button: asks for the right again, and writes to the log."""
    word = st.session_state.get(f"word-{flag.id}")
    if word not in WORDS:
        action_feedback.keep(flag.id, "请先选择“属实”或“排除”", is_done=False)
        return
    journal, reason = page_cache.store().journal, str(st.session_state.get(f"reason-{flag.id}", ""))
    by = reason, frame.acting(), now()
    action_feedback.answer(
        flag.id, lambda: flag_words.outcome(judge(journal, subject_of(flag), word, *by))
    )


def _settle(flag: Flag, is_confirmed: bool, now: Now) -> None:
    """A press of one of the second person's buttons."""
    store, remark = page_cache.store(), str(st.session_state.get(f"remark-{flag.id}", ""))
    by = remark, frame.acting(), now()
    where = store.journal, store.copy, subject_of(flag)
    action_feedback.answer(flag.id, lambda: flag_words.outcome(settle(*where, is_confirmed, *by)))


def _records(screen: frame.Screen, flag: Flag) -> None:
    for table, (titles, rows) in flag_records(screen.counted, flag, screen.actor).items():
        kinds: dict[str, Kind] = {"measured": "one"}
        columns = [Column(key, title, kinds.get(key, "text")) for key, title in titles.items()]
        notes = [("线索", flag_words.seen(flag)), ("说明", flag_words.caution(flag.rule))]
        sheet = Sheet(f"{flag.rule.title}-{flag.unit.name}-{table}记录", columns, rows, notes)
        spared = sum(row.get(FATE) == STAYS for row in rows)
        part = f"其中 {spared} 条" if spared < len(rows) else ""
        beside = f"，{part}仅供对照" if spared else ""
        st.markdown(f"**{table}记录**（{len(rows)} 条{beside}）")
        show_table(sheet, key=f"behind-{flag.id}-{table}", whole_up_to=6)
