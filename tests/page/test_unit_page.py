"""单位: what a reader sees is what the metrics say, down to the records."""

from fractions import Fraction

import pytest

from data.rights import Actor
from metrics.calendar.period import parse_period
from metrics.cells.store import Store
from metrics.figures import words
from metrics.figures.record_words import rows_in_words
from metrics.figures.records import records_behind
from metrics.scheme.scheme import Level
from metrics.scoring.rank import Assessment, assess
from pages.parts import table
from tests.page_driver import english_in, headline_of, open_page, text_of

pytestmark = pytest.mark.usefixtures("opened_demo")
LEADER = Actor("t", "leader")
MONTH = "2019-07"


@pytest.fixture(scope="module")
def store(demo: Store) -> Store:
    return demo


def line_of(store: Store, level: Level, unit: str, period: str = MONTH) -> Assessment:
    counted = store.counted()
    lines = assess(counted, level, parse_period(period, counted.as_of), LEADER)
    return next(line for line in lines if line.unit == unit)


def test_the_headline_says_score_rank_interval_and_movement(store: Store) -> None:
    line = line_of(store, "station", "S14")
    said = headline_of(open_page("unit", level="station", unit="S14", period=MONTH))
    assert f"{line.name}2019年7月得分 {words.points(line.score)} 分" in said
    assert f"第 {line.rank} 名（共 7 个，95% 区间 {line.rank_low}–{line.rank_high}）" in said
    assert line.previous_rank is not None
    assert line.rank is not None
    moved = line.previous_rank - line.rank
    than = f"较6月{'进' if moved > 0 else '退'} {abs(moved)} 位" if moved else "与6月名次持平"
    assert than in said
    lost = {
        c.title: c.effective_weight - ((c.points if c.own_points is None else c.own_points) or 0)
        for c in line.contributions
    }
    worst = max(lost, key=lost.__getitem__)
    assert f"失分最多的是{worst}（按本级数据 −{words.points(lost[worst])} 分）" in said


@pytest.mark.parametrize(
    ("level", "unit"),
    [("station", "S12"), ("room", "R001"), ("village", "V060"), ("bureau", "bureau")],
)
def test_the_table_lists_every_indicator_and_adds_up_to_the_score(
    store: Store, level: Level, unit: str
) -> None:
    line = line_of(store, level, unit)
    shown = open_page("unit", level=level, unit=unit, period=MONTH).dataframe[0].value
    # A village is scored on its own work; the station's other figures stand beside it.
    assert len(line.contributions) == (10 if level == "village" else 19)
    assert len(shown) == 19
    assert shown["points"].isna().sum() == 19 - len(line.contributions)
    assert sum((c.points or Fraction(0) for c in line.contributions), Fraction(0)) == line.score
    assert shown["points"].sum() == pytest.approx(float(line.score or 0), abs=0.005 * 19)
    lost = shown["lost"].dropna()
    assert lost.is_monotonic_decreasing
    assert lost.sum() == pytest.approx(100 - float(line.score or 0), abs=0.005 * 19)


def test_an_officer_is_shown_by_right_and_refused_without(store: Store) -> None:
    unit = assess(store.counted(), "officer", parse_period(MONTH, store.as_of()), LEADER)[0].unit
    seen = open_page("unit", level="officer", unit=unit, period=MONTH)
    assert unit in headline_of(seen)
    refused = open_page("unit", role="station", level="officer", unit=unit, period=MONTH)
    assert "可由局领导、政治处" in refused.warning[0].value
    assert unit not in text_of(refused)


@pytest.mark.parametrize("role", ["leader", "political", "station", "data"])
@pytest.mark.parametrize("level", ["station", "room", "village", "bureau"])
def test_every_role_reads_chinese_only(role: str, level: Level) -> None:
    assert english_in(text_of(open_page("unit", role, level=level, period=MONTH))) == set()


