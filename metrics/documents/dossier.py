"""档案: a unit's facts, its year, its comparison with peers, and the account of its score."""

from collections.abc import Sequence
from dataclasses import dataclass

from data.entered_text import unfit
from metrics.calendar.period import year_to_date
from metrics.cells.units import Unit, units
from metrics.documents.changes import WORK
from metrics.documents.material import Material
from metrics.documents.register import facts_of
from metrics.figures import words
from metrics.figures.outcomes import Outcomes, form_of
from metrics.figures.record_words import rows_in_words
from metrics.indicators.catalogue import Indicator
from metrics.scheme.scheme import LEVELS, Level
from metrics.scoring.ledger import KINDS, Item, ledger
from metrics.scoring.rank import Assessment
from metrics.scoring.score import Contribution
from metrics.scoring.score_breakdown import BreakdownStep, breakdown_steps, by_loss, own_losses
from metrics.scoring.score_trend import ScorePoint
from metrics.wording.compare_words import difference_in_words, relative_in_words, value_in_words
from metrics.wording.unit_readings import (
    losses_reading,
    months_reading,
    name_of,
    peers_in_words,
    status_of,
    table_reading,
    unit_headline,
    whose,
)
from metrics.wording.verdict_words import apart_in_words

OFFERED: tuple[Level, ...] = ("village", "officer", "station", "room")
FIGURES = (*WORK, "crimes-stopped", "suspects-caught")


MOST_INDICATORS, MOST_RECORDS = 2, 4  # of the records that lost points; two pages are all


class NoDossier(ValueError):
    """There is none of this unit; the message says why."""


@dataclass(frozen=True)
class Dossier:
    """facts: name and value; year, account, lost: rows with their heads as the first.

    lost   some records that lost points; empty without the right to see records
    """

    unit: Unit
    title: str
    headline: str
    facts: tuple[tuple[str, str], ...]
    year: tuple[tuple[str, ...], ...]
    months: tuple[ScorePoint, ...]
    months_reading: str
    account: tuple[tuple[str, ...], ...]
    account_reading: str
    losses_reading: str
    steps: tuple[BreakdownStep, ...]
    lost: tuple[tuple[str, ...], ...]
    ledger: tuple[tuple[str, ...], ...]


def dossiers(material: Material, level: Level, only: str | None = None) -> Sequence[Unit]:
    """The units of which there is a dossier; raises NoDossier if none is the one asked for."""
    if level not in OFFERED:
        raise NoDossier(f"档案只有{'、'.join(LEVELS[name] for name in OFFERED)}的")
    material.lines(level)  # asks whether the reader may see them
    listed = units(material.counted, level, material.period.ends_on)
    if only is None:
        return listed
    named = [unit for unit in listed if unit.code == only]
    if not named:
        raise NoDossier(f"{material.period.title}没有登记{LEVELS[level]}“{only}”")
    return named


def dossier(material: Material, unit: Unit) -> Dossier:
    level, period = unit.level, material.period
    lines = material.lines(level)
    line = next((line for line in lines if line.unit == unit.code), None)
    stations = {s.code: s.name for s in units(material.counted, "station", period.ends_on)}
    name = name_of(unit, stations)
    if unfit(unit.name, ""):
        raise NoDossier(f"{unit.code} 的名称含不能使用的字符，没有档案，请在登记册更正")
    if line is None:
        raise NoDossier(f"{name}{period.title}没有参加考核")
    months = tuple(material.months(level).get(unit.code, ()))
    beside = material.results.beside(line, level, period)
    return Dossier(
        unit,
        f"{name}工作档案",
        unit_headline(line, lines, level, period, name),
        tuple(facts_of(material, unit, stations)),
        _year(material, unit),
        months,
        months_reading(months, level, is_on_paper=True),
        _account(material, line, level, beside),
        _account_reading(material, line, level, beside),
        losses_reading(line),
        tuple(breakdown_steps(line)),
        _lost(material, line, level),
        _ledger(material, unit),
    )


def _year(material: Material, unit: Unit) -> tuple[tuple[str, ...], ...]:
    """From 1 January to the period's last day, beside the same days of last year."""
    span = year_to_date(material.period.ends_on)
    ids = tuple(name for name in FIGURES if name in material.catalogue.indicators)
    by_unit = material.by_unit(ids, unit.level, span)
    rows = [
        (
            c.indicator.title,
            value_in_words(c, c.now),
            value_in_words(c, c.base),
            difference_in_words(c),
            relative_in_words(c),
        )
        for c in by_unit.get(unit.code, ())
    ]
    return (("工作量", span.title, "去年同期", "差", "相对增幅"), *rows)


