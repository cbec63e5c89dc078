"""排名: places with their uncertainty, the unranked with their reason, and what may be seen."""

import csv
import io
import re
from html import unescape

import pytest

from data.rights import Actor
from metrics.calendar.period import parse_period
from metrics.cells.count import Counted
from metrics.figures import words
from metrics.scheme.scheme import Level
from metrics.scoring.rank import Assessment, assess, by_group
from metrics.wording.alerts import place
from metrics.wording.headlines import ranking_headline
from pages.documents.sheet import Sheet, csv_bytes
from pages.parts import table
from pages.parts.clickable import address
from tests.page_driver import drawn_of, english_in, headline_of, open_page, text_of

pytestmark = pytest.mark.usefixtures("opened_demo")
LEADER = Actor("t", "leader")
MONTH = "2019-07"


def lines_of(counted: Counted, level: Level, period: str = MONTH) -> dict[str, list[Assessment]]:
    return by_group(assess(counted, level, parse_period(period, counted.as_of), LEADER))


def chart_rows(markup: str) -> list[list[str]]:
    """Rank, unit, score and movement of every drawn row."""
    rows = re.findall(r'<a class="row.*?</a>', markup, flags=re.DOTALL)
    return [[unescape(t) for t in re.findall(r"<span[^>]*>([^<]*)</span>", row)] for row in rows]


@pytest.mark.parametrize("level", ["station", "room", "village", "officer"])
def test_the_picture_shows_every_ranked_unit(counted: Counted, level: Level) -> None:
    groups = lines_of(counted, level)
    app = open_page("ranking", level=level, period=MONTH)
    period = parse_period(MONTH, counted.as_of)
    assert headline_of(app) == ranking_headline(level, period, groups)
    expected = [
        [
            str(line.rank),
            line.name,
            f"{line.shown_score}",
            words.movement(line.rank, line.previous_rank),
        ]
        for members in groups.values()
        for line in members
        if line.rank is not None
    ]
    assert chart_rows(drawn_of(app, "rank-chart")) == expected
    for members in groups.values():
        shown = {line.rank: line.shown_score for line in members if line.rank is not None}
        assert len(set(shown.values())) == len(shown), "ranks that differ, scores that look alike"


def test_bars_span_the_interval_of_the_rank(counted: Counted) -> None:
    drawn = drawn_of(open_page("ranking", period=MONTH), "rank-chart")
    bars = [tuple(map(float, b)) for b in re.findall(r"left:([\d.]+)%;width:([\d.]+)%", drawn)]
    expected = []
    for members in lines_of(counted, "station").values():
        ranked = [line for line in members if line.rank]
        for line in ranked:
            low, high = line.rank_low or 0, line.rank_high or 0
            width = max(100 * (high - low) / len(ranked), 0.5)
            expected.append((100 * (low - 0.5) / len(ranked), width))
    assert bars == [pytest.approx(pair, abs=0.006) for pair in expected]


def test_the_table_and_its_export_hold_the_same_rows(
    counted: Counted, monkeypatch: pytest.MonkeyPatch
) -> None:
    sheets: list[Sheet] = []
    monkeypatch.setattr(table, "export_buttons", lambda sheet, key: sheets.append(sheet))
    app = open_page("ranking", period="2019-Q2")
    shown = app.dataframe[0].value
    written = list(csv.DictReader(io.StringIO(csv_bytes(sheets[0]).decode("utf-8-sig"))))
    assert [row["单位"] for row in written] == list(shown["name"])
    assert [float(row["得分（分）"]) for row in written] == list(shown["score"])
    ranked = [x for m in lines_of(counted, "station", "2019-Q2").values() for x in m if x.rank]
    assert [row["名次区间（95%）"] for row in written] == [place(line) for line in ranked]
    assert [row["等次"] for row in written] == [line.grade or "—" for line in ranked]


def test_a_month_has_no_grade() -> None:
    shown = open_page("ranking", period=MONTH).dataframe[0].value
    assert set(shown["grade"]) == {"—"}


def test_a_week_is_monitored_and_not_ranked(counted: Counted) -> None:
    app = open_page("ranking", period="2019-W33")
    assert headline_of(app).endswith("周数据只作监测，不排名")
    shown = app.dataframe[0].value
    assert list(shown.columns) == ["name", "group", "score", "applicable"]
    lines = [x for m in lines_of(counted, "station", "2019-W33").values() for x in m]
    by_code = sorted(lines, key=lambda line: line.unit)
    assert list(shown["name"]) == [line.name for line in by_code]
    assert not any(e.proto.id.endswith("rank-chart") for e in app.get("bidi_component"))


def test_who_is_not_ranked_stands_below_with_the_reason(counted: Counted) -> None:
    period = "2016-01-01..2016-01-02"
    lines = [x for m in lines_of(counted, "village", period).values() for x in m]
    others = [line for line in lines if line.status in ("not-rankable", "not-applicable")]
    assert others, "two days give too few points somewhere"
    app = open_page("ranking", level="village", period=period)
    shown = app.dataframe[-1].value
    assert list(shown["name"]) == [line.name for line in others]
    assert list(shown["reason"]) == [line.reason for line in others]
    assert f"未参加排名（{len(others)} 个）" in "".join(s.value for s in app.subheader)


def test_one_group_alone(counted: Counted) -> None:
    app = open_page("ranking", period=MONTH, group="乡镇")
    names = [row[1] for row in chart_rows(drawn_of(app, "rank-chart"))]
    assert names == [x.name for x in lines_of(counted, "station")["乡镇"] if x.rank]
    assert "城区" not in headline_of(app)


def test_officers_are_seen_by_right_only() -> None:
    app = open_page("ranking", role="station", level="officer", period=MONTH)
    assert "辅警-" not in text_of(app)
    assert "民（辅）警" not in app.selectbox(key="level").options
    assert "无权" in app.warning[0].value


@pytest.mark.parametrize("role", ["leader", "political", "station", "data"])
@pytest.mark.parametrize("level", ["station", "village"])
def test_every_role_reads_it_without_english(role: str, level: str) -> None:
    text = text_of(open_page("ranking", role=role, level=level, period=MONTH))
    assert english_in(text) == set()
    assert "未填" in text


def test_a_row_opens_its_unit(counted: Counted) -> None:
    drawn = drawn_of(open_page("ranking", period=MONTH), "rank-chart")
    targets = [unescape(t) for t in re.findall(r'<a class="row[^"]*" href="([^"]*)"', drawn)]
    lines = [x for m in lines_of(counted, "station").values() for x in m if x.rank]
    assert targets == [
        address("unit", level="station", unit=line.unit, period=MONTH) for line in lines
    ]
