"""The demo city goes the way of every record: validate, append."""

from collections.abc import Callable
from pathlib import Path

from data.demo import demo_tables
from data.intake.files import load_table
from data.journal.journal import JournalError
from data.rights import Actor
from data.schema import TABLES

SOURCE = "模拟数据"


def load_demo(
    store: Path,
    actor: Actor,
    seed: int = 2019,
    scale: int = 1,
    density: int = 1,
    progress: Callable[[str, int, int], None] = lambda name, done, total: None,
) -> int:
    """Make the demo city and load it into an empty store; returns the number of rows."""
    progress("生成模拟数据", 0, len(TABLES))
    tables = demo_tables(seed, scale, density)
    until = tables["bureau"]["observed_until"][0].as_py()
    rows = 0
    for done, (name, table) in enumerate(TABLES.items()):
        if name in tables:
            progress(table.title, done, len(TABLES))
            report = load_table(store, tables[name], table, f"{SOURCE}-{name}", actor, until)
            if report.rejected:
                raise JournalError(f"模拟数据的{table.title}有 {report.rejected} 行不合规，未完成")
            rows += report.added
    return rows
