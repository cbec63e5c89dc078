"""Small errors put into an indicator on purpose, one at a time.

The example of an indicator has to notice each of them: one that does not cannot tell the definition
from a wrong one. Used by the test over the catalogue, and by whoever writes an indicator.
"""

import tomllib
from collections.abc import Callable, Collection, Iterator, Mapping
from pathlib import Path

from sqlglot import exp, parse_one

from metrics.indicators.catalogue import Catalogue, Count, Indicator
from metrics.indicators.views import Views

Changes = Iterator[tuple[str, str]]  # what was done, the changed SQL ('' = nothing is left)
_OTHER: dict[type[exp.Expr], type[exp.Expr]] = {
    exp.LTE: exp.LT,
    exp.LT: exp.LTE,
    exp.GTE: exp.GT,
    exp.GT: exp.GTE,
}

_DECLARED = tomllib.loads(Path(__file__).with_name("equivalent.toml").read_text("utf-8"))
# Changes that cannot change any bureau figure; the file says why.
EQUIVALENT = {change for group in _DECLARED["equivalent"] for change in group["changes"]}
# What a count over the view must do for its entries above to hold.
_PREMISES: Mapping[str, Callable[[Count], bool]] = {
    "visited_household": lambda rows: rows.sum == "households",
    "patrol_minutes": lambda rows: rows.sum is not None,
    "filed_case": lambda rows: {"filed_on", "cleared_on"} & _columns(rows.dated_by) != set(),
}


def is_equivalent(indicator: Indicator, done: str) -> bool:
    """Whether the change cannot change any bureau figure of this indicator."""
    view = done.partition(".sql：")[0]
    premise = _PREMISES.get(view)
    counts = (rows for _, rows in indicator.counts() if rows.of == view)
    return done in EQUIVALENT and (premise is None or all(map(premise, counts)))


def _columns(expression: str | None) -> set[str]:
    tree = parse_one(expression or "NULL", dialect="duckdb")
    return {column.name for column in tree.find_all(exp.Column)}


def mutations(catalogue: Catalogue, indicator: Indicator) -> Iterator[tuple[str, Catalogue]]:
    """Each error: what was done, and a catalogue of this one indicator that has it."""
    only = {indicator.id: indicator}
    for done, changed in _changed_indicators(indicator, catalogue.views):
        yield done, Catalogue({indicator.id: changed}, catalogue.views, catalogue.queries)
    if indicator.sql:
        for done, sql in small_errors(catalogue.queries[indicator.id]):
            yield f"{indicator.sql}：{done}", Catalogue(only, catalogue.views, {indicator.id: sql})
    for view in _views_of(catalogue, indicator):
        for done, sql in small_errors(catalogue.views.sql[view]):
            views = Views({**catalogue.views.sql, view: sql})
            yield f"{view}.sql：{done}", Catalogue(only, views, catalogue.queries)


def _changed_indicators(indicator: Indicator, views: Views) -> Iterator[tuple[str, Indicator]]:
    for part, count in indicator.counts():
        for done, changed in _changed_counts(count, views.columns(count.of)):
            yield f"{part}.{done}", indicator.model_copy(update={part: changed})
    if indicator.window:
        yield "去掉 window", indicator.model_copy(update={"window": None})
    if indicator.matures_after:
        for days in (None, indicator.matures_after - 1, indicator.matures_after + 1):
            changed_days = indicator.model_copy(update={"matures_after": days})
            yield f"matures_after 改为 {days or '无'}", changed_days


def _changed_counts(count: Count, columns: Collection[str]) -> Iterator[tuple[str, Count]]:
    if count.sum:
        yield "sum：改为计行数", count.model_copy(update={"sum": None})
    for key in ("dated_by", "where", "sum"):
        expression = getattr(count, key)
        if expression:
            for done, sql in _changed_expression(expression, key, columns):
                yield f"{key}：{done}", count.model_copy(update={key: sql or None})


def _changed_expression(expression: str, key: str, columns: Collection[str]) -> Changes:
    yield from change_numbers(expression)
    yield from change_comparisons(expression)
    if key != "sum":
        yield from change_dates(expression, columns)
    if key == "where":
        yield from drop_conditions(expression)
        if not isinstance(parse_one(expression, dialect="duckdb"), exp.And):
            yield "去掉", ""


def _views_of(catalogue: Catalogue, indicator: Indicator) -> list[str]:
    sources = [count.of for _, count in indicator.counts()]
    if indicator.sql:
        tree = parse_one(catalogue.queries[indicator.id], dialect="duckdb")
        sources += [table.name for table in tree.find_all(exp.Table)]
    used = [name for source in sources for name in catalogue.views.used(source)]
    return [name for name in dict.fromkeys(used) if name in catalogue.views.sql]


# -- changes of one SQL text, one at a time ----------------------------------------------------


def small_errors(query: str) -> Changes:
    """Those of a whole query: a condition less, a bound moved."""
    yield from (*drop_conditions(query), *change_comparisons(query))


def drop_conditions(sql: str) -> Changes:
    """Without one part of an AND, or without a WHERE that has only one."""
    tree = parse_one(sql, dialect="duckdb")
    for index, node in enumerate(tree.walk()):
        if isinstance(node, exp.And):
            for dropped, kept in ((node.left, node.right), (node.right, node.left)):
                if not isinstance(dropped, exp.And):
                    yield f"去掉“{_text(dropped)}”", _changed(tree, index, kept)
        elif isinstance(node, exp.Where) and not isinstance(node.this, exp.And):
            yield f"去掉“{_text(node)}”", _changed(tree, index, None)


def change_comparisons(sql: str) -> Changes:
    """`<` for `<=`, `>=` for `>` and the reverse."""
    tree = parse_one(sql, dialect="duckdb")
    for index, node in enumerate(tree.walk()):
        if type(node) in _OTHER:
            other = _OTHER[type(node)](this=node.this.copy(), expression=node.expression.copy())
            yield f"“{_text(node)}”改为“{_text(other)}”", _changed(tree, index, other)


def change_numbers(sql: str) -> Changes:
    """Each number, and the length of each interval, one more and one less."""
    tree = parse_one(sql, dialect="duckdb")
    for index, node in enumerate(tree.walk()):
        if not isinstance(node, exp.Literal) or not node.this.isdigit():
            continue
        if node.is_string and not isinstance(node.parent, exp.Interval):
            continue
        for number in (int(node.this) - 1, int(node.this) + 1):
            literal = exp.Literal(this=str(number), is_string=node.is_string)
            yield f"{node.this} 改为 {number}", _changed(tree, index, literal)


def change_dates(sql: str, columns: Collection[str]) -> Changes:
    """Each date or instant replaced by every other one of the same relation."""
    dates = [name for name in columns if _is_date(name)]
    tree = parse_one(sql, dialect="duckdb")
    for index, node in enumerate(tree.walk()):
        if isinstance(node, exp.Column) and node.name in dates:
            for name in dates:
                if name != node.name:
                    yield f"{node.name} 换成 {name}", _changed(tree, index, exp.column(name))


def _is_date(name: str) -> bool:
    return name.endswith(("_on", "_at")) or name == "day"


def _changed(tree: exp.Expr, index: int, new: exp.Expr | None) -> str:
    """The SQL with the node of this number (in order of `walk`) replaced, or taken out."""
    changed = tree.copy()
    place = next(node for number, node in enumerate(changed.walk()) if number == index)
    if place is changed:
        return _text(new) if new else ""
    place.replace(new.copy()) if new else place.pop()
    return _text(changed)


def _text(node: exp.Expr) -> str:
    return node.sql(dialect="duckdb")
