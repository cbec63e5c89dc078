"""A second, independent computation of figures, scores, ranks and grades from the specification.

Plain pandas over the raw tables of the demo city and the text of domain.md. Nothing of metrics/ is
used to compute: no indicator file, no view, no scheme. The product must arrive at the same counts,
the same exact fractions, the same places. Where a test fails, read the specification first.
"""

from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass
from fractions import Fraction
from functools import cache

import pandas as pd
import pytest

from data.demo import demo_tables
from data.demo.stories import MOVED_FROM_STATION, MOVED_VILLAGE
from data.rights import command_line
from metrics.calendar.period import parse_period
from metrics.cells.count import Counted
from metrics.cells.store import Store
from metrics.figures.measure import Figure, measure_all
from metrics.scoring.rank import Assessment, assess

Tables = Mapping[str, pd.DataFrame]
Frame = pd.DataFrame
Day = pd.Timestamp
Pair = tuple[int, int]  # numerator, denominator

LAST_DAY = Day("2019-08-19")
NOBODY = ""  # 未知
ALL = "bureau"
COVERAGE = "A1-visit-coverage"
LEVELS = ("bureau", "group", "station", "room", "village")
JULY = ("2019-07", Day("2019-07-01"), Day("2019-07-31"))
MAY = ("2019-05", Day("2019-05-01"), Day("2019-05-31"))
YEAR_2018 = ("2018", Day("2018-01-01"), Day("2018-12-31"))
TO_AUGUST = ("2019-01-01..2019-08-19", Day("2019-01-01"), LAST_DAY)
PEAK_STARTS, PEAK_HOURS = 19, 4  # 19:00–23:00


def days(number: int) -> pd.Timedelta:
    return pd.Timedelta(days=number)


def hours(number: int) -> pd.Timedelta:
    return pd.Timedelta(hours=number)


# -- the raw records, and those known on a day ------------------------------------------------


@cache
def raw_tables() -> Tables:
    """The demo city as data frames; every date and instant is a timestamp."""
    frames = {}
    for name, table in demo_tables().items():
        frame = table.to_pandas()
        for field in table.schema:
            if str(field.type).startswith(("date", "timestamp")):
                frame[field.name] = pd.to_datetime(frame[field.name]).astype("datetime64[us]")
        frames[name] = frame
    return frames


def is_register(frame: Frame) -> bool:
    return "valid_from" in frame


def as_of(tables: Tables, day: Day) -> Tables:
    """Rows first dated after the day are absent, later dates and instants are null."""
    next_day, known = day + days(1), {}
    for name, frame in tables.items():
        if is_register(frame):
            known[name] = frame
            continue
        dates = frame.select_dtypes("datetime").columns
        happened = dates.drop(["entered_at", "voided_on"])
        first = frame[happened].min(axis=1).fillna(frame.entered_at)
        kept = frame[first < next_day].copy()
        kept[dates] = kept[dates].where(kept[dates] < next_day)
        known[name] = kept
    return known


def belonging(tables: Tables, day: Day) -> Frame:
    """Village -> room, station, group, households, population as they stand on the day."""
    village, station = tables["village"], tables["station"].set_index("code")
    is_valid = (village.valid_from <= day) & ~(village.valid_to < day)
    found = village[is_valid].set_index("code")
    return found.assign(group=found.station.map(station.unit_group), village=found.index)


def unit_of(rows: Frame, belongs: Frame, level: str) -> pd.Series:
    """The unit of each row: by its village, else by the station it names, else 未知."""
    if level == "bureau":
        return pd.Series(ALL, index=rows.index)
    by_village = rows.village.map(belongs[level])
    if level == "station":
        by_village = by_village.fillna(rows.station)
    if level == "group":
        by_station = belongs.drop_duplicates("station").set_index("station").group
        by_village = by_village.fillna(rows.station.map(by_station))
    return by_village.fillna(NOBODY)


# -- section 4: the nineteen indicators --------------------------------------------------------


