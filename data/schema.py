"""Every record table and register, as records.toml declares them.

Validation, the check of the SQL catalogue, the documentation (docs/records.md) and the import
templates are all derived from TABLES. Times are Asia/Shanghai wall-clock times without a zone.
"""

from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from itertools import chain
from pathlib import Path
from typing import Any, Literal

from pydantic import ConfigDict, Field, model_validator
from pydantic.dataclasses import dataclass as checked_dataclass

from data.declared import Declared, load_declared
from data.rights import Right

ColumnType = Literal["text", "date", "instant", "integer", "number", "boolean"]

SQL_TYPES: Mapping[str, str] = {
    "text": "VARCHAR",
    "date": "DATE",
    "instant": "TIMESTAMP",
    "integer": "BIGINT",
    "number": "DOUBLE",
    "boolean": "BOOLEAN",
}


@checked_dataclass(frozen=True, config=ConfigDict(extra="forbid"))
class Column:
    """One field of a table.

    choices     code -> Chinese word; intake takes either and stores the code
    words       code -> what else people write for it; of a boolean column the codes are true, false
    is_open     the choices are only the known ones, other codes are accepted
    refers_to   the register whose `code` this column must name
    is_plan     may lie in the future (a due date), so it survives an earlier as-of day
    follows     dates of the same row that settle this word: as of a day before one of them
                the word is unknown (null)
    heads       what offices write over the column besides its title
    """

    name: str
    title: str
    type: ColumnType = "text"
    note: str = ""
    required: bool = False
    choices: Mapping[str, str] = field(default_factory=dict)
    words: Mapping[str, tuple[str, ...]] = field(default_factory=dict)
    is_open: bool = False
    refers_to: str | None = None
    is_plan: bool = False
    follows: tuple[str, ...] = ()
    default: str | None = None
    minimum: int | float | None = None
    maximum: int | float | None = None
    heads: tuple[str, ...] = ()

    @model_validator(mode="after")
    def _words_mean_one_thing(self) -> "Column":
        codes = {"true", "false"} if self.type == "boolean" else set(self.choices)
        if strange := sorted(set(self.words) - codes):
            raise ValueError(f"words 应为可选值的写法，实为“{strange[0]}”")
        words = [*self.choices, *self.choices.values(), *chain(*self.words.values())]
        for word in words:
            if words.count(word) > 1 and self.choices.get(word) != word:
                raise ValueError(f"words 中“{word}”出现两次")
        return self


@dataclass(frozen=True)
class RowRule:
    """A condition over one row that must not be false, and the reason a person reads if it is."""

    holds: str
    reason: str


@checked_dataclass(frozen=True, config=ConfigDict(extra="forbid"))
class Duty:
    """What a record owes, and by when: what a figure counts as met or failed. SQL over one row.

    due_on         the day on which it counts; null: it owes nothing
    cases          how many it owes (a patrol owes several points)
    met            how many of them were met; a condition counts as 1 or 0
    fact           what tells of the meeting; its first entry, however late, is an ordinary one
    terms          what else decides whether it is met: to change it is to change the deadline
    counts_voided  a voided record stays in the figure
    """

    due_on: str
    met: str
    fact: str = "NULL"
    terms: str = "NULL"
    cases: str = "1"
    counts_voided: bool = False


@dataclass(frozen=True)
class Table:
    """A record table or a register.

    identity   the columns that make up the id, if it has none
    right      what who writes it must be allowed to do
    duties     by name; a version that takes a failed one away waits (data/intake/held_back.py)
    called     what offices call such records besides the title
    """

    name: str
    title: str
    columns: tuple[Column, ...]
    rules: tuple[RowRule, ...] = ()
    is_register: bool = False
    identity: tuple[str, ...] = ()
    note: str = ""
    right: Right = "load"
    duties: Mapping[str, Duty] = field(default_factory=dict)
    called: tuple[str, ...] = ()

    @property
    def names(self) -> tuple[str, ...]:
        return tuple(column.name for column in self.columns)

    def column(self, name: str) -> Column:
        return next(column for column in self.columns if column.name == name)

    @property
    def dispensable(self) -> frozenset[str]:
        """Columns that a source may lack without a figure losing its meaning.

        The common ones, for which null says what is meant, and those with a default.
        """
        common = {"id", "village", "station", "is_deleted", "voided_on", "voided_reason"}
        defaults = {column.name for column in self.columns if column.default}
        return frozenset(common | defaults | {"valid_from", "valid_to"})

    @property
    def dates(self) -> tuple[Column, ...]:
        """The dates and instants of what happened (not of the entry or of voiding)."""
        about_entry = {"entered_at", "voided_on", "valid_from", "valid_to"}
        return tuple(
            column
            for column in self.columns
            if column.type in ("date", "instant") and column.name not in about_entry
        )


ColumnForms = dict[str, dict[str, Any]]  # name -> what its column says


class TableForm(Declared):
    """One table of records.toml."""

    title: str
    columns: ColumnForms
    rules: dict[str, str] = Field(default_factory=dict)
    key: tuple[str, ...] = ("code",)
    note: str = ""
    right: Right = "load"
    duties: dict[str, Duty] = Field(default_factory=dict)
    called: tuple[str, ...] = ()


class Records(Declared):
    common: ColumnForms
    before: dict[str, ColumnForms]
    after: dict[str, ColumnForms]
    registers: dict[str, TableForm]
    events: dict[str, TableForm]
    own: dict[str, TableForm]

    def tables(self, kind: Literal["registers", "events", "own"]) -> tuple[Table, ...]:
        forms: dict[str, TableForm] = getattr(self, kind)
        return tuple(self._table(name, form, kind) for name, form in forms.items())

    def _table(self, name: str, form: TableForm, kind: str) -> Table:
        forms = {**self.before.get(kind, {}), **form.columns, **self.after.get(kind, {})}
        columns = tuple(
            Column(**{"name": column, **self.common.get(column, {}), **own})
            for column, own in forms.items()
        )
        rules = tuple(RowRule(holds, reason) for holds, reason in form.rules.items())
        table = Table(
            name,
            form.title,
            columns,
            rules,
            note=form.note,
            right=form.right,
            duties=form.duties,
            called=form.called,
        )
        if kind != "registers":
            return table
        identity = (*form.key, "valid_from")
        return replace(table, rules=(VALID, *rules), is_register=True, identity=identity)


VALID = RowRule("valid_to >= valid_from", "停用日期早于启用日期")
_DECLARED = load_declared(Path(__file__).parent / "records.toml", Records)
REGISTERS, EVENTS = _DECLARED.tables("registers"), _DECLARED.tables("events")
ANNOTATION, REJECT, PENDING, ALIAS, LOG = _DECLARED.tables("own")
TABLES: Mapping[str, Table] = {
    table.name: table for table in (*REGISTERS, *EVENTS, ANNOTATION, REJECT, PENDING, ALIAS, LOG)
}
OWN_TABLES = (
    REJECT.name,
    PENDING.name,
    ALIAS.name,
    LOG.name,
)  # the product writes them itself, nobody loads them
LOADABLE = tuple(table for table in (*REGISTERS, *EVENTS) if table.name != "bureau")


def quoted(name: str) -> str:
    """The name as an SQL identifier (`case` is a reserved word)."""
    return '"' + name.replace('"', '""') + '"'


def literal(text: str) -> str:
    """The text as an SQL string."""
    return "'" + text.replace("'", "''") + "'"
