"""Days and instants as people write them: SQL that reads them, and says why one cannot be read.

All forms stand in instants.toml. A text that could be two days is never read: either its column
settles which part is the day, or a person does.
"""

from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Literal

import pyarrow as pa
from pydantic import Field

from data.declared import Declared, load_declared
from data.intake.reading.source import Serials
from data.journal.copy import connect
from data.schema import literal

Kind = Literal["date", "instant"]
Order = Literal["日/月", "月/日"]  # which part comes first in a column


class Form(Declared):
    """One way to write: example = instant, and the (pattern, replacement) that lead there."""

    title: str
    examples: dict[str, str]
    steps: list[tuple[str, str]] = Field(default_factory=list)


class Unread(Declared):
    """What is not read; the reason may take up groups of the pattern."""

    pattern: str
    reason: str
    examples: list[str]


class Instants(Declared):
    forms: list[Form]
    unread: list[Unread]
    asked: dict[str, str]


INSTANTS = load_declared(Path(__file__).with_suffix(".toml"), Instants)
DATE_FORMS: Mapping[str, str] = INSTANTS.asked

KINDS: Mapping[Kind, str] = {"date": "日期", "instant": "时间"}

# The forms of programs and the commonest of people are read at once, so that a large load does
# not pay for the others. What passes one of these patterns and is no day goes the way of the rest.
_CLOCK = r"([ T]([01]\d|2[0-3]|\d):\d{1,2}(:\d{1,2}(\.\d+)?)?)?"
_PLAIN = rf"\d{{4,6}}-\d{{1,2}}-\d{{1,2}}{_CLOCK}|\d{{4,6}}/\d{{1,2}}/\d{{1,2}}{_CLOCK}"
_ZONED = r"\d{4}-\d\d-\d\d[ T]([01]\d|2[0-3]):\d\d:\d\d(\.\d+)?(Z|[+-]\d\d(:\d\d)?)"
_COMMON = (
    r"\d{4}年\d{1,2}月\d{1,2}日( \d{1,2}:\d\d(:\d\d)?| \d{1,2}时\d\d分)?"
    r"|\d{4}\.\d{1,2}\.\d{1,2}( \d{1,2}:\d\d(:\d\d)?)?|\d{8}(\d{6})?"
)
_COMMON_FORMS = [
    *(f"%Y年%m月%d日{clock}" for clock in ("", " %H:%M", " %H:%M:%S", " %H时%M分")),
    *(f"%Y.%m.%d{clock}" for clock in ("", " %H:%M", " %H:%M:%S")),
    "%Y%m%d",
    "%Y%m%d%H%M%S",
]

FULL_WIDTH = {chr(0xFF01 + at): chr(0x21 + at) for at in range(94)}
_SIGNS = dict(zip("‐‑‒–—−﹣。｡·∶﹕︰\u00a0\u3000\t\r\n", "-------...:::     ", strict=True))
_NUMERALS = dict(zip("〇○零一二两三四五六七八九", "0001223456789", strict=True))
_UNSEEN = "\u200b\u200c\u200d\u200e\u200f\u2060\ufeff"
_LONGEST = 60  # characters; no form is longer

_PARTS = (
    r"^(\d{4}-\d{1,2}-\d{1,2}|\d{1,2}/\d{1,2}/\d{4}|\d{1,2} [A-Z]{3,9} \d{4})"
    r"(?: (\d{1,2}:\d{1,2}(?::\d{1,2}(?:\.\d{1,9})?)?)(?: ([AP]M))?(?: ([+-]\d\d:\d\d))?)?$"
)
_WEEKDAY = r"(?:周|星期|礼拜)([1-6日天])"
_DAY_NAME = r"\b(MON|TUE|WED|THU|FRI|SAT|SUN)(?:S|NES|RS|UR)?(?:DAY)?\b"
_SLASHED = r"\s*\d{1,2}\s*[-/.]\s*\d{1,2}\s*[-/.]\s*\d{4}(?:\D.*)?"
_EPOCHS: Mapping[Serials, str] = {1900: "DATE '1899-12-30'", 1904: "DATE '1904-01-01'"}
SERIAL_DAYS = ("2000-01-01", "2100-01-01")  # a number outside is no day of ours


