"""What 破案 says and draws for one choice of period, kind, station and rate: made once, kept."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from metrics.analysis import clearance_counts as cases
from metrics.analysis.clearance_audit import audit, audit_reading, separation
from metrics.analysis.clearance_cases import Cases, Cohort, cohorts
from metrics.analysis.clearance_change import (
    clearance_headline,
    kind_name,
    rate_steps,
    station_effects,
    steps_reading,
)
from metrics.analysis.clearance_counts import CaseCounts, Choice
from metrics.analysis.time_to_clearance import Speed, speed, speed_reading
from metrics.wording.clearance_readings import (
    WHY_NOT_SCORED,
    clearance_by_station_reading,
    cohorts_reading,
    left_out_sentence,
    station_results,
)
from pages.parts import frame
from pages.parts.clearance import sheets as sheets
from pages.parts.clearance.charts import cohorts_chart, speed_chart, steps_chart
from pages.parts.clearance.stations import HEADING, tracks
from pages.parts.clickable import address, show_clickable
from pages.parts.linked_table import linked_table
from pages.parts.table import Sheet, export_buttons
from pages.parts.told import Told

DEFINITIONS = [
    ("期内破案率", "本期破案数（不论何时立案）÷ 本期立案数，可超过 100%。"),
    (
        "现案破案率",
        "本期立案的案件中，30、60、90 天内破获的占比；未满相应天数的案件不计，另列“未满90天”。",
    ),
    ("积案破案数", "本期破获的本期以前立案的案件，随期间而变（1月加2月不等于1—2月）。"),
    ("撤案", "撤案从分子、分母中一并扣除，另按撤案日期计数。"),
    (
        "破案水平与案件结构",
        "基塔加瓦分解：各类案件破案率变化的影响为“水平”，各类立案所占比重变化的影响为“结构”，"
        "交互部分平分，各项相加等于总变化。",
    ),
    (
        "破案快慢",
        "卡普兰—迈耶曲线：未破案件按已等待天数计入，不当作永远不破；两年快慢用对数秩检验比较。",
    ),
    (
        "实际÷应破",
        "间接标准化：应破 = 本所各类立案数 × 全局该类破案率，合计；区间不含 1 才算有高下。",
    ),
    ("随机波动", "同样的工作、同样的案件，件数也会有出入；精确检验 p 小于 0.05 才称超出。"),
    ("为何不计分", WHY_NOT_SCORED),
]


@dataclass(frozen=True)
class Listed:
    """A table whose first cells open other views, with its reading and its sheet."""

    markup: str
    reading: str
    sheet: Sheet

    def show(self, key: str) -> None:
        show_clickable(self.markup, key)
        frame.reading(self.reading)
        export_buttons(self.sheet, key)


@dataclass(frozen=True)
class View:
    headline: str
    why: Told
    speed: Told
    kinds: Listed
    audit: Listed
    stations: Listed
    cohorts: Told
    months: Listed


def made(
    screen: frame.Screen, counts: CaseCounts, filed: Cases, indicator: str, choice: Choice
) -> View:
    """filed: the cases of the period, of last year's and of the months that are shown."""
    found = Making(screen, counts, indicator, choice)
    return View(
        clearance_headline(counts, indicator, choice),
        found.why(),
        found.speed(speed(filed, choice, counts.period)),
        found.kinds(),
        found.audit(),
        found.stations(),
        found.cohorts(cohorts(filed.of(choice), counts.months)),
        found.months(),
    )


