"""A scheme as a form that people fill in, and back: in per cent, with Chinese words, exactly.

A number that was not touched keeps its exact value; what was typed counts as it stands there.
"""

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import time
from fractions import Fraction

from pydantic import ValidationError

from data.declared import DeclarationError, explain
from data.entered_text import cleaned
from metrics.indicators.catalogue import Catalogue, Indicator, catalogue_order
from metrics.scheme.entered import text_problems
from metrics.scheme.reading import (
    APART,
    FEW_CASES,
    IN_PERCENT,
    KINDS_OF_REASONS,
    ROLES,
    RULES,
    WINDOWS,
    hours_words,
    number_words,
    title_of,
)
from metrics.scheme.scheme import (
    Grade,
    LedgerReason,
    LedgerRules,
    Level,
    Scheme,
    Scored,
    Step,
    checked,
)
from metrics.statistics.too_few import FEWEST_COMPARED

Value = str | float | int | bool | None
Row = Mapping[str, Value]
ONE = Fraction(1)
SPARE = 2  # empty rows for more grades and reasons
HOURS = re.compile(r"(\d{1,2}):(\d{2})[-–—~至](\d{1,2}):(\d{2})")
DRAFT = "草案"


class FormError(ValueError):
    """What is wrong with the form, one Chinese sentence each."""

    def __init__(self, problems: Sequence[str]) -> None:
        self.problems = tuple(problems)
        super().__init__("；".join(problems))


@dataclass(frozen=True)
class Form:
    """indicators: a row for each that could be scored; those without a weight are not."""

    title: str
    source: str
    rank_from: float
    few_cases: str
    hours: str
    roles: Mapping[str, str]
    indicators: Sequence[Row]
    grades: Sequence[Row]
    bonus_cap: float
    deduction_cap: float
    veto_grade: str
    reasons: Sequence[Row]


def form_of(scheme: Scheme, catalogue: Catalogue) -> Form:
    scored = [s.id for s in scheme.indicators]
    able = [i for i in catalogue_order(catalogue, scored) if i.better != "neither"]
    ledger = scheme.ledger
    empty: list[Row] = [{"name": "", "at_least": None, "quota": None}] * SPARE
    blank: list[Row] = [{"kind": None, "title": "", "points": None}] * SPARE
    return Form(
        scheme.title,
        scheme.source,
        float(scheme.rank_from_points),
        FEW_CASES[scheme.few_cases],
        hours_words(scheme),
        {kind: ROLES.get(role, role) for kind, role in scheme.periods.items()},
        [_row(i, scheme.scored(i.id), catalogue) for i in able],
        [*(_grade_row(grade) for grade in scheme.grades), *empty],
        float(ledger.bonus_cap),
        float(ledger.deduction_cap),
        ledger.veto_grade,
        [*(_reason_row(reason) for reason in ledger.reasons), *blank],
    )


def read_form(form: Form, base: Scheme, catalogue: Catalogue) -> Scheme:
    """The scheme that the form describes, as a change of `base`; raises FormError."""
    problems: list[str] = []
    indicators = [s for row in form.indicators if (s := _scored(row, base, catalogue, problems))]
    total = sum((s.weight for s in indicators), Fraction(0))
    if total != base.full_points:
        full = number_words(base.full_points)
        problems.append(f"各项权重之和应为 {full}，现为 {number_words(total)}")
    problems += _unequal_apart(indicators, base.full_points)
    if form.few_cases == FEW_CASES["smooth"] and any(s.pooled for s in indicators):
        problems.append(f"“{FEW_CASES['smooth']}”只按本级数据计分，请取消各项的“取警务室”")
    grades = _grades(form, base, problems)
    ledger = _ledger(form, base, grades, problems)
    hours = _hours(form.hours, problems)
    if not cleaned(form.title):
        problems.append("方案名称不能为空")
    if problems:
        raise FormError(problems)
    words = {word: role for role, word in ROLES.items()}
    declared = {
        **dict(base),
        "title": cleaned(form.title),
        "source": cleaned(form.source),
        "rank_from_points": _exact(form.rank_from, base.rank_from_points),
        "few_cases": {word: key for key, word in FEW_CASES.items()}[form.few_cases],
        "peak_hours": hours,
        "periods": {kind: words.get(word, word) for kind, word in form.roles.items()},
        "grades": tuple(grades),
        "indicators": tuple(indicators),
        "ledger": ledger,
        "file": DRAFT,
    }
    try:
        scheme = checked(Scheme.model_validate(declared), catalogue)
    except ValidationError as error:
        raise FormError([str(explain(DRAFT, error))]) from None
    except DeclarationError as error:
        raise FormError([str(error)]) from None
    if unfit := text_problems(scheme):
        raise FormError(unfit)
    return scheme


