"""What is taken along is what is shown: every table of every page, after filters."""

import csv
import io
import re
from collections.abc import Callable
from dataclasses import dataclass, field
from math import isnan
from typing import Any

import openpyxl
import pandas as pd
import pytest
import streamlit as st

from metrics.figures.words import NONE, harmless
from tests.page_driver import drawn_of, open_page

pytestmark = pytest.mark.usefixtures("opened_demo")
VIEWS = [
    ("overview", {"period": "2019-07"}),
    ("ranking", {"group": "城区"}),
    ("ranking", {"level": "village", "group": "乡镇", "period": "2019-06"}),
    ("ranking", {"level": "officer"}),
    ("ranking", {"period": "2019-W33"}),
    ("unit", {"level": "station", "unit": "S08"}),
    ("unit", {"level": "village", "unit": "V080", "period": "2019-05"}),
    ("indicator", {"indicator": "C1-disputes-on-time"}),
    ("indicator", {"indicator": "filings-per-10000", "level": "village", "kind": "theft"}),
    ("comparison", {"period": "2019-01-01..2019-08-19"}),
    ("comparison", {"unit": "S02", "indicator": "visits"}),
    ("trends", {}),
    ("clearance", {"station": "S02"}),
    ("fairness", {"level": "village"}),
    ("village_map", {"period": "2019-06-01..2019-07-31"}),
    ("hours", {"station": "S02"}),
    ("assessment", {"period": "2019-07"}),
    ("checks", {"period": "2019-07"}),
    ("ledger", {"scope": "all"}),
    ("scheme", {}),
    ("intake", {}),
]


# Drawn as pictures or lists of their own, or empty in the demo city.
WITHOUT_TABLE = "overview scheme trends hours clearance checks ledger intake".split()


@dataclass
class Seen:
    """Tables by key: the columns that are shown and exported, and the frame; exports by key."""

    tables: dict[str, tuple[list[str], pd.DataFrame]] = field(default_factory=dict)
    exports: dict[str, Callable[[], bytes]] = field(default_factory=dict)


@pytest.fixture
def seen(monkeypatch: pytest.MonkeyPatch) -> Seen:
    """Listens to what the pages draw."""
    found, draw, offer = Seen(), st.dataframe, st.download_button

    def dataframe(data: Any, **more: Any) -> Any:
        columns = more.get("column_config") or {}
        kept = [key for key, c in columns.items() if "line_chart" not in str(c)]
        if isinstance(data, pd.DataFrame) and more.get("key"):
            found.tables[more["key"]] = kept, data
        return draw(data, **more)

    def download_button(label: str, data: Any, **more: Any) -> Any:
        if callable(data):
            found.exports[more["key"]] = data
        return offer(label, data, **more)

    monkeypatch.setattr(st, "dataframe", dataframe)
    monkeypatch.setattr(st, "download_button", download_button)
    return found


def plain(value: Any) -> str:
    """A cell without its form: 12.0 and 12 are one, and so are an empty cell and a dash."""
    if value is None or value in ("", NONE) or (isinstance(value, float) and isnan(value)):
        return ""
    try:
        return f"{float(value):.6g}"
    except ValueError:
        return str(value)


def rows_of_xlsx(content: bytes) -> list[list[str]]:
    rows = openpyxl.load_workbook(io.BytesIO(content))["数据"].iter_rows(values_only=True)
    return [[plain(cell) for cell in row] for row in rows]


def rows_of_csv(content: bytes) -> list[list[str]]:
    rows = csv.reader(io.StringIO(content.decode("utf-8-sig")))
    return [[plain(cell) for cell in row] for row in rows]


@pytest.mark.parametrize(("page", "query"), VIEWS)
def test_the_rows_taken_along_are_the_rows_shown(
    seen: Seen, page: str, query: dict[str, str]
) -> None:
    open_page(page, role="political", **query)
    keys = [key.removesuffix("-xlsx") for key in seen.exports if key.endswith("-xlsx")]
    assert keys or page in ("intake", "ledger"), page
    for key in keys:
        xlsx = rows_of_xlsx(seen.exports[f"{key}-xlsx"]())
        written = rows_of_csv(seen.exports[f"{key}-csv"]())
        assert xlsx == written, key
    assert seen.tables or page in WITHOUT_TABLE
    for key, (columns, frame) in seen.tables.items():
        assert columns
        shown = [
            [plain(harmless(cell) if isinstance(cell, str) else cell) for cell in row]
            for row in frame[columns].itertuples(index=False)
        ]
        assert rows_of_xlsx(seen.exports[f"{key}-xlsx"]())[1:] == shown, key


@pytest.mark.parametrize(("page", "key"), [("assessment", "result"), ("ranking", "名次表")])
def test_rows_of_scores_say_which_result_they_are(seen: Seen, page: str, key: str) -> None:
    open_page(page, period="2019-07")
    for write, rows_of in (("csv", rows_of_csv), ("xlsx", rows_of_xlsx)):
        head, *rows = rows_of(seen.exports[f"{key}-{write}"]())
        assert head[-3:] == ["期间", "状态", "校验码（前 8 位）"]
        assert {tuple(row[-3:]) for row in rows} == {("2019年7月", "暂定", "")}


def test_the_heat_table_as_drawn_is_the_one_taken_along(seen: Seen) -> None:
    app = open_page("overview", period="2019-07")
    drawn = [
        [plain(re.sub(r"<[^>]+>|▼", "", cell)) for cell in re.findall(r"<t[hd].*?</t[hd]>", row)]
        for row in re.findall(r"<tr.*?</tr>", drawn_of(app, "heat"))
    ]
    heads, *taken = rows_of_xlsx(seen.exports["heat-xlsx"]())
    shown = [row for row in drawn[1:] if len(row) > 2]
    assert len(shown) == len(taken) == 15
    assert heads[-1] == "与全局比"  # in words; the drawn table has none
    assert [row[0] for row in shown] == [row[0] for row in taken]
    assert [row[1:] for row in shown] == [row[2:-1] for row in taken]  # taken along: group as well
