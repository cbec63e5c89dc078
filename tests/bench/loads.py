"""Load rates per format: 100,000 visits from a file into the journal."""

import tempfile
import time
from collections.abc import Iterator
from pathlib import Path

import pyarrow as pa
import pyarrow.csv as pa_csv
import pyarrow.parquet as pq
import xlsxwriter

from data.demo import demo_tables
from data.intake.files import load_files, load_table
from data.schema import TABLES
from tests.bench.figure import Figure
from tests.bench.stores import ACTOR

ROWS = 100_000


def run(place: Path) -> Iterator[Figure]:
    with tempfile.TemporaryDirectory(dir=place) as folder:
        for form, rate in load_rates(Path(folder)).items():
            yield Figure(f"load, {form}", rate, "rows/s")


def load_rates(place: Path) -> dict[str, float]:
    """Format -> rows per second, each into a store of its own with the registers loaded."""
    tables = demo_tables()
    visits = tables["visit"].slice(0, ROWS)
    files = {
        "csv": _csv(visits, place / "visit-utf8.csv", "utf-8"),
        "csv gb18030": _csv(visits, place / "visit-gb.csv", "gb18030"),
        "parquet": _parquet(visits, place / "visit.parquet"),
        "xlsx": _xlsx(visits, place / "visit.xlsx"),
    }
    rates = {}
    for name, file in files.items():
        store = place / f"store-{file.stem}-{file.suffix[1:]}"
        until = tables["bureau"]["observed_until"][0].as_py()
        for register in ("station", "police_room", "village", "officer"):
            load_table(store, tables[register], TABLES[register], register, ACTOR, until)
        start = time.perf_counter()
        (report,) = load_files(store, [file], ACTOR)
        assert report.added == ROWS, report
        rates[name] = ROWS / (time.perf_counter() - start)
    return rates


def _csv(rows: pa.Table, file: Path, encoding: str) -> Path:
    sink = pa.BufferOutputStream()
    pa_csv.write_csv(rows, sink)
    file.write_bytes(sink.getvalue().to_pybytes().decode().encode(encoding))
    return file


def _parquet(rows: pa.Table, file: Path) -> Path:
    pq.write_table(rows, file)
    return file


def _xlsx(rows: pa.Table, file: Path) -> Path:
    book = xlsxwriter.Workbook(file, {"constant_memory": True})
    sheet = book.add_worksheet("visit")
    sheet.write_row(0, 0, rows.column_names)
    for line, row in enumerate(zip(*(c.to_pylist() for c in rows.columns), strict=True), 1):
        sheet.write_row(line, 0, ["" if value is None else str(value) for value in row])
    book.close()
    return file