def plain(raw: str) -> str:
    """SQL of a TIMESTAMP in Shanghai time: the forms that are read at once, for all others null.

    DuckDB alone would take the words “infinity” and “epoch”, drop the name of a zone, and read
    2019111 as 11 January or 1 November as it likes.
    """
    return (
        f"CASE WHEN {raw} IS NULL THEN NULL"
        f" WHEN regexp_full_match({raw}, {literal(_PLAIN)}) THEN TRY_CAST({raw} AS TIMESTAMP)"
        f" WHEN regexp_full_match({raw}, {literal(_ZONED)})"
        f" THEN timezone('Asia/Shanghai', TRY_CAST({raw} AS TIMESTAMPTZ))"
        f" WHEN regexp_full_match({raw}, {literal(_COMMON)})"
        f" THEN TRY_STRPTIME({raw}, {_COMMON_FORMS}) END"
    )


def instant(
    raw: str, kind: Kind = "instant", order: Order | None = None, serials: Serials | None = None
) -> str:
    """SQL of a TIMESTAMP in Shanghai time, null where the text is not read (see `reading`)."""
    return f"coalesce({plain(raw)}, ({reading(raw, kind, order, serials)}).value)"


def reading(
    raw: str, kind: Kind, order: Order | None = None, serials: Serials | None = None
) -> str:
    """SQL of {value, problem} of a text that `plain` does not read.

    value     TIMESTAMP in Shanghai time, or null; of a date its day: 24:00 is still that day
    problem   why it is null, as it follows the quoted text
    order     of day and month in this column, where it is settled
    serials   the source is a spreadsheet, in which a day may stand as a number
    """
    moment = _moment()
    if kind == "date":
        moment = f"CASE WHEN parts.zone <> '' OR {moment} IS NULL THEN {moment} ELSE day_ END"
    otherwise = f"不是{KINDS[kind]}"
    value = f"CASE WHEN {_is_its_weekday()} THEN {moment} END"
    both = _pair(value, _problem(order, otherwise))
    none = _pair("NULL", literal(otherwise))
    as_serial = _serial(raw, serials, none) if serials else ""
    return (
        f"CASE WHEN length({raw}) > {_LONGEST} THEN {none}"
        f" {as_serial} ELSE {_taken(raw, order, both)} END"
    )


def order_of(raw: str) -> str:
    """SQL over a column: the order of day and month that its texts settle.

    'ambiguous' where they do not or contradict each other, null where none is in such a form.
    """
    slashed = f"regexp_full_match({raw}, {literal(_SLASHED)})"
    parts = f"regexp_extract_all({raw}, '\\d+')"
    first, second = (f"TRY_CAST({parts}[{at}] AS INTEGER) > 12" for at in (1, 2))
    is_first, is_second = (f"bool_or({slashed} AND {one})" for one in (first, second))
    is_other = f"bool_or({plain(raw)} IS NOT NULL)"
    return (
        f"CASE WHEN bool_or({slashed}) IS NOT TRUE THEN NULL"
        f" WHEN {is_other} OR {is_first} = {is_second} THEN 'ambiguous'"
        f" WHEN {is_first} THEN '日/月' ELSE '月/日' END"
    )


def day_month_order(values: Sequence[str | None]) -> Order | Literal["ambiguous"] | None:
    """The order of day and month that the texts of one column settle (see `order_of`)."""
    con = connect()
    con.register("given", pa.table({"text": pa.array(values, pa.string())}))
    order: Order | Literal["ambiguous"] | None
    ((order,),) = con.execute(f"SELECT {order_of('text')} FROM given").fetchall()
    return order


def _problem(order: Order | None, otherwise: str) -> str:
    declared = " ".join(
        f"WHEN regexp_matches(parts.text, {literal(one.pattern)})"
        f" THEN regexp_replace(parts.text, {literal(one.pattern)}, {literal(one.reason)})"
        for one in INSTANTS.unread
    )
    absent = "是不存在的日期" if order is None else f"按 {order} 读是不存在的日期"
    return (
        f"CASE WHEN parts.day <> '' AND day_ IS NULL AND {_is_no_day(order)} THEN '{absent}'"
        f" WHEN day_ IS NOT NULL AND NOT {_is_its_weekday()} THEN '与所写星期不符'"
        f" {declared} ELSE '{otherwise}' END"
    )


def _pair(value: str, problem: str) -> str:
    return f"{{value: CAST({value} AS TIMESTAMP), problem: {problem}}}"


def _taken(raw: str, order: Order | None, result: str) -> str:
    """`result` over clean_: the text; parts: of it after the steps, with that text; day_."""
    text = "clean_"
    for form in INSTANTS.forms:
        for pattern, becomes in form.steps:
            text = f"regexp_replace({text}, {literal(pattern)}, {literal(becomes)}, 'g')"
    names = "['day', 'clock', 'half', 'zone']"
    parts = f"struct_insert(regexp_extract(text_, {literal(_PARTS)}, {names}), text := text_)"
    inner = _bound("day_", _day(order), result)
    inner = _bound("parts", parts, inner)
    inner = _bound("text_", f"trim(regexp_replace({text}, '[ ,]+', ' ', 'g'))", inner)
    return _bound("clean_", _clean(raw), inner)


