"""Why a record counts in the numerator or not, in words: read from the conditions that decide it.

The dates and limits of a declared condition are compared, so that a record says
“到期 2019-07-09，2019-07-15 才化解，超期 6 天”; a condition of another form is named as it stands.
"""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from functools import partial

from sqlglot import exp, parse_one

from data.schema import quoted
from metrics.cells.count import Counted
from metrics.figures.explain import chain_of
from metrics.figures.formula import VIEW_TITLES, condition_in_words, title_of
from metrics.figures.records import conjuncts, titles_of
from metrics.indicators.catalogue import Count, Indicator

Facts = Sequence[object]
DAY = timedelta(days=1)


@dataclass(frozen=True)
class Requirement:
    """One condition that a record of the denominator must meet to count in the numerator.

    sql     true where it is met
    facts   SQL expressions whose values the words need
    words   (is it met, values of the facts) -> a phrase
    """

    sql: str
    facts: tuple[str, ...]
    words: Callable[[bool, Facts], str]


def requirements(counted: Counted, indicator: Indicator) -> list[Requirement]:
    """What the numerator asks beyond the denominator, in the order in which it is declared."""
    numerator, denominator = indicator.numerator, indicator.denominator
    if numerator is None or denominator is None or denominator.stock:
        return []
    shared = conjuncts(denominator.where)
    own = [sql for sql in conjuncts(numerator.where) if sql not in shared]
    if numerator.of != denominator.of:
        own = [*_conditions_of_view(counted, numerator.of, denominator.of), *own]
    return [_requirement(counted, denominator.of, sql) for sql in own]


def amounts_in_words(
    counted: Counted, indicator: Indicator, numerator: int, denominator: int
) -> str:
    """应到必巡点数 5，实到必巡点数 3，未计入 2; nothing where records are counted."""
    of = indicator.denominator, indicator.numerator
    if any(rows is None or rows.sum is None for rows in of):
        return ""
    names = [_summed(counted, rows) for rows in of if rows is not None]
    words = f"{names[0]} {denominator:,}，{names[1]} {numerator:,}"
    left = denominator - numerator
    return f"{words}，未计入 {left:,}" if left > 0 else words


def _summed(counted: Counted, rows: Count) -> str:
    """The title of what is summed; of a view that counts things, the view's own."""
    title = titles_of(counted, rows.of).get(rows.sum or "", "合计")
    return VIEW_TITLES[rows.of] if title == "户数" else title


def _conditions_of_view(counted: Counted, view: str, source: str) -> list[str]:
    """What a view leaves of its source, as SQL over the source; nothing for another form."""
    chain = chain_of(counted.catalogue.views.sql[view])
    if chain.source != source or not chain.is_plain:
        return []
    conditions = [select.args["where"].this for select in chain.selects if select.args.get("where")]
    return [sql for tree in conditions for sql in conjuncts(_bare(tree).sql(dialect="duckdb"))]


def _bare(tree: exp.Expr) -> exp.Expr:
    """Its columns without the names of their tables."""
    bare = tree.copy()
    for column in bare.find_all(exp.Column):
        column.set("table", None)
    return bare


def _requirement(counted: Counted, relation: str, sql: str) -> Requirement:
    tree = parse_one(sql, dialect="duckdb").unnest()
    titles = titles_of(counted, relation)
    if all(column.name in titles for column in tree.find_all(exp.Column)):
        match tree:
            case exp.LTE(this=exp.Column()) if tree.expression.find(exp.Column):
                return _time_limit(tree, titles, counted.as_of)
            case exp.GT(this=exp.Column(), expression=exp.Column()):
                return _later(tree, titles)
            case exp.Not(this=exp.Is(this=exp.Column(), expression=exp.Null())):
                return _present(tree.this.this.name, titles)
            case exp.Is(this=exp.Column(), expression=exp.Null()):
                return _absent(tree.this.name, titles)
            case exp.Column():
                return _true(tree.name, titles)
    words = condition_in_words(counted, relation, sql)
    return Requirement(sql, (), lambda is_met, _: words if is_met else f"不符合“{words}”")


# -- conditions by form ------------------------------------------------------------------------


def _time_limit(tree: exp.LTE, titles: Mapping[str, str], as_of: date) -> Requirement:
    """`done <= due`, or `done <= begun + time`."""
    done, limit = tree.this, tree.expression.unnest()
    act = act_of(titles[done.name])
    facts = [_sql(done), _sql(limit)]
    if not isinstance(limit, exp.Add):
        return Requirement(_sql(tree), tuple(facts), partial(_due_words, act, as_of))
    begun = limit.this.find(exp.Column)
    start = act_of(titles[begun.name])
    facts.append(_sql(limit.this))
    return Requirement(_sql(tree), tuple(facts), partial(_within_words, act, start))


