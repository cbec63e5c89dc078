"""指标: every indicator opens, and says what the metrics say."""

from fractions import Fraction

import pytest

from data.rights import Actor
from metrics.calendar.period import parse_period
from metrics.cells.store import Store
from metrics.figures import words
from metrics.figures.measure import measure
from metrics.indicators.catalogue import load_catalogue
from pages.parts.indicator.explanation import OPEN
from tests.page_driver import english_in, headline_of, open_page, text_of

pytestmark = pytest.mark.usefixtures("opened_demo")
LEADER = Actor("t", "leader")
MONTH = "2019-07"
EVERY = sorted(load_catalogue().indicators)


@pytest.fixture(scope="module")
def store(demo: Store) -> Store:
    return demo


@pytest.mark.parametrize("indicator", EVERY)
@pytest.mark.parametrize("level", ["station", "village"])
def test_every_indicator_opens_and_reads_chinese_only(indicator: str, level: str) -> None:
    app = open_page("indicator", indicator=indicator, level=level, period=MONTH)
    assert load_catalogue_title(indicator) in headline_of(app)
    assert english_in(text_of(app).replace(indicator, "")) == set()


def load_catalogue_title(indicator: str) -> str:
    return CATALOGUE[indicator].title


CATALOGUE = load_catalogue()


@pytest.mark.parametrize("indicator", ["A1-visit-coverage", "C4-recurrence", "visits"])
def test_headline_and_table_are_the_figures(store: Store, indicator: str) -> None:
    counted = store.counted()
    period = parse_period(MONTH, counted.as_of)
    declared = counted.catalogue[indicator]
    whole = measure(counted, indicator, "bureau", period, LEADER)[0]
    app = open_page("indicator", indicator=indicator, level="station", period=MONTH)
    said = headline_of(app)
    assert f"{declared.title} {words.value_of(declared, whole.exact)}" in said
    assert words.change_in_words(declared, whole.exact, whole.exact_last_year) in said
    shown = app.dataframe[0].value
    expected = {f.name: f for f in measure(counted, indicator, "station", period, LEADER)}
    assert set(shown["name"]) == set(expected)
    for row in shown.to_dict("records"):
        figure = expected[row["name"]]
        if figure.exact is None:
            assert row["value"] != row["value"] or row["value"] is None
            continue
        exact = figure.exact * (1 if declared.kind == "count" else 100)
        digits = 0 if declared.kind == "count" else 1
        assert row["value"] == pytest.approx(float(words.rounded(exact, digits)))


def test_unknown_is_last_and_small_samples_are_not_compared() -> None:
    shown = open_page("indicator", indicator="visits", level="station", period=MONTH).dataframe[0]
    assert shown.value["name"].tolist()[-1] == "未知"
    small = open_page(
        "indicator", indicator="C1-disputes-on-time", level="station", period=MONTH
    ).dataframe[0]
    said = small.value["status"].tolist()
    assert any(word.startswith("样本不足（") and word.endswith("），不作比较") for word in said)


def test_a_kind_can_be_chosen_and_is_named(store: Store) -> None:
    counted = store.counted()
    period = parse_period(MONTH, counted.as_of)
    theft = measure(counted, "clearance-period", "bureau", period, LEADER, "theft")[0]
    app = open_page("indicator", indicator="clearance-period", kind="theft", period=MONTH)
    assert f"期内破案率（盗窃） {words.percent(theft.exact)}" in headline_of(app)


def test_warnings_and_immature_cases_are_said() -> None:
    app = open_page("indicator", indicator="clearance-cohort-90", period=MONTH)
    assert "公通字〔2015〕32号" in app.warning[0].value
    assert "都未满 90 天" in headline_of(app)
    assert "尚未成熟" in text_of(app)


@pytest.mark.parametrize("role", ["leader", "political", "station", "data"])
def test_every_role_may_read_it(role: str) -> None:
    open_page("indicator", role, indicator="A1-visit-coverage", period=MONTH)


def test_officers_only_by_right() -> None:
    seen = open_page("indicator", indicator="A2-days-in-village", level="officer", period=MONTH)
    assert len(seen.dataframe[0].value) > 200
    refused = open_page(
        "indicator", "data", indicator="A2-days-in-village", level="officer", period=MONTH
    )
    assert "可由局领导、政治处" in refused.warning[0].value
    assert len(refused.dataframe[0].value) < 20


def test_the_card_says_why_by_whom_and_when_it_is_reviewed() -> None:
    text = text_of(open_page("indicator", indicator="A1-visit-coverage", period=MONTH))
    for part in (
        CATALOGUE["A1-visit-coverage"].why,
        "走访、覆盖",
        "红枫项目组编制；待启用单位复核；2026-11-27 审阅，下次 2027-11-27",
    ):
        assert part in text


@pytest.mark.parametrize(
    ("indicator", "kind"),
    [
        ("A1-visit-coverage", None),
        ("visits", None),
        ("clearance-period", "theft"),
        ("clearance-backlog", None),
    ],
)
def test_how_it_is_counted_is_shown_once_it_is_opened(
    store: Store, indicator: str, kind: str | None
) -> None:
    counted = store.counted()
    period = parse_period(MONTH, counted.as_of)
    figure = measure(counted, indicator, "bureau", period, LEADER, kind)[0]
    asked = {"kind": kind} if kind else {}
    app = open_page("indicator", indicator=indicator, period=MONTH, **asked)
    assert list(app.code) == []
    app.session_state[OPEN] = True
    app.run()
    assert not app.exception
    queries = [element.value for element in app.code]
    parts = [n for n in (figure.numerator, figure.denominator) if n is not None]
    assert len(queries) == len(parts)
    text = text_of(app)
    titles = ("分子", "分母") if len(parts) == 2 else ("计数",)
    for title, amount in zip(titles, parts, strict=True):
        assert f"**{title} {amount:,}**" in text
        assert f"{title}的查询语句：" in text
    assert english_in(text) == set()
    for query in queries:
        assert "SELECT" in query


def test_how_nothing_is_counted_is_said() -> None:
    app = open_page("indicator", indicator="visits", period="1999-01")
    app.session_state[OPEN] = True
    app.run()
    assert not app.exception
    assert "该期间没有可用的数据。" in text_of(app)
    assert list(app.code) == []


def test_what_is_scored_over_twelve_months_stands_beside_the_months_own_value(
    store: Store,
) -> None:
    """Measured apart: over the twelve months as a range, and over the month."""
    counted = store.counted()
    texts = []
    for span in ("2018-08-01..2019-07-31", "2019-07"):
        period = parse_period(span, counted.as_of)
        (figure,) = measure(counted, "C1-disputes-on-time", "bureau", period, LEADER)
        texts.append(Fraction(figure.numerator or 0, figure.denominator or 1))
    year, month = (words.percent(value) for value in texts)
    said = text_of(open_page("indicator", indicator="C1-disputes-on-time", period="2019-07"))
    assert f"考核计分用近12个月：全局 {year}（" in said
    assert f"本页为2019年7月：全局 {month}" in said
    plain = text_of(open_page("indicator", indicator="F2-tasks-on-time", period="2019-07"))
    assert "两个期限" not in plain
