"""What is different between two schemes, line by line: A1 走访覆盖率 权重 10 → 12."""

from collections.abc import Callable, Iterator
from dataclasses import dataclass
from typing import TypeVar

from metrics.flags.rules import load_rules
from metrics.indicators.catalogue import Catalogue
from metrics.scheme.reading import (
    FEW_CASES,
    KINDS_OF_REASONS,
    ROLES,
    RULES,
    grade_words,
    hours_words,
    number_words,
    period_words,
    steps_words,
    title_of,
    value_words,
    window_words,
)
from metrics.scheme.scheme import LEVELS, Grade, LedgerReason, Scheme, Scored

NOTHING = "—"
T = TypeVar("T")


@dataclass(frozen=True)
class SchemeChange:
    """One thing that differs. `of`: the indicator's title, or the part of the scheme."""

    of: str
    what: str
    before: str
    after: str

    @property
    def sentence(self) -> str:
        return f"{self.of} {self.what} {self.before} → {self.after}"


def scheme_changes(before: Scheme, after: Scheme, catalogue: Catalogue) -> list[SchemeChange]:
    """Everything that differs, but not who approved it, from where, and since when."""
    changes = [*_head(before, after), *_indicators(before, after, catalogue)]
    changes += [*_grades(before, after), *_ledger(before, after), *_flags(before, after)]
    return changes


def _head(before: Scheme, after: Scheme) -> Iterator[SchemeChange]:
    pairs = [
        ("名称", before.title, after.title),
        ("满分", number_words(before.full_points), number_words(after.full_points)),
        (
            "参加排名的最低适用分值",
            number_words(before.rank_from_points),
            number_words(after.rank_from_points),
        ),
        ("少件处理", FEW_CASES[before.few_cases], FEW_CASES[after.few_cases]),
        ("重点时段", hours_words(before), hours_words(after)),
    ]
    for kind in {**before.periods, **after.periods}:
        was, now = before.periods.get(kind, ""), after.periods.get(kind, "")
        pairs.append((period_words(kind), ROLES.get(was, was), ROLES.get(now, now)))
    yield from _differing("方案", pairs)


def _indicators(before: Scheme, after: Scheme, catalogue: Catalogue) -> Iterator[SchemeChange]:
    for scored in before.indicators:
        now = after.scored(scored.id)
        title = title_of(scored, catalogue)
        if now is None:
            yield SchemeChange(title, "取消计分", f"{number_words(scored.weight)} 分", NOTHING)
        else:
            yield from _differing(title, _pairs(scored, now, catalogue))
            yield from _differing(title, _weights_apart(scored, now))
    for scored in after.indicators:
        if before.scored(scored.id) is None:
            points = f"{number_words(scored.weight)} 分"
            yield SchemeChange(title_of(scored, catalogue), "新增计分", NOTHING, points)
    if _order(before, after) != _order(after, before):
        yield SchemeChange("方案", "指标次序", NOTHING, "已调整")


def _weights_apart(was: Scored, now: Scored) -> list[tuple[str, str, str]]:
    return [
        (
            f"{LEVELS[level]}权重",
            _or_nothing(was.weights.get(level), number_words),
            _or_nothing(now.weights.get(level), number_words),
        )
        for level in LEVELS
    ]


def _order(one: Scheme, other: Scheme) -> list[str]:
    return [scored.id for scored in one.indicators if other.scored(scored.id)]


def _pairs(was: Scored, now: Scored, catalogue: Catalogue) -> list[tuple[str, str, str]]:
    indicator = catalogue[was.id]
    return [
        ("权重", number_words(was.weight), number_words(now.weight)),
        ("计分办法", RULES[was.rule], RULES[now.rule]),
        ("目标值", value_words(indicator, was.target), value_words(indicator, now.target)),
        ("底线", value_words(indicator, was.floor), value_words(indicator, now.floor)),
        ("按年度进度折算", _yes(bool(was.target_grows)), _yes(bool(now.target_grows))),
        ("分档", steps_words(indicator, was), steps_words(indicator, now)),
        ("数据期", window_words(was), window_words(now)),
        ("取警务室数据", _yes(was.pooled), _yes(now.pooled)),
        ("最低样本", str(was.minimum), str(now.minimum)),
    ]


def _grades(before: Scheme, after: Scheme) -> Iterator[SchemeChange]:
    was: dict[str, Grade] = {grade.name: grade for grade in before.grades}
    now: dict[str, Grade] = {grade.name: grade for grade in after.grades}
    pairs = [
        (name, _or_nothing(was.get(name), grade_words), _or_nothing(now.get(name), grade_words))
        for name in {**was, **now}
    ]
    yield from _differing("等次", pairs)


def _ledger(before: Scheme, after: Scheme) -> Iterator[SchemeChange]:
    was, now = before.ledger, after.ledger
    pairs = [
        ("加分上限", number_words(was.bonus_cap), number_words(now.bonus_cap)),
        ("减分上限", number_words(was.deduction_cap), number_words(now.deduction_cap)),
        ("否决后最高等次", was.veto_grade or NOTHING, now.veto_grade or NOTHING),
    ]
    for code in dict.fromkeys(reason.code for reason in (*was.reasons, *now.reasons)):
        old, new = was.reason(code), now.reason(code)
        pairs.append((code, _or_nothing(old, _reason), _or_nothing(new, _reason)))
    yield from _differing("加减分", pairs)


def _flags(before: Scheme, after: Scheme) -> Iterator[SchemeChange]:
    """Thresholds of the rules of 数据核查; where a scheme is silent, the rule's own holds."""
    for name, rule in load_rules().items():
        was, now = before.flags.get(name, {}), after.flags.get(name, {})
        pairs = [
            (key, number_words(was.get(key, own)), number_words(now.get(key, own)))
            for key, own in rule.thresholds.items()
        ]
        yield from _differing(f"核查规则“{rule.title}”", pairs)


def _reason(reason: LedgerReason) -> str:
    points = f"，每次至多 {number_words(reason.points)} 分" if reason.points else ""
    return f"{KINDS_OF_REASONS[reason.kind]}：{reason.title}{points}"


def _or_nothing(value: T | None, words: Callable[[T], str]) -> str:
    return NOTHING if value is None else words(value)


def _yes(value: bool) -> str:
    return "是" if value else "否"


def _differing(of: str, pairs: list[tuple[str, str, str]]) -> Iterator[SchemeChange]:
    for what, was, now in pairs:
        if was != now:
            yield SchemeChange(of, what, was or NOTHING, now or NOTHING)
