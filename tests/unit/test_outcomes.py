"""未达标, 达标, 全部: each lost point leads to the records that lost it, in numbers and words."""

import csv
import io
from collections import defaultdict
from collections.abc import Mapping, Sequence
from datetime import date, timedelta
from fractions import Fraction

import openpyxl
import pytest

from data.rights import Actor, NotPermitted
from metrics.calendar.period import parse_period
from metrics.cells.count import Counted, count
from metrics.cells.spans import Span
from metrics.cells.units import BUREAU
from metrics.examples.indicator_examples import SCHEMES, SETTLED_DAYS, example_copy
from metrics.figures.outcomes import Outcome, Outcomes, outcomes_behind
from metrics.figures.record_words import rows_in_words
from metrics.indicators.catalogue import Catalogue, Indicator
from metrics.scheme.scheme import Level
from metrics.scoring.rank import Assessment, assess
from metrics.scoring.score import Contribution
from pages.documents.record_sheet import outcome_sheet
from pages.documents.sheet import Sheet, csv_bytes
from pages.documents.workbook import sheet_bytes

LEADER = Actor("t", "leader")
JULY = Span("", date(2019, 7, 1), date(2019, 7, 31))


# -- in words: what is expected is read off the examples of the definitions by eye ---------------

NOT_YET = "截至 2020-02-16"
UNACTIVE = ["没有有效工作记录"] * 9
REASONS: Mapping[str, Sequence[str]] = {
    "A1-visit-coverage": [
        "登记户数 20，本年走访到的住户 4，未计入 16",
        "登记户数 10，本年走访到的住户 0，未计入 10",
    ],
    "A2-days-in-village": UNACTIVE,
    "A3-return-visits": [
        "到期 2019-07-10，2019-07-11 才回访，超期 1 天",
        "到期 2019-07-12，2019-08-12 才回访，超期 31 天",
        f"到期 2019-07-15，{NOT_YET} 未回访",
    ],
    "A4-valid-visits": [
        "没有户号",
        "结束时间不晚于开始时间",
        "没有走访事由",
        "没有结束时间",
        "2019-07-09 作废",
        "没有开始时间",
    ],
    "B1-patrols-completed": ["未完成", "未完成"],
    "B2-patrol-points": [
        "应到必巡点数 5，实到必巡点数 4，未计入 1",
        "应到必巡点数 4，实到必巡点数 3，未计入 1",
        "应到必巡点数 5，实到必巡点数 0，未计入 5",
    ],
    "B3-peak-hours": [
        "巡逻分钟 120，重点时段分钟 60，未计入 60",
        "巡逻分钟 150，重点时段分钟 60，未计入 90",
        "巡逻分钟 60，重点时段分钟 0，未计入 60",
        "巡逻分钟 60，重点时段分钟 0，未计入 60",
    ],
    "C1-disputes-on-time": [
        "到期 2019-07-15，2019-07-16 才化解，超期 1 天",
        *[f"到期 2019-07-31，{NOT_YET} 未化解"] * 2,
    ],
    "C2-first-response": [
        "受理（2019-07-10 10:00）后 24 小时 1 分才首次处理，应在 24 小时内",
        "受理（2019-07-11 10:00）后 24 小时内未首次处理",
    ],
    "C3-call-backs": [
        "化解（2019-06-10）后 31 天才回访，应在 30 天内",
        "化解（2019-06-11）后 30 天内未回访",
    ],
    "C4-recurrence": ["化解（2019-04-02）后 90 天复发", "化解（2019-05-02）当天复发"],
    "D1-hazards-on-time": [
        "到期 2019-07-15，2019-07-16 才整改，超期 1 天",
        *[f"到期 2019-07-31，{NOT_YET} 未整改"] * 2,
    ],
    "D2-rechecked": [
        "整改（2019-06-10）后 31 天才复查，应在 30 天内",
        "整改（2019-06-11）后 30 天内未复查",
    ],
    "E-spot-check-accuracy": ["抽查项数 10，准确项数 7，未计入 3"],
    "F1-tasks-signed": [
        "派发（2019-07-10 10:00）后 24 小时 1 分才签收，应在 24 小时内",
        "派发（2019-07-11 10:00）后 2 小时 1 分才签收，应在 2 小时内",
        "派发（2019-07-12 10:00）后 24 小时内未签收",
    ],
    "F2-tasks-on-time": [
        "到期 2019-07-15，2019-07-16 才办结，超期 1 天",
        *[f"到期 2019-07-31，{NOT_YET} 未办结"] * 2,
    ],
    "G-satisfaction": ["不满意"],
    "H1-case-decisions": [
        "接报（2019-07-11）后 4 天才作出受立案决定，应在 3 天内",
        "接报（2019-07-12）后 3 天内未作出受立案决定",
        *["接报（2019-07-13）后 3 天内未作出受立案决定"] * 2,
    ],
    "H2-case-call-backs": [
        "立案（2019-07-11）后 8 天才回访被害人，应在 7 天内",
        *[f"立案（2019-07-{day}）后 7 天内未回访被害人" for day in (12, 13, 14)],
    ],
}


