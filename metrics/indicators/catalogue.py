"""The catalogue: one TOML file per indicator, checked before any data is read.

The id of an indicator is its file name. The form is described in docs/indicators.md.
"""

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, field
from datetime import date
from pathlib import Path
from typing import Annotated, Literal

import duckdb
from pydantic import BeforeValidator, Field

from data.declared import DeclarationError, Declared, load_declared
from data.journal.copy import Copy
from data.journal.journal import Journal
from data.refusal import Refusal
from metrics.indicators.views import Views, columns_read, declared_needs, load_views

HERE = Path(__file__).parents[1]
Kind = Literal["count", "proportion", "rate", "ratio"]
Part = Literal["numerator", "denominator"]
Tag = Literal[
    "走访", "巡逻", "纠纷", "隐患", "案件", "任务", "评价", "登记", "队伍",  # what it is about
    "覆盖", "时效", "质量", "数量", "研判",  # what it looks at
]  # fmt: skip
UNCHECKED = "待启用单位复核"


def _squeeze(text: object) -> object:
    return " ".join(text.split()) if isinstance(text, str) else text


Squeezed = Annotated[str, BeforeValidator(_squeeze)]


class Count(Declared):
    """Rows of a table or view that are counted (or summed), by day.

    of         a record table, or a view of metrics/views
    dated_by   the date on which a row counts
    sum        an integer expression to add up instead of counting rows
    stock      no date: the register as it stands on the period's last day
    """

    of: str
    dated_by: Squeezed | None = None
    where: Squeezed | None = None
    sum: Squeezed | None = None
    stock: bool = False


class Example(Declared):
    """Records in (pipe tables by table name), expected counts out: documentation and test."""

    period: str
    as_of: date | None = None
    records: dict[str, str]
    numerator: int
    denominator: int | None = None
    maturing: int | None = None


class Indicator(Declared):
    """One indicator.

    kind        decides the interval: proportion Wilson, rate and count Byar, ratio none
    own         an officer's figure is their own, not that of their villages
    window      "year": the numerator counts from 1 January
    caution     what a reader must know before comparing, one sentence
    needs       columns without which the figure is 不适用: "a", "a|b" = one of them, "table.a"
                = only of that table; derived from the expressions if absent
    smallest_change   below it a change is not called one, however sure: of a share in points (0.01
                is one percentage point), else relative to the base
    why         why it matters, one or two sentences
    authored_by, checked_by   roles, not persons
    reviewed_on, next_review  both or neither; without them nobody has looked at it again
    """

    id: str
    title: str
    kind: Kind
    better: Literal["higher", "lower", "neither"]
    definition: str
    source: str
    smallest_change: float | None = Field(default=None, gt=0, lt=1)
    why: Squeezed = ""
    authored_by: str = ""
    checked_by: str = UNCHECKED
    reviewed_on: date | None = None
    next_review: date | None = None
    tags: tuple[Tag, ...] = ()
    unit: str = ""
    owner: str = "政治处"
    caution: str = ""
    numerator: Count | None = None
    denominator: Count | None = None
    sql: str | None = None
    window: Literal["year"] | None = None
    matures_after: int | None = Field(default=None, ge=1)
    breakdown: str | None = None
    own: bool = False
    scale: int = Field(default=10_000, ge=1)
    needs: tuple[str, ...] | None = None
    banned: bool = False
    volume: bool = False
    example: Example

    @property
    def file(self) -> str:
        return f"{self.id}.toml"

    def counts(self) -> Iterator[tuple[Part, Count]]:
        if self.numerator:
            yield "numerator", self.numerator
        if self.denominator:
            yield "denominator", self.denominator


@dataclass(frozen=True)
class Catalogue:
    """All indicators by id, with the views and the SQL files that they name."""

    indicators: Mapping[str, Indicator]
    views: Views
    queries: Mapping[str, str] = field(default_factory=dict)

    def __getitem__(self, name: str) -> Indicator:
        try:
            return self.indicators[name]
        except KeyError:
            near = "、".join(sorted(i for i in self.indicators if i[:1] == name[:1]))
            raise UnknownIndicator(f"没有指标“{name}”（相近：{near or '见指标目录'}）") from None

    def __iter__(self) -> Iterator[Indicator]:
        return iter(self.indicators.values())


