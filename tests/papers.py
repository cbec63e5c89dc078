"""What the tests of documents share: material of a period, a small city, texts out of files."""

import io
import re
from collections.abc import Mapping
from decimal import ROUND_HALF_UP, Decimal
from fractions import Fraction
from pathlib import Path

from docx import Document
from pptx import Presentation

from data.intake.files import load_files
from data.rights import Actor, command_line
from metrics.calendar.period import parse_period
from metrics.cells.store import Store
from metrics.documents.material import Material
from metrics.results import Results

ACTOR = command_line()
NUMBER = r"\d[\d,]*(?:\.\d+)?"


def material(store: Store, text: str, actor: Actor = ACTOR) -> Material:
    counted = store.counted()
    return Material(Results(store, counted, actor), parse_period(text, counted.as_of))


def docx_lines(content: bytes) -> list[str]:
    """The paragraphs outside tables, in order."""
    return [p.text for p in Document(io.BytesIO(content)).paragraphs]


def docx_rows(content: bytes) -> list[list[str]]:
    """The rows of all tables."""
    tables = Document(io.BytesIO(content)).tables
    return [[cell.text for cell in row.cells] for table in tables for row in table.rows]


def pptx_titles(content: bytes) -> list[str]:
    return [slide.shapes.title.text for slide in Presentation(io.BytesIO(content)).slides]


def pptx_rows(content: bytes) -> list[list[str]]:
    """The rows of all tables of all slides."""
    shapes = [shape for slide in Presentation(io.BytesIO(content)).slides for shape in slide.shapes]
    tables = [shape.table for shape in shapes if shape.has_table]
    return [[cell.text for cell in row.cells] for table in tables for row in table.rows]


def value(said: str) -> Decimal:
    return Decimal(said.replace(",", "").replace("−", "-"))


def half_up(exact: Fraction, digits: int) -> Decimal:
    """The rounding of the house, written a second time."""
    unit = Decimal(1).scaleb(-digits)
    number = Decimal(exact.numerator * 10**12 // exact.denominator) / 10**12
    return number.quantize(unit, ROUND_HALF_UP)


def small_city(folder: Path, stations: int, tables: Mapping[str, list[str]]) -> Store:
    """Stations S1 … with a village each, and CSV rows of events; the first row is the head."""
    made = {
        "bureau": ["code,name,is_simulated,observed_until", "B,某县公安局,true,2019-08-19"],
        "station": ["code,name,unit_group"]
        + [f"S{n},第{n}派出所,乡镇" for n in range(1, stations + 1)],
        "police_room": ["code,name,station"]
        + [f"R{n},第{n}警务室,S{n}" for n in range(1, stations + 1)],
        "village": ["code,name,kind,households,population,room,station"]
        + [f"V{n},第{n}村,村,100,400,R{n},S{n}" for n in range(1, stations + 1)],
        **tables,
    }
    source = folder / "source"
    source.mkdir(parents=True)
    for name, lines in made.items():
        if len(lines) > 1:
            (source / f"{name}.csv").write_text("\n".join(lines) + "\n", "utf-8")
    for report in load_files(folder / "store", [source], ACTOR):
        assert not report.refused, report
        assert not report.rejected, report
    return Store(folder / "store")


def without_names(text: str) -> str:
    """A sentence in which the digits of names (第1派出所, 12 个月) do not look like figures."""
    return re.sub(r"第\d+(派出所|警务室|村)", "某单位", text)
