"""Proposals that wait for a second person: what they change, and the two keys to decide."""

from collections.abc import Callable
from datetime import datetime
from time import monotonic

import streamlit as st

from data.declared import DeclarationError
from data.journal import JournalError
from data.log import NotNow
from data.rights import NotPermitted
from metrics.catalogue import Catalogue
from metrics.scheme import Scheme, read_scheme, scheme_of, warnings
from metrics.scheme_diff import changes
from metrics.scheme_log import Desk, Drafted, decline, may_decide, publish
from pages import figures, frame
from pages.table import Column, Sheet, show_table

TOLD = "_scheme_told"
TOLD_FOR = 30  # seconds: what was written makes the page draw itself anew meanwhile
MOST_ROWS = 12  # differences that are all shown; longer lists scroll


def proposals_panel(screen: frame.Screen, desk: Desk, at: datetime) -> None:
    """What was just done, and each open proposal; nothing where there is none."""
    told: tuple[str, bool, float] | None = st.session_state.get(TOLD)
    if told and monotonic() - told[2] < TOLD_FOR:
        (st.success if told[1] else st.error)(told[0])
    for draft in figures.scheme_drafts().values():
        if draft.state == "proposed":
            with st.container(border=True):
                _proposal(screen, desk, at, draft)


def _proposal(screen: frame.Screen, desk: Desk, at: datetime, draft: Drafted) -> None:
    st.markdown(
        f"**待批准：草案“{draft.name}”**　{draft.last.person} 于 {draft.last.at:%Y-%m-%d %H:%M}"
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
    number, why = draft.last.number, f"decline-why-{draft.last.number}"
    accept, reason, refuse = st.columns([1, 4, 1], vertical_alignment="bottom")
    accept.button(
        "批准发布",
        type="primary",
        key=f"publish-{number}",
        on_click=lambda: act(
            lambda: publish(desk, frame.acting(), at, draft.name, number),
            f"草案“{draft.name}”已批准，自 {day} 起施行",
        ),
    )
    reason.text_input("退回理由", key=why)
    refuse.button(
        "退回",
        key=f"decline-{number}",
        on_click=lambda: act(
            lambda: decline(
                desk, frame.acting(), at, draft.name, number, str(st.session_state[why])
            ),
            f"草案“{draft.name}”已退回",
        ),
    )


def act(write: Callable[[], None], done: str) -> bool:
    """Write, and keep what to tell; what is refused is told in a sentence."""
    try:
        write()
    except (NotNow, NotPermitted, JournalError, DeclarationError) as error:
        st.session_state[TOLD] = str(error), False, monotonic()
        return False
    st.session_state[TOLD] = done, True, monotonic()
    return True


def show_changes(before: Scheme, after: Scheme, catalogue: Catalogue, key: str) -> None:
    """The differences as a table, or that there is none."""
    found = changes(before, after, catalogue)
    if not found:
        frame.reading("与现行方案没有差异。")
        return
    frame.reading(f"与现行方案的差异 {len(found)} 处：")
    rows = [{"of": c.of, "what": c.what, "before": c.before, "after": c.after} for c in found]
    sheet = Sheet("方案差异", COLUMNS, rows, [("现行", before.title), ("草案", after.title)])
    show_table(sheet, f"changes-{key}", "content" if len(found) <= MOST_ROWS else "auto")


COLUMNS = (
    Column("of", "项目"),
    Column("what", "内容"),
    Column("before", "现行"),
    Column("after", "草案"),
)
