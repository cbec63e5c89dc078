"""The records that a figure gained or lost points by: 未达标, 达标 and all, each with its reason.

They are chosen by the declared conditions that count the figure, so that their parts add up to its
numerator and denominator. Where less is better it is the other way round: a dispute that came back
is 未达标.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Literal

import pyarrow as pa

from data.journal.copy import fetch_arrow
from data.rights import Actor, require
from data.schema import quoted
from metrics.cells.count import Counted
from metrics.cells.passes import unit_of
from metrics.cells.spans import Span
from metrics.cells.units import registers_on
from metrics.figures.reasons import Requirement, amounts_in_words, requirements, unplaced
from metrics.figures.records import (
    HIDDEN,
    MOST_ROWS,
    Records,
    counted_where,
    day_of,
    titles_of,
    without_empty,
)
from metrics.indicators.catalogue import Count, Indicator
from metrics.scheme.scheme import Level

Outcome = Literal["missed", "met"]
Form = Literal["rows", "joined", "places", ""]
OUTCOMES: dict[Outcome | None, str] = {"missed": "未达标", "met": "达标", None: "全部"}
UNSHOWN = HIDDEN | {"voided_reason"}  # free text
OF_REGISTERS = {"id", "longitude", "latitude", "population", "valid_from", "valid_to"}
PLACES = ("village", "station")  # registers with one row for each unit


@dataclass(frozen=True)
class Judgement:
    """What one record adds to numerator and denominator, and why."""

    is_met: bool
    numerator: int
    denominator: int
    reason: str


@dataclass(frozen=True)
class Outcomes:
    """Records of one list, at most MOST_ROWS of its `records.total`.

    of             the relation whose rows they are
    judgements     of each row
    missed, met    how many records there are of either kind, listed or not
    numerator, denominator   what all records give together: those of the figure
    """

    records: Records
    of: str
    judgements: tuple[Judgement, ...]
    missed: int
    met: int
    numerator: int
    denominator: int


def form_of(counted: Counted, indicator: Indicator) -> Form:
    """How records are told apart: row by row, joined by id, by place; '' where they cannot be."""
    numerator, denominator = indicator.numerator, indicator.denominator
    if numerator is None or denominator is None or indicator.better == "neither":
        return ""
    if denominator.stock:
        is_share = indicator.kind == "proportion" and not numerator.stock
        return "places" if is_share and denominator.of in PLACES else ""
    if numerator.of == denominator.of:
        return "rows"
    columns = [set(counted.catalogue.views.columns(rows.of)) for rows in (numerator, denominator)]
    is_part = indicator.kind == "proportion" and all("id" in names for names in columns)
    return "joined" if is_part else ""


def outcomes_behind(
    counted: Counted,
    indicator: Indicator,
    level: Level,
    unit: str,
    span: Span,
    actor: Actor,
    only: Outcome | None = None,
) -> Outcomes | None:
    """The records of a unit's figure over a span; None where the figure has no such lists.

    only   one of the two lists; most of what was lost first, otherwise the latest
    """
    require(actor, "see-records")
    if level == "officer":
        require(actor, "see-officers")
    form = form_of(counted, indicator)
    if not form:
        return None
    needed = requirements(counted, indicator)
    query = _query(counted, indicator, level, unit, span, form, needed, only)
    hidden = UNSHOWN if actor.may("see-officers") else UNSHOWN | {"officer"}
    hidden |= OF_REGISTERS if form == "places" else set()
    return _outcomes(counted, indicator, needed, fetch_arrow(counted.cursor(), query), hidden, only)


# -- the query ---------------------------------------------------------------------------------


def _query(
    counted: Counted,
    indicator: Indicator,
    level: Level,
    unit: str,
    span: Span,
    form: Form,
    needed: Sequence[Requirement],
    only: Outcome | None,
) -> str:
    numerator, denominator = _parts(indicator)
    where = {
        part: " AND ".join(counted_where(counted, indicator, part, level, unit, span))
        for part, _ in indicator.counts()
    }
    relations = dict.fromkeys((numerator.of, denominator.of))
    head = registers_on(counted, span.ends_on, *relations)
    judge = {"rows": _rows, "joined": _joined, "places": _places}[form]
    body = judge(counted, numerator, denominator, where["numerator"], where["denominator"])
    lost = "_denominator - _numerator" if indicator.better == "higher" else "_numerator"
    facts = [fact for each in needed for fact in (f"({each.sql}) IS TRUE", *each.facts)]
    listed = "".join(f", {fact} AS _fact_{place}" for place, fact in enumerate(facts))
    chosen = {"missed": "WHERE _lost > 0", "met": "WHERE _lost <= 0", None: ""}[only]
    first = "_lost DESC, " if only == "missed" else ""
    columns = counted.catalogue.views.columns(denominator.of)
    named = "id" if "id" in columns else columns[0]
    return (
        f"{head},\njudged AS MATERIALIZED (SELECT *, {lost} AS _lost{listed} FROM ({body})),\n"
        f"listed AS (SELECT * FROM judged {chosen}"
        f" ORDER BY {first}{day_of(denominator)} DESC, {quoted(named)} LIMIT {MOST_ROWS})\n"
        "SELECT * FROM (SELECT count(*) FILTER (WHERE _lost > 0) AS _missed,"
        " count(*) FILTER (WHERE _lost <= 0) AS _met,"
        " coalesce(CAST(sum(_numerator) AS BIGINT), 0) AS _all_numerator,"
        " coalesce(CAST(sum(_denominator) AS BIGINT), 0) AS _all_denominator FROM judged)"
        " LEFT JOIN listed ON true"
    )


def _parts(indicator: Indicator) -> tuple[Count, Count]:
    parts = dict(indicator.counts())
    return parts["numerator"], parts["denominator"]


def _amount(rows: Count) -> str:
    return f"coalesce({rows.sum}, 0)" if rows.sum else "1"


def _rows(
    counted: Counted, numerator: Count, denominator: Count, in_first: str, in_second: str
) -> str:
    """Both parts from one relation."""
    return (
        f"SELECT *, CASE WHEN {in_first} THEN {_amount(numerator)} ELSE 0 END AS _numerator,"
        f" CASE WHEN {in_second} THEN {_amount(denominator)} ELSE 0 END AS _denominator"
        f" FROM {quoted(denominator.of)} WHERE ({in_first}) OR ({in_second})"
    )


def _joined(
    counted: Counted, numerator: Count, denominator: Count, in_first: str, in_second: str
) -> str:
    """The denominator's records; those of the numerator are some of them, by their id."""
    counts = (
        f"SELECT id, CAST(sum({_amount(numerator)}) AS BIGINT) AS _n"
        f" FROM {quoted(numerator.of)} WHERE {in_first} GROUP BY id"
    )
    every = f"SELECT *, {_amount(denominator)} AS _denominator FROM {quoted(denominator.of)}"
    return (
        f"SELECT d.*, coalesce(n._n, 0) AS _numerator FROM ({every} WHERE {in_second}) d"
        f" LEFT JOIN ({counts}) n ON n.id = d.id"
    )


