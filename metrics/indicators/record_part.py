"""Parts of the records: of some units, of some officers, of some years.

A correction has only its part counted again.
"""

import re
from collections.abc import Collection, Mapping
from dataclasses import dataclass

from data.schema import Table, quoted

# A view says so where its rows of a calendar year depend on the records of that year alone.
BY_YEAR = re.compile(r"^-- By calendar year: (\w+) is the day of (\w+)\.(\w+)\.$", re.MULTILINE)

# A view may look at all records of the same thing: the first visit of a household in a year may
# lie in another unit. So a part of these records takes along all that share the column.
LINKED_BY = {"visit": "household"}


@dataclass(frozen=True)
class YearOf:
    """By whose year a view can be cut.

    day       the column of the view
    columns   table -> its column that must lie in the same year
    """

    day: str
    columns: Mapping[str, str]

    @classmethod
    def declared_in(cls, view: str) -> "YearOf | None":
        """By the remarks in the SQL of a view; all of them name one day."""
        declared = BY_YEAR.findall(view)
        columns = {table: column for _, table, column in declared}
        return cls(declared[0][0], columns) if len({day for day, _, _ in declared}) == 1 else None

    def condition(self, table: str, years: Collection[int]) -> str:
        """What a record of a table must fulfil."""
        return years_of(self.columns[table], years) if table in self.columns else "true"


def years_of(column: str, years: Collection[int]) -> str:
    """`column` lies in one of the calendar years; as ranges, so that others need not be read."""
    name = quoted(column)
    ranges = (
        f"({name} >= DATE '{y:04d}-01-01' AND {name} < DATE '{y:04d}-12-31' + INTERVAL 1 DAY)"
        for y in sorted(years)
    )
    return f"({' OR '.join(ranges) or 'false'})"


@dataclass(frozen=True)
class Only:
    """A part of the records: those of some units, or those of some officers (null included).

    units      (village, station) pairs; a record belongs to its village, else to its station
    is_linked  what is linked to their records comes along (all visits of a household), so that a
               result must be cut to the units again
    years      of these calendar years, for a view that `year_of` tells
    """

    units: frozenset[tuple[str | None, str | None]] | None = None
    officers: frozenset[str | None] | None = None
    is_linked: bool = False
    year_of: YearOf | None = None
    years: frozenset[int] = frozenset()

    def condition(self, table: Table) -> str:
        """The part of the table, as SQL that lets the columns be scanned as they are."""
        years = self.year_of.condition(table.name, self.years) if self.year_of else "true"
        if self.officers is not None:
            own = among("officer", self.officers) if "officer" in table.names else "true"
            return f"{years} AND {own}"
        if self.units is None or not {"village", "station"} <= set(table.names):
            return "true"
        villages = frozenset(village for village, _ in self.units if village is not None)
        stations = frozenset(station for village, station in self.units if village is None)
        own = (
            f"({among('village', villages)} OR (village IS NULL AND {among('station', stations)}))"
        )
        link = LINKED_BY.get(table.name)
        if not self.is_linked or link is None:
            return f"{years} AND {own}"
        linked = f"SELECT {link} FROM record.{quoted(table.name)} WHERE {years} AND {own}"
        return f"{years} AND {link} IN ({linked})"


def among(column: str, values: Collection[str | None]) -> str:
    """`column IN (values)`, null included where it is among them."""
    listed = ", ".join("'" + v.replace("'", "''") + "'" for v in values if v is not None)
    parts = [f"{column} IN ({listed})"] if listed else []
    parts += [f"{column} IS NULL"] if None in values else []
    return f"({' OR '.join(parts)})" if parts else "false"
