"""同比环比: the controls, the matrix, what is looked at, and the exports say the same."""

import re
from html import unescape

import pytest

from data.rights import Actor, command_line
from metrics.analysis.compare import compare_all
from metrics.analysis.compare_spans import CHOSEN, SPAN_NAMES, spans_ending
from metrics.calendar.period import last_year, parse_period
from metrics.cells.count import Counted
from metrics.wording.compare_words import (
    difference_in_words,
    relative_in_words,
    sentence,
    value_in_words,
)
from pages.documents.sheet import Sheet, exported
from pages.parts import block, table
from pages.parts.comparison import change_chart, change_view
from tests.page_driver import drawn_of, english_in, headline_of, open_page, text_of

pytestmark = pytest.mark.usefixtures("opened_demo")
ACTOR, LEADER = command_line(), Actor("t", "leader")
TO_DATE = "2019-01-01..2019-08-19"
CLEARANCE = "clearance-theft-robbery-fraud"


@pytest.fixture
def sheets(monkeypatch: pytest.MonkeyPatch) -> list[Sheet]:
    """The sheets that the page offers to take along: all, the span's, the units'."""
    offered: list[Sheet] = []
    for offering in (table, block):
        monkeypatch.setattr(offering, "export_buttons", lambda sheet, key: offered.append(sheet))
    return offered


def links(markup: str) -> list[str]:
    return [unescape(link) for link in re.findall(r'href="([^"]*)"', markup)]


def test_the_clearance_of_the_report_is_the_headline() -> None:
    headline = headline_of(open_page("comparison", period=TO_DATE))
    assert "盗抢骗破案率 45.6%（114 ÷ 250）" in headline
    assert "高 13.6 个百分点（相对增幅 +42.5%）" in headline
    assert "在随机波动之内" in headline
    assert "其余" in headline


def test_the_matrix_holds_every_span_and_both_bases(counted: Counted) -> None:
    app = open_page("comparison", period="2019-07", indicators=f"{CLEARANCE},patrols")
    drawn = drawn_of(app, "matrix")
    period = parse_period("2019-07", counted.as_of)
    for name in spans_ending(period):
        assert SPAN_NAMES[name] in drawn
    assert SPAN_NAMES[CHOSEN] not in drawn
    comparisons = compare_all(
        counted,
        [counted.catalogue[name] for name in (CLEARANCE, "patrols")],
        "bureau",
        spans_ending(period),
        ACTOR,
    )
    hints = [unescape(title) for title in re.findall(r'title="([^"]*)"', drawn)]
    assert len(comparisons) == 2 * 5 * 2
    for c in comparisons:
        assert any(hint.startswith(sentence(c)) for hint in hints)


@pytest.mark.parametrize("period", ["2019-07", "2019-02", "2018-12", "2019-W33", "2019-Q2"])
@pytest.mark.parametrize("group", ["全部", "乡镇"])
def test_one_period_is_compared_with_its_own_last_year(
    counted: Counted, sheets: list[Sheet], period: str, group: str
) -> None:
    chosen = parse_period(period, counted.as_of)
    base = last_year(chosen)
    app = open_page("comparison", period=period, group=group, indicators=CLEARANCE)
    level, unit = ("bureau", "bureau") if group == "全部" else ("group", group)
    year, _ = compare_all(
        counted, [counted.catalogue[CLEARANCE]], level, {CHOSEN: chosen}, ACTOR, unit
    )
    assert headline_of(app).endswith(sentence(year))
    everything, beside = sheets[0].rows, sheets[1].rows[0]
    assert beside["difference_said"] == difference_in_words(year)
    days = f"{base.starts_on} 至 {base.ends_on}"
    same = next(r for r in everything if (r["base_days"], r["basis"]) == (days, "同比"))
    assert (same["now"], same["base"], same["verdict"]) == tuple(
        beside[key] for key in ("now", "base", "verdict")
    )


def test_what_is_exported_is_every_comparison(counted: Counted, sheets: list[Sheet]) -> None:
    open_page("comparison", period="2019-07", indicators=f"{CLEARANCE},visits")
    everything, beside, units = sheets
    assert len(everything.rows) == 2 * 5 * 2
    assert [row["indicator"] for row in beside.rows] == ["盗抢骗破案率", "走访群众"]
    assert len(units.rows) >= 14
    year = next(row for row in everything.rows if row["span"] == "当月" and row["basis"] == "同比")
    assert year["base_days"] == "2018-07-01 至 2018-07-31"
    titles = {column.title for column in exported(everything)}
    assert {"差", "差的单位", "相对增幅（%）", "结论", "P 值"} <= titles


def test_a_unit_narrows_the_whole_page(counted: Counted, sheets: list[Sheet]) -> None:
    app = open_page("comparison", period="2019-Q2", unit="S13", indicators="visits")
    (unit,) = {row["unit"] for row in sheets[0].rows}
    assert unit in headline_of(app)
    year, _ = compare_all(
        counted,
        [counted.catalogue["visits"]],
        "station",
        {CHOSEN: parse_period("2019-Q2", counted.as_of)},
        ACTOR,
        "S13",
    )
    assert headline_of(app) == sentence(year, unit)


