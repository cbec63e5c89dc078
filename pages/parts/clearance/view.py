"""What 破案 says and draws for one choice of period, kind, station and rate: made once, kept."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from functools import cached_property

from markupsafe import Markup

from metrics.analysis import clearance_change
from metrics.analysis import clearance_counts as cases
from metrics.analysis.clearance_audit import AUDITED, audit, audit_reading
from metrics.analysis.clearance_cases import Cases, Cohort, cohorts
from metrics.analysis.clearance_counts import CaseCounts, Choice
from metrics.analysis.compare import Comparison
from metrics.analysis.time_to_clearance import Speed, speed, speed_reading
from metrics.cells.units import UNKNOWN
from metrics.figures.words import plain
from metrics.statistics.standardisation import Standardised
from metrics.wording import clearance_readings
from metrics.wording.clearance_change_words import clearance_headline, separation, steps_reading
from metrics.wording.clearance_readings import is_compared
from metrics.wording.definitions import definitions
from pages.documents.sheet import Notes, sheet_of
from pages.parts import frame
from pages.parts.block import Block
from pages.parts.clearance import sheets
from pages.parts.clearance.charts import cohorts_chart, speed_chart, steps_chart
from pages.parts.clickable import address
from pages.parts.linked_table import folded_table, linked_table
from pages.parts.markup import render

WIDEST = 2.0  # the scale goes from 0 to here; what reaches beyond is cut with an arrow
HEADING = "实际÷应破（左端 0，中线 1，右端 2）"


@dataclass(frozen=True)
class View:
    headline: str
    why: Block
    speed: Block
    kinds: Block
    audit: Block
    stations: Block
    cohorts: Block
    months: Block


def clearance_view(
    screen: frame.Screen, counts: CaseCounts, filed: Cases, indicator: str, choice: Choice
) -> View:
    """filed: the cases of the period, of last year's and of the months that are shown."""
    blocks = Making(screen, counts, indicator, choice)
    return View(
        clearance_headline(counts, indicator, choice, blocks.change),
        blocks.why(),
        blocks.speed(speed(filed, choice, counts.period)),
        blocks.kinds(),
        blocks.audit(),
        blocks.stations(),
        blocks.cohorts(cohorts(filed.of(choice), counts.months)),
        blocks.months(),
    )