def test_changing_the_level_takes_the_first_unit_of_that_level() -> None:
    app = open_page("unit", level="station", unit="S14", period=MONTH)
    app.selectbox(key="level").set_value("room").run()
    assert not app.exception
    assert app.query_params["unit"] == ["R001"] or app.query_params["unit"] == "R001"


def test_a_quarter_a_week_and_a_part_of_a_month_open() -> None:
    assert "第二季度" in headline_of(open_page("unit", unit="S01", period="2019-Q2"))
    assert "不排名" in headline_of(open_page("unit", unit="S01", period="2019-W31"))
    assert "至8月19日" in headline_of(open_page("unit", unit="S01", period="2019-08"))


def test_a_village_shows_its_months_like_a_station() -> None:
    app = open_page("unit", level="village", unit="V060", period=MONTH)
    assert "12 个月中最高" in text_of(app)


@pytest.mark.parametrize(
    ("level", "unit"), [("station", "S12"), ("village", "V060"), ("bureau", "bureau")]
)
def test_the_records_of_every_figure_add_up_to_it(store: Store, level: Level, unit: str) -> None:
    counted = store.counted()
    for c in line_of(store, level, unit).contributions:
        indicator = counted.catalogue[c.indicator]
        for part, rows in indicator.counts():
            found = records_behind(counted, indicator, part, c.level, c.unit, c.span, LEADER)
            expected = c.numerator if part == "numerator" else c.denominator
            assert found.amount == expected, (c.indicator, part)
            if rows.sum is None:
                assert found.total == expected


def test_a_row_opens_its_records_with_the_counts_of_the_figure(
    store: Store, monkeypatch: pytest.MonkeyPatch
) -> None:
    draw = table.show_table

    def first_row_chosen(*given: object, selects: bool = False, **more: object) -> int | None:
        draw(*given, selects=selects, **more)  # type: ignore[arg-type]
        return 0 if selects else None

    monkeypatch.setattr(table, "show_table", first_row_chosen)
    app = open_page("unit", level="station", unit="S08", period=MONTH)
    worst = max(line_of(store, "station", "S08").contributions, key=lambda c: c.lost)
    assert worst.numerator is not None
    assert worst.denominator is not None
    assert worst.indicator == "C4-recurrence"  # less is better: what came back is what was missed
    amounts = (worst.numerator, worst.denominator - worst.numerator, worst.denominator)
    labels = [f"{word} {n}" for word, n in zip(("未达标", "达标", "全部"), amounts, strict=True)]
    assert [tab.label for tab in app.tabs] == labels
    for tab, amount in zip(app.tabs, amounts, strict=True):
        app.session_state[f"records-of-{worst.indicator}-{worst.unit}"] = tab.label
        app.run()  # a tab draws its rows when it is opened, and only then
        assert [len(shown.value) for shown in app.dataframe[1:]] == [amount]
        assert english_in(text_of(app)) == set()
    refused = open_page("unit", role="wall", level="station", unit="S08", period=MONTH)
    assert "无权查看明细记录" in refused.warning[0].value
    assert not refused.tabs


def test_records_speak_chinese(store: Store) -> None:
    counted = store.counted()
    line = line_of(store, "station", "S08")
    for c in line.contributions:
        indicator = counted.catalogue[c.indicator]
        for part, rows in indicator.counts():
            found = records_behind(counted, indicator, part, c.level, c.unit, c.span, LEADER)
            for row in rows_in_words(counted, found, rows.of)[:50]:
                assert (
                    english_in(" ".join(str(value) for value in row.values() if value is not None))
                    == set()
                )


def test_who_may_not_see_officers_gets_no_work_number_with_the_records(store: Store) -> None:
    counted = store.counted()
    c = line_of(store, "station", "S08").contributions[3]
    indicator = counted.catalogue[c.indicator]
    station = Actor("t", "station")
    shown = records_behind(counted, indicator, "numerator", c.level, c.unit, c.span, LEADER)
    kept = records_behind(counted, indicator, "numerator", c.level, c.unit, c.span, station)
    assert "officer" in shown.rows.column_names
    assert "officer" not in kept.rows.column_names
    assert kept.total == shown.total