def _due_words(act: str, as_of: date, is_met: bool, facts: Facts) -> str:
    done, due = facts
    if due is None:
        return "没有期限"
    until = f"到期 {_moment(due)}"
    if done is None:
        return f"{until}，截至 {as_of} 未{act}"
    if is_met:
        return f"{until}，{_moment(done)} {act}"
    return f"{until}，{_moment(done)} 才{act}，超期 {_time_between(due, done)}"


def _within_words(act: str, start: str, is_met: bool, facts: Facts) -> str:
    done, limit, begun = facts
    if begun is None:
        return f"没有{start}的时间"
    since, allowed = f"{start}（{_moment(begun)}）后", _time_between(begun, limit)
    if done is None:
        return f"{since} {allowed}内未{act}"
    if is_met:
        spent = _time_between(begun, done)
        if spent == "0 天":
            return f"{start}（{_moment(begun)}）当天{act}"
        return f"{since} {spent}{act}"
    return f"{since} {_time_between(begun, done)}才{act}，应在 {allowed}内"


def _later(tree: exp.GT, titles: Mapping[str, str]) -> Requirement:
    names = tree.this.name, tree.expression.name
    first, second = (titles[name] for name in names)

    def words(is_met: bool, facts: Facts) -> str:
        missing = [
            title for title, fact in zip((first, second), facts, strict=True) if fact is None
        ]
        if missing:
            return f"没有{'、'.join(missing)}"
        return f"{first}{'' if is_met else '不'}晚于{second}"

    return Requirement(_sql(tree), tuple(map(quoted, names)), words)


def _present(name: str, titles: Mapping[str, str]) -> Requirement:
    """A date is the day of an act, which was done or not; anything else stands there or not."""
    title, act = titles[name], act_of(titles[name])

    def words(is_met: bool, facts: Facts) -> str:
        if act != title:
            return f"{_moment(facts[0])} {act}" if is_met else f"未{act}"
        return f"有{title}" if is_met else f"没有{title}"

    return Requirement(f"{quoted(name)} IS NOT NULL", (quoted(name),), words)


def _absent(name: str, titles: Mapping[str, str]) -> Requirement:
    title, act = titles[name], act_of(titles[name])

    def words(is_met: bool, facts: Facts) -> str:
        if act != title:
            return f"未{act}" if is_met else f"{_moment(facts[0])} {act}"
        return f"没有{title}" if is_met else f"有{title}"

    return Requirement(f"{quoted(name)} IS NULL", (quoted(name),), words)


def _true(name: str, titles: Mapping[str, str]) -> Requirement:
    title = titles[name].removeprefix("是否")
    denied = f"没{title}" if title.startswith("有") else f"不{title}"

    def words(is_met: bool, facts: Facts) -> str:
        if facts[0] is None:
            return f"未填“是否{title}”"
        return title if is_met else denied

    return Requirement(quoted(name), (quoted(name),), words)


# -- words -------------------------------------------------------------------------------------


def act_of(title: str) -> str:
    """化解日期 -> 化解; the title itself where it is no day of an act."""
    for ending in ("日期", "时间"):
        act = title.removesuffix(ending)
        if act != title:
            return f"作出{act}" if act.endswith("决定") else act
    return title


def _sql(tree: exp.Expr) -> str:
    return tree.sql(dialect="duckdb")


def _moment(value: object) -> str:
    return f"{value:%Y-%m-%d %H:%M}" if isinstance(value, datetime) else str(value)


def _time_between(first: object, second: object) -> str:
    """6 天 between days; 5 小时 10 分 between instants."""
    if isinstance(first, datetime) and isinstance(second, datetime):
        return _hours((second - first) // timedelta(seconds=1))
    days = [x.date() if isinstance(x, datetime) else x for x in (first, second)]
    assert isinstance(days[0], date)
    assert isinstance(days[1], date)
    return f"{(days[1] - days[0]) // DAY} 天"


def _hours(seconds: int) -> str:
    hours, rest = divmod(seconds, 3600)
    minutes, rest = divmod(rest, 60)
    parts = ((hours, "小时"), (minutes, "分"), (rest, "秒"))
    return " ".join(f"{n} {unit}" for n, unit in parts if n) or "0 分"


def unplaced(counted: Counted, indicator: Indicator, numerator: int) -> str:
    """本年走访到的住户 11，未记到村（社区）: an amount that no entry of the register stands for."""
    rows, register = indicator.numerator, indicator.denominator
    assert rows is not None
    assert register is not None
    return f"{_summed(counted, rows)} {numerator:,}，未记到{title_of(register.of)}"
