"""待核改动 as a work list: before and after, who sent it, what is at stake; settled in bulk."""

from collections.abc import Callable, Sequence
from datetime import datetime

import streamlit as st

from data.decisions.pending_versions import confirm, may_settle, refuse, twins
from data.journal.log import moment_words
from metrics.calendar.period import Period
from metrics.integrity.pending_stakes import Stake, Waiting
from metrics.wording import pending_words
from pages.documents.sheet import Column, sheet_of
from pages.parts import action_feedback, frame, page_cache
from pages.parts.table import show_table

Now = Callable[[], datetime]
PLACE = "pending-versions"
MOST_NAMED = 12  # stations whose change is listed
REASON = "理由（不超过 200 字，不写姓名和任何号码；全部为重复记录的可不填）"


def show_pending(
    screen: frame.Screen,
    period: Period,
    waiting: Sequence[Waiting],
    changes: Sequence[Stake],
    now: Now,
) -> None:
    with st.container():
        action_feedback.tell(PLACE)
        if waiting:
            _listed(screen, period, waiting, now)
    if changes:
        st.subheader(f"全部确认对{period.title}得分的影响", anchor=False)
        columns = (
            Column("name", "派出所"),
            Column("before", "现得分", "two"),
            Column("after", "确认后得分", "two"),
            Column("change", "变动（分）", "two"),
        )
        sheet = sheet_of(f"待核改动影响-{period.text}", columns, changes, screen.notes(period))
        show_table(sheet, key="pending-stakes", whole_up_to=MOST_NAMED)


def _listed(screen: frame.Screen, period: Period, waiting: Sequence[Waiting], now: Now) -> None:
    batches = list(dict.fromkeys(pending_words.batch_words(w.version) for w in waiting))
    every = f"全部 {len(waiting):,} 件"
    batch = st.selectbox("批次", [every, *batches], key="pending-batch")
    shown = [w for w in waiting if batch in (every, pending_words.batch_words(w.version))]
    twin_by_id = twins(screen.counted.copy, [w.version for w in shown])
    columns = (
        Column("record", "记录", of=lambda w: pending_words.record_words(w.version)),
        Column("unit", "单位", of=lambda w: f"{w.station_name}{w.village_name}" or "未知"),
        Column("acts", "改动", of="version.acts"),
        Column("due_on", "应计入日期", of=lambda w: w.version.due_on.isoformat()),
        Column("before", "改前", of=lambda w: pending_words.before_words(w.version)),
        Column("after", "改后", of=lambda w: pending_words.after_words(w.version)),
        Column("twin", "相同记录", of=lambda w: twin_by_id.get(w.version.id, "—")),
        Column("sender", "报送人", of="version.sender"),
        Column("source", "来源", of="version.source"),
        Column("at", "报送时间", of=lambda w: moment_words(w.version.at)),
    )
    notes = screen.notes(period, ("说明", pending_words.LEAD))
    show_table(sheet_of("待核改动", columns, shown, notes), key="pending-list")
    if why_not := frame.lacks(screen.actor, "confirm"):
        frame.reading(f"{why_not}。")
        return
    mine = [w for w in shown if may_settle(w.version, screen.actor)]
    if len(mine) < len(shown):
        frame.reading(f"其中 {len(shown) - len(mine):,} 件由本人报送，须由他人办理。")
    if mine:
        _form(mine, now)


def _form(mine: Sequence[Waiting], now: Now) -> None:
    names = {w.version.id: pending_words.record_words(w.version) for w in mine}
    with st.form("settle-pending", border=False):
        st.multiselect(
            "只办理其中几件",
            list(names),
            format_func=names.__getitem__,
            key="pending-only",
            placeholder=f"不选即办理以上 {len(mine):,} 件",
        )
        reason, yes, no = st.columns([4, 1, 1], vertical_alignment="bottom")
        reason.text_input(
            REASON, key="pending-reason", placeholder="例：已核原始卷宗，确系重复录入"
        )
        for place, label, is_confirmed in ((yes, "确认", True), (no, "退回", False)):
            place.form_submit_button(
                label,
                type="primary" if is_confirmed else "secondary",
                width="stretch",
                on_click=_settle,
                args=(tuple(names), is_confirmed, now),
            )
    frame.reading("确认：新版本写入记录，得分随之重算；退回：仍按原记录计。两者都记入办理日志。")


def _settle(ids: Sequence[str], is_confirmed: bool, now: Now) -> None:
    """A press of one of the buttons: asks for the right again, and writes to the log."""
    store, settle = page_cache.store(), confirm if is_confirmed else refuse
    chosen = st.session_state.get("pending-only") or ids
    reason = str(st.session_state.get("pending-reason", ""))

    def write() -> str:
        settle(store.journal, store.copy, chosen, reason, frame.acting(), now())
        return f"已{'确认' if is_confirmed else '退回'} {len(chosen):,} 件"

    action_feedback.answer(PLACE, write)
