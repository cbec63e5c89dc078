"""Reads what each surface shows of (unit, indicator, period): pages, wall, exports, papers.

A reader opens a surface once and notes every triple that stands on it, as a person would read it.
"""

import csv
import io
import json
import re
from collections.abc import Callable, Iterator, Mapping
from contextlib import redirect_stdout
from dataclasses import dataclass, field
from fractions import Fraction
from pathlib import Path
from typing import Any

import openpyxl
import pytest
import streamlit as st
from streamlit.testing.v1 import AppTest

import cli
from data.config import DocumentsForm
from metrics.analysis.clearance_counts import OF_PROPERTY
from metrics.cells.store import Store
from metrics.indicators.catalogue import Catalogue, Indicator
from metrics.scheme.scheme import LEVELS, Level
from pages.documents.build import Wish, make
from tests.page_driver import open_page
from tests.papers import docx_lines, half_up, material, pptx_rows

BUREAU = "全局"
DIGITS = {"count": 0, "rate": 2}  # of a value as it is shown; one of all others
APART, NOISE = "超出随机波动", "在随机波动之内"
Triple = tuple[str, str, str]  # unit, indicator, period
Exports = Mapping[str, Callable[[], bytes]]


@dataclass
class Seen:
    """(triple, aspect) -> surface -> what it shows. Aspects: value, verdict, year, window."""

    shown: dict[tuple[Triple, str], dict[str, str]] = field(default_factory=dict)

    def note(self, triple: Triple, surface: str, **aspects: str) -> None:
        for aspect, text in aspects.items():
            self.shown.setdefault((triple, aspect), {})[surface] = text

    def of(self, triple: Triple) -> dict[str, dict[str, str]]:
        return {aspect: each for (other, aspect), each in self.shown.items() if other == triple}


def short(words: str) -> str:
    """The verdict on a change in the words of a tile, from the longer ones of a table."""
    if words.endswith(APART) or words in ("向好", "走弱", "上升", "下降"):
        return APART
    if words.endswith(NOISE):
        return NOISE
    return re.sub(r"（.*?）", "", words)


def number(indicator: Indicator, value: Any) -> str:
    """The number of an export or a frame, with the digits that are shown."""
    is_none = value is None or value == "" or value != value  # nan of a frame
    return "—" if is_none else f"{float(value):.{DIGITS.get(indicator.kind, 1)}f}"


def in_digits(text: str) -> str:
    """45.6%, 37,412 人次 -> the number alone."""
    found = re.search(r"[\d,]+(?:\.\d+)?", text)
    return found[0].replace(",", "") if found else "—"


# -- commands ----------------------------------------------------------------------------------


def printed(store: Path, *command: str) -> list[dict[str, Any]]:
    out = io.StringIO()
    with redirect_stdout(out):
        assert cli.main([*command, "--store", str(store), "--format", "json"]) == 0
    rows: list[dict[str, Any]] = json.loads(out.getvalue())
    return rows


def by_measure(seen: Seen, store: Path, indicator: Indicator, level: Level, period: str) -> None:
    for row in printed(store, "measure", indicator.id, "--by", level, "--period", period):
        triple = (row["unit"] if level != "bureau" else BUREAU, indicator.id, period)
        seen.note(triple, "measure", value=_rounded(indicator, row["value"]), window=row["period"])
        if level != "bureau":
            seen.note(triple, "measure", verdict=row["verdict"])


def by_compare(
    seen: Seen, store: Path, catalogue: Catalogue, ids: list[str], level: Level, period: str
) -> None:
    for row in printed(store, "compare", *ids, "--by", level, "--period", period):
        unit, indicator = row["unit"] if level != "bureau" else BUREAU, catalogue[row["indicator"]]
        if row["basis"] == "last_year":
            value = _rounded(indicator, row["value"])
            seen.note((unit, indicator.id, period), "compare", value=value, year=row["verdict"])


def _rounded(indicator: Indicator, value: float | None) -> str:
    if value is None:
        return "—"
    exact = Fraction(value).limit_denominator(10**9)
    is_share = indicator.kind in ("proportion", "ratio")
    return str(half_up(exact * (100 if is_share else 1), DIGITS.get(indicator.kind, 1)))


# -- pages and what is taken along from them ---------------------------------------------------


def opened(
    page: str, monkeypatch: pytest.MonkeyPatch, role: str = "political", **query: str
) -> tuple[Exports, AppTest]:
    """The page, and the exports that it offers by their keys."""
    exports: dict[str, Callable[[], bytes]] = {}
    offer = st.download_button

    def listen(label: str, data: Any, **more: Any) -> Any:
        if callable(data):
            exports[more["key"]] = data
        return offer(label, data, **more)

    with monkeypatch.context() as patch:
        patch.setattr(st, "download_button", listen)
        return exports, open_page(page, role=role, **query)


def csv_rows(exports: Exports, start: str) -> list[dict[str, str]]:
    (made,) = [make for key, make in exports.items() if key.startswith(start) and "csv" in key]
    return list(csv.DictReader(io.StringIO(made().decode("utf-8-sig"))))


