"""A scheme as the text of its TOML file: reading the text gives the same scheme again, exactly."""

import json
from collections.abc import Iterator, Sequence
from datetime import time
from fractions import Fraction

from metrics.scheme.scheme import Grade, LedgerReason, LedgerRules, Scheme, Scored, Step


def text_of(scheme: Scheme) -> str:
    """The whole scheme. Its `file` is a name from outside and does not stand in the text."""
    parts = [_head(scheme), _table("periods", [(k, quoted(v)) for k, v in scheme.periods.items()])]
    parts += [_table("grades", _grade(grade), is_many=True) for grade in scheme.grades]
    parts += _ledger(scheme.ledger)
    parts += [
        _table(f"flags.{quoted(rule)}", [(key, number(value)) for key, value in own.items()])
        for rule, own in scheme.flags.items()
    ]
    parts += [_table("indicators", _scored(scored), is_many=True) for scored in scheme.indicators]
    return "\n".join(parts)


def number(value: Fraction) -> str:
    """10, 0.95, or "2/3" where no decimal says it exactly."""
    if value.denominator == 1:
        return str(value.numerator)
    digits = _digits(value.denominator)
    if digits is None:
        return f'"{value.numerator}/{value.denominator}"'
    whole, rest = divmod(abs(value.numerator) * 10**digits // value.denominator, 10**digits)
    return f"{'-' if value < 0 else ''}{whole}.{rest:0{digits}}"


def quoted(text: str) -> str:
    """A TOML string: as in JSON, but DEL is escaped too."""
    return json.dumps(text, ensure_ascii=False).replace("\x7f", "\\u007f")


Pairs = Sequence[tuple[str, str]]


def _digits(denominator: int) -> int | None:
    """How many decimals a fraction in lowest terms takes, None if they never end."""
    twos = fives = 0
    while denominator % 2 == 0:
        denominator, twos = denominator // 2, twos + 1
    while denominator % 5 == 0:
        denominator, fives = denominator // 5, fives + 1
    return max(twos, fives) if denominator == 1 else None


def _head(scheme: Scheme) -> str:
    hours = ", ".join(f'["{_time(begin)}", "{_time(end)}"]' for begin, end in scheme.peak_hours)
    return _lines(
        [
            ("title", quoted(scheme.title)),
            ("in_force_from", scheme.in_force_from.isoformat()),
            ("approved_by", quoted(scheme.approved_by)),
            ("source", quoted(scheme.source)),
            ("full_points", number(scheme.full_points)),
            ("rank_from_points", number(scheme.rank_from_points)),
            ("peak_hours", f"[{hours}]"),
        ]
    )


def _time(value: time) -> str:
    is_plain = not (value.second or value.microsecond)
    return value.isoformat("minutes") if is_plain else value.isoformat()


def _grade(grade: Grade) -> Iterator[tuple[str, str]]:
    yield "name", quoted(grade.name)
    yield "at_least", number(grade.at_least)
    if grade.quota is not None:
        yield "quota", number(grade.quota)


def _ledger(ledger: LedgerRules) -> list[str]:
    caps = [
        ("bonus_cap", number(ledger.bonus_cap)),
        ("deduction_cap", number(ledger.deduction_cap)),
        ("veto_grade", quoted(ledger.veto_grade)),
    ]
    reasons = [_table("ledger.reasons", _reason(r), is_many=True) for r in ledger.reasons]
    return [_table("ledger", caps), *reasons]


def _reason(reason: LedgerReason) -> Iterator[tuple[str, str]]:
    yield "code", quoted(reason.code)
    yield "kind", quoted(reason.kind)
    yield "title", quoted(reason.title)
    if reason.points:
        yield "points", number(reason.points)


def _scored(scored: Scored) -> Iterator[tuple[str, str]]:
    yield "id", quoted(scored.id)
    yield "weight", number(scored.weight)
    yield "rule", quoted(scored.rule)
    yield "target", number(scored.target)
    if scored.floor:
        yield "floor", number(scored.floor)
    if scored.target_grows:
        yield "target_grows", quoted(scored.target_grows)
    if scored.steps:
        yield "steps", f"[{', '.join(_step(step) for step in scored.steps)}]"
    if scored.window != "period":
        yield "window", quoted(scored.window)
    if scored.pooled:
        yield "pooled", "true"
    yield "minimum", str(scored.minimum)


def _step(step: Step) -> str:
    return f"{{ at = {number(step.at)}, share = {number(step.share)} }}"


def _table(name: str, pairs: Pairs | Iterator[tuple[str, str]], is_many: bool = False) -> str:
    head = f"[[{name}]]" if is_many else f"[{name}]"
    return f"{head}\n{_lines(list(pairs))}"


def _lines(pairs: Pairs) -> str:
    return "".join(f"{key} = {value}\n" for key, value in pairs)