@dataclass(frozen=True)
class Making:
    """Makes the parts of a view, all for the same choice."""

    screen: frame.Screen
    counts: CaseCounts
    indicator: str
    choice: Choice

    def name(self, what: str, station: str | None = None, kind: str | None = None) -> str:
        station, kind = station or self.choice.station, kind or self.choice.kind
        where = next((u.name for u in self.counts.stations if u.code == station), "全局")
        return f"{what}-{where}-{kind_name(self.counts, kind)}-{self.counts.period.text}"

    @property
    def notes(self) -> Sequence[tuple[str, str]]:
        asked = ("破案率口径", self.counts.catalogue[self.indicator].title)
        return [*self.screen.results.stamp(self.counts.period).notes(), asked, *DEFINITIONS]

    def to(self, **changed: str) -> str:
        """This page with another choice; every control is named, so that none is remembered."""
        query: Mapping[str, str] = {
            "period": self.counts.period.text,
            "cases": self.choice.kind,
            "station": self.choice.station,
            "rate": self.indicator,
        }
        return address("clearance", **{**query, **changed})

    def why(self) -> Told:
        found = rate_steps(self.counts, self.indicator, self.choice)
        said = steps_reading(self.counts, self.indicator, self.choice)
        sheet = sheets.steps_sheet(found, self.name("破案率变化分解"), self.notes)
        return Told.of(steps_chart(found) if found else None, said, sheet)

    def speed(self, found: Speed) -> Told:
        name, has_curve = self.name("破案快慢"), found.now is not None
        return Told.of(
            speed_chart(found) if has_curve else None,
            speed_reading(found),
            sheets.speed_sheet(found, name, self.notes),
            sheets.speed_sheet(found, name, self.notes, every=15),
        )

    def audit(self) -> Listed:
        lines = audit(self.counts, self.choice)
        sheet = sheets.audit_sheet(lines, self.name("立案与撤案核查"), self.notes)
        said = separation(self.counts, self.choice) + audit_reading(lines)
        return Listed(linked_table(sheet), said, sheet)

    def kinds(self) -> Listed:
        station = self.choice.station
        name = self.name("分类别破案", kind=cases.ALL)
        sheet = sheets.kinds_sheet(self.counts, station, name, self.notes)
        listed = sheets.kinds_listed(self.counts)
        links = [self.to(cases=kind) if kind else "" for kind in listed]
        chosen = [i for i, kind in enumerate(listed) if kind == self.choice.kind]
        markup = linked_table(sheet, links, chosen, sheets.SIGNED)
        left_out = left_out_sentence(self.counts, Choice(station, cases.ALL))
        return Listed(markup, f"{left_out}点类别只看这一类，全页随之变化。", sheet)

    def stations(self) -> Listed:
        kind = self.choice.kind
        found = station_results(self.counts, self.indicator, kind)
        changes = station_effects(self.counts, self.indicator, kind)
        name = self.name("分派出所破案", station=cases.ALL)
        sheet = sheets.stations_sheet(self.counts, kind, found, changes, name, self.notes)
        links = [self._toggled(unit.code) for unit in self.counts.stations]
        chosen = [i for i, u in enumerate(self.counts.stations) if u.code == self.choice.station]
        pictures = HEADING, tracks(self.counts, found)
        said = clearance_by_station_reading(self.counts, found)
        return Listed(
            linked_table(sheet, links, chosen, sheets.SIGNED, pictures),
            f"{said}点派出所只看这个所，再点一次回到全局。",
            sheet,
        )

    def _toggled(self, station: str) -> str:
        """A click on the chosen station goes back to all; 未知 cannot be chosen."""
        if not station:
            return ""
        return self.to(station=cases.ALL if station == self.choice.station else station)

    def cohorts(self, found: Sequence[Cohort]) -> Told:
        sheet = sheets.cohorts_sheet(found, self.name("各月立案的去向"), self.notes)
        return Told.of(cohorts_chart(found), cohorts_reading(found), sheet)

    def months(self) -> Listed:
        sheet = sheets.months_sheet(self.counts, self.choice, self.name("分月破案"), self.notes)
        links = [self.to(period=month.text) for month in self.counts.months]
        markup = linked_table(sheet, links, signed=sheets.SIGNED)
        return Listed(markup, "点月份只看这个月。", sheet)
