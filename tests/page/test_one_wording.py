"""200 drawn (unit, indicator, period): value, window, verdict and words are the same on every
surface that shows them: pages, wall, exports, bulletin, slides, commands."""

import random
from collections import Counter
from pathlib import Path

import pytest

from metrics.cells.store import Store
from metrics.cells.units import units
from metrics.indicators.catalogue import Catalogue, Indicator
from metrics.scheme.scheme import Level
from tests import surfaces
from tests.surfaces import BUREAU, Seen, Triple, short

pytestmark = pytest.mark.usefixtures("opened_demo")
SEED, DRAWN = 20190819, {"station": 100, "village": 70, BUREAU: 30}
MONTH, QUARTER, YEAR = "2019-07", "2019-Q2", "2018"
TWELVE = "2018-08-01..2019-07-31"  # what the scheme takes for the indicators of twelve months
TITLE = {MONTH: "2019年7月"}
DRAWS = ((MONTH, "station", 2), (QUARTER, "station", 2), (YEAR, "station", 2),
         (TWELVE, "station", 2), (MONTH, "village", 1), (YEAR, "village", 1))  # fmt: skip


def drawn_indicators(demo: Store, draw: random.Random) -> list[tuple[str, Level, list[Indicator]]]:
    """For each period and level some of what can be told of its units."""
    scheme, catalogue = demo.schemes[-1], demo.catalogue
    long = [s.id for s in scheme.indicators if s.window == "12 months"]
    here = [s.id for s in scheme.indicators if s.window != "12 months"]
    more = ["visits", "patrols", "disputes-resolved", "clearance-theft-robbery-fraud"]
    return [
        (period, level, [catalogue[name] for name in
                         draw.sample(long if period == TWELVE else here if level == "village"
                                     else [*here, *more], many)])
        for period, level, many in DRAWS
    ]  # fmt: skip


def codes_of(demo: Store, level: Level) -> dict[str, str]:
    """Name -> code, of those whose name is their own."""
    listed = units(demo.counted(), level, demo.counted().as_of)
    once = Counter(unit.name for unit in listed)
    return {unit.name: unit.code for unit in listed if once[unit.name] == 1}


def read_units(
    seen: Seen, demo: Store, folder: Path, monkeypatch: pytest.MonkeyPatch, draw: random.Random
) -> None:
    catalogue, codes = demo.catalogue, codes_of(demo, "station")
    for period, level, indicators in drawn_indicators(demo, draw):
        named = codes if level == "station" else codes_of(demo, level)
        for indicator in indicators:
            surfaces.by_measure(seen, folder, indicator, level, period)
            surfaces.on_indicator(seen, monkeypatch, indicator, level, period, named)
            if indicator.kind == "proportion":
                surfaces.on_fairness(seen, monkeypatch, indicator, level, period, named)
        ids = [indicator.id for indicator in indicators]
        surfaces.by_compare(seen, folder, catalogue, ids, level, period)
    for unit in draw.sample(sorted(codes.values()), 3):
        surfaces.on_unit(seen, monkeypatch, catalogue, unit, MONTH, TWELVE)
    surfaces.in_workbook(seen, demo, MONTH, TWELVE, codes)


def read_bureau(seen: Seen, demo: Store, folder: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    catalogue: Catalogue = demo.catalogue
    for period in (MONTH, YEAR):
        ids = [indicator.id for indicator in catalogue]
        surfaces.by_compare(seen, folder, catalogue, ids, "bureau", period)
        surfaces.on_overview(seen, catalogue, period)
        surfaces.in_bulletin(seen, demo, period)
        surfaces.in_slides(seen, demo, period)
    surfaces.on_comparison(seen, monkeypatch, catalogue, MONTH)
    surfaces.on_wall(seen, catalogue, MONTH)


def level_of(triple: Triple) -> str:
    unit = triple[0]
    return BUREAU if unit == BUREAU else "station" if unit.startswith("S") else "village"


def disagreements(seen: Seen, triple: Triple) -> list[str]:
    """Each aspect in which two surfaces differ, with what each shows."""
    aspects = dict(seen.of(triple))
    if year := aspects.get("year"):  # the words of a tile are those of the table, shortened
        told = {surface: short(words) for surface, words in year.items()}
        aspects["year_in_short"] = {**told, **aspects.get("year_in_short", {})}
    if apart := aspects.pop("apart", None):  # told where a unit lies apart, else nothing
        for words in (aspects.get("verdict") or {}).values():
            is_apart = words.startswith(("好于", "差于", "高于", "低于"))
            aspects["apart"] = {**apart, "verdict": words if is_apart else ""}
    if when := aspects.pop("when", None):
        aspects["when"] = {**when, "period": TITLE[triple[2]]}
    if window := aspects.get("window"):
        aspects["window"] = {**window, "period": triple[2]}
    return [
        f"{triple} {aspect}: {shown}"
        for aspect, shown in aspects.items()
        if len(set(shown.values())) > 1
    ]


def test_every_surface_says_the_same_of_200_drawn_figures(
    demo: Store, demo_store: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    draw, seen = random.Random(SEED), Seen()
    read_units(seen, demo, demo_store, monkeypatch, draw)
    read_bureau(seen, demo, demo_store, monkeypatch)
    several = sorted(
        {triple for (triple, aspect), each in seen.shown.items() if len(each) > 1 and triple[0]}
    )
    triples = [
        triple
        for level, many in DRAWN.items()
        for triple in draw.sample([t for t in several if level_of(t) == level], many)
    ]
    assert len(triples) == 200
    assert [line for triple in triples for line in disagreements(seen, triple)] == []
    every = {surface for each in seen.shown.values() for surface in each}
    assert every == {
        *("measure", "compare", "指标", "指标-csv", "公平比较", "单位", "单位-csv", "单位-本期"),
        *("同比环比", "概览", "大屏", "工作簿", "通报", "通报-首句", "例会", "例会-一览"),
    }
