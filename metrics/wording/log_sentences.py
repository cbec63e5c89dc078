"""The sentence of each kind of entry of the log, as 办理记录 shows it."""

from collections.abc import Callable, Mapping
from fractions import Fraction
from typing import Any, cast

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


def _filled(pattern: str) -> Sentence:
    """The sentence with what the entry holds put in by name."""
    return lambda entry, names: pattern.format(
        **{**entry.content, "subject": entry.subject, "number": _number(entry.subject)}
    )


def _step(entry: Entry, names: Names) -> str:
    return STATES[STATE_AFTER[entry.kind]] + _remark(entry, "：")


def _ledger_proposed(entry: Entry, names: Names) -> str:
    c = entry.content
    points = f" {float(Fraction(str(c['points']))):g} 分" if c["points"] != "0" else ""
    kind = _word(KINDS, c["kind"])
    return f"台账提出：{_unit(entry, names)} {kind}{points}（{c['evidence']}）"


def _ledger_settled(word: str) -> Sentence:
    return lambda entry, names: f"台账{word}：{_number(entry.subject)}{_remark(entry, '，')}"


def _appeal_filed(entry: Entry, names: Names) -> str:
    return f"申诉：{_unit(entry, names)}，{entry.content['reason']}"


def _appeal_reviewed(entry: Entry, names: Names) -> str:
    outcome = _word(OUTCOMES, entry.content["outcome"])
    return f"复核：{_number(entry.subject)}{outcome}，{entry.content['remark']}"


def _verdict(entry: Entry, names: Names) -> str:
    c = entry.content
    return f"异常线索{c['verdict']}，作废记录 {_count(c['voided'])} 条：{c['reason']}"


def _decision_state(entry: Entry, names: Names) -> str:
    state = _word(DECISION_STATES, entry.content["state"])
    return f"会议决定{_number(entry.subject)}{state}{_remark(entry, '：')}"


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
    LogKind.APPEAL_FILED: _appeal_filed,
    LogKind.APPEAL_REVIEWED: _appeal_reviewed,
    LogKind.LEDGER_PROPOSED: _ledger_proposed,
    LogKind.LEDGER_APPROVED: _ledger_settled("批准"),
    LogKind.LEDGER_DECLINED: _ledger_settled("未批准"),
    LogKind.FLAG_PROPOSED: _filled("异常线索提出属实，待复核：{reason}"),
    LogKind.FLAG_VERDICT: _verdict,
    LogKind.FLAG_RETURNED: _filled("异常线索属实的结论退回：{remark}"),
    LogKind.SPOT_SAMPLE: lambda entry, names: f"抽取抽查样本 {_count(entry.content['records'])} 条",
    LogKind.SPOT_VOID: lambda entry, names: (
        f"抽查不实，作废记录 {_count(entry.content['voided'])} 条：{entry.content['reason']}"
    ),
    LogKind.SCHEME_DRAFTED: _filled("保存考核方案草案“{subject}”"),
    LogKind.SCHEME_PROPOSED: _filled("提出考核方案“{subject}”，拟自 {in_force_from} 起施行"),
    LogKind.SCHEME_PUBLISHED: _filled("批准考核方案“{subject}”，自 {in_force_from} 起施行"),
    LogKind.SCHEME_DECLINED: _filled("退回考核方案“{subject}”：{why}"),
    LogKind.MEETING_DECISION: _filled("会议决定：{words}（{unit}，{due_on} 前）"),
    LogKind.DECISION_STATE: _decision_state,
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


def _count(records: object) -> str:
    return f"{len(cast(list[object], records)):,}"


def _word(titles: Mapping[Any, str], code: object) -> str:
    return titles.get(code, str(code))


def _number(id: str) -> str:
    """第 5 号: how an entry of the log is called; '' where it is no entry."""
    number = id.removeprefix("log-")
    return f"第 {int(number)} 号" if number != id else ""
