"""What counting costs beside the bare scan: DuckDB reading the columns that the measures need.

The bare scan reads the journal's own Parquet parts and folds every needed column into one hash.
"""

import json
import re
from collections.abc import Iterator, Mapping
from pathlib import Path
from typing import Any

import duckdb

from data.journal.copy import Copy
from data.journal.journal import Journal
from data.schema import TABLES, quoted
from metrics.cells.count import Counted, count
from metrics.indicators.catalogue import load_catalogue
from metrics.scheme.scheme import load_schemes
from tests.bench.figure import Figure, median_ms
from tests.bench.stores import COUNTY, DENSE, demo, size

WORD = re.compile(r"\w+")
MOST = 15  # times the bare scan
SECONDS = {COUNTY: None, DENSE: 4_000}  # counting all measures, in ms


def run(place: Path) -> Iterator[Figure]:
    catalogue = load_catalogue()
    schemes = load_schemes(catalogue)
    for density in (COUNTY, DENSE):
        store, label = demo(place, density), size(density)
        copy = Copy(Journal(store))
        copy.catch_up()
        day = copy.observed_until() or copy.last_on
        counted = count(copy, catalogue, schemes, day)
        needed = columns_needed(counted)
        scan = bare_scan(store, needed)
        loading = median_ms(lambda store=store: Copy(Journal(store)).catch_up(), 3)
        counting = median_ms(lambda c=copy, d=day: count(c, catalogue, schemes, d), 3)
        columns = sum(map(len, needed.values()))
        yield Figure(f"{label}: bare DuckDB scan of the {columns} columns needed", scan)
        yield Figure(f"{label}: serving copy built from the parts", loading)
        yield Figure(f"{label}: all measures counted from raw", counting, "ms", SECONDS[density])
        yield Figure(f"{label}: counting ÷ bare scan", counting / scan, "×", MOST)
        both = (loading + counting) / scan
        yield Figure(f"{label}: reading, building and counting ÷ bare scan", both, "×", MOST)


def columns_needed(counted: Counted) -> dict[str, set[str]]:
    """Table -> the columns that DuckDB scans, or filters by, to count every measure."""
    needed: dict[str, set[str]] = {}
    for each in counted.passes:
        explained = f"EXPLAIN (FORMAT JSON) {counted.query(each)}"
        ((_, plan),) = counted.cursor().execute(explained).fetchall()
        for about in _scans(json.loads(plan)):
            table = about["Table"].rpartition(".")[2].strip('"')
            words = set(WORD.findall(f"{about.get('Projections')} {about.get('Filters')}"))
            needed.setdefault(table, set()).update(words & set(TABLES[table].names))
    return needed


def _scans(tree: Any) -> Iterator[dict[str, Any]]:
    """What a plan says of each scan of a table of records."""
    for node in tree if isinstance(tree, list) else [tree]:
        about = node.get("extra_info", {})
        if "record." in str(about.get("Table", "")):
            yield about
        yield from _scans(node["children"])


def bare_scan(store: Path, needed: Mapping[str, set[str]]) -> float:
    """Milliseconds to read the columns from the parts of the journal and fold them."""
    con = duckdb.connect(":memory:")
    queries = []
    for table, names in needed.items():
        parts = [str(path) for path in (store / "journal").glob(f"*-{table}.parquet")]
        folds = ", ".join(f"bit_xor(hash({quoted(name)}))" for name in sorted(names))
        if parts and names:
            queries.append(f"SELECT {folds} FROM read_parquet({parts})")
    return median_ms(lambda: [con.execute(query).fetchall() for query in queries])
