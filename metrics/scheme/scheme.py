"""The scheme: what is scored, with which weight, target, rule, window and minimum. Data, not code.

metrics/schemes/*.toml hold the schemes with their date in force; the scheme of a period is the one
in force on its last day, so that past periods keep theirs.
"""

from collections.abc import Sequence
from datetime import date, time
from fractions import Fraction
from pathlib import Path
from typing import Literal

from pydantic import Field, field_validator, model_validator

from data.declared import DeclarationError, Declared, Exact, load_declared, read_declared
from metrics.flags.rules import check_thresholds
from metrics.indicators.catalogue import Catalogue, Indicator
from metrics.indicators.views import NO_PEAK_HOUR
from metrics.scheme.level import LEVELS as LEVELS  # where most look for them
from metrics.scheme.level import Level as Level

HERE = Path(__file__).parents[1] / "schemes"
MOST_INDICATORS = 30


class Step(Declared):
    """From this value on (the better way), this share of the weight."""

    at: Exact
    share: Exact


class Scored(Declared):
    """How one indicator is scored.

    weights         level -> points there, where a level is weighed apart (see Scheme.at)
    target, floor   values that give all and none of the weight
    target_grows    "year": the target is multiplied by the elapsed part of the year
    window          the unit's own period, or the last 12 months
    pooled          at village and officer level the figure is that of the police room (share-out)
    minimum         smoothing: how many cases of the group are mixed in; share-out: the smallest
                    denominator, below which the next level's figure is taken
    """

    id: str
    weight: Exact
    weights: dict[Level, Exact] = Field(default_factory=dict)
    rule: Literal["linear", "deduct", "pass", "steps"]
    target: Exact
    floor: Exact = Fraction(0)
    target_grows: Literal["year"] | None = None
    steps: tuple[Step, ...] = ()
    window: Literal["period", "12 months"] = "period"
    pooled: bool = False
    minimum: int = 1

    @model_validator(mode="after")
    def _fits_rule(self) -> "Scored":
        if self.weight <= 0 or any(weight <= 0 for weight in self.weights.values()):
            raise ValueError(f"{self.id} 的 weight 应大于 0")
        if self.rule in ("linear", "deduct") and self.target == self.floor:
            raise ValueError(f"{self.id} 的 target 与 floor 不得相等")
        if (self.rule == "steps") != bool(self.steps):
            raise ValueError(f"{self.id} 的 steps 与 rule = steps 必须同时给出")
        return self


class Grade(Declared):
    """Scores from `at_least` on. `quota`: largest share of the group that may have the grade."""

    name: str
    at_least: Exact
    quota: Exact | None = None


class LedgerReason(Declared):
    """Why points may be given or taken, a grade capped, or a unit left out. `points`: most that
    one event may give or take; none for a veto and an exemption."""

    code: str
    kind: Literal["bonus", "deduction", "veto", "exemption"]
    title: str
    points: Exact = Fraction(0)

    @model_validator(mode="after")
    def _has_points(self) -> "LedgerReason":
        if (self.kind in ("bonus", "deduction")) != (self.points > 0):
            raise ValueError(f"{self.code} 的 points：加分、减分应大于 0，否决、免责不填")
        return self


class LedgerRules(Declared):
    """What the ledger may do to a score. Without reasons it may do nothing.

    bonus_cap, deduction_cap   most that all entries of a unit and period may give, take
    veto_grade                 the best grade left after a veto; the last one if it is not given
    """

    bonus_cap: Exact = Fraction(5)
    deduction_cap: Exact = Fraction(10)
    veto_grade: str = ""
    reasons: tuple[LedgerReason, ...] = ()

    @model_validator(mode="after")
    def _fits(self) -> "LedgerRules":
        if self.bonus_cap < 0 or self.deduction_cap < 0:
            raise ValueError("bonus_cap 与 deduction_cap 不应小于 0")
        codes = [reason.code for reason in self.reasons]
        repeated = sorted({code for code in codes if codes.count(code) > 1})
        if repeated:
            raise ValueError(f"事由重复：{'、'.join(repeated)}")
        return self

    def reason(self, code: str) -> LedgerReason | None:
        return next((reason for reason in self.reasons if reason.code == code), None)


