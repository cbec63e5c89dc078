"""同比环比: whatever the controls say, the page compares like with like."""

from calendar import monthrange
from dataclasses import dataclass
from datetime import date, timedelta

import pytest
from hypothesis import example, given, settings
from hypothesis import strategies as st

from metrics.analysis.compare_spans import BASIS_NAMES, SPAN_NAMES, Basis, spans_ending
from metrics.calendar.period import Period, parse_period
from metrics.cells.count import Counted
from metrics.cells.spans import Span
from metrics.cells.sums import sums
from metrics.cells.units import units
from metrics.figures.record_words import kinds_of
from metrics.indicators.catalogue import Indicator
from metrics.scheme.scheme import Level
from pages.documents.sheet import Row, Sheet
from pages.parts import block, table
from tests.page_driver import headline_of, open_page

pytestmark = pytest.mark.usefixtures("opened_demo")
CLEARANCE = "clearance-theft-robbery-fraud"
NAMES = (
    CLEARANCE, "clearance-backlog", "clearance-cohort-90", "hazards-found", "disputes-resolved",
    "visits", "A1-visit-coverage", "C1-disputes-on-time", "filings-per-10000", "phones",
)  # fmt: skip
FIRST, LAST = date(2016, 1, 1), date(2019, 8, 19)
DAYS = st.dates(FIRST, LAST)


@dataclass(frozen=True)
class View:
    """What the controls say. unit, kind: which of those that there are; 0 for all."""

    period: str
    names: tuple[str, ...]
    level: Level = "station"
    group: str = "全部"
    unit: int = 0
    kind: int = 0
    span: int = 0
    basis: Basis = "last_year"


def texts() -> st.SearchStrategy[str]:
    """Periods as they are typed: months, weeks, quarters, half-years, years, any two days."""
    return st.one_of(
        DAYS.map(lambda day: f"{day:%Y-%m}"),
        DAYS.map(lambda day: f"{day:%G-W%V}"),
        DAYS.map(lambda day: f"{day.year}-Q{(day.month + 2) // 3}"),
        DAYS.map(lambda day: f"{day.year}-H{(day.month + 5) // 6}"),
        DAYS.map(lambda day: f"{day.year}"),
        st.tuples(DAYS, DAYS).map(lambda two: f"{min(two)}..{max(two)}"),
    )


VIEWS = st.builds(
    View,
    period=texts(),
    names=st.lists(st.sampled_from(NAMES), min_size=1, max_size=3, unique=True).map(tuple),
    level=st.sampled_from(["station", "room", "village", "officer", "group"]),
    group=st.sampled_from(["全部", "城区", "乡镇"]),
    unit=st.integers(0, 400),
    kind=st.integers(0, 8),
    span=st.integers(0, 5),
    basis=st.sampled_from(sorted(BASIS_NAMES)),
)


def a_year_before(period: Period) -> tuple[date, date]:
    """The same dates of last year, worked out here from the words of the domain."""
    if period.kind == "week":
        year, week, _ = period.starts_on.isocalendar()
        first = date.fromisocalendar(year - 1, min(week, 52), 1)
        return first, first + timedelta(days=period.days - 1)
    ends = _earlier(period.ends_on)
    is_whole = period.kind != "range" and not period.is_part
    if is_whole:
        ends = ends.replace(day=monthrange(ends.year, ends.month)[1])
    return _earlier(period.starts_on), ends


def _earlier(day: date) -> date:
    last = monthrange(day.year - 1, day.month)[1]
    return day.replace(year=day.year - 1, day=min(day.day, last))


def days_of(text: object) -> tuple[date, date]:
    starts_on, _, ends_on = str(text).partition(" 至 ")
    return date.fromisoformat(starts_on), date.fromisoformat(ends_on)


@dataclass(frozen=True)
class Whose:
    """What is looked at, as the metrics name it."""

    indicator: Indicator
    kind: str | None
    level: Level
    unit: str
    day: date

    def counts(self, counted: Counted, days: tuple[date, date]) -> tuple[int, int | None]:
        span = Span("x", *days)
        counts = sums(counted, self.level, self.day, [self.indicator], [span], self.kind)
        numerator, denominator = (
            counts.get((self.unit, "x", f"{self.indicator.id}.{part}"), 0)
            for part in ("numerator", "denominator")
        )
        return numerator, None if self.indicator.kind == "count" else denominator


