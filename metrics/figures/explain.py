"""How a figure comes about: the SQL that counts it, and how many records each condition leaves.

Counted from the records themselves, not from cells; the last step is the numerator or denominator
that `metrics.figures.measure` gives for the whole bureau.
"""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass

from sqlglot import exp, parse_one, transpile

from data.rights import Actor
from data.schema import quoted
from metrics.calendar.period import Period
from metrics.cells.count import Counted
from metrics.cells.spans import Span
from metrics.figures.formula import UNVOIDED, condition_in_words, title_of
from metrics.figures.measure import measure
from metrics.figures.records import Condition, columns_of, conditions_of, conjuncts
from metrics.indicators.catalogue import Count, Indicator, Part
from metrics.indicators.record_part import among
from metrics.indicators.views import BASE, tables_read

PERIODS = "periods"
NO_RECORDS = "该期间没有可用的数据"


@dataclass(frozen=True)
class Step:
    """One condition in words, and how many records it leaves; the last may be a sum over them."""

    words: str
    count: int


@dataclass(frozen=True)
class CountExplained:
    """The numerator or denominator. `sql` runs on the records of the store and gives `amount`."""

    part: Part
    title: str
    sql: str
    steps: tuple[Step, ...]

    @property
    def amount(self) -> int:
        return self.steps[-1].count


@dataclass(frozen=True)
class Explanation:
    """note: why there is no figure; then there are no counts."""

    counts: tuple[CountExplained, ...]
    note: str = ""


@dataclass(frozen=True)
class Question:
    """A figure of the whole bureau over a period, of one kind or of all."""

    counted: Counted
    indicator: Indicator
    period: Period
    kind: str | None = None


def explain(
    counted: Counted, indicator: Indicator, period: Period, actor: Actor, kind: str | None = None
) -> Explanation:
    """The figure of the whole bureau. Raises what `measure` raises."""
    figure = measure(counted, indicator.id, "bureau", period, actor, kind)[0]
    if figure.numerator is None:
        return Explanation((), figure.note or NO_RECORDS)
    question = Question(counted, indicator, period, kind)
    if indicator.sql:
        return Explanation(tuple(_counts_of_query(question)))
    return Explanation(tuple(_count(question, part, rows) for part, rows in indicator.counts()))


def _title(indicator: Indicator, part: Part) -> str:
    """分子, 分母, or 计数 where there is no denominator."""
    return "分母" if part == "denominator" else "计数" if indicator.kind == "count" else "分子"


def readable(sql: str) -> str:
    """Indented, one clause a line."""
    return transpile(sql, read="duckdb", write="duckdb", pretty=True, comments=False)[0]


# -- the counts of a definition ----------------------------------------------------------------


def _count(question: Question, part: Part, rows: Count) -> CountExplained:
    counted, indicator, period = question.counted, question.indicator, question.period
    span = Span("", period.starts_on, period.ends_on)
    conditions = [
        (_condition_in_words(question, rows, each), each.sql)
        for each in conditions_of(counted, indicator, part, rows, span)
    ]
    conditions += _of_kind(question, rows.of, indicator.breakdown)
    conditions.sort(key=lambda each: each[0] != UNVOIDED)
    head, source = counted.relations(rows.of), quoted(rows.of)
    amount = f"CAST(coalesce(sum({rows.sum}), 0) AS BIGINT)" if rows.sum else "count(*)"
    where = " AND ".join(sql for _, sql in conditions)
    sql = f"{head} SELECT {amount} AS {part} FROM {source} WHERE {where}"
    steps = [*_steps_into(counted, rows.of), *_narrowed(counted, head, source, conditions)]
    if rows.sum:
        words = f"{condition_in_words(counted, rows.of, rows.sum)}之和"
        steps.append(Step(words, _number(counted, sql)))
    return CountExplained(part, _title(indicator, part), readable(sql), tuple(steps))


def _condition_in_words(question: Question, rows: Count, condition: Condition) -> str:
    counted, (first, last) = question.counted, condition.days
    match condition.about:
        case "period":
            day = condition_in_words(counted, rows.of, rows.dated_by or "")
            return f"{day}在 {first} 至 {last}"
        case "stock":
            return f"{last} 在册"
        case "ripe":
            return f"截至 {counted.as_of} 已满 {question.indicator.matures_after} 天"
        case "source":
            return "数据来源有所需的各列"
    return condition_in_words(counted, rows.of, condition.sql)


def _of_kind(question: Question, relation: str, column: str | None) -> list[tuple[str, str]]:
    """The condition of the kind that is asked for, in words and as SQL; nothing for all kinds."""
    if question.kind is None or column is None:
        return []
    declared = columns_of(question.counted, relation).get(column)
    word = declared.choices.get(question.kind, question.kind) if declared else question.kind
    return [(f"类别为“{word}”", among(f"CAST({quoted(column)} AS VARCHAR)", {question.kind}))]


def _narrowed(
    counted: Counted, head: str, source: str, conditions: Sequence[tuple[str, str]]
) -> list[Step]:
    """How many rows of the source each condition leaves of those before it: one query."""
    if not conditions:
        return []
    every = [sql for _, sql in conditions]
    counts = ", ".join(
        f"count(*) FILTER (WHERE {' AND '.join(every[: place + 1])})" for place in range(len(every))
    )
    row = counted.cursor().execute(f"{head} SELECT {counts} FROM {source}").fetchall()[0]
    return [Step(words, int(n)) for (words, _), n in zip(conditions, row, strict=True)]


def _number(counted: Counted, sql: str) -> int:
    return int(counted.cursor().execute(sql).fetchall()[0][0] or 0)


# -- the steps that a view brings --------------------------------------------------------------