def dated(records: Frame, day: pd.Series, numerator: object = 1, denominator: object = 1) -> Frame:
    """One row per record: where, on which day, and what it adds to numerator and denominator."""
    rows = records[["village", "station"]].assign(
        day=day.dt.normalize(), numerator=numerator, denominator=denominator
    )
    rows = rows[rows.day.notna()]
    counts = ["numerator", "denominator"]
    rows[counts] = rows[counts].fillna(0).astype("int64")
    return rows


def standing(records: Frame) -> Frame:
    return records[~records.is_deleted & records.voided_on.isna()]


def valid_visits(tables: Tables) -> Frame:
    """Household, start, end and purpose present, end after start, not voided."""
    visit = standing(tables["visit"]).dropna(
        subset=["household", "started_at", "ended_at", "purpose"]
    )
    return visit[visit.ended_at > visit.started_at]


def days_in_village(tables: Tables) -> Frame:
    """Due days (leave and secondment removed) with a valid activity of that officer."""
    visit, patrol = valid_visits(tables), standing(tables["patrol"])
    patrol = patrol[patrol.completed_at.notna()]
    return_visit = standing(tables["return_visit"])
    active = {
        *zip(visit.officer, visit.started_at.dt.normalize(), strict=True),
        *zip(patrol.officer, patrol.started_at.dt.normalize(), strict=True),
        *zip(return_visit.officer, return_visit.done_on, strict=True),
    }
    duty = standing(tables["duty_day"])
    duty = duty.assign(key=list(zip(duty.officer, duty.day, strict=True)))
    due = duty[duty.kind == "due"]
    due = due[~due.key.isin(set(duty[duty.kind != "due"].key))]
    return dated(due, due.day, due.key.isin(active)).assign(officer=due.officer)


def peak_minutes(patrol: Frame) -> pd.Series:
    """Minutes between 19:00 and 23:00, also of a patrol that runs past midnight."""
    seconds = pd.Series(0.0, index=patrol.index)
    for later in (0, 1):
        opens = patrol.started_at.dt.normalize() + days(later) + hours(PEAK_STARTS)
        start = patrol.started_at.clip(lower=opens)
        end = patrol.ended_at.clip(upper=opens + hours(PEAK_HOURS))
        seconds += (end - start).dt.total_seconds().clip(lower=0)
    return seconds // 60


def patrol_minutes(tables: Tables) -> Frame:
    patrol = standing(tables["patrol"]).dropna(subset=["started_at", "ended_at"])
    minutes = (patrol.ended_at - patrol.started_at).dt.total_seconds() // 60
    return dated(patrol, patrol.started_at, peak_minutes(patrol), minutes)


def visit_validity(tables: Tables) -> Frame:
    visit = tables["visit"][~tables["visit"].is_deleted]
    valid = visit.index.isin(valid_visits(tables).index)
    return dated(visit, visit.started_at.fillna(visit.entered_at), valid)


def patrol_points(tables: Tables) -> Frame:
    patrol = standing(tables["patrol"])
    return dated(patrol, patrol.started_at, patrol.points_reached, patrol.points_due)


def dispute_rows(tables: Tables) -> dict[str, Frame]:
    dispute = standing(tables["dispute"])
    response = dispute.first_handled_at - dispute.received_at
    resolved, due = dispute.resolved_on, dispute.due_on
    called, reopened = dispute.called_back_on, dispute.reopened_on
    return {
        "C1-disputes-on-time": dated(dispute, due, resolved <= due),
        "C2-first-response": dated(dispute, dispute.received_at + days(1), response <= hours(24)),
        "C3-call-backs": dated(dispute, resolved + days(30), called <= resolved + days(30)),
        "C4-recurrence": dated(dispute, resolved + days(90), reopened <= resolved + days(90)),
        "mediation-success": dated(dispute, dispute.concluded_on, dispute.outcome == "resolved"),
        "disputes-resolved": dated(dispute, resolved),
    }


