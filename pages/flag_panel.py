"""One flag: what was seen, beside the peers, the records behind it, and the verdict."""

from collections.abc import Callable
from datetime import datetime

import streamlit as st

from data.journal import JournalError
from data.log import NotNow
from data.rights import NotPermitted, require
from data.verdicts import WORDS, Verdict, judge
from metrics import flag_words
from metrics.flag import Flag, subject_of
from metrics.flag_records import FATE, STAYS, flag_records
from pages import figures, frame
from pages.clickable import address, show_clickable
from pages.clickable import link as anchor
from pages.table import Column, Kind, Sheet, show_table

Now = Callable[[], datetime]
# Streamlit's own hint under a text field speaks English.
STYLE = '<style>[data-testid="InputInstructions"] { display: none; }</style>'
TOLD = "_judged"


def show_flag(screen: frame.Screen, flag: Flag, verdict: Verdict | None, now: Now) -> None:
    with st.container(border=True, key="flag-panel"):
        title, close = st.columns([6, 1], vertical_alignment="center")
        title.markdown(f"##### {flag.rule.title}：{flag_words.whom(flag)}")
        with close:
            back = address("checks", period=f"{st.query_params.get('period', '')}")
            show_clickable(anchor("收起", back), key="flag-close")
        st.markdown(f"{flag_words.seen(flag)}。{flag_words.beside(flag)}。")
        frame.reading(flag_words.caution(flag.rule) + "。")
        _verdict(screen, flag, verdict, now)
        _records(screen, flag)


def _verdict(screen: frame.Screen, flag: Flag, verdict: Verdict | None, now: Now) -> None:
    told: tuple[str, str, bool] | None = st.session_state.get(TOLD)
    if told and told[0] == flag.id:
        (st.success if told[2] else st.warning)(told[1])
    if verdict is not None:
        st.markdown(_said(verdict))
        return
    try:
        require(screen.actor, "check")
    except NotPermitted as error:
        frame.reading(f"待核。{error}。")
        return
    st.html(STYLE)
    with st.form(f"verdict-{flag.id}", border=False):
        word, reason, button = st.columns([1.3, 4, 1], vertical_alignment="bottom")
        word.radio("结论", WORDS, index=None, horizontal=True, key=f"word-{flag.id}")
        reason.text_input(
            "理由（不超过 200 字，不写姓名和任何号码）",
            key=f"reason-{flag.id}",
            placeholder="例：调取工作日志、询问两户，均未走访",
        )
        button.form_submit_button("记下结论", type="primary", on_click=_judge, args=(flag, now))
    frame.reading(
        f"属实：这 {flag.hits} 条记录作废，得分随之重算；排除：记录不动。"
        "结论记入办理日志，只判一次；要加减分或追责的，另走台账。"
    )


def _said(verdict: Verdict) -> str:
    gone = f"，作废 {len(verdict.voided)} 条记录" if verdict.voided else ""
    ledger = "；要加减分或追责的，凭此编号走台账" if verdict.word == "属实" else ""
    return (
        f"**{verdict.word}**：{verdict.reason}（{verdict.by}判定，办理日志第 {verdict.number} 号"
        f"{gone}{ledger}）"
    )


def _judge(flag: Flag, now: Now) -> None:
    """A press of the button: asks for the right again, and writes to the log."""
    word = st.session_state.get(f"word-{flag.id}")
    if word not in WORDS:
        st.session_state[TOLD] = flag.id, "请先选择“属实”或“排除”", False
        return
    store = figures.store()
    subject = subject_of(flag)
    reason = str(st.session_state.get(f"reason-{flag.id}", ""))
    try:
        made = judge(store.journal, store.copy, subject, word, reason, frame.acting(), now())
    except (NotNow, NotPermitted, JournalError) as error:
        st.session_state[TOLD] = flag.id, str(error), False
        return
    gone = f"，{len(made.voided)} 条记录已作废" if made.voided else ""
    st.session_state[TOLD] = flag.id, f"已记下结论：{word}{gone}", True


def _records(screen: frame.Screen, flag: Flag) -> None:
    for table, (titles, rows) in flag_records(screen.counted, flag, screen.actor).items():
        kinds: dict[str, Kind] = {"measured": "one"}
        columns = [Column(key, title, kinds.get(key, "text")) for key, title in titles.items()]
        notes = [("线索", flag_words.seen(flag)), ("说明", flag_words.caution(flag.rule))]
        sheet = Sheet(f"{flag.rule.title}-{flag.unit.name}-{table}记录", columns, rows, notes)
        spared = sum(row.get(FATE) == STAYS for row in rows)
        beside = f"，其中 {spared} 条仅供对照" if spared else ""
        st.markdown(f"**{table}记录**（{len(rows)} 条{beside}）")
        show_table(sheet, key=f"behind-{flag.id}-{table}", height=250 if len(rows) > 6 else "auto")
