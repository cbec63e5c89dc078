"""In Chromium: what is taken along from a page is what is read on it, after any filter."""

import csv
import io
from collections.abc import Iterator
from pathlib import Path

import openpyxl
import pytest
from playwright.sync_api import Browser, Locator

from metrics.figures.words import NONE
from tests.chromium import SIZES, Watched, watched

pytestmark = pytest.mark.browser
GRID, TABLE = "[data-testid=stDataFrame]", "table:not([role=grid])"
PICTURES = {"近12个月得分", "逐月走势", "实际÷应破（左端 0，中线 1，右端 2）"}
VIEWS = {  # page and filters -> tables on it that can be taken along
    "ranking?group=城区": 1,
    "ranking?level=village&group=乡镇&period=2019-06": 2,  # and who has too few cases to be ranked
    "unit?level=station&unit=S08": 1,
    "indicator?indicator=filings-per-10000&level=village&kind=theft": 1,
    "comparison?unit=S02&indicator=visits": 2,
    "fairness?level=village": 2,
    "village_map?period=2019-06-01..2019-07-31": 1,
    "assessment?period=2019-07": 1,
    "scheme": 2,
    "clearance?station=S02": 6,  # parts of a change stand of ten cases and more only
    "clearance?kind=盗窃&period=2019-01-01..2019-08-19": 7,
    "trends?indicator=visits": 2,
}
# Of a grid: all titles, the rows in view and how many there are; of a table: every row.
READ = """(e, grid) => ({
  rows: [...e.querySelectorAll(grid ? 'table[role=grid] tr' : 'tr')].map(
    row => [...row.querySelectorAll('th,td')].map(cell => cell.textContent)),
  all: grid ? +e.querySelector('table').getAttribute('aria-rowcount') : e.rows.length,
})"""


@pytest.fixture(scope="module")
def seen(browser: Browser) -> Iterator[Watched]:
    with watched(browser, SIZES[1]) as found:
        yield found


def plain(cell: object) -> str:
    """A cell without its form: its digits, its sign, its thousands."""
    text = "" if cell is None or cell == NONE else str(cell).removeprefix("'")
    try:
        return f"{float(text.replace(',', '').replace('−', '-')):.9g}"
    except ValueError:
        return text.strip()


def taken_along(seen: Watched) -> list[list[list[str]]]:
    """The rows of each CSV of the page, which are those of the XLSX beside it."""
    found = []
    books = seen.button("导出 Excel")
    for place, button in enumerate(seen.button("导出 CSV").all()):
        text = _downloaded(seen, button).decode("utf-8-sig")
        rows = [[plain(cell) for cell in row] for row in csv.reader(io.StringIO(text))]
        sheet = openpyxl.load_workbook(io.BytesIO(_downloaded(seen, books.nth(place))))["数据"]
        assert [[plain(c) for c in row] for row in sheet.iter_rows(values_only=True)] == rows
        found.append(rows)
    return found


def _downloaded(seen: Watched, button: Locator) -> bytes:
    with seen.page.expect_download() as download:
        button.click()
    seen.page.wait_for_timeout(200)  # Chromium drops what is more than ten in a second
    return Path(download.value.path()).read_bytes()


@pytest.mark.parametrize("view", VIEWS)
def test_what_is_taken_along_is_what_is_read(address: str, seen: Watched, view: str) -> None:
    seen.open(f"{address}/{view}")
    grids, tables = seen.page.locator(GRID), seen.page.locator(TABLE)
    files = taken_along(seen)
    compared = 0
    for grid in grids.all():
        grid.scroll_into_view_if_needed()
        read = grid.evaluate(READ, True)
        rows = _without_pictures(read["rows"])
        assert len(rows) > 1
        taken = [file for file in files if file[: len(rows)] == rows]
        assert read["all"] in [len(file) for file in taken]
        compared += 1
    for table in tables.all():
        titles, *rows = _without_pictures(table.evaluate(READ, False)["rows"])
        for _, *taken in (file for file in files if file[0] == titles):
            assert rows
            assert [row for row in taken if row in rows] == rows  # in few rows, or all
            compared += 1
    assert compared == VIEWS[view], (grids.count(), tables.count())


def _without_pictures(rows: list[list[str]]) -> list[list[str]]:
    """Small pictures in a cell have no file of their own."""
    kept = [place for place, title in enumerate(rows[0]) if title not in PICTURES]
    return [[plain(row[place]) for place in kept] for row in rows]
