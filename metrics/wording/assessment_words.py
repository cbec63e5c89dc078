"""The way of a period in words: headline, the seven steps, its history."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from fractions import Fraction
from typing import Any, cast

from data.journal.log import Entry, moment_words
from metrics.assessment.appeals import (
    FILED,
    OUTCOMES,
    REVIEWED,
    Appeal,
    AppealCounts,
    deadlines_of,
)
from metrics.assessment.awards import Award
from metrics.assessment.next_step import NextStep
from metrics.assessment.open_points import Need
from metrics.assessment.steps import REVISION_PROPOSED
from metrics.calendar.period import Period
from metrics.calendar.standing import ORDER, REVISION, RUN, STATES, STEP, Standing
from metrics.calendar.working_days import WorkingDays
from metrics.figures import words
from metrics.indicators.catalogue import Catalogue, Indicator
from metrics.scoring.ledger import APPROVED, DECLINED, KINDS, PROPOSED, Item
from metrics.scoring.rank import Assessment


@dataclass(frozen=True)
class Stage:
    """One of the seven steps. `mark`: done, now or ahead; `told`: who and when, or the deadline."""

    title: str
    mark: str
    told: str


def stages(found: Standing, days: WorkingDays) -> list[Stage]:
    at, last = ORDER.index(found.state), deadlines_of(found, days)
    due = {}
    if last:
        due["published"] = f"公示至{_day(last.notice)}"
        due["hearing"] = f"申诉至{_day(last.appeal)}　复核至{_day(last.review)}"
    shown = []
    for place, state in enumerate(ORDER):
        mark = "done" if place < at else "now" if place == at else "ahead"
        step = found.step(state)
        told = f"{step.person}　{_day(step.at.date())}" if step else ""
        if state in due and place >= at:
            told = "　".join(part for part in (told, due[state]) if part)
        shown.append(Stage(STATES[state], mark, told))
    return shown


def headline(
    period: Period, found: Standing, step: NextStep | None, needs: Sequence[Need], is_mine: bool
) -> str:
    """Where the period stands, what is left to do and whose turn it is."""
    said = [f"{period.title}考核：{found.title}"]
    if step is None:
        said.append("全部办结")
    elif step.blocked:
        said.append(step.blocked)
    else:
        said.append(f"下一步“{step.label}”" + ("，由您办理" if is_mine else f"，待{step.who}办理"))
    if needs and found.is_open:
        said.append(f"须核对 {len(needs)} 项")
    return "；".join(said)


def run_reading(found: Standing, moved: Sequence[tuple[str, str, str]]) -> str:
    if not found.runs:
        return (
            "数据已截止，尚未计算，以下为试算。" if found.cut else "尚未截止数据，以下为实时试算。"
        )
    runs, last = found.every_run, found.runs[-1]
    said = f"最近一次计算：{moment_words(last.at)}，{last.person}"
    if len(runs) > 1:
        change = f"{len(moved)} 个单位得分有变化" if moved else "各单位得分没有变化"
        said += f"；与上一次相比，{change}"
    return said


def award_reading(months: int, found: Sequence[Award]) -> str:
    if not months:
        return "本年尚无定稿月份，定稿后方可评优。"
    names = "、".join(award.name for award in found if award.is_excellent)
    return f"按 {months} 个定稿月份的平均最终分评定；优秀：{names or '无'}。"


def history(
    log: Sequence[Entry], period: str, names: Mapping[str, str]
) -> list[dict[str, str | int]]:
    """Everything that was done about a period, the last number of the log first."""
    found = [e for e in log if e.content.get("period", e.content.get("month", e.subject)) == period]
    return [
        {
            "number": entry.number,
            "at": moment_words(entry.at),
            "person": entry.person,
            "what": what(entry, names),
        }
        for entry in reversed(found)
    ]


def what(entry: Entry, names: Mapping[str, str]) -> str:
    """One entry of the log as a sentence."""
    c = entry.content
    state = entry.kind.removeprefix(STEP)
    unit = names.get(f"{c.get('level')}:{c.get('unit')}", str(c.get("unit", "")))
    if entry.kind == RUN:
        return "一键考核：计算全局得分"
    if entry.kind == STEP + "cut":
        return f"截止数据：日志第 {c['position']} 部分，数据截至 {c['as_of']}"
    if entry.kind == STEP + "frozen":
        return f"定稿：校验码 {str(c['hash'])[:8]}"
    if entry.kind == REVISION:
        return f"更正：{c['reason']}，校验码 {str(c['hash'])[:8]}"
    if entry.kind == REVISION_PROPOSED:
        return f"提出更正：{c['reason']}"
    if state in STATES:
        remark = f"：{c['remark']}" if c.get("remark") else ""
        return f"{_word(STATES, state)}{remark}"
    if entry.kind == PROPOSED:
        points = f" {float(Fraction(str(c['points']))):g} 分" if c["points"] != "0" else ""
        return f"台账提出：{unit} {_word(KINDS, c['kind'])}{points}（{c['evidence']}）"
    if entry.kind in (APPROVED, DECLINED):
        word = "批准" if entry.kind == APPROVED else "未批准"
        return f"台账{word}：{_short(entry.subject)}" + (
            f"，{c['remark']}" if c.get("remark") else ""
        )
    if entry.kind == "spot-sample":
        return f"抽取抽查样本 {len(cast(list[object], c['records'])):,} 条"
    if entry.kind == "spot-void":
        return f"抽查不实，作废记录 {len(cast(list[object], c['voided'])):,} 条：{c['reason']}"
    if entry.kind == "flag-proposed":
        return f"异常线索提出属实，待复核：{c['reason']}"
    if entry.kind == "flag-returned":
        return f"异常线索属实的结论退回：{c['remark']}"
    if entry.kind == "flag-verdict":
        gone = len(cast(list[object], c["voided"]))
        return f"异常线索{c['verdict']}，作废记录 {gone} 条：{c['reason']}"
    if entry.kind == FILED:
        return f"申诉：{unit}，{c['reason']}"
    if entry.kind == REVIEWED:
        return f"复核：{_short(entry.subject)}{_word(OUTCOMES, c['outcome'])}，{c['remark']}"
    return entry.kind


def _word(titles: Mapping[Any, str], code: object) -> str:
    return titles.get(code, str(code))


def _short(id: str) -> str:
    """第 5 号: how an entry of the log is called."""
    return f"第 {int(id.removeprefix('log-'))} 号"


def _day(day: date) -> str:
    return f"{day.month}月{day.day}日"


def ledger_headline(title: str, items: Sequence[Item], found: Sequence[Appeal]) -> str:
    approved = sum(1 for item in items if item.state == "approved")
    waiting = sum(1 for item in items if item.state == "proposed")
    is_open = sum(1 for appeal in found if appeal.outcome == "open")
    said = f"{title}：台账已批准 {approved} 条、待批 {waiting} 条"
    return f"{said}；申诉 {len(found)} 件、待复核 {is_open} 件"


def standing_sentence(line: Assessment, indicator: Indicator) -> str:
    """What an appeal is about: the value as it stands, and the points that it gives."""
    c = next((c for c in line.contributions if c.indicator == indicator.id), None)
    if c is None or c.points is None:
        return f"{line.name}“{indicator.title}”本期不适用。"
    counts = f"（{c.numerator}÷{c.denominator}）" if c.denominator is not None else ""
    value = words.value_of(indicator, c.value)
    earned = f"{words.points(c.points)}／{words.points(c.effective_weight)} 分"
    return f"{line.name}“{indicator.title}”现值 {value}{counts}，得 {earned}。"


def appeals_reading(counts: AppealCounts, catalogue: Catalogue) -> str:
    if not counts.filed:
        return "没有申诉。"
    said = f"共 {counts.filed} 件：成立 {counts.granted} 件，不成立 {counts.refused} 件"
    said += f"，待复核 {counts.open} 件"
    if counts.days is not None:
        said += f"；平均 {counts.days:.1f} 天复核"
    most = max(counts.by_indicator.items(), key=lambda pair: pair[1])
    return f"{said}；最多的是“{catalogue[most[0]].title}”，{most[1]} 件。"