@dataclass(frozen=True)
class Making:
    """Makes the blocks of a view, all for the same choice."""

    screen: frame.Screen
    counts: CaseCounts
    indicator: str
    choice: Choice

    @cached_property
    def change(self) -> Comparison | None:
        return self.changed(self.indicator, self.choice)

    def changed(self, indicator: str, choice: Choice) -> Comparison | None:
        return self.screen.results.case_change(indicator, choice, self.counts.period)

    def name(self, what: str, station: str | None = None, kind: str | None = None) -> str:
        station, kind = station or self.choice.station, kind or self.choice.kind
        where = next((u.name for u in self.counts.stations if u.code == station), "全局")
        title = clearance_change.kind_name(self.counts, kind)
        return f"{what}-{where}-{title}-{self.counts.period.text}"

    @property
    def notes(self) -> Notes:
        rate = ("破案率口径", self.counts.catalogue[self.indicator].title)
        return self.screen.notes(self.counts.period, rate, *definitions("clearance"))

    def to(self, **changed: str) -> str:
        """This page with another choice; every control is named, so that none is remembered."""
        query: Mapping[str, str] = {
            "period": self.counts.period.text,
            "cases": self.choice.kind,
            "station": self.choice.station,
            "rate": self.indicator,
        }
        return address("clearance", **{**query, **changed})

    def why(self) -> Block:
        change = self.change
        parts = clearance_change.rate_steps(self.counts, self.indicator, self.choice, change)
        reading = steps_reading(parts, change)
        sheet = sheet_of(self.name("破案率变化分解"), sheets.STEPS, parts, self.notes)
        picture = steps_chart(parts, change.is_real) if parts and change else None
        return Block("变化从哪里来", picture, reading, sheet, folded_table(sheet))

    def speed(self, curves: Speed) -> Block:
        name, has_curve = self.name("破案快慢"), curves.now is not None
        return Block(
            "立案后多久破案",
            speed_chart(curves) if has_curve else None,
            speed_reading(curves),
            sheets.speed_sheet(curves, name, self.notes),
            folded_table(sheets.speed_sheet(curves, name, self.notes, every=15)),
        )

    def audit(self) -> Block:
        changes = {name: self.changed(name, self.choice) for name in AUDITED}
        lines = audit(self.counts, self.choice, changes)
        sheet = sheet_of(self.name("立案与撤案核查"), sheets.AUDIT, lines, self.notes)
        change = self.changed(cases.IN_PERIOD, self.choice)
        reading = separation(self.counts, self.choice, change) + audit_reading(lines)
        title = "立案与撤案核查：是破得多了，还是立得少了"
        return Block(title, linked_table(sheet), reading, sheet)

    def kinds(self) -> Block:
        station = self.choice.station
        name = self.name("分类别破案", kind=cases.ALL)
        sheet = sheets.kinds_sheet(self.counts, station, name, self.notes)
        listed = sheets.kinds_listed(self.counts)
        links = [self.to(cases=kind) if kind else "" for kind in listed]
        chosen = [i for i, kind in enumerate(listed) if kind == self.choice.kind]
        markup = linked_table(sheet, links, chosen, sheets.SIGNED)
        left_out = clearance_readings.left_out_sentence(self.counts, Choice(station, cases.ALL))
        reading = f"{left_out}点类别只看这一类，全页随之变化。"
        return Block("分类别", markup, reading, sheet)

    def stations(self) -> Block:
        kind = self.choice.kind
        results = clearance_readings.station_results(self.counts, self.indicator, kind)
        change = self.changed(self.indicator, Choice(kind=kind))
        changes = clearance_change.station_effects(self.counts, self.indicator, kind, change)
        name = self.name("分派出所破案", station=cases.ALL)
        sheet = sheets.stations_sheet(self.counts, kind, results, changes, name, self.notes)
        links = [self._toggled(unit.code) for unit in self.counts.stations]
        chosen = [i for i, u in enumerate(self.counts.stations) if u.code == self.choice.station]
        pictures = HEADING, tracks(self.counts, results)
        reading = clearance_readings.clearance_by_station_reading(self.counts, results)
        return Block(
            "分派出所：扣除案件构成后的比较",
            linked_table(sheet, links, chosen, sheets.SIGNED, pictures),
            f"{reading}点派出所只看这个所，再点一次回到全局。",
            sheet,
        )

    def _toggled(self, station: str) -> str:
        """A click on the chosen station goes back to all; 未知 cannot be chosen."""
        if not station:
            return ""
        return self.to(station=cases.ALL if station == self.choice.station else station)

    def cohorts(self, months: Sequence[Cohort]) -> Block:
        title = "各月立案的去向"
        sheet = sheets.cohorts_sheet(months, self.name(title), self.notes)
        picture, reading = cohorts_chart(months), clearance_readings.cohorts_reading(months)
        return Block(title, picture, reading, sheet, folded_table(sheet))

    def months(self) -> Block:
        sheet = sheets.months_sheet(self.counts, self.choice, self.name("分月破案"), self.notes)
        links = [self.to(period=month.text) for month in self.counts.months]
        markup = linked_table(sheet, links, signed=sheets.SIGNED)
        return Block("", markup, "点月份只看这个月。", sheet)


def tracks(counts: CaseCounts, results: Sequence[Standardised]) -> list[Markup]:
    """One for each station; apart from 1: a diamond; too few to compare: hollow."""
    units = zip(counts.stations, results, strict=True)
    return [
        _track(result, unit.code, is_first=place == 0) for place, (unit, result) in enumerate(units)
    ]


def _track(result: Standardised, station: str, is_first: bool) -> Markup:
    """Nothing is drawn where there is no ratio, and of 未知."""
    ratio, lower, upper = result.ratio, result.lower, result.upper
    if ratio is None or lower is None or upper is None or station == UNKNOWN:
        return render("clearance/track.html", is_first=is_first, hint="")
    is_sure = is_compared(station, result)
    return render(
        "clearance/track.html",
        is_first=is_first,
        kind="few" if not is_sure else "apart" if result.is_apart else "",
        hint=f"{plain(ratio, 2)}，95% 区间 {plain(lower, 2)}–{plain(upper, 2)}",
        low=_at(lower),
        high=_at(upper),
        at=_at(float(ratio)),
        is_beyond=ratio > WIDEST,
        is_cut=upper > WIDEST,
    )


def _at(ratio: float) -> float:
    return 100 * min(ratio, WIDEST) / WIDEST