def hazard_rows(tables: Tables) -> dict[str, Frame]:
    hazard = standing(tables["hazard"])
    due, closed, rechecked = hazard.due_on, hazard.closed_on, hazard.rechecked_on
    return {
        "D1-hazards-on-time": dated(hazard, due, closed <= due),
        "D2-rechecked": dated(hazard, closed + days(30), rechecked <= closed + days(30)),
        "hazards-found": dated(hazard, hazard.found_on),
    }


def task_rows(tables: Tables) -> dict[str, Frame]:
    task = standing(tables["task"])
    limit = task.is_urgent.map({True: hours(2), False: hours(24)})
    is_signed = task.signed_at - task.dispatched_at <= limit
    return {
        "F1-tasks-signed": dated(task, task.dispatched_at + days(1), is_signed),
        "F2-tasks-on-time": dated(task, task.due_on, task.done_on <= task.due_on),
    }


def case_rows(tables: Tables) -> dict[str, Frame]:
    """H1 counts reports. Withdrawn cases leave numerator and denominator of all the others."""
    report = standing(tables["case"])
    third_day = report.reported_at.dt.normalize() + days(3)
    case = filed_cases(tables)
    trf = case[case.kind.isin(["theft", "robbery", "fraud"])]
    seventh_day = trf.filed_on + days(7)
    return {
        "H1-case-decisions": dated(report, third_day, report.decided_on <= third_day),
        "H2-case-call-backs": dated(trf, seventh_day, trf.called_back_on <= seventh_day),
        "clearance-period": clearance_in_period(case),
        "clearance-theft-robbery-fraud": clearance_in_period(trf),
        "clearance-cohort": dated(case, case.filed_on, case.cleared_on.notna()),
        "filed": dated(case, case.filed_on),
        "withdrawn": dated(report, report.withdrawn_on),
    }


def filed_cases(tables: Tables) -> Frame:
    case = standing(tables["case"])
    return case[case.filed_on.notna() & case.withdrawn_on.isna()]


def clearance_in_period(case: Frame) -> Frame:
    """Cleared in the period, whenever filed ÷ filed in the period."""
    cleared = dated(case, case.cleared_on, 1, 0)
    return pd.concat([cleared, dated(case, case.filed_on, 0, 1)])


def other_rows(tables: Tables) -> dict[str, Frame]:
    return_visit, patrol = standing(tables["return_visit"]), standing(tables["patrol"])
    check, answer = standing(tables["spot_check"]), standing(tables["survey_answer"])
    valid, merit = answer[answer.is_valid], standing(tables["merit"])
    visit = tables["visit"][~tables["visit"].is_deleted]
    stopped, caught = (merit[merit.kind == kind] for kind in ("crime-stopped", "suspect-caught"))
    return {
        "A2-days-in-village": days_in_village(tables),
        "A3-return-visits": dated(
            return_visit, return_visit.due_on, return_visit.done_on <= return_visit.due_on
        ),
        "A4-valid-visits": visit_validity(tables),
        "B1-patrols-completed": dated(patrol, patrol.planned_on, patrol.completed_at.notna()),
        "B2-patrol-points": patrol_points(tables),
        "B3-peak-hours": patrol_minutes(tables),
        "E-spot-check-accuracy": dated(
            check, check.checked_on, check.fields_correct, check.fields_sampled
        ),
        "G-satisfaction": dated(valid, valid.asked_on, valid.is_satisfied.eq(True)),
        "visits": dated(visit, visit.started_at.fillna(visit.entered_at)),
        "patrols": dated(patrol, patrol.started_at),
        "crimes-stopped": dated(stopped, stopped.happened_on),
        "suspects-caught": dated(caught, caught.happened_on, caught.persons),
    }