def of_example(catalogue: Catalogue, indicator: Indicator, only: Outcome | None) -> Outcomes:
    period = parse_period(indicator.example.period, date.max)
    known = Catalogue({indicator.id: indicator}, catalogue.views, catalogue.queries)
    as_of = period.ends_on + timedelta(SETTLED_DAYS)
    counted = count(example_copy(indicator), known, SCHEMES, as_of)
    span = Span("", period.starts_on, period.ends_on)
    outcomes = outcomes_behind(counted, indicator, "bureau", BUREAU, span, LEADER, only)
    assert outcomes is not None
    return outcomes


def test_every_scored_indicator_has_its_reasons_here(counted: Counted) -> None:
    assert set(REASONS) == {scored.id for scored in counted.schemes[-1].indicators}


@pytest.mark.parametrize("name", REASONS)
def test_what_was_missed_says_why(counted: Counted, name: str) -> None:
    indicator = counted.catalogue[name]
    missed = of_example(counted.catalogue, indicator, "missed")
    assert sorted(j.reason for j in missed.judgements) == sorted(REASONS[name])
    assert not any(j.is_met for j in missed.judgements)


@pytest.mark.parametrize("name", REASONS)
def test_the_lists_add_up_to_the_counts_of_the_example(counted: Counted, name: str) -> None:
    indicator = counted.catalogue[name]
    every, missed, met = (
        of_example(counted.catalogue, indicator, only) for only in (None, "missed", "met")
    )
    example = indicator.example
    assert sum(j.numerator for j in every.judgements) == example.numerator
    assert sum(j.denominator for j in every.judgements) == example.denominator
    assert (every.numerator, every.denominator) == (example.numerator, example.denominator)
    listed = [j for part in (missed, met) for j in part.judgements]
    assert sorted(map(repr, listed)) == sorted(map(repr, every.judgements))
    assert (len(missed.judgements), len(met.judgements)) == (every.missed, every.met)


def test_what_was_met_says_so_too(counted: Counted) -> None:
    met = {}
    for name in ("C1-disputes-on-time", "C3-call-backs", "C4-recurrence", "G-satisfaction"):
        outcomes = of_example(counted.catalogue, counted.catalogue[name], "met")
        met[name] = {j.reason for j in outcomes.judgements}
    assert "到期 2019-07-10，2019-07-10 化解" in met["C1-disputes-on-time"]
    assert "化解（2019-06-15）当天回访" in met["C3-call-backs"]
    assert met["C4-recurrence"] == {
        "化解（2019-04-10）后 91 天才复发，应在 90 天内",
        "化解（2019-04-11）后 90 天内未复发",
        "化解（2019-04-12）后 90 天内未复发",
    }
    assert met["G-satisfaction"] == {"满意"}


# -- by hand from the export alone: the 14 stations of July 2019 ----------------------------------


@pytest.fixture(scope="module")
def stations(counted: Counted) -> list[Assessment]:
    period = parse_period("2019-07", counted.as_of)
    return assess(counted, "station", period, LEADER, is_simulated=False)


def export_of(counted: Counted, c: Contribution, only: Outcome | None = None) -> Sheet:
    indicator = counted.catalogue[c.indicator]
    outcomes = outcomes_behind(counted, indicator, c.level, c.unit, c.span, LEADER, only)
    assert outcomes is not None
    scored = counted.schemes[-1].scored(c.indicator)
    return outcome_sheet(counted, indicator, c, outcomes, only, scored)


class Export:
    """One XLSX as its reader has it: the notes, and the sums of its rows."""

    def __init__(self, content: bytes) -> None:
        book = openpyxl.load_workbook(io.BytesIO(content), read_only=True)
        self.notes = {str(a): str(b) for a, b in book["说明"].iter_rows(values_only=True)}
        heads, *rows = book["数据"].iter_rows(values_only=True)
        self.rows = [dict(zip(map(str, heads), row, strict=True)) for row in rows]
        self.numerator = sum(int(row["计入分子"]) for row in self.rows)
        self.denominator = sum(int(row["计入分母"]) for row in self.rows)

    def exact(self, key: str) -> Fraction:
        """88.3%（309/350） -> 309/350"""
        return Fraction(self.notes[key].rpartition("（")[2].removesuffix("）"))

    @property
    def points(self) -> Fraction:
        pooled, cases = self.exact("本组合计值"), int(self.notes["合并件数"])
        value = (self.numerator + cases * pooled) / (self.denominator + cases)
        weight, target = Fraction(self.notes["权重"]), self.exact("目标")
        if "底线" not in self.notes:
            assert "计分值不低于目标得权重的全部，否则不得分" in self.notes["得分算法"]
            return weight if value >= target else Fraction(0)
        share = (value - self.exact("底线")) / (target - self.exact("底线"))
        return weight * min(Fraction(1), max(Fraction(0), share))


