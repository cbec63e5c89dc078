"""Correcting a mapping by hand: which column is which, which word means what, how dates stand.

A person does not write SQL: each of our columns has a rule, and the rules become a mapping.
"""

import re
from collections import Counter
from collections.abc import Mapping as Map
from collections.abc import Sequence
from dataclasses import dataclass, field, replace

import duckdb
import pyarrow as pa

from data.declared import DeclarationError
from data.heads import columns_by_head
from data.intake.mapping import IdForm, Mapping, SourceForm, columns_of, map_source
from data.intake.named_units import Meanings
from data.intake.reject_selection import HELD, OpenReject, as_text, source_of
from data.intake.understanding.instants import DATE_FORMS as DATE_FORMS  # the page offers them
from data.intake.understanding.words import folded
from data.intake.understanding.words import meanings as words_of
from data.intake.validate import BLANKS
from data.journal.copy import Copy
from data.personal import holds_personal
from data.schema import Column, Table, literal, quoted

MOST_WORDS = 200  # different words of a source that a page lists
_TIMES = ("", " %H:%M", " %H:%M:%S")


@dataclass(frozen=True)
class ColumnRule:
    """How one of our columns is made from the source's.

    expression   SQL over the source's columns
    form         strptime form of its dates; what does not have it stays as it is
    words        a word of the source -> what it means here
    """

    expression: str
    form: str = ""
    words: Map[str, str] = field(default_factory=dict)

    @property
    def sql(self) -> str:
        if not self.form and not self.words:
            return self.expression
        sql = text = f"trim(CAST(({self.expression}) AS VARCHAR), '{BLANKS}')"
        if self.form:
            forms = ", ".join(literal(self.form + time) for time in _TIMES)
            sql = f"coalesce(CAST(try_strptime({text}, [{forms}]) AS VARCHAR), {text})"
        if self.words:
            cases = " ".join(
                f"WHEN {literal(word)} THEN {literal(ours)}" for word, ours in self.words.items()
            )
            sql = f"CASE {text} {cases} ELSE {sql} END"
        return sql


@dataclass(frozen=True)
class Rules:
    """A mapping as a person edits it. `id`: as in a mapping file."""

    table: Table
    columns: Map[str, ColumnRule]
    id: IdForm | None = None
    source: SourceForm = field(default_factory=SourceForm)

    def mapping(self, name: str) -> Mapping:
        """Raises DeclarationError if it is none: no column, or a person's number in it."""
        expressions = {n: r.sql for n, r in self.columns.items() if not (n == "id" and self.id)}
        if not expressions:
            raise DeclarationError(name, "", "还没有一列指明来源，请先选择来源列")
        meanings = [word for rule in self.columns.values() for word in rule.words.values()]
        if any(holds_personal(word) for word in meanings):
            raise DeclarationError(name, "", "含疑似身份证号或手机号，不得录入，请更正")
        return Mapping(
            name=name, kind=self.table.name, source=self.source, id=self.id, columns=expressions
        )

    def with_rule(self, column: str, rule: ColumnRule | None) -> "Rules":
        """The rule in place of the earlier one; without one the column is not read."""
        columns = {name: one for name, one in self.columns.items() if name != column}
        return replace(self, columns=columns if rule is None else {**columns, column: rule})


def rules_of(mapping: Mapping) -> Rules:
    rules = {name: ColumnRule(expression.strip()) for name, expression in mapping.columns.items()}
    return Rules(mapping.table, rules, mapping.id, mapping.source)


def rules_by_name(names: Sequence[str], table: Table) -> Rules:
    """What intake understands without a mapping."""
    heads = columns_by_head(names, table)
    return Rules(table, {our: ColumnRule(quoted(head)) for head, our in heads.items()})


def column_read(rule: ColumnRule | None, names: Sequence[str]) -> str | None:
    """The one column of the source that a rule takes as it is, else none."""
    plain = rule.expression.strip().lower() if rule else ""
    return next((n for n in names if plain in (n.lower(), quoted(n).lower())), None)


def named_in(reasons: str, table: Table) -> set[str]:
    """Our columns that the reasons of data.intake.validate speak of."""
    columns: set[str] = set()
    for column in table.columns:
        if re.search(rf"(^|；)(缺少)?{re.escape(column.title)}(“|超过|疑似|含不能|；|$)", reasons):
            columns.add(column.name)
    for rule in table.rules:
        if rule.reason in reasons:
            columns |= columns_of(rule.holds)
    return columns


def codes(copy: Copy, register: str) -> dict[str, str]:
    """The codes of a register that are in force, with their names where they have one."""
    is_named = "name" in {
        row[0] for row in copy.cursor().execute(f"DESCRIBE record.{quoted(register)}").fetchall()
    }
    name = "any_value(name)" if is_named else "''"
    rows = copy.cursor().execute(
        f"SELECT code, {name} FROM record.{quoted(register)}"
        " WHERE is_deleted IS NOT TRUE AND code IS NOT NULL GROUP BY code ORDER BY code"
    )
    return dict(rows.fetchall())


def unknown_words(
    rules: Rules, rejects: Sequence[OpenReject], meanings: Meanings
) -> dict[str, list[str]]:
    """Our column -> words of the source that mean nothing here, the most frequent first.

    A name that means a unit beside the station of one row, and none in another, is not listed: a
    word that is chosen for it would hold for both.
    Raises DeclarationError if the rules do not fit what was kept.
    """
    worded = [c for c in rules.table.columns if c.name in rules.columns and _has_words(c)]
    if not worded:
        return {}
    only = Rules(rules.table, {c.name: replace(rules.columns[c.name], words={}) for c in worded})
    source, _ = source_of(rejects, {})
    rows = map_source(source, only.mapping("对照")).rows
    has_station = "station" in rows.column_names
    stations = _words_of(rows["station"]) if has_station else [""] * rows.num_rows
    unknown = {c.name: _unknown(c, _words_of(rows[c.name]), stations, meanings) for c in worded}
    return {name: words for name, words in unknown.items() if words}


def _has_words(column: Column) -> bool:
    is_closed = bool(column.choices) and not column.is_open
    return is_closed or column.type == "boolean" or column.refers_to is not None


def _words_of(values: pa.ChunkedArray) -> list[str]:
    return ["" if v is None else as_text(v).strip(BLANKS) for v in values.to_pylist()]


def _unknown(
    column: Column, words: Sequence[str], stations: Sequence[str], meanings: Meanings
) -> list[str]:
    counts: dict[str, int] = {}
    settled: set[str] = set()
    for (word, station), times in Counter(zip(words, stations, strict=True)).items():
        if not word or any(mark in word for mark in HELD):
            continue
        if _is_understood(column, word, station, meanings):
            settled.add(word)
        else:
            counts[word] = counts.get(word, 0) + times
    listed = counts.keys() - settled
    return sorted(listed, key=lambda word: (-counts[word], word))[:MOST_WORDS]


def _is_understood(column: Column, word: str, station: str, meanings: Meanings) -> bool:
    if column.refers_to:
        return meanings.of(column, word, station or None, offers=False)[0].code is not None
    understood = words_of(column)
    return folded(word) in understood or word in understood


def check_form(form: str) -> None:
    """A form of strptime that DuckDB takes and that holds a year, a month and a day."""
    try:
        duckdb.connect().execute("SELECT try_strptime('x', ?)", [form]).fetchall()
        is_date = "%m" in form and "%d" in form and ("%Y" in form or "%y" in form)
    except duckdb.Error:
        is_date = False
    if not is_date:
        raise DeclarationError("对照", "日期格式", "应含年（%Y 或 %y）、月（%m）、日（%d）")