def _bound(name: str, value: str, body: str) -> str:
    """SQL knows no names inside an expression, but a list of one can be walked through."""
    return f"list_transform([{value}], lambda {name}: {body})[1]"


def _clean(raw: str) -> str:
    signs = FULL_WIDTH | _SIGNS | _NUMERALS
    clean = (
        f"translate({raw}, {literal(''.join(signs) + _UNSEEN)}, {literal(''.join(signs.values()))})"
    )
    return f"trim(upper(regexp_replace({clean}, ' +', ' ', 'g')))"


def _day(order: Order | None) -> str:
    slashed = {
        "日/月": "TRY_STRPTIME(parts.day, '%d/%m/%Y')",
        "月/日": "TRY_STRPTIME(parts.day, '%m/%d/%Y')",
    }
    one, other = slashed.values()
    either = (
        f"CASE WHEN {one} IS NULL THEN {other} WHEN coalesce({other} = {one}, true) THEN {one} END"
    )
    return (
        "CAST(CASE WHEN contains(parts.day, '-') THEN TRY_CAST(parts.day AS TIMESTAMP)"
        f" WHEN contains(parts.day, '/') THEN {slashed[order] if order else either}"
        " ELSE TRY_STRPTIME(parts.day, ['%d %b %Y', '%d %B %Y']) END AS DATE)"
    )


def _is_no_day(order: Order | None) -> str:
    """Of a text whose day is null: it is none in any order (else it could be two)."""
    if order:
        return "true"
    in_no_order = "TRY_STRPTIME(parts.day, ['%d/%m/%Y', '%m/%d/%Y']) IS NULL"
    return f"(NOT contains(parts.day, '/') OR {in_no_order})"


def _moment() -> str:
    since = "(TRY_CAST('2000-01-01 ' || parts.clock AS TIMESTAMP) - TIMESTAMP '2000-01-01')"
    hour = "CAST(split_part(parts.clock, ':', 1) AS INTEGER)"
    half = (
        f"CASE WHEN parts.half = '' THEN INTERVAL 0 HOUR WHEN {hour} NOT BETWEEN 1 AND 12 THEN NULL"
        f" WHEN parts.half = 'PM' AND {hour} < 12 THEN INTERVAL 12 HOUR"
        f" WHEN parts.half = 'AM' AND {hour} = 12 THEN -INTERVAL 12 HOUR ELSE INTERVAL 0 HOUR END"
    )
    local = f"CAST(day_ AS TIMESTAMP) + {since} + {half}"
    zoned = f"TRY_CAST(CAST({local} AS VARCHAR) || parts.zone AS TIMESTAMPTZ)"
    return (
        "CASE WHEN parts.clock = '' THEN CAST(day_ AS TIMESTAMP)"
        f" WHEN parts.zone = '' THEN {local}"
        f" ELSE timezone('Asia/Shanghai', {zoned}) END"
    )


def _is_its_weekday() -> str:
    """A day that is not the weekday beside it may be the wrong one."""
    chinese = f"translate(regexp_extract(clean_, {literal(_WEEKDAY)}, 1), '天', '日')"
    english = f"regexp_extract(clean_, {literal(_DAY_NAME)}, 1)"
    return (
        f"({chinese} IN ('', substr('日123456', dayofweek(day_) + 1, 1))"
        f" AND {english} IN ('', left(upper(dayname(day_)), 3)))"
    )


def _serial(raw: str, serials: Serials, none: str) -> str:
    epoch, (first, last) = _EPOCHS[serials], SERIAL_DAYS
    number = f"CAST({raw} AS DOUBLE)"
    days = f"CAST(floor({number}) AS INTEGER)"
    is_ours = f"{epoch} + {days} BETWEEN DATE '{first}' AND DATE '{last}'"
    seconds = f"to_seconds(CAST(round(({number} - floor({number})) * 86400) AS BIGINT))"
    value = _pair(f"CAST({epoch} + {days} AS TIMESTAMP) + {seconds}", "NULL")
    return (
        f"WHEN regexp_full_match({raw}, '\\d{{5}}(\\.\\d+)?')"
        f" THEN CASE WHEN {is_ours} THEN {value} ELSE {none} END"
    )
