"""公平比较: the page says what the metrics say, and a chosen unit narrows it."""

import re
from html import unescape
from pathlib import Path

import pytest

from data.demo import stories
from data.rights import Actor
from metrics.analysis.fairness import KINDS, compare_units
from metrics.analysis.unit_verdict import UnitVerdicts, verdicts
from metrics.calendar.period import parse_period
from metrics.cells.count import Counted
from metrics.cells.store import Store
from metrics.figures.measure import Figure, measure
from metrics.indicators.catalogue import catalogue_order
from metrics.scheme.scheme import Level, scheme_of
from metrics.scoring.rank import assess
from metrics.scoring.weight_sensitivity import Steady, steady_ranks
from metrics.wording.fairness_readings import fairness_headline, steady_words
from metrics.wording.verdict_words import verdict_in_words
from pages.documents.sheet import Sheet, csv_bytes
from pages.parts import table
from tests.page_driver import drawn_of, english_in, headline_of, open_page, text_of

pytestmark = pytest.mark.usefixtures("opened_demo")
LEADER = Actor("t", "leader")
MONTH, INDICATOR = "2019-07", "A4-valid-visits"


def figures_of(counted: Counted, level: Level, name: str = INDICATOR) -> list[Figure]:
    return measure(counted, name, level, parse_period(MONTH, counted.as_of), LEADER)


def verdicts_of(counted: Counted, level: Level) -> UnitVerdicts:
    scored = scheme_of(counted.schemes, counted.as_of).scored(INDICATOR)
    (whole,) = measure(counted, INDICATOR, "bureau", parse_period(MONTH, counted.as_of), LEADER)
    return verdicts(figures_of(counted, level), whole, counted.catalogue[INDICATOR], scored)


def steady_of(counted: Counted, level: Level) -> list[Steady]:
    period = parse_period(MONTH, counted.as_of)
    return steady_ranks(counted, level, period, assess(counted, level, period, LEADER))


@pytest.mark.parametrize("level", ["station", "village"])
def test_headline_and_table_are_those_of_the_metrics(counted: Counted, level: Level) -> None:
    period = parse_period(MONTH, counted.as_of)
    scored = scheme_of(counted.schemes, period.ends_on).scored(INDICATOR)
    found = compare_units(figures_of(counted, level), verdicts_of(counted, level), scored)
    app = open_page("fairness", indicator=INDICATOR, level=level, period=MONTH)
    assert headline_of(app) == fairness_headline(found, level, period)
    shown = app.dataframe[0].value
    assert list(shown["name"]) == [line.figure.name for line in found.lines]
    assert list(shown["verdict"]) == [
        verdict_in_words(line.verdict, found.indicator) for line in found.lines
    ]
    assert "收缩估计" in text_of(app)


@pytest.mark.parametrize("level", ["station", "village"])
def test_the_rows_of_the_ranks_are_those_of_the_metrics(counted: Counted, level: Level) -> None:
    steady = steady_of(counted, level)
    app = open_page("fairness", indicator=INDICATOR, level=level, period=MONTH)
    rows = re.findall(r'<a class="row.*?</a>', drawn_of(app, "steady"), flags=re.DOTALL)
    names = [unescape(re.findall(r'class="unit">([^<]*)<', row)[0]) for row in rows]
    assert sorted(names) == sorted(x.line.name for x in steady)
    assert steady_words(steady, level) in text_of(app)
    shown = app.dataframe[1].value
    assert list(shown["name"]) == [x.line.name for x in steady]


def test_a_chosen_unit_narrows_the_table_and_is_spoken_of(counted: Counted) -> None:
    chosen = stories.IMPROVING_STATION
    figures = figures_of(counted, "station")
    period = parse_period(MONTH, counted.as_of)
    scored = scheme_of(counted.schemes, period.ends_on).scored(INDICATOR)
    line = compare_units(figures, verdicts_of(counted, "station"), scored).of(chosen)
    assert line is not None
    assert line.standing is not None
    alike = line.standing.alike
    app = open_page("fairness", indicator=INDICATOR, period=MONTH, chosen=chosen)
    names = {figure.name for figure in figures if figure.unit in {chosen, *alike}}
    assert set(app.dataframe[0].value["name"]) == names
    assert headline_of(app).startswith("武功派出所2019年7月")
    assert steady_words(steady_of(counted, "station"), "station", chosen) in text_of(app)
    assert app.query_params["chosen"] == chosen
    (row,) = re.findall(r'<a class="row[^"]*chosen"[^>]*href="([^"]*)"', drawn_of(app, "steady"))
    assert "chosen=all" in row, "a second click lets it go"


