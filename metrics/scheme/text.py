"""A scheme as the text of its TOML file: reading the text gives the same scheme again, exactly."""

import json
from collections.abc import Iterable, Iterator
from datetime import date, time
from fractions import Fraction

from data.declared import Declared
from metrics.scheme.scheme import Scheme


def text_of(scheme: Scheme) -> str:
    """The whole scheme. Its `file` is a name from outside and does not stand in the text."""
    tables: list[tuple[str, Iterable[tuple[str, object]]]] = [("[periods]", scheme.periods.items())]
    tables += [("[[grades]]", _entries(grade)) for grade in scheme.grades]
    tables.append(("[ledger]", _entries(scheme.ledger)))
    tables += [("[[ledger.reasons]]", _entries(reason)) for reason in scheme.ledger.reasons]
    tables += [(f"[flags.{quoted(rule)}]", own.items()) for rule, own in scheme.flags.items()]
    tables += [("[[indicators]]", _entries(scored)) for scored in scheme.indicators]
    return "\n".join([_lines(_entries(scheme)), *(f"{h}\n{_lines(e)}" for h, e in tables)])


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


def _digits(denominator: int) -> int | None:
    """How many decimals a fraction in lowest terms takes, None if they never end."""
    twos = fives = 0
    while denominator % 2 == 0:
        denominator, twos = denominator // 2, twos + 1
    while denominator % 5 == 0:
        denominator, fives = denominator // 5, fives + 1
    return max(twos, fives) if denominator == 1 else None


# What is written though it is as it would be without a word; what has tables of its own, or none.
_ALWAYS = set("minimum full_points rank_from_points bonus_cap deduction_cap veto_grade".split())
_APART = set("file periods grades indicators ledger reasons flags".split())


def _entries(form: Declared) -> Iterator[tuple[str, object]]:
    """The keys that stand in the form's own table."""
    for key, value in form:
        if key in _ALWAYS or (key not in _APART and value not in (_default(form, key), {})):
            yield key, value


def _default(form: Declared, key: str) -> object:
    return type(form).model_fields[key].default


def _lines(entries: Iterable[tuple[str, object]]) -> str:
    return "".join(f"{key} = {_value(value)}\n" for key, value in entries)


def _value(value: object) -> str:
    match value:
        case Fraction():
            return number(value)
        case bool() | int():
            return str(value).lower()
        case time():
            is_plain = not (value.second or value.microsecond)
            return quoted(value.isoformat("minutes") if is_plain else value.isoformat())
        case date():
            return value.isoformat()
        case tuple():
            return f"[{', '.join(map(_value, value))}]"
        case Declared():
            return _value(dict(value))
        case dict():
            return f"{{ {', '.join(f'{key} = {_value(one)}' for key, one in value.items())} }}"
    return quoted(str(value))
