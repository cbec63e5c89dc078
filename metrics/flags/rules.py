"""The rules of 数据核查: one TOML and one SQL file each, in metrics/flags, checked before use.

A rule's SELECT gives one row for each record that it looks at, over the records and registers:
  unit      the village or the officer that it is told of
  day       the day that decides on the month
  record    table/id, such as visit/V-0000001
  measured  what was measured on this record, for the reader; null where there is nothing to measure
  against   table/id of the record that it was held against; only in a rule that says what this is
  is_hit    whether the record is conspicuous
Its parameters `$minutes`, `$kmh` … are the rule's thresholds, `$first` the first day asked for.
Three thresholds every rule has, and a unit is flagged for a month only if all of them are reached:
  share       part of the looked-at records of the month that is conspicuous
  records     how many conspicuous ones there must be
  deviations  by how many standard deviations the share lies above that of the peers (0: any)
"""

import re
from collections.abc import Mapping
from datetime import date
from fractions import Fraction
from functools import cache
from pathlib import Path
from typing import Literal

import duckdb
from pydantic import Field, model_validator

from data.declared import DeclarationError, Declared, Exact, load_declared
from data.journal.copy import Copy
from data.journal.journal import Journal
from metrics.indicators.views import Views, tables_read

HERE = Path(__file__).parent
SHARED = ("share", "records", "deviations")
Thresholds = Mapping[str, Fraction]
# What each threshold is called, with the unit of its number.
WORDS: Mapping[str, tuple[str, str]] = {
    "share": ("占比不低于", ""),
    "records": ("条数不少于", " 条"),
    "deviations": ("明显高于同组（相差至少", " 个标准差）"),
    "minutes": ("时长界限", " 分钟"),
    "kmh": ("速度界限", " 公里/小时"),
    "hours": ("时限", " 小时"),
    "days": ("天数", " 天"),
    "step": ("取整到", " 分钟"),
    "times": ("次数不少于", " 次"),
    "errors": ("与上年同月相差超过", " 个标准差"),
}


class FlagExample(Declared):
    """Records in (pipe tables, as of indicators), expected flags out.

    thresholds   smaller ones than the rule's, so that few records are enough
    flags        pipe table: unit | month | total | hits
    """

    period: str
    as_of: date | None = None
    thresholds: dict[str, Exact] = Field(default_factory=dict)
    records: dict[str, str]
    flags: str


class FlagRule(Declared):
    """One rule.

    unit       whom a flag is told of
    seen       what was seen, with {total}, {hits}, {share} and the thresholds to fill in
    innocent   how it may have come about honestly
    measured   title of what was measured on each record, '' if nothing is
    against    title of the record that each was held against, '' if it stands alone
    voids      whether a confirmed flag voids the records behind it
    """

    id: str
    sql: str
    title: str
    source: str
    unit: Literal["village", "officer"]
    seen: str
    innocent: str
    measured: str = ""
    against: str = ""
    voids: bool = True
    thresholds: dict[str, Exact]
    example: FlagExample

    @model_validator(mode="after")
    def _fits(self) -> "FlagRule":
        parameters = set(re.findall(r"\$(\w+)", self.sql)) - {"first"}
        wanted, stated = parameters | set(SHARED), set(self.thresholds)
        if wanted != stated:
            odd = "、".join(sorted(wanted ^ stated))
            raise ValueError(f"thresholds 应为 {'、'.join(sorted(wanted))}，不符：{odd}")
        if any(value < 0 for value in self.thresholds.values()):
            raise ValueError("thresholds 不得为负")
        return self

    def with_thresholds(self, thresholds: Thresholds) -> Thresholds:
        return {**self.thresholds, **thresholds}


@cache
def load_rules(folder: Path = HERE) -> Mapping[str, FlagRule]:
    """Every rule of the folder by id; a wrong one is refused with file and key."""
    paths = sorted(folder.glob("*.toml"))
    if not paths:
        raise DeclarationError(str(folder), "", "没有核查规则文件（*.toml）")
    return {path.stem: _load(path) for path in paths}


def _load(path: Path) -> FlagRule:
    query = path.with_suffix(".sql")
    if not query.is_file():
        raise DeclarationError(path.name, "", f"没有文件 {query.name}")
    sql = query.read_text("utf-8").strip().rstrip(";")
    rule = load_declared(path, FlagRule, id=path.stem, sql=sql)
    _check_query(rule, query.name)
    return rule


def _check_query(rule: FlagRule, file: str) -> None:
    """Bind the query against empty tables: an unknown column is found before any data is read."""
    head = Views({}).with_clause(sorted(tables_read(rule.sql)))
    more = ", against" if rule.against else ""
    query = f"{head} SELECT unit, day, record, measured, is_hit{more} FROM ({rule.sql}\n)"
    cursor = Copy(Journal(Path("nowhere"))).cursor()
    try:
        cursor.execute(query, values(rule.sql, rule.thresholds, date(2019, 1, 1))).fetchall()
    except duckdb.Error as error:
        raise DeclarationError(file, "", f"不能执行：{str(error).splitlines()[0]}") from None


def values(sql: str, thresholds: Thresholds, first: date) -> dict[str, object]:
    """The parameters of a query; DuckDB wants no more than it asks for."""
    parameters: dict[str, object] = {name: _number(value) for name, value in thresholds.items()}
    parameters["first"] = first
    return {name: value for name, value in parameters.items() if re.search(rf"\${name}\b", sql)}


def _number(value: Fraction) -> int | float:
    return int(value) if value.denominator == 1 else float(value)


def check_thresholds(file: str, thresholds_by_rule: Mapping[str, Thresholds]) -> None:
    """What a scheme says of the rules: every name must be known, every number possible."""
    rules = load_rules()
    for name, thresholds in thresholds_by_rule.items():
        if name not in rules:
            raise DeclarationError(file, f"flags.{name}", f"没有核查规则（{'、'.join(rules)}）")
        for key, value in thresholds.items():
            if key not in rules[name].thresholds:
                known = "、".join(rules[name].thresholds)
                raise DeclarationError(file, f"flags.{name}.{key}", f"不是阈值（{known}）")
            if value < 0 or (key == "share" and value > 1):
                raise DeclarationError(file, f"flags.{name}.{key}", f"超出范围：{float(value):g}")