class Scheme(Declared):
    """One assessment scheme.

    few_cases         smooth: every figure is mixed with its group's; share-out: the figure of the
                      level above, or the weight shared among the other indicators
    rank_from_points  a unit with fewer points of its own (适用分值) is scored, not ranked
    flags             rule of metrics/flags -> thresholds that differ from the rule's own
    """

    file: str
    title: str
    in_force_from: date
    approved_by: str
    source: str
    full_points: Exact = Fraction(100)
    rank_from_points: Exact = Fraction(60)
    few_cases: Literal["smooth", "share-out"] = "share-out"
    peak_hours: tuple[tuple[time, time], ...]
    periods: dict[Literal["week", "month", "quarter", "half", "year", "range"], str]
    grades: tuple[Grade, ...]
    indicators: tuple[Scored, ...]
    ledger: LedgerRules = LedgerRules()
    flags: dict[str, dict[str, Exact]] = Field(default_factory=dict)

    @field_validator("peak_hours", mode="before")
    @classmethod
    def _times(cls, value: object) -> object:
        if isinstance(value, list):
            return tuple(tuple(time.fromisoformat(str(t)) for t in pair) for pair in value)
        return value

    @field_validator("peak_hours")
    @classmethod
    def _whole_minutes(cls, hours: tuple[tuple[time, time], ...]) -> tuple[tuple[time, time], ...]:
        """Minutes are what is counted and shown; a second beside them would do nothing."""
        if any(at.second or at.microsecond for pair in hours for at in pair):
            raise ValueError("重点时段精确到分，不写秒")
        return hours

    @model_validator(mode="after")
    def _adds_up(self) -> "Scheme":
        self._check_weights("weight", [scored.weight for scored in self.indicators])
        for level in self.levels_apart:
            own = [scored.weights.get(level, Fraction(0)) for scored in self.indicators]
            self._check_weights(f"weights.{level}", own)
        if self.is_smoothed and any(scored.pooled for scored in self.indicators):
            raise ValueError("few_cases = smooth 时各级只按本级数据计分，pooled 应删去")
        names = [scored.id for scored in self.indicators]
        repeated = sorted({name for name in names if names.count(name) > 1})
        if repeated:
            raise ValueError(f"指标重复：{'、'.join(repeated)}")
        bounds = [grade.at_least for grade in self.grades]
        if not bounds or bounds[-1] != 0 or sorted(bounds, reverse=True) != bounds:
            raise ValueError("grades 应自高而低排列，最后一档自 0 起，不留空档")
        named = self.ledger.veto_grade
        if named and named not in [grade.name for grade in self.grades]:
            raise ValueError(f"ledger.veto_grade 应为 grades 中的一档，实为“{named}”")
        return self

    def _check_weights(self, key: str, weights: Sequence[Fraction]) -> None:
        total = sum(weights, Fraction(0))
        if total != self.full_points:
            raise ValueError(f"各项 {key} 之和应为 {self.full_points}，实为 {float(total):g}")

    @property
    def is_smoothed(self) -> bool:
        return self.few_cases == "smooth"

    @property
    def levels_apart(self) -> list[Level]:
        """Levels with weights of their own: what is not weighed there is not scored there."""
        return list(dict.fromkeys(level for s in self.indicators for level in s.weights))

    def at(self, level: Level) -> "Scheme":
        """The scheme as it scores a level: its indicators, with their weights there."""
        if level not in self.levels_apart:
            return self
        scored = tuple(
            s.model_copy(update={"weight": s.weights[level], "weights": {}})
            for s in self.indicators
            if level in s.weights
        )
        return self.model_copy(update={"indicators": scored})

    def scored(self, indicator: str) -> Scored | None:
        return next((scored for scored in self.indicators if scored.id == indicator), None)

    def role_of(self, period_kind: str) -> str:
        """monitoring, score, grade or award: what a period of this kind is for."""
        return next((role for kind, role in self.periods.items() if kind == period_kind), "score")


def load_schemes(
    catalogue: Catalogue, folder: Path = HERE, is_checked: bool = False
) -> tuple[Scheme, ...]:
    """All schemes of the folder, by date in force.

    is_checked   these very files were found right before, with this catalogue
    """
    read = [load_declared(path, Scheme, file=path.name) for path in sorted(folder.glob("*.toml"))]
    schemes = read if is_checked else [checked(scheme, catalogue) for scheme in read]
    if not schemes:
        raise DeclarationError(str(folder), "", "没有考核方案文件（*.toml）")
    return tuple(sorted(schemes, key=lambda scheme: scheme.in_force_from))