@dataclass(frozen=True)
class Own:
    """The records known on a day, as rows that add up."""

    tables: Tables
    rows: Mapping[str, Frame]
    day: Day

    def totals(self, name: str, level: str, start: Day, end: Day) -> dict[str, Pair]:
        """Unit -> numerator and denominator; roll-up is Σ numerators ÷ Σ denominators."""
        belongs = belonging(self.tables, end)
        if name == COVERAGE:
            visited = self.households_visited(belongs, level, end)
            return with_stock(visited, belongs, level, "households")
        rows = self.rows["filed" if name == "filings-per-10000" else name]
        found = summed(rows[rows.day.between(start, end)], belongs, level)
        if name == "filings-per-10000":
            return with_stock({u: n for u, (n, _) in found.items()}, belongs, level, "population")
        return found

    def households_visited(self, belongs: Frame, level: str, end: Day) -> dict[str, int]:
        """Households with a valid visit since 1 January, each once, at the best known place."""
        visit = valid_visits(self.tables)
        is_counted = visit.started_at.between(Day(end.year, 1, 1), end + days(1), "left")
        by_precision = visit[is_counted].sort_values(["village", "station"], na_position="last")
        by_precision = pd.concat(
            [by_precision[by_precision.village.notna()], by_precision[by_precision.village.isna()]]
        )
        once = by_precision.drop_duplicates("household")
        return {str(u): int(n) for u, n in unit_of(once, belongs, level).value_counts().items()}


def summed(rows: Frame, belongs: Frame, level: str) -> dict[str, Pair]:
    sums = rows[["numerator", "denominator"]].groupby(unit_of(rows, belongs, level)).sum()
    return {str(unit): (int(n), int(d)) for unit, n, d in sums.itertuples()}


def with_stock(
    counted: Mapping[str, int], belongs: Frame, level: str, column: str
) -> dict[str, Pair]:
    stock = belongs[column].groupby(unit_of(belongs, belongs, level)).sum()
    units = {*counted, *stock.index}
    return {unit: (counted.get(unit, 0), int(stock.get(unit, 0))) for unit in units}


@cache
def own(day: Day = LAST_DAY) -> Own:
    tables = as_of(raw_tables(), day)
    every: tuple[Callable[[Tables], dict[str, Frame]], ...] = (
        dispute_rows, hazard_rows, task_rows, case_rows, other_rows
    )  # fmt: skip
    rows = {name: frame for part in every for name, frame in part(tables).items()}
    return Own(tables, rows, day)


# -- section 4: the scheme, as the table of domain.md has it ------------------------------------


@dataclass(frozen=True)
class Rule:
    points: int
    target: str
    floor: str = "0"
    how: str = "linear"

    @property
    def bounds(self) -> tuple[Fraction, Fraction]:
        return Fraction(self.target), Fraction(self.floor)


SCHEME: dict[str, Rule] = {
    "A1-visit-coverage": Rule(10, "0.5"),
    "A2-days-in-village": Rule(6, "1", "0.6"),
    "A3-return-visits": Rule(5, "0.95", "0.8"),
    "A4-valid-visits": Rule(4, "0.95", "0.8"),
    "B1-patrols-completed": Rule(6, "0.95"),
    "B2-patrol-points": Rule(4, "0.9"),
    "B3-peak-hours": Rule(3, "0.3", how="pass"),
    "C1-disputes-on-time": Rule(8, "0.95", "0.7"),
    "C2-first-response": Rule(4, "0.98", "0.8"),
    "C3-call-backs": Rule(4, "1", "0.7"),
    "C4-recurrence": Rule(4, "0.05", "0.15", "deduct"),
    "D1-hazards-on-time": Rule(4, "0.95", "0.7"),
    "D2-rechecked": Rule(4, "1", "0.7"),
    "E-spot-check-accuracy": Rule(8, "0.95", "0.85"),
    "F1-tasks-signed": Rule(4, "0.98", "0.8"),
    "F2-tasks-on-time": Rule(6, "0.95", "0.7"),
    "G-satisfaction": Rule(8, "0.95", "0.8"),
    "H1-case-decisions": Rule(4, "0.98", "0.8"),
    "H2-case-call-backs": Rule(4, "0.95", "0.7"),
}
OWN_WORK = {  # a village's or an officer's score consists of what is their own
    "A1-visit-coverage": 18, "A2-days-in-village": 11, "A3-return-visits": 9, "A4-valid-visits": 7,
    "B1-patrols-completed": 11, "B2-patrol-points": 7, "B3-peak-hours": 5,
    "E-spot-check-accuracy": 14, "F1-tasks-signed": 7, "F2-tasks-on-time": 11,
}  # fmt: skip
MIXED_IN = {"A": 3, "B": 3, "G": 30}  # k, else 10
A_YEAR_LONG = "CDGH"  # the last 12 months