def _unequal_apart(indicators: Sequence[Scored], full: Fraction) -> list[str]:
    totals = {level: sum(s.weights.get(level, 0) for s in indicators) for level in APART}
    return [
        f"各项{word}之和应为 {number_words(full)}，现为 {number_words(Fraction(totals[level]))}"
        for level, word in APART.items()
        if totals[level] not in (0, full)
    ]


# -- indicators -------------------------------------------------------------------------------


def _row(indicator: Indicator, scored: Scored | None, catalogue: Catalogue) -> Row:
    one = scored or Scored(
        id=indicator.id, weight=ONE, rule="linear", target=ONE, minimum=FEWEST_COMPARED
    )
    factor = _factor(indicator)
    steps = "，".join(
        f"{number_words(step.at * factor)}:{number_words(step.share)}" for step in one.steps
    )
    return {
        "id": indicator.id,
        "title": title_of(one, catalogue),
        "weight": float(one.weight) if scored else None,
        **{level: float(one.weights[level]) if level in one.weights else None for level in APART},
        "rule": RULES[one.rule],
        "target": float(one.target * factor) if scored else None,
        "floor": float(one.floor * factor) if scored else None,
        "grows": bool(one.target_grows),
        "steps": steps,
        "window": WINDOWS[one.window],
        "pooled": one.pooled,
        "minimum": one.minimum,
    }


def _scored(row: Row, base: Scheme, catalogue: Catalogue, problems: list[str]) -> Scored | None:
    """The scored indicator of a row; None without a weight, or where the row is wrong."""
    if not row["weight"]:
        return None
    name = str(row["id"])
    indicator, was = catalogue[name], base.scored(name)
    factor, title = _factor(indicator), str(row["title"])
    rule = {word: rule for rule, word in RULES.items()}.get(str(row["rule"]), "linear")
    target = _exact(row["target"], was.target if was else None, factor)
    floor = _exact(row["floor"] or 0, was.floor if was else None, factor)
    steps = _steps(str(row["steps"] or ""), factor) if rule == "steps" else ()
    wrong = _wrong(indicator, rule, row["target"], target, floor, steps)
    weight = _exact(row["weight"], was.weight if was else None)
    if weight < 0:
        wrong = "权重应大于 0"
    if wrong:
        problems.append(f"{title}：{wrong}")
        return None
    window = {word: key for key, word in WINDOWS.items()}.get(str(row["window"]), "period")
    return Scored.model_validate(
        {
            "id": name,
            "weight": weight,
            "weights": _weights_apart(row, was),
            "rule": rule,
            "target": target,
            "floor": floor,
            "target_grows": "year" if row["grows"] else None,
            "steps": steps or (),
            "window": window,
            "pooled": bool(row["pooled"]),
            "minimum": int(row["minimum"] or 1),
        }
    )


def _weights_apart(row: Row, was: Scored | None) -> dict[Level, Fraction]:
    """Weights at the levels that the form shows; others stay as they were."""
    before = was.weights if was else {}
    entered = {level: _exact(row[level], before.get(level)) for level in APART if row.get(level)}
    return {**{level: w for level, w in before.items() if level not in APART}, **entered}


def _wrong(
    indicator: Indicator,
    rule: str,
    entered: Value,
    target: Fraction,
    floor: Fraction,
    steps: tuple[Step, ...] | None,
) -> str:
    if entered is None:
        return "请填目标值"
    if rule == "steps" and not steps:
        return "分档应写作“95:1，90:2/3”（从此值起:得权重的几分之几）"
    is_upward = indicator.better == "higher"
    if rule in ("linear", "deduct") and (target <= floor if is_upward else target >= floor):
        return f"目标值应{'高' if is_upward else '低'}于底线"
    return ""