def on_indicator(
    seen: Seen,
    monkeypatch: pytest.MonkeyPatch,
    indicator: Indicator,
    level: Level,
    period: str,
    codes: Mapping[str, str],
) -> None:
    """The table of 指标 and its file. codes: name of a unit -> its code, where one has it."""
    query = {"indicator": indicator.id, "level": level, "period": period}
    exports, app = opened("indicator", monkeypatch, **query)
    (frame,) = [shown.value for shown in app.dataframe if "year_verdict" in shown.value]
    for row in frame.to_dict("records"):
        triple = codes.get(row["name"], ""), indicator.id, period
        value, year = number(indicator, row["value"]), row["year_verdict"]
        seen.note(triple, "指标", value=value, verdict=row["verdict"], year=year)
    for row in csv_rows(exports, "units-"):
        triple = codes.get(row[LEVELS[level]], ""), indicator.id, period
        (value,) = [cell for head, cell in row.items() if head.startswith("数值（")]
        (verdict,) = [
            cell for head, cell in row.items() if re.fullmatch("与(全局|各村平均)比", head)
        ]
        shown = number(indicator, value)
        seen.note(triple, "指标-csv", value=shown, verdict=verdict, year=row["同比结论"])


def on_fairness(
    seen: Seen,
    monkeypatch: pytest.MonkeyPatch,
    indicator: Indicator,
    level: Level,
    period: str,
    codes: Mapping[str, str],
) -> None:
    query = {"indicator": indicator.id, "level": level, "period": period}
    exports, _ = opened("fairness", monkeypatch, **query)
    for row in csv_rows(exports, "compared-"):
        triple = codes.get(row[LEVELS[level]], ""), indicator.id, period
        (value,) = [cell for head, cell in row.items() if head.startswith("数值（")]
        seen.note(triple, "公平比较", value=number(indicator, value), verdict=row["与全局比"])


def on_unit(
    seen: Seen,
    monkeypatch: pytest.MonkeyPatch,
    catalogue: Catalogue,
    unit: str,
    period: str,
    year: str,
) -> None:
    """A figure that the score takes from twelve months is one of these: `year` names them."""
    titles = {indicator.title: indicator for indicator in catalogue}
    query = {"level": "station", "unit": unit, "period": period}
    exports, app = opened("unit", monkeypatch, **query)
    (frame,) = [shown.value for shown in app.dataframe if "whose" in shown.value]
    file = csv_rows(exports, "indicators-")
    for row, kept in zip(frame.to_dict("records"), file, strict=True):
        indicator, window = titles[row["title"]], row["whose"].split("，")[-1]
        days = {"本期": period, "近12个月": year}[window]
        value = number(indicator, 100 * row["numerator"] / row["denominator"])
        seen.note((unit, indicator.id, days), "单位", value=value, verdict=row["verdict"])
        seen.note((unit, indicator.id, days), "单位", window=days)
        seen.note((unit, indicator.id, days), "单位-csv", verdict=kept["与全局比"])
        if row["in_period"] != "—":
            shown = in_digits(row["in_period"])
            seen.note((unit, indicator.id, period), "单位-本期", value=shown)


def on_comparison(
    seen: Seen, monkeypatch: pytest.MonkeyPatch, catalogue: Catalogue, period: str
) -> None:
    """The table of one span on 同比环比, of the bureau; its file names every span."""
    titles = {indicator.title: indicator for indicator in catalogue}
    exports, _ = opened("comparison", monkeypatch, period=period)
    for row in [row for key in exports if key.endswith("csv") for row in csv_rows(exports, key)]:
        if row.get("时段") == "当月" and row["比较"] == "同比":
            triple = BUREAU, titles[row["指标"]].id, period
            seen.note(triple, "同比环比", value=in_digits(row["本期"]), year=row["结论"])


def on_overview(seen: Seen, catalogue: Catalogue, period: str) -> None:
    titles = {indicator.title: indicator.id for indicator in catalogue}
    markup = _drawn(open_page("overview", role="leader", period=period), "tile")
    for tile in re.findall(r'<a class="tile".*?</a>', markup, flags=re.DOTALL):
        title, value = _name_and_value(tile)
        year = re.search(r"同比</span>\s*<div><b[^>]*>.*?</b>\s*<span>\s*(.*?)</span>", tile, re.S)
        if title in titles and year:
            triple = BUREAU, titles[title], period
            seen.note(triple, "概览", value=in_digits(value), year_in_short=short(year[1]))


