"""The body of a request as rows: JSON (one object or a list) or NDJSON (one object a line).

A body is understood as a whole or refused; a row that is no flat object is told as a broken row.
"""

import json
import re
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from data.config import HttpForm
from data.intake.reading.source import legible
from data.schema import Table

JSON_TYPES = {"application/json"}
LINE_TYPES = {"application/x-ndjson", "application/ndjson", "application/jsonl"}
# Only as much of a key is kept as is needed to name it.
LONGEST_KEY, MOST_IGNORED = 60, 100
MOST_KEYS = 200  # of one row
LINE = re.compile(r"[^\n]*\S")  # one that holds anything
KEY = re.compile(r'"\s*:')


class Unacceptable(ValueError):
    """The whole request cannot be taken: HTTP status and one Chinese sentence."""

    def __init__(self, status: int, sentence: str) -> None:
        super().__init__(sentence)
        self.status = status


@dataclass(frozen=True)
class BodyRow:
    """One row: our column -> text. `reason`: why it cannot even be checked (all of it, joined)."""

    number: int
    values: Mapping[str, str | None]
    reason: str = ""


@dataclass(frozen=True)
class Body:
    rows: list[BodyRow]
    ignored: tuple[str, ...]


def read_body(body: bytes, content_type: str, table: Table, limits: HttpForm) -> Body:
    """The rows of a body, numbered from 1 (in NDJSON by line)."""
    is_lines = _is_lines(content_type)
    if len(body) > limits.max_bytes:
        raise too_large(limits)
    try:
        text = body.decode("utf-8-sig")
    except UnicodeDecodeError:
        raise Unacceptable(400, "内容不是 UTF-8 编码，请改为 UTF-8") from None
    _refuse_many_keys(text, limits)
    entries = _lines(text, limits) if is_lines else _whole(text)
    if not entries:
        raise Unacceptable(400, "内容为空，应为一条或多条记录")
    _refuse_many_rows(len(entries), limits)
    ours = {key: c.name for c in table.columns for key in (c.title, c.name)}
    ignored: set[str] = set()
    rows = [_row(number, value, ours, ignored) for number, value in entries]
    return Body(rows, tuple(sorted(ignored)[:MOST_IGNORED]))


def _refuse_many_rows(count: int, limits: HttpForm) -> None:
    if count > limits.max_rows:
        problem = f"一次最多 {limits.max_rows:,} 行，实为 {count:,} 行，请分批发送"
        raise Unacceptable(413, problem)


def _refuse_many_keys(text: str, limits: HttpForm) -> None:
    """Before anything is built of them."""
    most = limits.max_rows * MOST_KEYS
    if text.count(":") > most and sum(1 for _ in KEY.finditer(text)) > most:
        raise Unacceptable(413, f"键超过 {most:,} 个，请只发送本表的列，并分批发送")


def too_large(limits: HttpForm) -> Unacceptable:
    return Unacceptable(413, f"内容超过上限 {limits.max_bytes:,} 字节，请分批发送")


def _is_lines(content_type: str) -> bool:
    kind, *more = (part.strip().lower() for part in content_type.split(";"))
    charsets = [part.removeprefix("charset=").strip('"') for part in more if "charset=" in part]
    if kind not in JSON_TYPES | LINE_TYPES:
        raise Unacceptable(
            415,
            "Content-Type 应为 application/json 或 application/x-ndjson，"
            f"实为“{legible(content_type) or '空'}”",
        )
    if any(charset not in ("utf-8", "utf8") for charset in charsets):
        raise Unacceptable(415, "编码应为 UTF-8，请更正 Content-Type 中的 charset")
    return kind in LINE_TYPES


def _whole(text: str) -> list[tuple[int, Any]]:
    if not text.strip():
        return []
    value = _parsed(text, 1)
    # An object is a tuple of pairs (see _parsed), a list is a list.
    return list(enumerate(value, 1)) if isinstance(value, list) else [(1, value)]


def _lines(text: str, limits: HttpForm) -> list[tuple[int, Any]]:
    if text.count("\n") >= limits.max_rows:  # counted before any is parsed
        _refuse_many_rows(sum(1 for _ in LINE.finditer(text)), limits)
    # Only \n ends a line: splitlines() would also cut at signs that may stand in a text.
    numbered = ((at, line.strip()) for at, line in enumerate(text.split("\n"), 1))
    return [(at, _parsed(line, at)) for at, line in numbered if line]


def _parsed(text: str, first_line: int) -> Any:
    """JSON in which numbers stay as they are written and objects are tuples of pairs."""
    try:
        return _DECODER.decode(text)
    except json.JSONDecodeError as error:
        line = first_line + error.lineno - 1
        problem = f"第 {line} 行第 {error.colno} 个字符处不是合法的 JSON，整批未导入，请更正后重发"
        raise Unacceptable(400, problem) from None
    except RecursionError:
        raise Unacceptable(400, "JSON 嵌套过深，整批未导入，请改为一层键值") from None
    except _Constant as error:
        problem = f"第 {first_line} 行起含 {error}，不是合法的 JSON，整批未导入，缺值请写 null"
        raise Unacceptable(400, problem) from None


class _Constant(ValueError):
    """NaN or Infinity, which Python would take."""


def _refuse_constant(word: str) -> None:
    raise _Constant(word)


_DECODER = json.JSONDecoder(
    parse_int=str, parse_float=str, parse_constant=_refuse_constant, object_pairs_hook=tuple
)


def _row(number: int, value: Any, ours: Mapping[str, str], ignored: set[str]) -> BodyRow:
    """The columns that we know as text; all that is wrong with the shape of the row."""
    if not isinstance(value, tuple):
        return BodyRow(number, {}, "应为一个对象（键和值），实为单个值或列表")
    if len(value) > MOST_KEYS:
        return BodyRow(number, {}, f"应不超过 {MOST_KEYS} 个键，实有 {len(value):,} 个")
    values: dict[str, str | None] = {}
    reasons: list[str] = []
    for key, one in value:
        column = ours.get(key.strip())
        if column is None:
            ignored.add(legible(key, LONGEST_KEY))
            continue
        if column in values:
            reasons.append(f"“{legible(key)}”重复，同一列只能出现一次")
        values[column], problem = _as_text(one)
        reasons += [f"“{legible(key)}”{problem}"] if problem else []
    if not values:
        reasons.append("没有一列是本表的列")
    return BodyRow(number, values, "；".join(dict.fromkeys(reasons)))


def _as_text(value: Any) -> tuple[str | None, str]:
    """The value as text, and what is wrong with it."""
    if isinstance(value, tuple | list):
        return None, "应为单个值，实为嵌套的对象或列表"
    if isinstance(value, bool):
        return ("true" if value else "false"), ""
    if value is None:
        return None, ""
    if "\0" in value:
        return None, "含空字符（NUL）"
    if any("\ud800" <= sign <= "\udfff" for sign in value):
        return None, "含不成对的代理字符，不是合法的文字"
    return str(value), ""