def share(name: str, value: Fraction, end: Day) -> Fraction:
    """The part of the points that a value earns."""
    rule = SCHEME[name]
    target, floor = rule.bounds
    if name == COVERAGE:
        target *= Fraction(end.day_of_year, 366 if end.is_leap_year else 365)
    if rule.how == "pass":
        return Fraction(value >= target)
    return min(max((value - floor) / (target - floor), Fraction(0)), Fraction(1))


@dataclass(frozen=True)
class Scored:
    group: str
    score: Fraction
    applicable: Fraction
    shares: Mapping[str, Fraction]


def scores(level: str, start: Day, end: Day, day: Day = LAST_DAY) -> dict[str, Scored]:
    """Unit -> score of (numerator + k·p_group) ÷ (denominator + k).

    What the whole group has no case of is out, and its weight shared among the others.
    """
    points = (
        OWN_WORK if level == "village" else {name: rule.points for name, rule in SCHEME.items()}
    )
    a_year_ago = end + days(1) - pd.DateOffset(years=1)
    belongs = belonging(own(day).tables, end)
    units = belongs.drop_duplicates(level).set_index(level, drop=False)
    shares: dict[str, dict[str, Fraction]] = {unit: {} for unit in units.index}
    applicable = dict.fromkeys(units.index, Fraction(0))
    for name in points:
        first = a_year_ago if name[0] in A_YEAR_LONG else start
        totals, pooled = (own(day).totals(name, at, first, end) for at in (level, "group"))
        k = MIXED_IN.get(name[0], 10)
        for unit, group in units.group.items():
            of_group = pooled.get(group, (0, 0))
            if not of_group[1]:
                continue
            numerator, denominator = totals.get(unit, (0, 0))
            value = (numerator + k * Fraction(*of_group)) / (denominator + k)
            shares[unit][name] = share(name, value, end)
            applicable[unit] += Fraction(points[name] * denominator, denominator + k)
    return {
        unit: scored(group, shares[unit], applicable[unit], points)
        for unit, group in units.group.items()
    }


def scored(
    group: str, shares: Mapping[str, Fraction], applicable: Fraction, points: Mapping[str, int]
) -> Scored:
    earned = sum(points[name] * part for name, part in shares.items())
    whole = sum(points[name] for name in shares)
    return Scored(group, Fraction(earned) * 100 / whole, applicable, shares)


def places(found: Mapping[str, Scored]) -> dict[str, int]:
    """Place within the group, 1 the best; equal scores share the better place."""
    ranked = {unit: s for unit, s in found.items() if s.applicable >= 50}
    return {
        unit: 1 + sum(o.score > s.score for o in ranked.values() if o.group == s.group)
        for unit, s in ranked.items()
    }