def load_scheme(path: Path, catalogue: Catalogue) -> Scheme:
    """One scheme, with every indicator that it names found in the catalogue."""
    return checked(load_declared(path, Scheme, file=path.name), catalogue)


def read_scheme(text: str, name: str, catalogue: Catalogue) -> Scheme:
    """The same of a text without a file, such as the log keeps."""
    return checked(read_declared(text, name, Scheme, file=name), catalogue)


def checked(scheme: Scheme, catalogue: Catalogue) -> Scheme:
    """The scheme, if the catalogue has its indicators and their targets reward the better."""
    check_thresholds(scheme.file, scheme.flags)
    for number, scored in enumerate(scheme.indicators):
        indicator = catalogue.indicators.get(scored.id)
        if indicator is None:
            key = f"indicators.{number}.id"
            raise DeclarationError(scheme.file, key, f"没有指标“{scored.id}”")
        _check_direction(scheme.file, number, scored, indicator)
    return scheme


def _check_direction(file: str, number: int, scored: Scored, indicator: Indicator) -> None:
    """A target on the wrong side of the floor would reward the worse."""
    if indicator.better == "neither":
        key = f"indicators.{number}.id"
        raise DeclarationError(file, key, f"指标 {scored.id} 没有优劣方向，不能计分")
    rises = scored.target > scored.floor
    if scored.rule in ("linear", "deduct") and rises != (indicator.better == "higher"):
        key = f"indicators.{number}.target"
        wanted = "高于" if indicator.better == "higher" else "低于"
        raise DeclarationError(file, key, f"应{wanted} floor（{scored.id}）")


def warnings(scheme: Scheme, catalogue: Catalogue) -> list[str]:
    """What the law or the Ministry's rules hold against the scheme, as sentences."""
    sentences = []
    for scored in scheme.indicators:
        indicator = catalogue[scored.id]
        if indicator.banned:
            sentences.append(
                f"“{indicator.title}”不得作为考核指标（公通字〔2015〕32号：取消破案率、发案数、"
                "刑拘数、罚没款等考核指标），请改为研判使用；本提示只据此件，未核对公安部令第137号"
            )
        elif indicator.volume:
            sentences.append(f"“{indicator.title}”是数量指标，按数量计分易致虚报，不宜计分")
    if not scheme.is_smoothed:
        sentences.append(
            "样本不足时取上级数据或把分值摊给其他指标（share-out）：件数少的单位得分虚高，"
            "多一件少一件分数骤变，宜改为与本组合计值合并（smooth）"
        )
    if len(scheme.indicators) > MOST_INDICATORS:
        sentences.append(f"指标共 {len(scheme.indicators)} 项，超过 {MOST_INDICATORS} 项的上限")
    return sentences


def scheme_of(schemes: Sequence[Scheme], on: date) -> Scheme:
    """The scheme in force on a day; before the first one, the first."""
    in_force = [scheme for scheme in schemes if scheme.in_force_from <= on]
    return in_force[-1] if in_force else schemes[0]


def peak_hours_sql(schemes: Sequence[Scheme]) -> str:
    """The relation `peak_hour`: windows of minutes of a day, with the days they are in force."""
    if not schemes:
        return NO_PEAK_HOUR
    rows = []
    for scheme, later in zip(schemes, [*schemes[1:], None], strict=True):
        first = scheme is schemes[0]
        starts = "DATE '1900-01-01'" if first else f"DATE '{scheme.in_force_from}'"
        ends = f"DATE '{later.in_force_from}' - 1" if later else "CAST(NULL AS DATE)"
        for begin, end in scheme.peak_hours:
            for window in _windows(begin, end):
                rows.append(f"({starts}, {ends}, {window[0]}, {window[1]})")
    values = ", ".join(rows)
    return (
        "SELECT * FROM (VALUES " + values + ") AS"
        " hours(valid_from, valid_to, starts_minute, ends_minute)"
    )


def _windows(begin: time, end: time) -> list[tuple[int, int]]:
    """Minutes of the day; hours past midnight become two windows; 00:00 as an end is 24:00."""
    first, last = begin.hour * 60 + begin.minute, end.hour * 60 + end.minute or 1440
    return [(first, last)] if first < last else [(first, 1440), (0, last)]
