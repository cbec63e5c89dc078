"""What a source does not have: a figure that needs it is 不适用 there, not 0."""

from collections.abc import Collection, Iterator, Mapping
from functools import cache

from data.journal.copy import Copy
from data.schema import TABLES
from metrics.indicators.catalogue import Catalogue, Indicator
from metrics.indicators.views import BASE, columns_read, declared_needs


def needs_of(catalogue: Catalogue, indicator: Indicator, of: str) -> Mapping[str, frozenset[str]]:
    """Base table -> columns (or "a|b") that the indicator needs, of those under relation `of`."""
    if indicator.needs is not None:
        return declared_needs(indicator.needs, catalogue.views.tables(of))
    read = set()
    for _, rows in indicator.counts():
        if rows.of == of:
            for expression in (rows.dated_by, rows.where, rows.sum):
                read |= _columns(expression, catalogue.views.columns(of))
    return catalogue.views.needs(of, read)


def absence(copy: Copy, catalogue: Catalogue, indicator: Indicator) -> str:
    """Why the store can give no such figure at all, or nothing."""
    stocks = {rows.of for _, rows in indicator.counts() if rows.stock}
    for of, needs in _sources(catalogue, indicator):
        for table, needed in needs.items():
            shapes = copy.shapes_with_rows[table]
            if not shapes and not (of in stocks or BASE[table].is_register):
                return f"没有{BASE[table].title}记录"
            if shapes and not any(_fits(copy.shapes[s], needed) for s in shapes):
                missing = [n for n in sorted(needed) if not _any_has(copy, shapes, n)]
                titles = "、".join(_title(table, name) for name in missing)
                return f"数据来源没有“{titles}”一列"
    return ""


def unmeasured(catalogue: Catalogue, table: str, provided: Collection[str]) -> dict[str, str]:
    """Column that a source of a table lacks -> what is 不适用 without it, in words."""
    lost: dict[str, list[str]] = {}
    for indicator in catalogue:
        for _, needs in _sources(catalogue, indicator):
            for choice in needs.get(table, frozenset()):
                if not _fits(provided, [choice]):
                    for name in choice.split("|"):
                        lost.setdefault(name, []).append(indicator.title)
    return {name: _lost_in_words(dict.fromkeys(titles)) for name, titles in lost.items()}


def _lost_in_words(titles: Collection[str]) -> str:
    first = "、".join(list(titles)[:3])
    return f"没有这一列：{first}{f'等 {len(titles)} 项' if len(titles) > 3 else ''}显示不适用"


def _sources(
    catalogue: Catalogue, indicator: Indicator
) -> Iterator[tuple[str, Mapping[str, frozenset[str]]]]:
    """The relations that the indicator counts, each with what it needs of the base tables."""
    for of in dict.fromkeys(rows.of for _, rows in indicator.counts()):
        yield of, needs_of(catalogue, indicator, of)
    if indicator.sql:
        for of, columns in columns_read(catalogue.queries[indicator.id]).items():
            if of in catalogue.views.relations:
                yield (
                    of,
                    (
                        catalogue.views.needs(of, columns)
                        if indicator.needs is None
                        else declared_needs(indicator.needs, catalogue.views.tables(of))
                    ),
                )


def unfit_shapes(copy: Copy, catalogue: Catalogue, indicator: Indicator, of: str) -> frozenset[int]:
    """The shapes of rows that lack what the indicator needs, so that it must leave them out.

    What any of its counts needs of a table is needed of every row of that table: else a row could
    stand in the denominator that can never reach the numerator. A view shows its shapes by
    selecting `_shape` of its main table.
    """
    table = catalogue.views.shaped_by(of)
    if table is None:
        return frozenset()
    needed: set[str] = set()
    for _, needs in _sources(catalogue, indicator):
        needed |= needs.get(table, frozenset())
    return frozenset(s for s in copy.shapes_with_rows[table] if not _fits(copy.shapes[s], needed))


def _fits(provided: Collection[str], needed: Collection[str]) -> bool:
    return all(any(name in provided for name in choice.split("|")) for choice in needed)


def _any_has(copy: Copy, shapes: Collection[int], choice: str) -> bool:
    return any(_fits(copy.shapes[s], [choice]) for s in shapes)


def _title(table: str, choice: str) -> str:
    return "或".join(TABLES[table].column(name).title for name in choice.split("|"))


def _columns(expression: str | None, known: Collection[str]) -> set[str]:
    if not expression:
        return set()
    return set(_names(expression)) & set(known)


@cache
def _names(expression: str) -> frozenset[str]:
    from sqlglot import exp, parse_one

    return frozenset(c.name for c in parse_one(expression, dialect="duckdb").find_all(exp.Column))