def grades(units: Mapping[str, Scored]) -> dict[str, str]:
    """优秀 places = floor(20 % of the group), at least 1; a tie at the edge is out."""
    ranked = {unit: s for unit, s in units.items() if s.applicable >= 50}
    found = {}
    for unit, s in ranked.items():
        group = [o for o in ranked.values() if o.group == s.group]
        is_within = sum(o.score >= s.score for o in group) <= max(1, len(group) // 5)
        if s.score >= 90 and is_within:
            found[unit] = "优秀"
        else:
            found[unit] = "良好" if s.score >= 80 else "合格" if s.score >= 60 else "不合格"
    return found


# -- the product --------------------------------------------------------------------------------


@pytest.fixture(scope="module")
def store(demo: Store) -> Store:
    return demo


def measured(
    counted: Counted, names: Iterable[str], level: str, period: str, kind: str | None = None
) -> dict[str, dict[str, Figure]]:
    indicators = [counted.catalogue[name] for name in names]
    when = parse_period(period, counted.as_of)
    found = measure_all(counted, indicators, level, when, command_line(), kind)
    return {name: {figure.unit: figure for figure in found[name]} for name in found}


def pairs(figures: Mapping[str, Figure]) -> dict[str, Pair]:
    """Unit -> counts, without the units that have none (a count has no denominator)."""
    found = {unit: (f.numerator or 0, f.denominator or 0) for unit, f in figures.items()}
    return {unit: pair for unit, pair in found.items() if pair != (0, 0)}


def something(totals: Mapping[str, Pair], is_count: bool = False) -> dict[str, Pair]:
    found = {unit: (n, 0 if is_count else d) for unit, (n, d) in totals.items()}
    return {unit: pair for unit, pair in found.items() if pair != (0, 0)}


def without_unknown(counts: Mapping[str, Pair]) -> dict[str, Pair]:
    return {unit: pair for unit, pair in counts.items() if unit != NOBODY}


def assessed(store: Store, level: str, period: str, day: Day = LAST_DAY) -> list[Assessment]:
    counted = store.counted(day.date())
    when = parse_period(period, counted.as_of)
    return assess(counted, level, when, command_line(), is_simulated=False)


# -- the comparison -------------------------------------------------------------------------------

RATIOS = (
    "clearance-period",
    "clearance-theft-robbery-fraud",
    "clearance-cohort",
    "filings-per-10000",
    "mediation-success",
)
COUNTS = (
    "visits",
    "patrols",
    "disputes-resolved",
    "hazards-found",
    "crimes-stopped",
    "suspects-caught",
    "withdrawn",
)


@pytest.mark.parametrize("level", LEVELS)
@pytest.mark.parametrize(("period", "start", "end"), [JULY, TO_AUGUST])
def test_counts(store: Store, level: str, period: str, start: Day, end: Day) -> None:
    names = (*SCHEME, *RATIOS, *COUNTS)
    found = measured(store.counted(), names, level, period)
    for name in names:
        wanted = something(own().totals(name, level, start, end), name in COUNTS)
        product = pairs(found[name])
        if name == COVERAGE:  # of stations and 未知 below
            if level != "village":
                continue
            wanted, product = without_unknown(wanted), without_unknown(product)
        assert product == wanted, (name, level, period)


@pytest.mark.parametrize("level", ["bureau", "station"])
def test_a_household_counts_once_in_a_year(store: Store, level: str) -> None:
    """“households with a valid visit since 1 January”: once, though one record lacks the village.

    A household that was visited twice, once with the village noted and once without, is one
    household of the station and of the bureau.
    """
    period, start, end = JULY
    product = pairs(measured(store.counted(), [COVERAGE], level, period)[COVERAGE])
    assert product == something(own().totals(COVERAGE, level, start, end))


@pytest.mark.parametrize("level", ["bureau", "station"])
@pytest.mark.parametrize("kind", [None, "theft", "fraud"])
@pytest.mark.parametrize("within", [30, 60, 90])
def test_cleared_within_days(store: Store, level: str, kind: str | None, within: int) -> None:
    """Of the cases filed in the period and old enough, the share cleared within N days."""
    period, start, end = TO_AUGUST
    case = filed_cases(own().tables)
    case = case[case.filed_on.between(start, end) & ((case.kind == kind) | (kind is None))]
    is_ripe = case.filed_on + days(within) <= LAST_DAY
    is_soon = case.cleared_on - case.filed_on <= days(within)
    belongs = belonging(own().tables, end)
    wanted = summed(dated(case[is_ripe], case.filed_on, is_soon), belongs, level)
    young = unit_of(case[~is_ripe], belongs, level).value_counts().to_dict()
    name = f"clearance-cohort-{within}"
    figures = measured(store.counted(), [name], level, period, kind)[name]
    assert pairs(figures) == wanted
    assert {unit: f.maturing for unit, f in figures.items() if f.maturing} == young


@pytest.mark.parametrize("level", ["bureau", "station"])
def test_filed_within_a_week_of_the_report(store: Store, level: str) -> None:
    """Of the reports of the period that are a week old, those filed; also if withdrawn later."""
    period, start, end = TO_AUGUST
    report = standing(own().tables["case"])
    report = report[report.reported_at.dt.normalize().between(start, end)]
    reported_on = report.reported_at.dt.normalize()
    is_ripe = reported_on + days(7) <= LAST_DAY
    rows = dated(report[is_ripe], reported_on, report.filed_on - reported_on <= days(7))
    wanted = summed(rows, belonging(own().tables, end), level)
    assert (
        pairs(measured(store.counted(), ["reports-filed"], level, period)["reports-filed"])
        == wanted
    )


@pytest.mark.parametrize("level", LEVELS)
@pytest.mark.parametrize(("period", "start", "end"), [JULY, TO_AUGUST])
def test_backlog_cleared(store: Store, level: str, period: str, start: Day, end: Day) -> None:
    """Cleared in the period, filed before it."""
    case = filed_cases(own().tables)
    case = case[case.cleared_on.between(start, end) & (case.filed_on < start)]
    wanted = summed(dated(case, case.cleared_on), belonging(own().tables, end), level)
    name = "clearance-backlog"
    found = pairs(measured(store.counted(), [name], level, period)[name])
    assert found == something(wanted, is_count=True)


@pytest.mark.parametrize("level", ["station", "village"])
@pytest.mark.parametrize(
    ("period", "start", "end", "day"),
    [
        (*JULY, LAST_DAY),
        (*MAY, MAY[2]),
        ("2019-Q2", Day("2019-04-01"), Day("2019-06-30"), LAST_DAY),
        ("2017-02", Day("2017-02-01"), Day("2017-02-28"), LAST_DAY),  # after a leap year
    ],
)
def test_scores_and_places(
    store: Store, level: str, period: str, start: Day, end: Day, day: Day
) -> None:
    """Exact fractions of every unit and indicator, and the places in the groups."""
    wanted = scores(level, start, end, day)
    found = {line.unit: line for line in assessed(store, level, period, day)}
    assert found.keys() == wanted.keys()
    for unit, line in found.items():
        shares = {c.indicator: c.share for c in line.contributions if c.share is not None}
        assert shares == wanted[unit].shares, unit
        assert line.applicable_points == wanted[unit].applicable, unit
        assert line.score == wanted[unit].score, unit
    ranks = {unit: line.rank for unit, line in found.items() if line.rank is not None}
    assert ranks == places(wanted)


@pytest.mark.parametrize("level", ["station", "village"])
def test_grades_of_a_quarter(store: Store, level: str) -> None:
    wanted = grades(scores(level, Day("2019-04-01"), Day("2019-06-30")))
    lines = assessed(store, level, "2019-Q2")
    assert {line.unit: line.grade for line in lines if line.grade is not None} == wanted
    assert {line.grade for line in assessed(store, level, "2019-07")} == {None}


def test_a_week_is_watched_not_ranked(store: Store) -> None:
    lines = assessed(store, "station", "2019-W33")
    assert {(line.status, line.rank, line.grade) for line in lines} == {("monitoring", None, None)}


@pytest.mark.parametrize("level", ["station", "village"])
def test_later_facts_are_hidden(store: Store, level: str) -> None:
    """As of 31 May nothing that was dated later is known: the figures of May, from less."""
    period, start, end = MAY
    names = [name for name in (*SCHEME, *RATIOS) if name != COVERAGE]
    found = measured(store.counted(end.date()), names, level, period)
    for name in names:
        wanted = something(own(end).totals(name, level, start, end))
        assert pairs(found[name]) == wanted, name
    hidden = own(end).totals("clearance-cohort", "bureau", start, end)[ALL]
    known = own().totals("clearance-cohort", "bureau", start, end)[ALL]
    assert hidden < known  # cleared since


@pytest.mark.parametrize("level", ["village", "room", "station", "group"])
def test_parts_and_unknown_are_the_total(store: Store, level: str) -> None:
    counted = store.counted()
    names = list(counted.catalogue.indicators)
    parts, whole = (measured(counted, names, at, "2019-07") for at in (level, "bureau"))
    for name in names:
        sums = [sum(column) for column in zip(*pairs(parts[name]).values(), strict=True)]
        assert [tuple(sums)] == list(pairs(whole[name]).values()) or not sums, name


def test_a_moved_village_is_counted_where_it_belongs_now(store: Store) -> None:
    """同比 counts both periods over the villages that belong to it at this period's end."""
    belongs = belonging(own().tables, Day("2019-06-30"))
    rows = own().rows["visits"]
    rows = rows[rows.day.between(Day("2018-06-01"), Day("2018-06-30"))]
    now_in = belongs.station[MOVED_VILLAGE]
    assert now_in != MOVED_FROM_STATION
    assert (rows.village == MOVED_VILLAGE).any()
    figures = measured(store.counted(), ["visits"], "station", "2019-06")["visits"]
    last_year = summed(rows, belongs, "station")
    for station in (now_in, MOVED_FROM_STATION):
        assert figures[station].last_year_numerator == last_year[station][0]
    as_then = measured(store.counted(), ["visits"], "station", "2018-06")["visits"]
    in_village = int((rows.village == MOVED_VILLAGE).sum())
    assert as_then[now_in].numerator == last_year[now_in][0] - in_village


def by_officer(rows: Frame, start: Day, end: Day) -> dict[str, Pair]:
    """Σ over the villages assigned on that day; a community officer's are those of the room."""
    post = own().tables["assignment"]
    of_rooms = post[post.village.isna()].drop(columns="village")
    of_rooms = of_rooms.merge(belonging(own().tables, end)[["village", "room"]], on="room")
    held = rows[rows.day.between(start, end)].merge(
        pd.concat([post[post.village.notna()], of_rooms])[
            ["officer", "village", "valid_from", "valid_to"]
        ],
        on="village",
    )
    held = held[(held.valid_from <= held.day) & ~(held.valid_to < held.day)]
    sums = held.groupby("officer")[["numerator", "denominator"]].sum()
    return {str(officer): (int(n), int(d)) for officer, n, d in sums.itertuples()}


@pytest.mark.parametrize("name", ["visits", "A3-return-visits", "F2-tasks-on-time"])
def test_an_officer_has_the_villages_assigned_on_the_day(store: Store, name: str) -> None:
    """In 2018 several posts changed hands."""
    wanted = by_officer(own().rows[name], *YEAR_2018[1:])
    product = pairs(measured(store.counted(), [name], "officer", YEAR_2018[0])[name])
    assert without_unknown(product) == something(wanted, name == "visits")


def test_an_officer_has_the_backlog_cleared_while_in_post(store: Store) -> None:
    """The day is that of the clearing, not the last of the period."""
    period, start, end = YEAR_2018
    case = filed_cases(own().tables)
    case = case[case.filed_on < start]
    wanted = by_officer(dated(case, case.cleared_on), start, end)
    name = "clearance-backlog"
    product = pairs(measured(store.counted(), [name], "officer", period)[name])
    assert without_unknown(product) == something(wanted, is_count=True)


def test_due_days_are_the_officers_own(store: Store) -> None:
    name, (period, start, end) = "A2-days-in-village", YEAR_2018
    rows = own().rows[name]
    sums = rows[rows.day.between(start, end)].groupby("officer")[["numerator", "denominator"]].sum()
    wanted = {str(officer): (int(n), int(d)) for officer, n, d in sums.itertuples()}
    assert pairs(measured(store.counted(), [name], "officer", period)[name]) == wanted