@dataclass(frozen=True)
class Chain:
    """Where the rows of a view come from.

    selects    those that the rows pass, first one first
    is_plain   they only leave rows out, so that each condition can be counted by itself
    """

    source: str
    selects: tuple[exp.Select, ...]
    is_plain: bool


def _steps_into(counted: Counted, relation: str) -> list[Step]:
    """All records of the table that the rows of a relation come from, and what its views leave."""
    title, every = title_of(relation), f"SELECT count(*) FROM {quoted(relation)}"
    if relation in BASE:
        words = f"登记的{title}" if BASE[relation].is_register else f"{title}记录"
        return [Step(words, _number(counted, f"{counted.relations(relation)} {every}"))]
    chain = chain_of(counted.catalogue.views.sql[relation])
    steps = _steps_into(counted, chain.source)
    if not chain.is_plain:
        number = _number(counted, f"{counted.relations(relation)} {every}")
        return [*steps, Step(f"整理为“{title}”", number)]
    for select in chain.selects:
        steps += _conditions_of_select(counted, relation, chain.source, select)
    return steps


def _conditions_of_select(
    counted: Counted, view: str, relation: str, select: exp.Select
) -> list[Step]:
    """relation: the one that its rows come from, which gives the words."""
    where = select.args.get("where")
    every = conjuncts(where.this.sql(dialect="duckdb")) if where else []
    conditions = [(condition_in_words(counted, relation, sql), sql) for sql in every]
    head = counted.relations(*counted.catalogue.views.used(view)[:-1])
    tree = parse_one(counted.catalogue.views.sql[view], dialect="duckdb")
    named = [f"{name} AS ({node.sql(dialect='duckdb')})" for name, node in _named(tree).items()]
    sources = [select.args["from_"].this, *select.args.get("joins", ())]
    source = " ".join(each.sql(dialect="duckdb") for each in sources)
    return _narrowed(counted, ",\n".join([head, *named]), source, conditions)


def chain_of(view: str) -> Chain:
    """Follows the first source of each SELECT down to a relation."""
    tree = parse_one(view, dialect="duckdb")
    named = _named(tree)
    selects: list[exp.Select] = []
    is_plain, node = True, tree
    while True:
        while isinstance(node, exp.SetOperation):
            is_plain, node = False, node.this
        assert isinstance(node, exp.Select)
        is_plain = is_plain and _leaves_out_only(node)
        selects.insert(0, node)
        source = node.args["from_"].this.name
        if source not in named:
            return Chain(source, tuple(selects), is_plain)
        node = named[source]


def _named(tree: exp.Expr) -> dict[str, exp.Expr]:
    """The SELECTs of a WITH clause by name."""
    return {cte.alias: cte.this for cte in tree.find_all(exp.CTE)}


def _leaves_out_only(select: exp.Select) -> bool:
    """Whether each row of the first source comes out at most once, as itself."""
    changes = ("group", "having", "distinct", "qualify", "limit")
    joins = select.args.get("joins", ())
    return (
        not any(select.args.get(key) for key in changes)
        and all(join.side == "LEFT" for join in joins)
        and not any(each.find(exp.Window, exp.AggFunc) for each in select.expressions)
    )


# -- a query of the indicator's own ------------------------------------------------------------


def _counts_of_query(question: Question) -> Iterator[CountExplained]:
    """The file as it stands; its conditions where it joins one relation to `periods`."""
    counted, indicator = question.counted, question.indicator
    query = counted.catalogue.queries[indicator.id]
    relations = sorted(tables_read(query) - {PERIODS})
    head = f"{counted.relations(*relations)},\n{_periods(question)}"
    steps: list[Step] = []
    if len(relations) == 1:
        (relation,) = relations
        steps = _steps_into(counted, relation)
        if conditions := _conditions_of_query(counted, query, relation):
            conditions += _of_kind(question, relation, indicator.breakdown)
            source = f"{PERIODS} CROSS JOIN {quoted(relation)}"
            steps += _narrowed(counted, head, source, conditions)
    kind = "".join(f" WHERE {sql}" for _, sql in _of_kind(question, "", "kind"))
    parts: tuple[Part, ...] = ("numerator", "denominator")
    for part in parts if indicator.kind != "count" else parts[:1]:
        amount = _number(counted, f"{head} SELECT sum({part}) FROM ({query}\n){kind}")
        every = (*steps, Step("按本指标的查询合计", amount))
        yield CountExplained(part, _title(indicator, part), query, every)


def _periods(question: Question) -> str:
    """The relation `periods` with the one period that is asked for."""
    as_of, period = question.counted.as_of, question.period
    ends_on = min(period.ends_on, as_of)
    days = f"DATE '{period.starts_on}', DATE '{ends_on}', DATE '{as_of}'"
    return f"{PERIODS}(label, starts_on, ends_on, as_of) AS (VALUES ('', {days}))"


def _conditions_of_query(counted: Counted, query: str, relation: str) -> list[tuple[str, str]]:
    """In words and as SQL; nothing where the query has another form."""
    tree = parse_one(query, dialect="duckdb")
    if not isinstance(tree, exp.Select) or _named(tree):
        return []
    joins = tree.args.get("joins", ())
    sources = [tree.args["from_"].this, *(join.this for join in joins)]
    if sorted(source.name for source in sources) != sorted([PERIODS, relation]):
        return []
    if any(source.alias for source in sources) or any(join.side for join in joins):
        return []
    where = tree.args.get("where")
    parts = [join.args["on"] for join in joins if join.args.get("on")]
    parts += [where.this] if where else []
    every = [sql for part in parts for sql in conjuncts(part.sql(dialect="duckdb"))]
    return [(condition_in_words(counted, relation, sql), sql) for sql in every]