def test_a_cell_opens_itself() -> None:
    drawn = drawn_of(open_page("comparison", period="2019-07"), "matrix")
    target = next(t for t in links(drawn) if "indicator=visits" in t and "span=quarter" in t)
    query = dict(pair.split("=") for pair in target.partition("?")[2].split("&"))
    app = open_page("comparison", indicator="visits", span="quarter", period="2019-07")
    assert query["period"] == "2019-07"
    assert "第三季度（至7月31日）走访群众" in headline_of(app)


def test_a_kind_narrows_what_is_looked_at_and_is_named(
    counted: Counted, sheets: list[Sheet]
) -> None:
    app = open_page(
        "comparison", period=TO_DATE, indicators=f"{CLEARANCE},visits", indicator=CLEARANCE,
        kind="theft",
    )  # fmt: skip
    declared = counted.catalogue[CLEARANCE]
    span = {CHOSEN: parse_period(TO_DATE, counted.as_of)}
    year, _ = compare_all(counted, [declared], "bureau", span, ACTOR, "bureau", "theft")
    whole, _ = compare_all(counted, [declared], "bureau", span, ACTOR, "bureau")
    assert year.now.amount.denominator < whole.now.amount.denominator
    headline = headline_of(app)
    assert f"盗抢骗破案率（盗窃） {value_in_words(year, year.now)}" in headline
    assert difference_in_words(year).removeprefix("+") in headline
    everything, beside, units = sheets
    assert [row["indicator"] for row in beside.rows] == ["盗抢骗破案率（盗窃）", "走访群众"]
    assert {row["indicator"] for row in everything.rows} == {"盗抢骗破案率（盗窃）", "走访群众"}
    counts = [re.findall(r"\d+", str(row["fraction"])) for row in units.rows]
    assert sum(int(numbers[1]) for numbers in counts if numbers) == year.now.amount.denominator
    assert app.query_params["kind"] == "theft"


def test_a_cell_of_another_indicator_lets_go_of_the_kind() -> None:
    app = open_page("comparison", period="2019-07", indicator=CLEARANCE, kind="theft")
    kinds = {
        target.partition("indicator=")[2].split("&")[0]: target.partition("kind=")[2].split("&")[0]
        for target in links(drawn_of(app, "matrix"))
    }
    assert kinds.pop(CLEARANCE) == "theft"
    assert set(kinds.values()) == {"all"}


def test_without_kinds_there_is_no_control_of_them() -> None:
    app = open_page("comparison", period="2019-07", indicator="visits", kind="theft")
    assert "kind" not in app.query_params
    assert "类别" not in [box.label for box in app.selectbox]


def test_the_previous_span_as_base(counted: Counted) -> None:
    app = open_page("comparison", period="2019-07", indicator="visits", basis="previous")
    _, before = compare_all(
        counted,
        [counted.catalogue["visits"]],
        "bureau",
        {CHOSEN: parse_period("2019-07", counted.as_of)},
        ACTOR,
    )
    assert headline_of(app).startswith(sentence(before))
    assert relative_in_words(before) in headline_of(app)


def test_points_and_percent_never_share_an_axis(counted: Counted) -> None:
    indicators = [counted.catalogue[name] for name in ("visits", "C1-disputes-on-time", CLEARANCE)]
    period = parse_period("2019-Q2", counted.as_of)
    comparisons = compare_all(counted, indicators, "bureau", {CHOSEN: period}, ACTOR)[::2]
    drawn = change_chart.change_chart(comparisons)
    assert drawn is not None
    relative, points = drawn.data
    assert list(relative.y) == ["走访群众", "盗抢骗破案率"]
    assert list(points.y) == ["纠纷按期化解率"]
    assert drawn.layout.xaxis.title.text.startswith("相对增幅")
    assert drawn.layout.xaxis2.title.text == "差（百分点）"


def test_the_festival_is_marked() -> None:
    text = text_of(open_page("comparison", period="2019-02"))
    assert "春节假期（除夕至初六）本期占 7 天，上期占 0 天" in text


@pytest.mark.parametrize("role", ["leader", "political", "station", "data"])
def test_every_role_reads_it_without_english(role: str) -> None:
    text = text_of(open_page("comparison", role=role, period=TO_DATE))
    assert english_in(text) == set()


@pytest.mark.parametrize(
    "query",
    [
        {"indicators": "nothing,of-this"},
        {"unit": "S99", "level": "station"},
        {"span": "century", "basis": "?"},
        {"indicator": "phones"},
        {"period": "2016-01"},
        {"period": "2019-H1", "level": "village", "unit": "V001"},
        {"level": "group", "group": "城区"},
    ],
)
def test_any_link_opens_the_page(query: dict[str, str]) -> None:
    assert headline_of(open_page("comparison", **query))


def test_a_rerun_draws_nothing_anew(monkeypatch: pytest.MonkeyPatch) -> None:
    made: list[int] = []
    draw = change_view.matrix_markup

    def counting(*arguments: object) -> str:
        made.append(1)
        return draw(*arguments)

    monkeypatch.setattr(change_view, "matrix_markup", counting)
    app = open_page("comparison", period="2018-05")
    app.run()
    assert len(made) == 1


def test_officers_are_seen_by_right_only() -> None:
    app = open_page("comparison", role="station", level="officer")
    assert "辅警-" not in text_of(app)
    assert "无权" in app.warning[0].value
