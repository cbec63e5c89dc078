"""The sentence of each kind of entry of the log, as 办理记录 shows it."""

from collections.abc import Callable, Mapping
from fractions import Fraction
from typing import Any

from data.decisions.meeting import STATES as DECISION_STATES
from data.journal.log import Entry
from data.journal.log_kinds import LogKind
from metrics.assessment.appeals import OUTCOMES
from metrics.calendar.standing import STATE_AFTER, STATES
from metrics.scoring.ledger import KINDS

Names = Mapping[str, str]  # level:unit -> name
Sentence = Callable[[Entry, Names], str]


def sentence_of(entry: Entry, names: Names) -> str:
    """One entry of the log as a sentence; of a kind that is not known, its name."""
    sentence = SENTENCES.get(entry.kind)
    return sentence(entry, names) if sentence else entry.kind


def _filled(pattern: str, remark: str = "") -> Sentence:
    """The sentence with what the entry holds put in by name, a remark after the sign given."""
    return lambda entry, names: (
        pattern.format(**_values(entry, names)) + (_remark(entry, remark) if remark else "")
    )


def _values(entry: Entry, names: Names) -> dict[str, object]:
    """As they are read: codes as words, of a list its length, of a unit its name."""

    def read(key: str, value: object) -> object:
        if isinstance(value, list | tuple):
            return f"{len(value):,}"
        return WORDS.get(key, {}).get(str(value), value)

    values = {key: read(key, value) for key, value in entry.content.items()}
    own = {"subject": entry.subject, "number": _number(entry.subject), "unit": _unit(entry, names)}
    return values | own


def _step(entry: Entry, names: Names) -> str:
    return STATES[STATE_AFTER[entry.kind]] + _remark(entry, "：")


def _ledger_proposed(entry: Entry, names: Names) -> str:
    c = entry.content
    points = f" {float(Fraction(str(c['points']))):g} 分" if c["points"] != "0" else ""
    return _filled(f"台账提出：{{unit}} {{kind}}{points}（{{evidence}}）")(entry, names)


WORDS: Mapping[str, Mapping[Any, str]] = {
    "kind": KINDS, "outcome": OUTCOMES, "state": DECISION_STATES,
}  # fmt: skip
SENTENCES: Mapping[str, Sentence] = {
    LogKind.PERIOD_CUT: _filled("截止数据：日志第 {position} 部分，数据截至 {as_of}"),
    LogKind.PERIOD_RUN: _filled("一键考核：计算全局得分"),
    LogKind.PERIOD_CHECKED: _step,
    LogKind.PERIOD_PUBLISHED: _step,
    LogKind.PERIOD_HEARING: _step,
    LogKind.PERIOD_FROZEN: _filled("定稿：校验码 {hash:.8}"),
    LogKind.PERIOD_ANNOUNCED: _step,
    LogKind.REVISION_PROPOSED: _filled("提出更正：{reason}"),
    LogKind.PERIOD_REVISION: _filled("更正：{reason}，校验码 {hash:.8}"),
    LogKind.APPEAL_FILED: _filled("申诉：{unit}，{reason}"),
    LogKind.APPEAL_REVIEWED: _filled("复核：{number}{outcome}，{remark}"),
    LogKind.LEDGER_PROPOSED: _ledger_proposed,
    LogKind.LEDGER_APPROVED: _filled("台账批准：{number}", "，"),
    LogKind.LEDGER_DECLINED: _filled("台账未批准：{number}", "，"),
    LogKind.FLAG_PROPOSED: _filled("异常线索提出属实，待复核：{reason}"),
    LogKind.FLAG_VERDICT: _filled("异常线索{verdict}，作废记录 {voided} 条：{reason}"),
    LogKind.FLAG_RETURNED: _filled("异常线索属实的结论退回：{remark}"),
    LogKind.VERSION_CONFIRMED: _filled("确认待核版本 {records} 件，自此计入：{reason}"),
    LogKind.VERSION_REFUSED: _filled("退回待核版本 {records} 件，仍按原记录计：{reason}"),
    LogKind.SPOT_SAMPLE: _filled("抽取抽查样本 {records} 条"),
    LogKind.SPOT_VOID: _filled("抽查不实，作废记录 {voided} 条：{reason}"),
    LogKind.SCHEME_DRAFTED: _filled("保存考核方案草案“{subject}”"),
    LogKind.SCHEME_PROPOSED: _filled("提出考核方案“{subject}”，拟自 {in_force_from} 起施行"),
    LogKind.SCHEME_PUBLISHED: _filled("批准考核方案“{subject}”，自 {in_force_from} 起施行"),
    LogKind.SCHEME_DECLINED: _filled("退回考核方案“{subject}”：{why}"),
    LogKind.MEETING_DECISION: _filled("会议决定：{words}（{unit}，{due_on} 前）"),
    LogKind.DECISION_STATE: _filled("会议决定{number}{state}", "："),
    LogKind.NOTICE: _filled("发布通知“{title}”，展示至 {until}"),
    LogKind.NOTICE_TAKEN_DOWN: _filled("撤下通知{number}"),
}


# -- details ----------------------------------------------------------------------------------


def _unit(entry: Entry, names: Names) -> str:
    level, unit = entry.content.get("level"), str(entry.content.get("unit", ""))
    return names.get(f"{level}:{unit}", unit)


def _remark(entry: Entry, before: str) -> str:
    remark = entry.content.get("remark")
    return f"{before}{remark}" if remark else ""


def _number(id: str) -> str:
    """第 5 号: how an entry of the log is called; '' where it is no entry."""
    number = id.removeprefix("log-")
    return f"第 {int(number)} 号" if number != id else ""
