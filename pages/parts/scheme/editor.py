"""起草: a draft as tables that are filled in, checked as one types, saved, and proposed."""

from collections.abc import Mapping, Sequence
from datetime import datetime
from time import monotonic

import pandas as pd
import streamlit as st
from streamlit.elements.lib.column_types import ColumnConfig

from data.declared import DeclarationError
from metrics.indicators.catalogue import Catalogue
from metrics.scheme.form import Form, FormError, Row, form_of, read_form
from metrics.scheme.log import MOST_LETTERS, Drafted, SchemeDesk, digest_of, propose, save_draft
from metrics.scheme.reading import (
    APART,
    FEW_CASES,
    KINDS_OF_REASONS,
    PERIODS,
    ROLES,
    RULES,
    WINDOWS,
)
from metrics.scheme.scheme import Scheme, read_scheme, warnings
from metrics.scheme.text import text_of
from pages.parts import frame, page_cache
from pages.parts.action_feedback import act, tell
from pages.parts.scheme.acts import show_changes
from pages.parts.scroll import EDITOR, into_view

NEW, TRIED = "新草案（自现行方案起草）", "新草案（按试算起草）"
OPENED, TRIAL, ASKED = "_draft_opened", "_draft_tried", "_draft_asked"
PLACE = "draft"  # where an act is answered
STATES = {"drafted": "起草中", "proposed": "待批准", "published": "已发布", "declined": "已退回"}


def editor_panel(screen: frame.Screen, desk: SchemeDesk, at: datetime, in_force: Scheme) -> None:
    """The editor for who may draft; others read who may."""
    if who_may := frame.lacks(screen.actor, "edit-scheme"):
        frame.reading(f"{who_may}。")
        return
    panel = st.expander("起草方案", icon=":material/edit:", key=EDITOR, on_change="rerun")
    if panel.open:
        with panel:
            _editor(screen, desk, at, in_force)


def draft_from(trial: Scheme) -> None:
    """Open the editor with what was tried out, as a draft that has no name yet."""
    st.session_state[TRIAL] = trial
    st.session_state[EDITOR], st.session_state[ASKED] = True, monotonic()
    _opened(TRIED)


def _opened(name: str) -> None:
    """The choice begins anew with this draft, whatever an open page still has in mind."""
    turn, _ = st.session_state.get(OPENED, (0, NEW))
    st.session_state[OPENED] = turn + 1, name


@st.fragment
def _editor(screen: frame.Screen, desk: SchemeDesk, at: datetime, in_force: Scheme) -> None:
    with st.container():
        if opened_at := st.session_state.get(ASKED):  # by a key that lies far above
            into_view(EDITOR, opened_at)
    drafts = screen.results.scheme_drafts()
    chosen = _choice(drafts)
    draft = drafts.get(chosen)
    start = st.session_state[TRIAL] if chosen == TRIED else in_force
    base = _base(draft, desk.catalogue, start)
    if draft and draft.state == "declined":
        st.warning(f"{draft.last.person} 退回：{draft.last.content.get('why', '')}")
    key = f"{draft.last.number if draft else 0}-{digest_of(text_of(base))[:8]}"
    form = _filled(form_of(base, desk.catalogue), key)
    try:
        scheme = read_form(form, base, desk.catalogue)
    except FormError as error:
        st.error("　".join(f"{problem}。" for problem in error.problems))
        return
    show_changes(in_force, scheme, desk.catalogue, "draft")
    for sentence in warnings(scheme, desk.catalogue):
        st.warning(f"{sentence}。", icon=":material/gavel:")
    with st.container():
        _save(desk, at, draft, scheme, key)
        if draft and draft.state in ("drafted", "declined"):
            _propose(desk, at, draft, key)
    tell(PLACE)


def _choice(drafts: Mapping[str, Drafted]) -> str:
    """Which draft; one that was just saved is chosen by itself."""
    names = {NEW: NEW, **{d.name: f"{d.name}（{STATES[d.state]}）" for d in drafts.values()}}
    if TRIAL in st.session_state:
        names[TRIED] = TRIED
    turn, name = st.session_state.get(OPENED, (0, NEW))
    first = list(names).index(name) if name in names else 0
    key = f"editor-draft-{turn}"
    return str(st.selectbox("草案", list(names), first, format_func=names.__getitem__, key=key))


def _base(draft: Drafted | None, catalogue: Catalogue, in_force: Scheme) -> Scheme:
    if draft is None:
        return in_force
    try:
        return read_scheme(draft.text, draft.name, catalogue)
    except DeclarationError as error:
        st.warning(str(error))
        return in_force