def check(counted: Counted, row: Row, span: Period, whose: Whose) -> None:
    """A row is of its span, its base is the right one, and both are counted under all filters."""
    now, base = days_of(row["days"]), days_of(row["base_days"])
    assert now == (span.starts_on, span.ends_on)
    if row["basis"] == "同比":
        assert base == a_year_before(span)
    for prefix, days in (("", now), ("base_", base)):
        if row[f"{prefix}numerator"] is not None:
            shown = row[f"{prefix}numerator"], row[f"{prefix}denominator"]
            assert shown == whose.counts(counted, days)


def opened(counted: Counted, sheets: list[Sheet], view: View) -> None:
    """Open the view, and hold every row of its first indicator against sums of its own."""
    sheets.clear()
    period = parse_period(view.period, counted.as_of)
    day, indicator = period.ends_on, counted.catalogue[view.names[0]]
    listed = [u for u in units(counted, view.level, day) if view.group in ("全部", u.group)]
    unit = listed[view.unit % len(listed)] if view.unit and listed else None
    kinds = [None, *kinds_of(counted, indicator)]
    kind = kinds[view.kind % len(kinds)]
    spans = spans_ending(period)
    span = list(spans)[view.span % len(spans)]
    app = open_page(
        "comparison", period=view.period, indicators=",".join(view.names), indicator=indicator.id,
        level=view.level, group=view.group, unit=unit.code if unit else "all", kind=kind or "all",
        span=span, basis=view.basis,
    )  # fmt: skip
    if unit:
        whose = Whose(indicator, kind, view.level, unit.code, day)
    elif view.group != "全部":
        whose = Whose(indicator, kind, "group", view.group, day)
    else:
        whose = Whose(indicator, kind, "bureau", "bureau", day)
    everything, beside, of_units = sheets
    rows = [row for row in everything.rows if is_of(row, indicator)]
    assert len(rows) == 2 * len(spans)
    for row in rows:
        code = next(code for code in spans if SPAN_NAMES[code] == row["span"])
        check(counted, row, spans[code], whose)
    (focus,) = (row for row in beside.rows if is_of(row, indicator))
    chosen = SPAN_NAMES[span], BASIS_NAMES[view.basis]
    (same,) = (row for row in rows if (row["span"], row["basis"]) == chosen)
    assert {key: same[key] for key in focus.keys() & same.keys()} == {
        key: focus[key] for key in focus.keys() & same.keys()
    }
    headline = headline_of(app)
    if focus["now"] != "—":
        assert f"{unit.name if unit else ''}{spans[span].title}" in headline
        assert str(focus["now"]) in headline
        assert focus["base"] == "—" or f"（{focus['base']}）" in headline
    if view.group != "全部":
        assert {row["group"] for row in of_units.rows} <= {view.group}


def is_of(row: Row, indicator: Indicator) -> bool:
    """Named after the indicator, or after a kind of it."""
    title, _, _ = str(row["indicator"]).partition("（")
    return title == indicator.title


@pytest.fixture
def sheets(monkeypatch: pytest.MonkeyPatch) -> list[Sheet]:
    """The sheets that the page offers to take along: all, the span's, the units'."""
    offered: list[Sheet] = []
    for offering in (table, block):
        monkeypatch.setattr(offering, "export_buttons", lambda sheet, key: offered.append(sheet))
    return offered


@settings(max_examples=15)
@given(view=VIEWS)
@example(view=View("2019-07", (CLEARANCE,), kind=1))
@example(view=View("2019-02", (CLEARANCE,), group="乡镇"))
@example(view=View("2019-W33", ("visits",), level="village", unit=7))
def test_filters_and_comparison_never_disagree(
    counted: Counted, sheets: list[Sheet], view: View
) -> None:
    opened(counted, sheets, view)


@pytest.mark.soak
@settings(max_examples=300)
@given(view=VIEWS)
def test_filters_and_comparison_never_disagree_over_many_views(
    counted: Counted, sheets: list[Sheet], view: View
) -> None:
    opened(counted, sheets, view)