class UnknownIndicator(KeyError, Refusal):
    """No such indicator; the message is one sentence."""

    def __str__(self) -> str:
        return str(self.args[0])


def load_catalogue(
    folder: Path | None = None,
    extra: Iterable[Path] = (),
    views: Path | None = None,
    is_archived: bool = False,
    is_checked: bool = False,
) -> Catalogue:
    """Load every TOML of the folder (and of `extra` folders), each checked against the schema.

    extra         of two definitions with one id the later folder's holds
    is_archived   the folder of a frozen result: it may be older than the keys that say why
    is_checked    these very files were found right before, by this program
    """
    paths = [
        path
        for place in (folder or HERE / "indicators", *extra)
        for path in definition_files(place)
    ]
    known = load_views(views or HERE / "views", is_checked)
    scratch = None if is_checked else empty_copy()
    indicators, queries = {}, {}
    for path in paths:
        indicator, query = load_indicator(path, known, scratch)
        if not is_archived:
            check_documented(indicator)
        if indicator.sql:
            queries[indicator.id] = query
        indicators[indicator.id] = indicator
    return Catalogue(indicators, known, queries)


def definition_files(folder: Path) -> list[Path]:
    """The definitions of a folder; DeclarationError where there are none."""
    paths = sorted(folder.glob("*.toml"))
    if not paths:
        raise DeclarationError(str(folder), "", "文件夹中没有指标文件（*.toml）")
    return paths


def empty_copy() -> Copy:
    """Every table without rows: what an expression is bound against."""
    return Copy(Journal(Path("nowhere")))


def load_indicator(path: Path, views: Views, scratch: Copy | None) -> tuple[Indicator, str]:
    """One definition and its own query ('' if it has none), checked against the schema unless
    there is no `scratch`."""
    indicator = load_declared(path, Indicator, id=path.stem)
    query = _query(path, indicator) if indicator.sql else ""
    if scratch is not None:
        _check(indicator, query, views, scratch)
    return indicator, query


def _check(indicator: Indicator, query: str, views: Views, scratch: Copy) -> None:
    _check_form(indicator)
    _check_sql(indicator, views, scratch)
    if query:
        _check_query(indicator, query, views, scratch)
    _check_needs(indicator, query, views)


def check_documented(indicator: Indicator) -> None:
    """Who reads a figure must be able to learn why it is there, and who says so."""
    for key in ("why", "authored_by", "checked_by"):
        if not getattr(indicator, key).strip():
            raise DeclarationError(indicator.file, key, "缺少，必须填写")
    if indicator.smallest_change is None:
        raise DeclarationError(indicator.file, "smallest_change", "缺少，必须填写")
    reviewed_on, next_review = indicator.reviewed_on, indicator.next_review
    if (reviewed_on is None) != (next_review is None):
        raise DeclarationError(indicator.file, "next_review", "与 reviewed_on 必须同时填写")
    if reviewed_on and next_review and next_review <= reviewed_on:
        problem = f"应晚于 reviewed_on（{reviewed_on}），实为“{next_review}”"
        raise DeclarationError(indicator.file, "next_review", problem)


def _query(path: Path, indicator: Indicator) -> str:
    file = path.parent / str(indicator.sql)
    if not file.is_file():
        raise DeclarationError(path.name, "sql", f"没有文件 {indicator.sql}")
    return file.read_text("utf-8").strip().rstrip(";")


def _check_form(indicator: Indicator) -> None:
    """What the form cannot say by itself: which parts go together."""

    def wrong(key: str, problem: str) -> DeclarationError:
        return DeclarationError(indicator.file, key, problem)

    if indicator.sql:
        if indicator.numerator or indicator.denominator:
            raise wrong("sql", "与 numerator、denominator 只能取其一")
        return
    if indicator.numerator is None:
        raise wrong("numerator", "缺少，必须填写")
    if (indicator.denominator is None) != (indicator.kind == "count"):
        raise wrong("denominator", "除 kind 为 count 外必须填写，count 不得填写")
    for part, count in indicator.counts():
        if count.stock == (count.dated_by is not None):
            raise wrong(f"{part}.dated_by", "与 stock 必须且只能取其一")
    if indicator.window and indicator.numerator.stock:
        raise wrong("window", "不能用于 stock")
    if indicator.kind != "count" and indicator.example.denominator is None:
        raise wrong("example.denominator", "缺少，必须填写")