def _steps(text: str, factor: int) -> tuple[Step, ...] | None:
    """None where the text does not say steps."""
    parts = [part for part in re.split(r"[，,；;、\s]+", text.strip()) if part]
    try:
        pairs = [re.split("[:：]", part) for part in parts]
        return tuple(Step(at=Fraction(at) / factor, share=Fraction(to)) for at, to in pairs)
    except (ValueError, ZeroDivisionError):
        return None


def _factor(indicator: Indicator) -> int:
    """What is typed in per cent is a hundredth."""
    return 100 if indicator.kind in IN_PERCENT else 1


def _exact(entered: Value, was: Fraction | None, factor: int = 1) -> Fraction:
    """What was typed, or the exact former value where it reads the same."""
    if entered is None:
        return Fraction(0)
    if was is not None and float(was * factor) == entered:
        return was
    return Fraction(str(entered)) / factor


# -- the rest ---------------------------------------------------------------------------------


def _grade_row(grade: Grade) -> Row:
    quota = None if grade.quota is None else float(grade.quota * 100)
    return {"name": grade.name, "at_least": float(grade.at_least), "quota": quota}


def _reason_row(reason: LedgerReason) -> Row:
    points = float(reason.points) if reason.points else None
    return {"kind": KINDS_OF_REASONS[reason.kind], "title": reason.title, "points": points}


def _grades(form: Form, base: Scheme, problems: list[str]) -> list[Grade]:
    grades = []
    for number, row in enumerate(form.grades):
        name = cleaned(str(row["name"] or ""))
        if not name:
            continue
        was = base.grades[number] if number < len(base.grades) else None
        quota = None
        if row["quota"] is not None:
            quota = _exact(row["quota"], was.quota if was else None, 100)
        at_least = _exact(row["at_least"], was.at_least if was else None)
        grades.append(Grade(name=name, at_least=at_least, quota=quota))
    grades.sort(key=lambda grade: -grade.at_least)
    if not grades or grades[-1].at_least != 0:
        problems.append("等次的最后一档应自 0 分起，不留空档")
    if len({grade.name for grade in grades}) < len(grades):
        problems.append("等次名称重复")
    return grades


def _ledger(
    form: Form, base: Scheme, grades: Sequence[Grade], problems: list[str]
) -> LedgerRules | None:
    was, kinds = base.ledger, {word: kind for kind, word in KINDS_OF_REASONS.items()}
    reasons: list[dict[str, object]] = []
    for number, row in enumerate(form.reasons):
        title = cleaned(str(row["title"] or ""))
        if not title:
            continue
        old = was.reasons[number] if number < len(was.reasons) else None
        kind = kinds.get(str(row["kind"]))
        points = _exact(row["points"] or 0, old.points if old else None)
        if kind is None:
            problems.append(f"加减分事由“{title}”应选类别")
        elif (kind in ("bonus", "deduction")) != (points > 0):
            problems.append(f"加减分事由“{title}”：加分、减分应填分值，否决、免责不填")
        code = old.code if old else f"reason-{number + 1}"
        reasons.append({"code": code, "kind": kind, "title": title, "points": points})
    if form.veto_grade and form.veto_grade not in [grade.name for grade in grades]:
        problems.append(f"否决后最高等次“{form.veto_grade}”不在等次之中")
    if problems:
        return None
    return LedgerRules.model_validate(
        {
            "bonus_cap": _exact(form.bonus_cap, was.bonus_cap),
            "deduction_cap": _exact(form.deduction_cap, was.deduction_cap),
            "veto_grade": form.veto_grade,
            "reasons": reasons,
        }
    )


def _hours(text: str, problems: list[str]) -> tuple[tuple[time, time], ...]:
    spans = []
    for part in [p for p in re.split(r"[，,；;、\s]+", text.strip()) if p]:
        match = HOURS.fullmatch(part)
        try:
            a, b, c, d = (int(x) for x in match.groups()) if match else (99, 0, 0, 0)
            spans.append((time(a, b), time(c % 24, d)))
        except ValueError:
            problems.append(f"重点时段应写作“19:00–23:00”，收到的是“{part}”")
    return tuple(spans)