def test_a_row_of_the_ranks_chooses_its_unit(counted: Counted) -> None:
    app = open_page("fairness", indicator=INDICATOR, period=MONTH, group="乡镇")
    targets = re.findall(r'<a class="row[^"]*" href="([^"]*)"', drawn_of(app, "steady"))
    units = [x.line.unit for x in steady_of(counted, "station") if x.line.group == "乡镇"]
    assert len(targets) == len(units)
    for target, unit in zip(targets, units, strict=True):
        assert target.startswith("fairness?")
        assert f"chosen={unit}" in target
        assert f"indicator={INDICATOR}" in target


def test_one_group_is_compared_with_itself(counted: Counted) -> None:
    groups = {x.line.unit: x.line.group for x in steady_of(counted, "station")}
    inside = [f for f in figures_of(counted, "station") if groups.get(f.unit) == "城区"]
    period = parse_period(MONTH, counted.as_of)
    scored = scheme_of(counted.schemes, period.ends_on).scored(INDICATOR)
    found = compare_units(inside, verdicts_of(counted, "station"), scored)
    app = open_page("fairness", indicator=INDICATOR, period=MONTH, group="城区")
    assert headline_of(app) == fairness_headline(found, "station", period)


def test_every_proportion_and_rate_is_offered_and_opens(demo_store: Path) -> None:
    counted = Store(demo_store).counted()
    scored = [s.id for s in scheme_of(counted.schemes, counted.as_of).indicators]
    offered = [i for i in catalogue_order(counted.catalogue, scored) if i.kind in KINDS]
    app = open_page("fairness", period=MONTH)
    assert app.selectbox(key="indicator").options == [i.title for i in offered]
    for indicator in offered:
        shown = open_page("fairness", indicator=indicator.id, level="village", period=MONTH)
        assert indicator.title in headline_of(shown)
        assert english_in(text_of(shown)) == set()


def test_what_has_no_chance_model_is_not_compared() -> None:
    app = open_page("fairness", indicator="visits", period=MONTH)
    assert "走访群众" not in headline_of(app)
    assert app.selectbox(key="indicator").value == "A1-visit-coverage"


def test_a_week_compares_and_does_not_rank() -> None:
    app = open_page("fairness", indicator=INDICATOR, period="2019-W30")
    assert "这一期间没有排名的派出所" in text_of(app)
    assert "分不出高下" in headline_of(app)


def test_clearance_is_compared_with_its_warning() -> None:
    app = open_page("fairness", indicator="clearance-cohort", period="2018")
    assert "公通字〔2015〕32号" in app.warning[0].value


@pytest.mark.parametrize("role", ["leader", "political", "station", "data"])
def test_every_role_reads_it_without_english(role: str) -> None:
    assert english_in(text_of(open_page("fairness", role, period=MONTH))) == set()


def test_officers_are_seen_by_right_only() -> None:
    seen = open_page("fairness", indicator="A2-days-in-village", level="officer", period=MONTH)
    assert len(seen.dataframe[0].value) > 200
    refused = open_page("fairness", "station", level="officer", period=MONTH)
    assert "辅警-" not in text_of(refused)
    assert "可由局领导、政治处" in refused.warning[0].value


def test_the_exports_are_the_rows_shown(monkeypatch: pytest.MonkeyPatch) -> None:
    sheets: list[Sheet] = []
    monkeypatch.setattr(table, "export_buttons", lambda sheet, key: sheets.append(sheet))
    app = open_page("fairness", indicator=INDICATOR, period=MONTH)
    for sheet, shown in zip(sheets, app.dataframe, strict=True):
        lines = csv_bytes(sheet).decode("utf-8-sig").splitlines()
        assert len(lines) == 1 + len(shown.value) == 1 + len(sheet.rows)
        assert {title for title, _ in sheet.notes} >= {"期间", "方案", "状态", "离散系数 φ"}