def _places(
    counted: Counted, numerator: Count, denominator: Count, in_first: str, in_second: str
) -> str:
    """The entries of a register, each with what was counted there; and what has no entry."""
    place = unit_of(numerator.of, counted.catalogue.views.columns(numerator.of))
    own = unit_of(denominator.of, counted.catalogue.views.columns(denominator.of))
    counts = (
        f"SELECT {place} AS _place, CAST(sum({_amount(numerator)}) AS BIGINT) AS _n"
        f" FROM {quoted(numerator.of)} WHERE {in_first} GROUP BY ALL HAVING _n <> 0"
    )
    every = (
        f"SELECT *, {own} AS _place, {_amount(denominator)} AS _d"
        f" FROM {quoted(denominator.of)} WHERE {in_second}"
    )
    return (
        "SELECT d.* EXCLUDE (_place, _d), coalesce(n._n, 0) AS _numerator,"
        f" coalesce(d._d, 0) AS _denominator FROM ({every}) d"
        f" FULL JOIN ({counts}) n ON n._place = d._place"
    )


# -- rows --------------------------------------------------------------------------------------


def _outcomes(
    counted: Counted,
    indicator: Indicator,
    needed: Sequence[Requirement],
    joined: pa.Table,
    hidden: set[str],
    only: Outcome | None,
) -> Outcomes:
    first = joined.slice(0, 1).to_pylist()[0]
    missed, met = first["_missed"], first["_met"]
    total = {"missed": missed, "met": met, None: missed + met}[only]
    rows = joined if total else joined.slice(0, 0)
    _, denominator = _parts(indicator)
    shown = [name for name in rows.column_names if not name.startswith("_") and name not in hidden]
    records = Records(
        without_empty(rows.select(shown)), total, titles_of(counted, denominator.of),
        first["_all_denominator"],
    )  # fmt: skip
    judgements = tuple(_judgement(counted, indicator, needed, row) for row in rows.to_pylist())
    amounts = first["_all_numerator"], first["_all_denominator"]
    return Outcomes(records, denominator.of, judgements, missed, met, *amounts)


def _judgement(
    counted: Counted,
    indicator: Indicator,
    needed: Sequence[Requirement],
    row: dict[str, object],
) -> Judgement:
    numerator, denominator, lost = (row[f"_{key}"] for key in ("numerator", "denominator", "lost"))
    assert isinstance(numerator, int)
    assert isinstance(denominator, int)
    assert isinstance(lost, int)
    reasons, place = [], 0
    is_counted = numerator > 0
    for each in needed:
        is_met, *facts = (row[f"_fact_{place + at}"] for at in range(len(each.facts) + 1))
        place += len(each.facts) + 1
        if is_counted or not is_met:
            reasons.append(each.words(bool(is_met), facts))
    if denominator:
        reasons.append(amounts_in_words(counted, indicator, numerator, denominator))
    elif _parts(indicator)[1].stock:
        reasons.append(unplaced(counted, indicator, numerator))
    reason = "；".join(filter(None, reasons)) or ("计入分子" if is_counted else "未计入分子")
    return Judgement(lost <= 0, numerator, denominator, reason)
