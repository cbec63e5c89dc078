"""The fields of one reject as a person corrects them: those that are read, and those that lack."""

from collections.abc import Collection
from dataclasses import dataclass, replace

from data.intake.correction import ColumnRule, Rules, column_read, named_in
from data.intake.mapping import columns_of, columns_used
from data.intake.reject_selection import HELD, OpenReject, as_text
from data.schema import Column, quoted

LONGEST = 500  # what is longer cannot be right, and is not sent to the browser


@dataclass(frozen=True)
class RowField:
    """One value of the row.

    name      the column of the source
    column    ours, if the value is taken as it stands
    value     as kept, as text; empty where there is none
    is_wrong  a reason speaks of it
    """

    name: str
    column: Column | None
    value: str
    is_wrong: bool

    @property
    def is_long(self) -> bool:
        return len(self.value) > LONGEST

    @property
    def label(self) -> str:
        if self.column is None or self.name in (self.column.title, self.column.name):
            return self.column.title if self.column else self.name
        return f"{self.column.title}（来源列“{self.name[:20]}”）"


def row_fields(reject: OpenReject, rules: Rules) -> tuple[Rules, list[RowField]]:
    """The fields, wrong ones first; and the rules, with those columns that were lacking."""
    names = list(reject.values)
    read = {c.name: column_read(rules.columns.get(c.name), names) for c in rules.table.columns}
    rules, added = _with_lacking(reject, rules, names)
    ours = {name: rules.table.column(c) for c, name in (read | added).items() if name}
    used = columns_used(rules.mapping("更正"))
    wrong = named_in(reject.reasons, rules.table)
    looked_at = [columns_of(r.sql) for c, r in rules.columns.items() if c in wrong]
    fields = [
        _field(name, ours.get(name), reject, any(name.lower() in one for one in looked_at))
        for name in dict.fromkeys([*names, *added.values()])
        if name.lower() in used
    ]
    return rules, sorted(fields, key=lambda one: not one.is_wrong)


def only_filled(rules: Rules, reject: OpenReject, values: Collection[str]) -> Rules:
    """Without the columns that the source lacks and the person left open: they stay unknown."""
    present = {name.lower() for name in (*reject.values, *values)}
    kept = {name: r for name, r in rules.columns.items() if columns_of(r.sql) <= present}
    return replace(rules, columns=kept)


def _field(name: str, column: Column | None, reject: OpenReject, is_wrong: bool) -> RowField:
    value = reject.values.get(name)
    text = "" if value is None else as_text(value)
    return RowField(name, column, text, is_wrong or any(mark in text for mark in HELD))


def _with_lacking(
    reject: OpenReject, rules: Rules, names: list[str]
) -> tuple[Rules, dict[str, str]]:
    """Our columns that the source does not have, each under its title as a column of its own."""
    taken = {name.lower() for name in names}
    added: dict[str, str] = {}
    for column in rules.table.columns:
        if not _is_lacking(column, reject, rules):
            continue
        name = column.title if column.title.lower() not in taken else f"{column.title}（补填）"
        rules = rules.with_rule(column.name, ColumnRule(quoted(name)))
        added[column.name] = name
    return rules, added


def _is_lacking(column: Column, reject: OpenReject, rules: Rules) -> bool:
    is_made = column.name == "id" and (rules.id is not None or bool(rules.table.identity))
    if is_made or column.name in rules.columns:
        return False
    is_needed = column.required and not column.default
    return is_needed or not reject.values or column.name in named_in(reject.reasons, rules.table)
