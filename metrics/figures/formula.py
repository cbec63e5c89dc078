"""What an indicator counts, in words: its SQL expressions read out with the titles of the schema.

An expression that cannot be read out gives None, and the page refers to the indicator's file.
"""

from collections.abc import Mapping

from sqlglot import exp, parse_one

from data.schema import Column
from metrics.cells.count import Counted
from metrics.figures.records import columns_of, conjuncts, titles_of
from metrics.indicators.catalogue import Count, Indicator
from metrics.indicators.views import BASE

VIEW_TITLES: Mapping[str, str] = {
    "valid_visit": "有效走访",
    "visited_household": "本年走访到的住户",
    "due_day": "应到履职日",
    "patrol_minutes": "巡逻",
    "filed_case": "立案案件",
    "posted_officer": "在册民（辅）警",
}
SIGNS: Mapping[type[exp.Expr], str] = {
    exp.EQ: "为",
    exp.NEQ: "不为",
    exp.LT: "早于",
    exp.GT: "晚于",
    exp.LTE: "不晚于",
    exp.GTE: "不早于",
}
# Conditions of views on what is joined to them, which no column's title says.
JOINED: Mapping[str, str] = {"away.officer IS NULL": "当天没有休假或借调"}
UNVOIDED = "未作废"
PERIOD_TITLES: Mapping[str, str] = {
    "starts_on": "期初",
    "ends_on": "期末",
    "as_of": "数据截至日",
}


class _Unreadable(Exception):
    """A form of SQL that has no words here."""


class _Reader:
    """Reads one relation's expressions out; `titles` and `columns` are those of the relation."""

    def __init__(self, titles: Mapping[str, str], columns: Mapping[str, Column]) -> None:
        self.titles = titles
        self.columns = columns

    def read(self, node: exp.Expr) -> str:
        match node:
            case exp.Paren():
                return self.read(node.this)
            case exp.And():
                return f"{self.read(node.left)}，且{self.read(node.right)}"
            case exp.Or():
                return f"{self.read(node.left)}，或{self.read(node.right)}"
            case exp.Not(this=exp.Is(expression=exp.Null())):
                return f"已有{self.read(node.this.this)}"
            case exp.Is(expression=exp.Null()):
                return f"没有{self.read(node.this)}"
            case exp.Column():
                return self._column(node.name)
            case exp.Cast() | exp.Coalesce(expressions=[exp.Literal(this="")]):
                return self.read(node.this)
            case exp.Add():
                return self._later(node)
            case exp.Coalesce():
                others = "，缺则取".join(self.read(other) for other in node.expressions)
                return f"{self.read(node.this)}（缺则取{others}）"
        if type(node) in SIGNS:
            return self._compared(node)
        raise _Unreadable(node.sql())

    def _column(self, name: str) -> str:
        if name not in self.titles:
            raise _Unreadable(name)
        return self.titles[name].removeprefix("是否")

    def _later(self, node: exp.Add) -> str:
        base, more = self.read(node.left), node.right
        if isinstance(more, exp.Literal) and not more.is_string:
            return f"{base}后第 {more.name} 天"
        if isinstance(more, exp.Case) and len(more.args["ifs"]) == 1 and more.args.get("default"):
            first = more.args["ifs"][0]
            special = f"{_interval(first.args['true'])}（{self.read(first.this)}的）"
            return f"{base}后 {special}或 {_interval(more.args['default'])}（其他）"
        return f"{base}后 {_interval(more)}"

    def _compared(self, node: exp.Expr) -> str:
        left, right = node.this, node.expression
        if isinstance(right, exp.Literal):
            named = left.find(exp.Column)
            column = self.columns.get(named.name) if named else None
            word = column.choices.get(right.name) if column else None
            if word is None or not isinstance(node, exp.EQ | exp.NEQ):
                raise _Unreadable(node.sql())
            return f"{self.read(left)}{SIGNS[type(node)]}“{word}”"
        return f"{self.read(left)}{SIGNS[type(node)]}{self.read(right)}"


def _interval(node: exp.Expr) -> str:
    units = {"HOUR": "小时", "DAY": "天"}
    if isinstance(node, exp.Interval) and node.unit is not None:
        unit = units.get(node.unit.name.upper().removesuffix("S"))
        if unit:
            return f"{node.this.name} {unit}"
    raise _Unreadable(node.sql())


def formula(counted: Counted, indicator: Indicator) -> list[tuple[str, str]]:
    """('分子', 矛盾纠纷的条数；按应化解日期归期), ('分母', …); empty for own SQL."""
    words = {"numerator": "分子" if indicator.denominator else "计数", "denominator": "分母"}
    return [
        (words[part], count_in_words(counted, indicator, part == "numerator", rows))
        for part, rows in indicator.counts()
    ]


def count_in_words(counted: Counted, indicator: Indicator, is_numerator: bool, rows: Count) -> str:
    """One count as a phrase."""
    reader = _Reader(titles_of(counted, rows.of), columns_of(counted, rows.of))
    source = title_of(rows.of)
    try:
        what = f"{source}的{_sum(reader, rows)}" if rows.sum else f"{source}的条数"
        parts = [what, _dated(reader, indicator, is_numerator, rows)]
        if condition := _condition(reader, rows):
            parts.append(f"条件：{condition}")
    except (_Unreadable, KeyError):
        return f"{source}，条件较多，以上面的定义为准"
    return "；".join(parts)


def title_of(relation: str) -> str:
    """The Chinese name of a table or view."""
    if relation in BASE:
        return BASE[relation].title
    return VIEW_TITLES.get(relation, "汇总视图")


def _sum(reader: _Reader, rows: Count) -> str:
    return f"{reader.read(parse_one(rows.sum or '', dialect='duckdb'))}之和"


def _dated(reader: _Reader, indicator: Indicator, is_numerator: bool, rows: Count) -> str:
    if rows.stock:
        return "以期末在册为准"
    day = reader.read(parse_one(rows.dated_by or "", dialect="duckdb"))
    since = "，自1月1日起累计" if indicator.window == "year" and is_numerator else ""
    return f"按{day}归期{since}"


def condition_in_words(counted: Counted, relation: str, sql: str) -> str:
    """One condition on the rows of a relation (and `periods`); the SQL where there are no words."""
    tree = parse_one(sql, dialect="duckdb").unnest()
    text = tree.sql(dialect="duckdb")
    if _is_unvoided(tree):
        return UNVOIDED
    tables = {column.table for column in tree.find_all(exp.Column)} - {"", relation, "periods"}
    titles = {**PERIOD_TITLES, **titles_of(counted, relation)}
    try:
        if tables:
            return JOINED[text]
        return _Reader(titles, columns_of(counted, relation)).read(tree)
    except (_Unreadable, KeyError):
        return text


def _is_unvoided(node: exp.Expr) -> bool:
    return isinstance(node, exp.Is) and node.this.name == "voided_on"


def _condition(reader: _Reader, rows: Count) -> str:
    parts = [parse_one(part, dialect="duckdb") for part in conjuncts(rows.where)]
    phrases = [reader.read(part) for part in parts if not _is_unvoided(part)]
    if len(phrases) < len(parts):
        phrases.append("作废的不计")
    if not phrases:
        return ""
    return "，且".join(phrases[:-1]) + ("，" if len(phrases) > 1 else "") + phrases[-1]
