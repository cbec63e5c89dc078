"""The records behind a figure as a table to show and to take along, with what the points need."""

from collections.abc import Mapping, Sequence

from metrics.cells.count import Counted
from metrics.figures.outcomes import OUTCOMES, Outcome, Outcomes
from metrics.figures.record_words import Value, rows_in_words, title_in_words
from metrics.figures.records import Records
from metrics.indicators.catalogue import Indicator, Part
from metrics.scheme.scheme import Scored
from metrics.scoring.score import Contribution
from metrics.wording.points_account import VALUE_RULE, points_account, window_in_words
from metrics.wording.unit_readings import records_reading
from pages.documents.sheet import Cell, Column, Kind, Notes, Sheet

RESULT = Column("_result", "结果", width=70)
REASON = Column("_reason", "原因", width=330)
COUNTED = (
    Column("_denominator", "计入分母", "whole", width=78),
    Column("_numerator", "计入分子", "whole", width=78),
)


def outcome_sheet(
    counted: Counted,
    indicator: Indicator,
    c: Contribution,
    outcomes: Outcomes,
    only: Outcome | None,
    scored: Scored | None,
) -> Sheet:
    """One of the three lists; the sums of its two columns are the parts of the figure."""
    records = outcomes.records
    worded = rows_in_words(counted, records, outcomes.of)
    rows: list[dict[str, Cell]] = [
        {
            RESULT.key: OUTCOMES["met" if judged.is_met else "missed"],
            REASON.key: judged.reason,
            "_denominator": judged.denominator,
            "_numerator": judged.numerator,
            **row,
        }
        for row, judged in zip(worded, outcomes.judgements, strict=True)
    ]
    # Within one of two lists every row has the same result.
    first = [*([RESULT] if only is None else []), REASON, *COUNTED]
    columns = [*first, *_record_columns(counted, records, outcomes.of, worded)]
    account = points_account(indicator, c, scored)
    stamp = [("指标", indicator.title), ("取数单位", c.unit_name)]
    stamp += [(title, word) for title, word in account if title != VALUE_RULE]
    notes = [*_about(indicator, c, records, len(rows)), *account]
    name = f"{c.unit_name}{indicator.title}{OUTCOMES[only]}记录"
    return Sheet(name, columns, rows, notes, stamp)


def part_sheet(
    counted: Counted, indicator: Indicator, c: Contribution, part: Part, records: Records
) -> Sheet:
    """The numerator's or denominator's records, where they cannot be told apart by outcome."""
    relation = dict(indicator.counts())[part].of
    rows = rows_in_words(counted, records, relation)
    columns = _record_columns(counted, records, relation, rows)
    word = "分子" if part == "numerator" else "分母"
    notes = [*_about(indicator, c, records, len(rows)), ("起止", window_in_words(indicator, c))]
    return Sheet(f"{c.unit_name}{indicator.title}{word}记录", columns, rows, notes)


def _about(indicator: Indicator, c: Contribution, records: Records, listed: int) -> Notes:
    return [
        ("指标", indicator.title),
        ("定义", indicator.definition),
        ("取数单位", c.unit_name),
        ("条数", records_reading(listed, records.total)),
    ]


def _record_columns(
    counted: Counted, records: Records, relation: str, rows: Sequence[Mapping[str, Value]]
) -> list[Column]:
    return [
        Column(key, title_in_words(counted, records, relation, key), _kind(rows, key))
        for key in (rows[0] if rows else ())
    ]


def _kind(rows: Sequence[Mapping[str, Value]], key: str) -> Kind:
    values = [row[key] for row in rows if row[key] is not None]
    return "whole" if values and all(isinstance(value, int) for value in values) else "text"
