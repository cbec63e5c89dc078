"""破案: what the page says is what was computed, for every choice and every role."""

import re
from html import unescape
from urllib.parse import parse_qs, urlsplit

import pytest

from data.rights import Actor
from metrics.analysis import clearance_counts as cases
from metrics.analysis.clearance_counts import Choice, case_counts
from metrics.calendar.period import last_year, parse_period
from metrics.cells.count import Counted
from metrics.cells.spans import Span
from metrics.cells.store import Store
from metrics.cells.sums import sums
from metrics.results import Results
from metrics.wording.clearance_change_words import clearance_headline
from pages.documents.sheet import Sheet, csv_bytes
from pages.parts import block
from tests.page_driver import drawn_of, english_in, headline_of, open_page, text_of

pytestmark = pytest.mark.usefixtures("opened_demo")
TO_DATE = "2019-01-01..2019-08-19"


def rows_of(markup: str) -> dict[str, list[str]]:
    """First cell -> the other cells of a table of ours, as a person reads them."""
    found = {}
    for row in re.findall(r"<tr[^>]*>(.*?)</tr>", markup, flags=re.DOTALL)[1:]:
        cells = re.findall(r"<t[hd][^>]*>(.*?)</t[hd]>", row, flags=re.DOTALL)
        first, *others = [unescape(re.sub(r"<[^>]+>", "", cell)).strip() for cell in cells]
        found[first] = others
    return found


def test_the_fact_of_the_report_with_points_and_percent() -> None:
    said = headline_of(open_page("clearance", period=TO_DATE))
    assert "盗抢骗期内破案率 45.6%" in said
    assert "高 13.6 个百分点（相对增幅 +42.5%）" in said


@pytest.mark.parametrize(
    ("rate", "station", "kind", "period"),
    [
        *((rate, "all", "property", TO_DATE) for rate in cases.RATES),
        *((rate, "S02", "all", "2019-07") for rate in cases.RATES),
        *((cases.IN_PERIOD, "S05", kind, "2019-W33") for kind in ("property", "robbery", "other")),
        (cases.WITHIN[90], "all", "fraud", "2018-Q2"),
    ],
)
def test_every_choice_opens_and_says_its_figure(
    demo: Store, counted: Counted, rate: str, station: str, kind: str, period: str
) -> None:
    app = open_page("clearance", period=period, cases=kind, station=station, rate=rate)
    asked, choice = parse_period(period, counted.as_of), Choice(station, kind)
    change = Results(demo, counted, Actor("t", "leader")).case_change(rate, choice, asked)
    counts = case_counts(counted, asked)
    assert headline_of(app) == clearance_headline(counts, rate, choice, change)
    assert english_in(text_of(app)) == set()
    assert "公通字〔2015〕32号" in text_of(app)


@pytest.mark.parametrize("role", ["leader", "political", "station", "data"])
@pytest.mark.parametrize("period", ["2016-01", "2016-01-01..2016-01-02", "2019-Q2"])
def test_every_role_reads_it_without_english(role: str, period: str) -> None:
    assert english_in(text_of(open_page("clearance", role=role, period=period))) == set()


def test_a_click_leads_to_the_same_page_with_one_choice_changed() -> None:
    app = open_page("clearance", period=TO_DATE, cases="theft", rate="clearance-cohort-90")
    drawn = drawn_of(app, "stations")
    targets = [urlsplit(unescape(t)) for t in re.findall(r'<a[^>]*href="([^"]*)"', drawn)]
    assert {target.path for target in targets} == {"clearance"}
    asked = [parse_qs(target.query) for target in targets]
    assert [one["station"] for one in asked][:2] == [["S01"], ["S02"]]
    for one in asked:
        assert one["period"] == [TO_DATE]
        assert one["cases"] == ["theft"]
        assert one["rate"] == ["clearance-cohort-90"]


def test_the_chosen_station_leads_back_to_all() -> None:
    drawn = drawn_of(open_page("clearance", period=TO_DATE, station="S02"), "stations")
    chosen = re.search(r'<tr class="chosen">(.*?)</tr>', drawn, flags=re.DOTALL)
    assert chosen
    assert "station=all" in unescape(chosen[1])


def test_a_station_narrows_the_kinds_and_the_filings() -> None:
    whole = rows_of(drawn_of(open_page("clearance", period=TO_DATE), "kinds"))
    one = rows_of(drawn_of(open_page("clearance", period=TO_DATE, station="S02"), "kinds"))
    stations = rows_of(drawn_of(open_page("clearance", period=TO_DATE), "stations"))
    assert whole.keys() == one.keys()
    assert int(one["盗抢骗"][0]) < int(whole["盗抢骗"][0]) == 250
    listed = [cells[1] for name, cells in stations.items() if "寺坡" in name]
    assert listed == [one["盗抢骗"][0]]


@pytest.mark.parametrize("period", ["2019-07", "2019-W33", "2019-Q3", "2018-02", TO_DATE])
@pytest.mark.parametrize("kind", ["all", "theft"])
def test_filters_and_comparison_never_disagree(counted: Counted, period: str, kind: str) -> None:
    """One month still compares with the same month of last year, of the same kind."""
    asked = parse_period(period, counted.as_of)
    before = last_year(asked)
    declared = counted.catalogue[cases.IN_PERIOD]
    span = Span("x", before.starts_on, before.ends_on)
    chosen = None if kind == "all" else kind
    found = sums(counted, "bureau", asked.ends_on, [declared], [span], chosen)
    filed = found.get(("bureau", "x", f"{cases.IN_PERIOD}.denominator"), 0)
    app = open_page("clearance", period=period, cases=kind)
    names = {"all": "全部案件", "theft": "盗窃"}
    assert rows_of(drawn_of(app, "kinds"))[names[kind]][3] == str(filed)
    months = rows_of(drawn_of(app, "months"))
    assert len(months) == 12


def test_each_picture_has_its_words_its_table_and_its_file(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    sheets: list[Sheet] = []
    monkeypatch.setattr(block, "export_buttons", lambda sheet, key: sheets.append(sheet))
    app = open_page("clearance", period=TO_DATE)
    assert len(app.get("plotly_chart")) == 3
    folded = [e.proto.body for e in app.get("html") if "<details" in e.proto.body]
    assert len(folded) == 3
    assert [sheet.name.split("-")[0] for sheet in sheets] == [
        "破案率变化分解",
        "破案快慢",
        "立案与撤案核查",
        "分类别破案",
        "分派出所破案",
        "各月立案的去向",
        "分月破案",
    ]
    for sheet in sheets:
        assert sheet.rows
        assert csv_bytes(sheet)
        assert dict(sheet.notes)["期间"].startswith("2019年1月1日")