def _check_sql(indicator: Indicator, views: Views, scratch: Copy) -> None:
    """Bind every expression against empty tables: an unknown column is found here."""
    for part, count in indicator.counts():
        if count.of not in views.relations:
            known = "、".join(views.relations)
            raise DeclarationError(
                indicator.file, f"{part}.of", f"应为记录表或视图（{known}），实为“{count.of}”"
            )
        for key, wanted in (("dated_by", "日期"), ("where", "真假"), ("sum", "整数")):
            expression = getattr(count, key)
            if expression is not None:
                problem = _bind(expression, count.of, views, scratch, wanted)
                if problem:
                    raise DeclarationError(indicator.file, f"{part}.{key}", problem)
        if indicator.breakdown and indicator.breakdown not in views.columns(count.of):
            raise DeclarationError(indicator.file, "breakdown", f"不是 {count.of} 的列")


def _check_query(indicator: Indicator, query: str, views: Views, scratch: Copy) -> None:
    """Bind the SQL file of an indicator, with the relation `periods` that it may read."""
    head = views.with_clause(name for name in columns_read(query) if name in views.relations)
    periods = (
        "periods AS (SELECT '' AS label, DATE '2019-01-01' AS starts_on,"
        " DATE '2019-01-01' AS ends_on, DATE '2019-01-01' AS as_of)"
    )
    try:
        described = f"DESCRIBE {head}, {periods} SELECT * FROM ({query}\n)"
        rows = scratch.cursor().execute(described).fetchall()
    except duckdb.Error as error:
        problem = f"不能执行：{str(error).splitlines()[0]}"
        raise DeclarationError(str(indicator.sql), "", problem) from None
    wanted = {"village", "station", "day", "label", "numerator", "denominator"}
    wanted |= {"kind"} if indicator.breakdown else set()
    missing = wanted - {str(row[0]) for row in rows}
    if missing:
        raise DeclarationError(str(indicator.sql), "", f"必须给出列 {'、'.join(sorted(missing))}")


def _check_needs(indicator: Indicator, query: str, views: Views) -> None:
    """Every need must be a column of a table that the indicator reads."""
    relations = [count.of for _, count in indicator.counts()]
    relations += [name for name in columns_read(query) if name in views.relations] if query else []
    tables = [table for relation in relations for table in views.tables(relation)]
    for need in indicator.needs or ():
        if not declared_needs([need], tables):
            known = "、".join(dict.fromkeys(tables))
            raise DeclarationError(indicator.file, "needs", f"“{need}”不是 {known} 的列")


_TYPES = {
    "日期": {"DATE", "TIMESTAMP"},
    "真假": {"BOOLEAN"},
    "整数": {"BIGINT", "INTEGER", "HUGEINT", "SMALLINT", "TINYINT", "UBIGINT"},
}


def _bind(expression: str, of: str, views: Views, scratch: Copy, wanted: str) -> str:
    """Why the expression does not fit its source, or nothing."""
    from sqlglot import parse_one
    from sqlglot.errors import SqlglotError

    query = f"{views.with_clause([of])} SELECT ({expression}\n) AS found FROM {views.named(of)}"
    try:
        found = str(scratch.cursor().execute(f"DESCRIBE {query}").fetchall()[0][1])
        parse_one(expression, dialect="duckdb")  # as counting and explaining will
    except duckdb.Error as error:
        return f"不能执行：{str(error).splitlines()[0]}"
    except SqlglotError as error:
        return f"无法分析：{str(error).splitlines()[0]}"
    return "" if found in _TYPES[wanted] else f"应为{wanted}，实为 {found}"


def catalogue_order(catalogue: Catalogue, scored: list[str]) -> list[Indicator]:
    """Scored ones first, in the order of the scheme; the others by title."""
    first = [catalogue[name] for name in scored]
    others = sorted((i for i in catalogue if i.id not in scored), key=lambda i: i.title)
    return [*first, *others]