def test_every_point_of_the_stations_is_found_again_by_hand(
    counted: Counted, stations: list[Assessment]
) -> None:
    assert len(stations) == 14
    groups: dict[tuple[str, str], list[Export]] = defaultdict(list)
    for line in stations:
        total = Fraction(0)
        for c in line.contributions:
            export = Export(sheet_bytes(export_of(counted, c)))
            assert export.points == c.points, (line.name, c.title)
            total += export.points
            groups[line.group, c.indicator].append(export)
            is_lower = counted.catalogue[c.indicator].better == "lower"
            missed = [row for row in export.rows if row["结果"] == "未达标"]
            short = sum(
                int(row["计入分子"]) if is_lower else int(row["计入分母"]) - int(row["计入分子"])
                for row in missed
            )
            left = export.denominator - export.numerator
            extra = sum(int(r["计入分子"]) for r in export.rows if int(r["计入分母"]) == 0)
            assert short == (export.numerator if is_lower else left + extra)
            # A loss has records that lost it, and each of them says why.
            assert bool(missed) or not c.own_lost
            assert all(row["原因"] for row in export.rows)
        assert total == line.raw
    for members in groups.values():  # and the group's value is that of its stations' rows
        whole = Fraction(sum(x.numerator for x in members), sum(x.denominator for x in members))
        assert {x.exact("本组合计值") for x in members} == {whole}


def test_a_csv_has_what_the_points_need_beside_each_row(
    counted: Counted, stations: list[Assessment]
) -> None:
    c = next(c for c in stations[0].contributions if c.indicator == "C1-disputes-on-time")
    sheet = export_of(counted, c)
    rows = list(csv.DictReader(io.StringIO(csv_bytes(sheet).decode("utf-8-sig"))))
    assert len(rows) == c.denominator
    for row in rows:
        assert row["数据起止"] == "2018-08-01 至 2019-07-31"
        assert (row["目标"], row["底线"], row["合并件数"]) == (
            "95.0%（19/20）",
            "70.0%（7/10）",
            "10",
        )
        assert row["本组合计值"].endswith(f"（{c.pooled_value}）")


# -- who may see what -----------------------------------------------------------------------------


def test_no_list_names_an_officer_without_the_right_nor_any_free_text(counted: Counted) -> None:
    indicator = counted.catalogue["A4-valid-visits"]
    of = counted, indicator, "station", "S08", JULY
    for actor, has_officer in ((LEADER, True), (Actor("t", "station"), False)):
        outcomes = outcomes_behind(*of, actor)
        assert outcomes is not None
        names = set(outcomes.records.rows.column_names)
        assert ("officer" in names) == has_officer
        assert not names & {"voided_reason", "note_digest"}
        assert not any(name.startswith("_") for name in names)
    with pytest.raises(NotPermitted):
        outcomes_behind(*of, Actor("t", "wall"))
    with pytest.raises(NotPermitted):
        outcomes_behind(counted, indicator, "officer", "P1", JULY, Actor("t", "station"))


@pytest.mark.parametrize(("level", "unit"), [("village", "V060"), ("room", "R001")])
def test_lower_levels_add_up_as_well(counted: Counted, level: Level, unit: str) -> None:
    period = parse_period("2019-07", counted.as_of)
    lines = assess(counted, level, period, LEADER, is_simulated=False)
    line = next(line for line in lines if line.unit == unit)
    for c in line.contributions:
        of = counted, counted.catalogue[c.indicator], c.level, c.unit, c.span, LEADER
        outcomes = outcomes_behind(*of)
        assert outcomes is not None
        assert (outcomes.numerator, outcomes.denominator) == (c.numerator or 0, c.denominator or 0)
        assert rows_in_words(counted, outcomes.records, outcomes.of) or not outcomes.judgements


def test_what_has_no_two_parts_has_no_such_lists(counted: Counted) -> None:
    for name in ("visits", "clearance-backlog", "filings-per-10000"):
        of = counted, counted.catalogue[name], "station", "S08", JULY, LEADER
        assert outcomes_behind(*of) is None