def _account(
    material: Material, line: Assessment, level: Level, beside: Sequence[Contribution]
) -> tuple[tuple[str, ...], ...]:
    """One row for each indicator, most points lost first, as on the page 单位."""
    compared, rows = material.peers(level, line), []
    for c in by_loss(line):
        indicator = material.catalogue[c.indicator]
        applies = c.points is not None
        rows.append(
            (
                c.title,
                words.value_of(indicator, c.value),
                words.value_of(indicator, c.target),
                _counts(indicator, c),
                words.points(c.points),
                words.points(c.lost) if applies else words.NONE,
                peers_in_words(indicator, compared.get(c.indicator)),
                whose(c, level, material.period) if applies else status_of(indicator, c),
            )
        )
    for c in beside:
        indicator = material.catalogue[c.indicator]
        value = words.value_of(indicator, c.plain_value)
        target = words.value_of(indicator, c.target)
        own = f"{words.plain(c.numerator)} ÷ {words.plain(c.denominator)}"
        none = (words.NONE,) * 3
        rows.append((c.title, value, target, own, *none, "派出所，不计分"))
    heads = ("指标", "计分值", "目标", "分子÷分母", "得分", "失分", "同组低–中–高（%）", "取数")
    return (heads, *rows)


def _account_reading(
    material: Material, line: Assessment, level: Level, beside: Sequence[Contribution]
) -> str:
    """How the table adds up, and in which indicators the unit differs from the whole."""
    compared = material.peers(level, line)
    reading = table_reading(line, level, compared, beside, is_on_paper=True)
    apart = apart_in_words(material.line_verdicts(level).get(line.unit, {}), material.catalogue)
    return f"{reading}按各项取数期间，{apart}。" if apart else reading


def _lost(material: Material, line: Assessment, level: Level) -> tuple[tuple[str, ...], ...]:
    """The first 未达标 records of the indicators that cost most; a village is no list of itself."""
    rows: list[tuple[str, ...]] = []
    if not material.results.actor.may("see-records"):
        return ()
    for c, _ in own_losses(line):
        indicator = material.catalogue[c.indicator]
        is_itself = form_of(material.counted, indicator) == "places" and c.level != "station"
        if is_itself or len({row[0] for row in rows}) == MOST_INDICATORS:
            continue
        of = indicator, c.level, c.unit, c.span, material.period
        outcomes = material.results.outcomes(*of, only="missed")
        rows += _lost_rows(material, c, outcomes) if outcomes else []
    return (("指标", "记录", "所在", "原因"), *rows) if rows else ()


def _lost_rows(material: Material, c: Contribution, outcomes: Outcomes) -> list[tuple[str, ...]]:
    worded = rows_in_words(material.counted, outcomes.records, outcomes.of)
    rows: list[tuple[str, ...]] = [
        (
            c.title,
            str(row.get("id") or row.get("code") or words.NONE),
            str(row.get("village") or row.get("name") or row.get("station") or words.NONE),
            judged.reason,
        )
        for row, judged in zip(worded[:MOST_RECORDS], outcomes.judgements, strict=False)
    ]
    if outcomes.missed > MOST_RECORDS:
        more = f"另有 {words.plain(outcomes.missed - MOST_RECORDS)} 条，见“单位”页的记录"
        rows.append((c.title, words.NONE, words.NONE, more))
    return rows


def _counts(indicator: Indicator, c: Contribution) -> str:
    """3 ÷ 4, and with what it was mixed: 3 ÷ 4（本组 88.3%）"""
    own = f"{words.plain(c.numerator)} ÷ {words.plain(c.denominator)}"
    return f"{own}（本组 {words.value_of(indicator, c.pooled_value)}）" if c.mixed else own


def _ledger(material: Material, unit: Unit) -> tuple[tuple[str, ...], ...]:
    """What was given or taken beside the indicators, in the months of the year so far."""
    first, last = f"{material.period.ends_on.year}-01", f"{material.period.ends_on:%Y-%m}"
    return tuple(
        _entry(material, item)
        for item in ledger(material.log)
        if (item.proposal.level, item.proposal.unit) == (unit.level, unit.code)
        and item.state == "approved"
        and first <= item.proposal.period <= last
    )


def _entry(material: Material, item: Item) -> tuple[str, ...]:
    p = item.proposal
    reason = material.scheme.ledger.reason(p.reason)
    points = words.points(p.points) if p.points else words.NONE
    return (p.period, KINDS[p.kind], points, reason.title if reason else p.reason, p.evidence)