def _filled(form: Form, key: str) -> Form:
    """The form as it now stands on the page."""
    places = st.columns([2.6, 1.2, 1.2, 1.4])
    title = places[0].text_input("方案名称", form.title, key=f"title-{key}")
    least = places[1].number_input(
        "参加排名的最低适用分值", 0.0, 1000.0, form.rank_from, 1.0, key=f"least-{key}", format="%g"
    )
    ways = list(FEW_CASES.values())
    few = places[2].selectbox("少件处理", ways, index=ways.index(form.few_cases), key=f"few-{key}")
    hours = places[3].text_input("重点时段", form.hours, key=f"hours-{key}")
    source = st.text_input("依据", form.source, key=f"source-{key}")
    st.markdown("**指标**　目标值、底线以百分数填写；权重留空的不计分；分档写作 95:1，90:2/3")
    indicators = _table(form.indicators, INDICATORS, f"indicators-{key}", ("title",))
    left, right = st.columns(2, gap="large")
    with left:
        st.markdown("**等次**")
        grades = _table(form.grades, GRADES, f"grades-{key}")
    with right:
        st.markdown("**加减分**")
        reasons = _table(form.reasons, REASONS, f"reasons-{key}")
        caps = st.columns(3)
        bonus = caps[0].number_input("加分上限", 0.0, 100.0, form.bonus_cap, 1.0, key=f"up-{key}")
        deduction = caps[1].number_input(
            "减分上限", 0.0, 100.0, form.deduction_cap, 1.0, key=f"down-{key}"
        )
        veto = caps[2].text_input("否决后最高等次", form.veto_grade, key=f"veto-{key}")
    st.markdown("**期间用途**")
    roles = _roles(form.roles, key)
    return Form(
        title, source, least, str(few), hours, roles,
        indicators, grades, bonus, deduction, veto, reasons,
    )  # fmt: skip


def _roles(roles: Mapping[str, str], key: str) -> dict[str, str]:
    places, words = st.columns(len(roles) or 1), list(ROLES.values())
    return {
        kind: str(
            place.selectbox(
                PERIODS.get(kind, kind), words, index=words.index(word), key=f"role-{kind}-{key}"
            )
        )
        for place, (kind, word) in zip(places, roles.items(), strict=False)
    }


def _table(
    rows: Sequence[Row], columns: Mapping[str, ColumnConfig], key: str, fixed: tuple[str, ...] = ()
) -> list[Row]:
    """A table whose cells are edited; what is empty comes back as None."""
    edited = st.data_editor(
        pd.DataFrame(rows),
        key=key,
        hide_index=True,
        num_rows="fixed",
        column_order=list(columns),
        column_config=columns,
        disabled=list(fixed),
        height="content",
        placeholder="—",
    )
    return [
        {
            str(name): None if value is None or bool(pd.isna(value)) else value
            for name, value in row.items()
        }
        for row in edited.to_dict("records")
    ]


def _save(desk: SchemeDesk, at: datetime, draft: Drafted | None, scheme: Scheme, key: str) -> None:
    name, note, button = st.columns([1.4, 3, 1], vertical_alignment="bottom")
    label = f"草案名称（不超过 {MOST_LETTERS} 字）"
    called = name.text_input(
        label, draft.name if draft else "", key=f"name-{key}", disabled=draft is not None,
        placeholder="例：九月方案",
    )  # fmt: skip
    why = note.text_input("修改说明", draft.note if draft else "", key=f"note-{key}")
    if button.button("保存草案", type="primary", key=f"save-{key}"):
        act(
            lambda: _saved(desk, at, draft, called.strip(), scheme, why),
            f"草案“{called.strip()}”已保存",
            PLACE,
        )


def _saved(
    desk: SchemeDesk, at: datetime, draft: Drafted | None, name: str, scheme: Scheme, note: str
) -> None:
    """Save, and choose the draft when the page is drawn anew."""
    seen = draft.last.number if draft else 0
    save_draft(desk, frame.acting(), at, name, scheme, note, seen)
    st.session_state.pop(TRIAL, None)
    _opened(name)


def _propose(desk: SchemeDesk, at: datetime, draft: Drafted, key: str) -> None:
    day, button = st.columns([1.4, 4], vertical_alignment="bottom")
    earliest = desk.earliest(at, page_cache.results(frame.acting()).log())
    chosen = day.date_input(
        "施行日期（某月 1 日）", earliest, min_value=earliest, format="YYYY-MM-DD",
        key=f"day-{key}",
    )  # fmt: skip
    if button.button("提请批准（按已保存的草案）", key=f"propose-{key}"):
        act(
            lambda: propose(desk, frame.acting(), at, draft.name, chosen),
            f"草案“{draft.name}”已提请批准，须由另一人办理",
            PLACE,
        )


KINDS = st.column_config
INDICATORS: Mapping[str, ColumnConfig] = {
    "title": KINDS.TextColumn("指标", width=150),
    "weight": KINDS.NumberColumn("权重", min_value=0, format="%g"),
    **{level: KINDS.NumberColumn(word, min_value=0, format="%g") for level, word in APART.items()},
    "rule": KINDS.SelectboxColumn("计分办法", options=list(RULES.values()), required=True),
    "target": KINDS.NumberColumn("目标值", format="%g"),
    "floor": KINDS.NumberColumn("底线", format="%g"),
    "grows": KINDS.CheckboxColumn("按年度进度"),
    "steps": KINDS.TextColumn("分档", width=150),
    "window": KINDS.SelectboxColumn("数据期", options=list(WINDOWS.values()), required=True),
    "pooled": KINDS.CheckboxColumn("取警务室"),
    "minimum": KINDS.NumberColumn("合并件数（最低样本）", min_value=1, step=1, format="%d"),
}
GRADES: Mapping[str, ColumnConfig] = {
    "name": KINDS.TextColumn("等次"),
    "at_least": KINDS.NumberColumn("自多少分起", min_value=0, format="%g"),
    "quota": KINDS.NumberColumn("名额（占本组 %）", min_value=0, max_value=100, format="%g"),
}
REASONS: Mapping[str, ColumnConfig] = {
    "kind": KINDS.SelectboxColumn("类别", options=list(KINDS_OF_REASONS.values())),
    "title": KINDS.TextColumn("事由", width=220),
    "points": KINDS.NumberColumn("每次至多（分）", min_value=0, format="%g"),
}
