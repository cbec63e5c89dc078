"""Proposals that wait for a second person: what they change, and the two keys to decide."""

from datetime import datetime

import streamlit as st

from data.declared import DeclarationError
from data.journal.log import moment_words
from metrics.indicators.catalogue import Catalogue
from metrics.scheme.diff import scheme_changes
from metrics.scheme.log import Drafted, SchemeDesk, decline, may_decide, publish
from metrics.scheme.scheme import Scheme, read_scheme, scheme_of, warnings
from pages.documents.sheet import Column, sheet_of
from pages.parts import frame
from pages.parts.action_feedback import act, tell
from pages.parts.table import show_table

MOST_ROWS = 12  # differences that are all shown; longer lists scroll


def proposals_panel(screen: frame.Screen, desk: SchemeDesk, at: datetime) -> None:
    """Each open proposal, and in its place what was decided about it; mostly nothing."""
    with st.container():
        for draft in screen.results.scheme_drafts().values():
            is_open, place = draft.state == "proposed", st.empty()
            with place.container(border=is_open):
                if is_open:
                    _proposal(screen, desk, at, draft)
                tell(_place(draft))


def _place(draft: Drafted) -> str:
    return f"proposal-{draft.name}"


def _proposal(screen: frame.Screen, desk: SchemeDesk, at: datetime, draft: Drafted) -> None:
    st.markdown(
        f"**待批准：草案“{draft.name}”**　{draft.last.person} 于 {moment_words(draft.last.at)}"
        f" 提出，拟自 {draft.in_force_from} 起施行{f'。说明：{draft.note}' if draft.note else ''}"
    )
    try:
        proposed = read_scheme(draft.text, draft.name, desk.catalogue)
    except DeclarationError as error:
        st.warning(str(error))
        return
    day = draft.in_force_from or screen.counted.as_of
    show_changes(scheme_of(screen.counted.schemes, day), proposed, desk.catalogue, "proposal")
    for sentence in warnings(proposed, desk.catalogue):
        st.warning(f"{sentence}。", icon=":material/gavel:")
    if not may_decide(draft, screen.actor):
        frame.reading("须由提出人、修改人以外的另一人批准或退回，局领导、政治处可以办理。")
        return
    number, name = draft.last.number, draft.name
    accept, reason, refuse = st.columns([1, 4, 1], vertical_alignment="bottom")
    is_accepted = accept.button("批准发布", type="primary", key=f"publish-{number}")
    why = reason.text_input("退回理由", key=f"decline-why-{number}")
    if is_accepted:
        act(
            lambda: publish(desk, screen.actor, at, name, number),
            f"草案“{name}”已批准，自 {day} 起施行",
            _place(draft),
        )
    if refuse.button("退回", key=f"decline-{number}"):
        act(
            lambda: decline(desk, screen.actor, at, name, number, why),
            f"草案“{name}”已退回",
            _place(draft),
        )


def show_changes(before: Scheme, after: Scheme, catalogue: Catalogue, key: str) -> None:
    """The differences as a table, or that there is none."""
    changes = scheme_changes(before, after, catalogue)
    if not changes:
        frame.reading("与现行方案没有差异。")
        return
    frame.reading(f"与现行方案的差异 {len(changes)} 处：")
    titles = [("现行", before.title), ("草案", after.title)]
    sheet = sheet_of("方案差异", COLUMNS, changes, titles)
    show_table(sheet, f"changes-{key}", MOST_ROWS)


COLUMNS = (
    Column("of", "项目"),
    Column("what", "内容"),
    Column("before", "现行"),
    Column("after", "草案"),
)
