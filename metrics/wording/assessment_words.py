"""The way of a period in words: headline, the seven steps, its history."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from data.journal.log import Entry, moment_words
from metrics.assessment.appeals import Appeal, AppealCounts, deadlines_of
from metrics.assessment.awards import Award
from metrics.assessment.open_points import Need
from metrics.assessment.transitions import NextStep
from metrics.calendar.days import day_words
from metrics.calendar.period import Period
from metrics.calendar.standing import ORDER, STATES, Standing
from metrics.calendar.working_days import WorkingDays
from metrics.figures import words
from metrics.indicators.catalogue import Catalogue, Indicator
from metrics.scoring.ledger import Item
from metrics.scoring.rank import Assessment
from metrics.wording.log_sentences import sentence_of


@dataclass(frozen=True)
class Stage:
    """One of the seven steps. `mark`: done, now or ahead; `beside`: who did it, or until when."""

    title: str
    mark: str
    beside: str


def stages(standing: Standing, days: WorkingDays) -> list[Stage]:
    at, last = ORDER.index(standing.state), deadlines_of(standing, days)
    due = {}
    if last:
        notice, appeal, review = (
            day_words(day, day.year) for day in (last.notice, last.appeal, last.review)
        )
        due["published"] = f"公示至{notice}"
        due["hearing"] = f"申诉至{appeal}　复核至{review}"
    steps = []
    for place, state in enumerate(ORDER):
        mark = "done" if place < at else "now" if place == at else "ahead"
        step = standing.step(state)
        beside = f"{step.person}　{day_words(step.at.date(), step.at.year)}" if step else ""
        if state in due and place >= at:
            beside = "　".join(part for part in (beside, due[state]) if part)
        steps.append(Stage(STATES[state], mark, beside))
    return steps


def period_headline(
    period: Period, standing: Standing, step: NextStep | None, needs: Sequence[Need], is_mine: bool
) -> str:
    """Where the period stands, what is left to do and whose turn it is."""
    parts = [f"{period.title}考核：{standing.title}"]
    if step is None:
        parts.append("全部办结")
    elif step.blocked:
        parts.append(step.blocked)
    else:
        whose = "由您办理" if is_mine else f"待{step.transition.who}办理"
        parts.append(f"下一步“{step.label}”，{whose}")
    if needs and standing.is_open:
        parts.append(f"须核对 {len(needs)} 项")
    return "；".join(parts)


def run_reading(standing: Standing, moved: Sequence[tuple[str, str, str]]) -> str:
    if not standing.runs:
        return (
            "数据已截止，尚未计算，以下为试算。"
            if standing.cut
            else "尚未截止数据，以下为实时试算。"
        )
    runs, last = standing.every_run, standing.runs[-1]
    reading = f"最近一次计算：{moment_words(last.at)}，{last.person}"
    if len(runs) > 1:
        change = f"{len(moved)} 个单位得分有变化" if moved else "各单位得分没有变化"
        reading += f"；与上一次相比，{change}"
    return reading


def award_reading(months: int, awards: Sequence[Award]) -> str:
    if not months:
        return "本年尚无定稿月份，定稿后方可评优。"
    names = "、".join(award.name for award in awards if award.is_excellent)
    return f"按 {months} 个定稿月份的平均最终分评定；优秀：{names or '无'}。"


def history(
    log: Sequence[Entry], period: str, names: Mapping[str, str]
) -> list[dict[str, str | int]]:
    """Everything that was done about a period, the last number of the log first."""
    entries = [
        e for e in log if e.content.get("period", e.content.get("month", e.subject)) == period
    ]
    return [
        {
            "number": entry.number,
            "at": moment_words(entry.at),
            "person": entry.person,
            "what": sentence_of(entry, names),
        }
        for entry in reversed(entries)
    ]


def ledger_headline(title: str, items: Sequence[Item], appeals: Sequence[Appeal]) -> str:
    states = [item.state for item in items]
    ledger = f"台账已批准 {states.count('approved')} 条、待批 {states.count('proposed')} 条"
    waiting = sum(appeal.outcome == "open" for appeal in appeals)
    return f"{title}：{ledger}；申诉 {len(appeals)} 件、待复核 {waiting} 件"


def standing_sentence(line: Assessment, indicator: Indicator) -> str:
    """What an appeal is about: the value as it stands, and the points that it gives."""
    c = next((c for c in line.contributions if c.indicator == indicator.id), None)
    if c is None or c.points is None:
        return f"{line.name}“{indicator.title}”本期不适用。"
    counts = f"（{c.numerator}÷{c.denominator}）" if c.denominator is not None else ""
    value = words.value_of(indicator, c.plain_value)
    mixed = f"，与本组合并计 {words.value_of(indicator, c.value)}" if c.mixed else ""
    earned = f"{words.points(c.points)}／{words.points(c.effective_weight)} 分"
    return f"{line.name}“{indicator.title}”现值 {value}{counts}{mixed}，得 {earned}。"


def appeals_reading(counts: AppealCounts, catalogue: Catalogue) -> str:
    if not counts.filed:
        return "没有申诉。"
    reading = f"共 {counts.filed} 件：成立 {counts.granted} 件，不成立 {counts.refused} 件"
    reading += f"，待复核 {counts.open} 件"
    if counts.days is not None:
        reading += f"；平均 {words.plain(counts.days, 1)} 天复核"
    most = max(counts.by_indicator.items(), key=lambda pair: pair[1])
    return f"{reading}；最多的是“{catalogue[most[0]].title}”，{most[1]} 件。"