def on_wall(seen: Seen, catalogue: Catalogue, period: str) -> None:
    """The board 全局一览, which shows the last whole month."""
    titles = {indicator.title: indicator.id for indicator in catalogue}
    app = open_page("wall", role="wall")
    (drawn,) = [e for e in app.get("bidi_component") if e.proto.id.endswith("-wall")]
    (board,) = [b for b in json.loads(drawn.proto.json)["boards"] if "<h1>全局一览" in b]
    (when,) = re.findall(r'class="when">(.*?)<', board)
    for one in re.findall(r'<a class="number".*?</a>', board, flags=re.DOTALL):
        title, value = _name_and_value(one)
        note = re.search(r'<span class="(?:real|quiet)">(.*?)</span>', one)
        if title in titles and note:
            triple, shown = (BUREAU, titles[title], period), in_digits(value)
            seen.note(triple, "大屏", value=shown, year_in_short=short(note[1]), when=when)


def _drawn(app: AppTest, word: str) -> str:
    """The markup of ours in which a class stands."""
    bodies = [element.proto.body for element in app.get("html")]
    bodies += [json.loads(element.proto.json) for element in app.get("bidi_component")]
    return next(b for b in bodies if isinstance(b, str) and f'class="{word}"' in b)


def _name_and_value(markup: str) -> tuple[str, str]:
    name, value = (re.search(rf'class="{each}">\s*([^<]*)', markup) for each in ("name", "value"))
    return (name[1] if name else ""), (value[1] if value else "")


# -- papers ------------------------------------------------------------------------------------


def in_workbook(seen: Seen, store: Store, period: str, year: str, codes: Mapping[str, str]) -> None:
    """The changes of the bureau; and of each station in which indicators it lies apart."""
    paper = material(store, period)
    book = openpyxl.load_workbook(io.BytesIO(make(paper, Wish("table"), DocumentsForm())))
    titles = {indicator.title: indicator.id for indicator in paper.catalogue}
    for row in _sheet_rows(book["同比环比"], "指标"):
        if row["比较"] == "同比":
            triple = BUREAU, titles[row["指标"]], period
            seen.note(triple, "工作簿", value=in_digits(row["本期"]), year=row["结论"])
    for row in _sheet_rows(book["各项指标"], "单位"):
        sides = dict(_apart(row["与全局比"] or ""))
        for scored in paper.scheme.indicators:
            days = year if scored.window == "12 months" else period
            side = sides.get(paper.catalogue[scored.id].title, "")
            seen.note((codes.get(row["单位"], ""), scored.id, days), "工作簿", apart=side)


def _apart(text: str) -> Iterator[tuple[str, str]]:
    """差于全局：甲（在同类中也属异常）、乙；好于全局：丙 -> the verdict of each title."""
    for part in text.split("；"):
        side, _, titles = part.partition("：")
        for title in titles.split("、") if titles else ():
            unusual = "（在同类中也属异常）"
            more = "在同类中也属异常" if title.endswith(unusual) else "属同类的平常差异"
            yield title.removesuffix(unusual), f"{side}，{more}"


def _sheet_rows(sheet: Any, first: str) -> list[dict[str, Any]]:
    rows = [list(row) for row in sheet.iter_rows(values_only=True)]
    at = next(place for place, row in enumerate(rows) if row[0] == first)
    return [dict(zip(rows[at], row, strict=True)) for row in rows[at + 1 :] if row[0]]


def in_bulletin(seen: Seen, store: Store, period: str) -> None:
    """What is told in full (走访群众5,012人次，较去年同期…，升幅超出随机波动), the indicator of
    the first sentence (走访覆盖率28.9%，较去年同期…（在随机波动之内）), and the clearance rate."""
    paper = material(store, period)
    text = "\n".join(docx_lines(make(paper, Wish("bulletin"), DocumentsForm())))
    for indicator in paper.catalogue:
        triple = BUREAU, indicator.id, period
        title, than = rf"(?<![\u4e00-\u9fff]){re.escape(indicator.title)}", "较去年同期（"
        if indicator.id == OF_PROPERTY:
            title, than = "盗抢骗期内破案率", "较去年同期"
        value = rf"{title} ?([\d.,]+)[^，。、；]*"
        if told := re.search(rf"{value}，{than}[^，]*，(?!较)([^，。；]*)", text):
            seen.note(triple, "通报", value=told[1].replace(",", ""), year=told[2])
        if told := re.search(rf"{value}，较去年同期[^（，。]+（([^）]*)），", text):
            seen.note(triple, "通报-首句", value=told[1].replace(",", ""))
            if indicator.id != OF_PROPERTY:
                seen.note(triple, "通报-首句", year_in_short=short(told[2]))


def in_slides(seen: Seen, store: Store, period: str) -> None:
    paper = material(store, period)
    content = make(paper, Wish("weekly"), DocumentsForm())
    titles = {indicator.title: indicator.id for indicator in paper.catalogue}
    for row in pptx_rows(content):
        if row[0] in titles and len(row) == 6 and "超出" not in row[0]:
            triple = BUREAU, titles[row[0]], period
            if row[2].startswith(("+", "−", "—", "0")):  # 数值, 同比, 环比: the tiles
                words = re.split("　", row[2])
                year = short(words[1] if len(words) > 1 else "")
                seen.note(triple, "例会-一览", value=in_digits(row[1]), year_in_short=year)
            else:
                seen.note(triple, "例会", value=in_digits(row[1]), year=row[5])
