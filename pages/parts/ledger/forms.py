"""The forms of 申诉与台账: propose, approve, object, review."""

from collections.abc import Callable, Sequence
from fractions import Fraction
from functools import partial

import streamlit as st

from data.journal.log import NotNow
from metrics.assessment.appeals import TABLES, Appeal, Objection, file_appeal, review_appeal
from metrics.assessment.effect import appeal_effect
from metrics.assessment.steps import Desk
from metrics.calendar.period import Period, parse_period
from metrics.scheme.scheme import LEVELS, Level, Scheme
from metrics.scoring.ledger import KINDS, Item, Proposal, propose, settle
from metrics.wording.assessment_words import standing_sentence
from pages.parts import frame, page_cache
from pages.parts.action_feedback import act

OFFERED: tuple[Level, ...] = ("station", "village", "room")
NO_TABLE = "（无）"
# Where an act is answered: below its form.
PROPOSE, SETTLE, APPEAL, REVIEW = "propose", "settle", "appeal", "review"


def unit_choice(period: Period, key: str, own: str = "") -> tuple[Level, str]:
    """层级 and 单位; `own`: only this station and what belongs to it."""
    level = st.selectbox("层级", OFFERED, format_func=lambda n: LEVELS[n], key=f"{key}-level")
    listed = page_cache.results(frame.acting()).units(level, period)
    mine = [u for u in listed if not own or own in (u.code, u.station)]
    names = {unit.code: unit.name for unit in mine}
    code = st.selectbox(
        "单位",
        list(names),
        index=0 if len(names) == 1 else None,
        format_func=lambda c: names[c],
        key=f"{key}-unit",
        placeholder="请选择",
    )
    return level, str(code or "")


def propose_form(desk: Desk, scheme: Scheme, period: Period) -> None:
    """加分、减分、一票否决、免考核: proposed here, approved by another person."""
    kind = st.selectbox("类别", list(KINDS), format_func=lambda k: KINDS[k])
    level, unit = unit_choice(period, "propose")
    reasons = {r.code: r for r in scheme.ledger.reasons if r.kind == kind}
    reason = st.selectbox("事由", list(reasons), format_func=lambda c: reasons[c].title)
    points, indicator = Fraction(0), ""
    if reason and reasons[reason].points:
        most = float(reasons[reason].points)
        entered = st.number_input(
            f"分值（每次至多 {most:g} 分）", 0.1, most, min(1.0, most), 0.1, format="%.1f"
        )
        points = Fraction(str(round(entered, 1)))
    if kind == "exemption":
        titles = _titles(scheme)
        indicator = str(
            st.selectbox("免考核的指标", list(titles), format_func=lambda i: titles[i]) or ""
        )
    evidence = st.text_input("依据文号", max_chars=60, placeholder="例：舞公政〔2019〕12号")
    event = st.text_input(
        "事项编号", max_chars=60, help="同一事项只计一次", placeholder="例：线索-0031"
    )
    if st.button("提出", type="primary", key="propose"):
        proposal = Proposal(
            period.text, level, unit, kind, points, reason or "", evidence, event, indicator
        )
        act(
            lambda: propose(desk.store.journal, scheme, proposal, desk.actor, desk.at),
            "已提出，待他人批准",
            PROPOSE,
        )


def settle_form(desk: Desk, waiting: Sequence[Item], names: dict[str, str]) -> None:
    """批准 or 不予批准 of what waits."""
    chosen = st.selectbox("待批事项", waiting, format_func=lambda i: _item(i, names))
    remark = st.text_input("意见", max_chars=200, help="不予批准时必填")
    journal, actor, at = desk.store.journal, desk.actor, desk.at
    _two_keys(
        (SETTLE, "已办理", "批准", "不予批准"),
        lambda is_yes: settle(journal, chosen.id, is_yes, remark, actor, at),
    )


def _two_keys(words: tuple[str, str, str, str], decide: Callable[[bool], object]) -> None:
    """words: where it is answered, that it is done, yes (in red), no."""
    place, done, yes, no = words
    for column, label, is_yes in zip(st.columns(2), (yes, no), (True, False), strict=True):
        if column.button(label, type="primary" if is_yes else "secondary"):
            act(partial(decide, is_yes), f"{done}：{label}", place)


def _item(item: Item, names: dict[str, str]) -> str:
    p = item.proposal
    points = f" {float(p.points):g} 分" if p.points else ""
    unit = names.get(f"{p.level}:{p.unit}", p.unit)
    return f"{p.period}　{unit}　{KINDS[p.kind]}{points}（{item.proposer}提出）"


def appeal_form(desk: Desk, scheme: Scheme, period: Period) -> None:
    """Object to one indicator; where a record was corrected, name it."""
    level, unit = unit_choice(period, "appeal", desk.actor.unit)
    titles = _titles(scheme)
    indicator = st.selectbox("指标", list(titles), format_func=lambda i: titles[i])
    _standing(period, level, unit, str(indicator or ""))
    reason = st.text_area("理由", max_chars=200, height=80)
    tables = ["", *TABLES]
    table = st.selectbox(
        "更正的记录", tables, format_func=lambda n: TABLES.get(n, NO_TABLE), help="记录已更正的填写"
    )
    record = st.text_input("记录编号") if table else ""
    if st.button("提出申诉", type="primary"):
        objection = Objection(
            period.text, level, unit, str(indicator or ""), reason, table or "", record.strip()
        )
        act(
            lambda: file_appeal(
                desk.store.journal, scheme, objection, desk.days, desk.actor, desk.at
            ),
            "申诉已受理，待复核",
            APPEAL,
        )


def review_form(desk: Desk, waiting: Sequence[Appeal], names: dict[str, str]) -> None:
    """成立 or 不成立, with what it would change."""
    chosen = st.selectbox("待复核申诉", waiting, format_func=lambda a: _appeal(a, names))
    o = chosen.objection
    frame.reading(f"申诉理由：{o.reason}")
    _standing(parse_period(o.period, desk.at.date()), o.level, o.unit, o.indicator)
    try:
        effect = appeal_effect(desk, chosen)
    except NotNow as error:
        effect = ("", "")
        st.warning(str(error))
    if effect[0]:
        frame.reading(f"若成立：{effect[0]} → {effect[1]}")
    elif not chosen.objection.record:
        st.info("未指明更正记录：认定成立也不改得分。须改分的，请先更正记录，再指明该记录申诉。")
    remark = st.text_input("复核意见", max_chars=200)
    journal, actor, at, none = desk.store.journal, desk.actor, desk.at, ("", "")
    _two_keys(
        (REVIEW, "已复核", "成立", "不成立"),
        lambda is_yes: review_appeal(
            journal, chosen.id, is_yes, remark, actor, at, effect if is_yes else none
        ),
    )


def _standing(period: Period, level: Level, unit: str, indicator: str) -> None:
    """The figure that is objected to, as it stands."""
    lines = page_cache.results(frame.acting()).lines(level, period)
    line = next((line for line in lines if line.unit == unit), None)
    if line and indicator:
        frame.reading(standing_sentence(line, page_cache.store().catalogue[indicator]))


def _appeal(appeal: Appeal, names: dict[str, str]) -> str:
    o = appeal.objection
    title = page_cache.store().catalogue[o.indicator].title
    return f"{o.period}　{names.get(f'{o.level}:{o.unit}', o.unit)}　{title}"


def _titles(scheme: Scheme) -> dict[str, str]:
    catalogue = page_cache.store().catalogue
    return {scored.id: catalogue[scored.id].title for scored in scheme.indicators}
