"""What a PostgreSQL source is, and what may be wrong with it."""

from dataclasses import dataclass

from data.intake.mapping import Mapping
from data.schema import TABLES, Table


class SourceChanged(RuntimeError):
    """The source no longer is what was declared; the message is one Chinese sentence."""


class Unreachable(RuntimeError):
    """The source does not answer or broke off; the message is one Chinese sentence."""


@dataclass(frozen=True)
class PostgresSource:
    """A table or query of a PostgreSQL-compatible database and how it becomes records.

    key            columns that are unique at the source and not null
    watermark      a column that grows with changes and has an index, or none
    overlap        how far to read back where there is no horizon: seconds, or sequence values
    sweep_seconds  how often to look for what the watermark missed (see data.channels.postgres_pull)
    """

    name: str
    dsn: str
    kind: str
    table_or_query: str
    mapping: Mapping | None = None
    key: tuple[str, ...] = ("id",)
    watermark: str | None = None
    overlap: float = 300
    sweep_seconds: float = 10
    batch_rows: int = 50_000

    @property
    def table(self) -> Table:
        return TABLES[self.kind]

    @property
    def journal_name(self) -> str:
        return f"postgres:{self.name}"

    @property
    def relation(self) -> str:
        """What stands behind FROM; a query has no system columns unless it hands on `xmin`."""
        text = self.table_or_query.strip().rstrip(";")
        is_query = text.split(None, 1)[0].lower() in ("select", "with", "values")
        return f"({text}\n) AS source" if is_query else f"{text} AS source"
