"""What can be done on 考核: the key that comes next; verifying and correcting what is frozen."""

import streamlit as st

from data.journal.log import moment_words
from metrics.assessment.acts import Act
from metrics.assessment.appeals import TABLES
from metrics.assessment.receipt import receipt_of
from metrics.assessment.steps import Desk, perform
from metrics.assessment.transitions import TRANSITIONS, NextStep, open_revision
from metrics.assessment.verify import late_differences, verify
from metrics.calendar.period import Period
from metrics.calendar.standing import Standing
from pages.parts import frame
from pages.parts.action_feedback import act, tell

MOST_LISTED = 12
STEP, REVISION = "step", "revision"  # where an act is answered
LONG = ("run", "recut", "freeze")  # with a bar
AGAIN: tuple[tuple[Act, str, str], ...] = (  # act, what it is for, the answer
    ("run", "更正、加减分有变动后再算一次，并列出与上次的差别", "已办理：重新计算"),
    ("cut", "公示前可以：把截止后已更正的记录一并计入", "已重新截止，请再次一键考核"),
)


def next_key(desk: Desk, period: Period, step: NextStep | None, points: int) -> None:
    """The red key, only where it can be pressed; else who may, or what is waited for.

    points   how many things still need a person: told before what cannot be undone
    """
    if step is None:
        st.info("本期已通报，全部办结。")
        return
    st.markdown(f"##### 下一步：{step.label}")
    frame.reading(step.explains)
    if step.blocked:
        st.info(step.blocked, icon=":material/hourglass_empty:")
        return
    if not desk.actor.may(step.transition.right):
        st.info(f"待{step.transition.who}办理。", icon=":material/person:")
        return
    remark, what = "", step.transition.act
    if what == "check":
        remark = st.text_input("初核意见", max_chars=200, placeholder="例：已核对各项，同意公示")
    is_sure = True
    if what == "freeze":
        left = f"仍有 {points} 项须核对；" if points else ""
        is_sure = st.checkbox(f"{left}已知定稿后不能更改，确认定稿")
    if st.button(step.label, type="primary", key=f"do-{what}", disabled=not is_sure):
        _do(desk, period, what, f"已办理：{step.label}", remark)


def _do(desk: Desk, period: Period, what: Act, done_words: str, remark: str = "") -> None:
    bar = st.progress(0.0, TRANSITIONS[what].label) if what in LONG else None

    def progress(name: str, done: int, total: int) -> None:
        if bar is not None:
            bar.progress(done / total, f"正在计算：{name}" if name else "正在写入")

    act(lambda: perform(desk, what, period.text, remark, progress=progress), done_words, STEP)


def again(desk: Desk, period: Period, standing: Standing) -> None:
    """Computing again, and a later cut-off, while the period is still open to it."""
    if not standing.runs:
        return
    places = st.columns([1, 1, 2])
    for place, (what, help, done_words) in zip(places, AGAIN, strict=False):
        transition = TRANSITIONS[what]
        if standing.state in transition.states and desk.actor.may(transition.right):
            with place:
                if st.button(transition.label_again, help=help):
                    _do(desk, period, what, done_words)


def frozen_panel(desk: Desk, period: Period, standing: Standing) -> None:
    """Verify, see what came in later, and correct."""
    st.subheader("定稿", anchor=False)
    last = standing.frozen[-1]
    hash = str(last.content["hash"])
    frame.reading(
        f"第 {len(standing.frozen)} 版，{last.person}于 {moment_words(last.at)} 签发。校验码 {hash}"
    )
    places = st.columns([1, 1.4, 1, 1])
    receipt = receipt_of(standing)
    assert receipt is not None  # something is frozen
    with places[2]:
        st.download_button(
            "保存回执",
            f"{receipt.text}\n",
            file_name=f"定稿回执-{receipt.name}.txt",
            help="另行保存；日后据以查出定稿是否被整体改写",
            on_click="ignore",
        )
    with places[0]:
        if st.button("核验定稿", help="按当时的记录、方案和口径重新计算，逐项比对"):
            with st.spinner("正在重算比对，约需数秒……"):
                st.session_state["_verified"] = verify(desk.store.journal, desk.actor, period.text)
    with places[1]:
        if st.button("与现有记录比对", help="只列差别，不改定稿"):
            st.session_state["_late"] = (period.text, late_differences(desk, period.text))
    for each in st.session_state.get("_verified", []):
        if each.period == period.text:
            _listed(f"定稿 {each.folder}：一致", f"定稿 {each.folder} 与核验不一致", each.problems)
    when, late = st.session_state.get("_late", ("", []))
    if when == period.text:
        _listed("现有记录与定稿没有差别", "定稿之后到达的记录将带来下列差别（定稿不变）", late)
    _revision(desk, period, standing)
    tell(REVISION)


def _listed(same: str, other: str, differences: "tuple[str, ...] | list[str]") -> None:
    if not differences:
        st.success(same, icon=":material/verified:")
        return
    more = f"\n\n……共 {len(differences):,} 处" if len(differences) > MOST_LISTED else ""
    st.warning(f"{other}\n\n" + "\n\n".join(differences[:MOST_LISTED]) + more)


def _revision(desk: Desk, period: Period, standing: Standing) -> None:
    for entry in standing.frozen[1:]:
        changed = entry.content.get("differences", [])
        assert isinstance(changed, list)
        with st.expander(f"更正：{entry.content['reason']}（{len(changed)} 处变动）"):
            st.markdown("\n\n".join(str(line) for line in changed))
    waiting = open_revision(desk.log(), standing)
    if waiting is not None and desk.actor.may(TRANSITIONS["revise"].right):
        st.info(f"{waiting.person}提出更正：{waiting.content['reason']}")
        if st.button(TRANSITIONS["revise"].label, type="primary"):
            act(lambda: perform(desk, "revise", period.text), "已出更正版，原定稿不变", REVISION)
    elif waiting is not None:
        st.info(f"更正待{TRANSITIONS['revise'].who}批准：{waiting.content['reason']}")
    elif desk.actor.may(TRANSITIONS["correct"].right):
        with st.expander(TRANSITIONS["correct"].label), st.form("revision", border=False):
            reason = st.text_input("更正理由", max_chars=200)
            table = st.selectbox("数据表", list(TABLES), format_func=lambda n: TABLES[n])
            ids = st.text_input("记录编号", help="已更正的记录；多条用逗号隔开")
            if st.form_submit_button("提出"):
                named = [
                    (table, id.strip()) for id in ids.replace("，", ",").split(",") if id.strip()
                ]
                act(
                    lambda: perform(desk, "correct", period.text, reason, named),
                    "已提出更正",
                    REVISION,
                )
