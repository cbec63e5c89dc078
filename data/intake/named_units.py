"""Names of units in a source become codes: only texts that are no codes are looked at, each once.

The lookups are small tables in the connection of a validation, joined to its rows.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

import duckdb
import pyarrow as pa

from data.intake.aliases import Alias, aliases_of
from data.intake.understanding.name_forms import normal
from data.intake.understanding.unit_names import NOT_REGISTERED, Meaning, UnitNames
from data.intake.understanding.work_numbers import WorkNumbers
from data.journal.copy import Copy, fetch_arrow
from data.schema import TABLES, Column, Table, quoted

MOST_WORDS = 10_000  # of one column, the most frequent; the others are rejected unread
MOST_OFFERED = 100  # words for which units of like names are looked for: it takes milliseconds each
TOO_MANY = f"{NOT_REGISTERED}，且该列写法过多，未按名称辨认"
_BESIDE = {"village", "police_room"}  # registers whose names may need the station of the row
_SHOWN = ("code", "name", "kind", "station", "valid_from")
_LOOKUP = pa.schema([(n, pa.string()) for n in ("_word", "_station", "_code", "_problem")])

Names = UnitNames | WorkNumbers
Words = list[tuple[str, str | None]]  # a text that is no code, and the text of the row's station


@dataclass(frozen=True)
class NamedUnit:
    """A word of the source that was taken for a unit. `alias`: if it was by what a person said."""

    title: str
    word: str
    code: str
    alias: Alias | None = None


def registers_of(table: Table) -> frozenset[str]:
    """The registers that a table refers to, and those that their names may need besides."""
    registers = {column.refers_to for column in table.columns if column.refers_to}
    besides = {"station", "bureau"} if registers & {*_BESIDE, "station"} else set()
    return frozenset(registers | besides)


def register_rows(copy: Copy, register: str) -> pa.Table:
    """What names its units: all periods of all that were not deleted."""
    columns = [quoted(name) for name in _SHOWN if name in TABLES[register].names]
    return fetch_arrow(
        copy.cursor(),
        f"SELECT DISTINCT {', '.join(columns)} FROM record.{quoted(register)}"
        " WHERE is_deleted IS NOT TRUE AND code IS NOT NULL",
    )


def names_of(register: str, registers: Mapping[str, pa.Table]) -> Names:
    if register == "officer":
        return WorkNumbers(registers[register])
    return UnitNames(register, registers)


class Meanings:
    """What texts of the columns of a table mean: by rule, else by what was remembered."""

    def __init__(
        self, table: Table, registers: Mapping[str, pa.Table], aliases: Sequence[Alias] = ()
    ) -> None:
        self.table = table
        self.registers = registers
        self.aliases = {alias.key: alias for alias in aliases}
        self.names: dict[str, Names] = {}

    def of(
        self, column: Column, word: str, station_word: str | None, offers: bool = True
    ) -> tuple[Meaning, Alias | None]:
        """The meaning of a text, and the alias if it was that which settled it.

        station_word   the text of the row's station, where the row has one
        offers         look for units of like names, if nothing settles it
        """
        station = self._station(station_word) if is_beside_station(column, self.table) else None
        names = self._names(str(column.refers_to))
        meaning = names.meaning(word, station, offers)
        alias = self.aliases.get((str(column.refers_to), normal(word)))
        if meaning.code or alias is None or not names.fits(alias.code, station):
            return meaning, None
        return Meaning(alias.code), alias

    def _station(self, word: str | None) -> str | None:
        return self._names("station").meaning(word, offers=False).code if word else None

    def _names(self, register: str) -> Names:
        if register not in self.names:
            self.names[register] = names_of(register, self.registers)
        return self.names[register]


def meanings_of(copy: Copy, table: Table, form: str) -> Meanings:
    """What texts of a source of that form mean by the registers as they stand."""
    registers = {name: register_rows(copy, name) for name in registers_of(table)}
    return Meanings(table, registers, aliases_of(copy, form))


def is_beside_station(column: Column, table: Table) -> bool:
    """Whether the station of the row tells which of several units of one name is meant."""
    return column.refers_to in _BESIDE and "station" in table.names


def look_up(
    con: duckdb.DuckDBPyConnection,
    table: Table,
    registers: Mapping[str, pa.Table],
    aliases: Sequence[Alias],
) -> tuple[NamedUnit, ...]:
    """Make the lookups in a connection that has the table `raw` and the registers' codes.

    Returns the words that were taken for units.
    """
    meanings = Meanings(table, registers, aliases)
    named: list[NamedUnit] = []
    for column in (column for column in table.columns if column.refers_to):
        words = _words(con, column, table)
        rows = []
        for number, (word, station) in enumerate(words[:MOST_WORDS]):
            meaning, alias = meanings.of(column, word, station, number < MOST_OFFERED)
            rows.append((word, station, meaning.code, meaning.problem or None))
            if meaning.code:
                named.append(NamedUnit(column.title, word, meaning.code, alias))
        _make(con, column, table, rows)
        if len(words) > MOST_WORDS:
            con.execute(_BEYOND.format(lookup=_lookup(column), words=_no_codes(column, table)))
    return tuple(named)


def code_column(column: Column) -> str:
    """SQL: the code that the text of a column means, null if it is one or means none."""
    return f"{_lookup(column)}._code"


def problem_column(column: Column) -> str:
    """SQL: why the text of a column means no unit."""
    return f"{_lookup(column)}._problem"


def joins(table: Table) -> str:
    """SQL: the joins of the lookups to the table `raw`, the rows as they came."""
    return "".join(
        f" LEFT JOIN {_lookup(column)} ON {_lookup(column)}._word = raw.{quoted(column.name)}"
        f" AND {_lookup(column)}._station IS NOT DISTINCT FROM {_station(column, table)}"
        for column in table.columns
        if column.refers_to
    )


_BEYOND = (
    "INSERT INTO {lookup} SELECT word, station, NULL, '" + TOO_MANY + "' FROM ({words})"
    " WHERE NOT EXISTS (SELECT 1 FROM {lookup}"
    " WHERE _word = word AND _station IS NOT DISTINCT FROM station)"
)


def _lookup(column: Column) -> str:
    return f"named_{column.name}"


def _station(column: Column, table: Table) -> str:
    return "raw.station" if is_beside_station(column, table) else "CAST(NULL AS VARCHAR)"


def _no_codes(column: Column, table: Table) -> str:
    return (
        f"SELECT {quoted(column.name)} AS word, {_station(column, table)} AS station,"
        f" count(*) AS times FROM raw WHERE {quoted(column.name)} IS NOT NULL AND"
        f" {quoted(column.name)} NOT IN (SELECT code FROM register_{column.refers_to}) GROUP BY ALL"
    )


def _words(con: duckdb.DuckDBPyConnection, column: Column, table: Table) -> Words:
    """The texts of a column that are no codes, the most frequent first, one more than are read."""
    query = f"{_no_codes(column, table)} ORDER BY times DESC, word, station LIMIT {MOST_WORDS + 1}"
    return [(word, station) for word, station, _ in con.execute(query).fetchall()]


def _make(
    con: duckdb.DuckDBPyConnection,
    column: Column,
    table: Table,
    rows: Sequence[tuple[str | None, ...]],
) -> None:
    columns = list(zip(*rows, strict=True)) or [()] * len(_LOOKUP)
    con.register("words", pa.table(list(columns), schema=_LOOKUP))
    con.execute(f"CREATE TABLE {_lookup(column)} AS SELECT * FROM words")
    con.unregister("words")
