"""A head that no declaration knows: which column it may be, by its name and by what stands below.

A guess is made only where both speak for it, and is told with its reason; what is text below tells
nothing, so that such a column is never guessed.
"""

import re
from collections.abc import Callable, Collection
from dataclasses import dataclass

import pyarrow as pa

from data.heads import head_key, heads_of
from data.schema import Column, Table

LOOKED_AT = 300  # values of a column
ENOUGH = 0.9  # of them must be of the kind
# Never a number of ours, whatever the values look like.
PERSONAL = re.compile("身份证|证件号|手机|电话|联系方式|姓名")
NUMBER = re.compile("(编号|编码|号码|单号|文号)$")
DAY = re.compile(
    r"\s*(19|20|１９|２０)?\d{2}\s*[-./年、－／．]\s*\d{1,2}\s*[-./月、－／．]\s*\d{1,2}.*"
    r"|\s*20[0-3]\d(0[1-9]|1[0-2])[0-3]\d.*|\s*4[0-9]{4}(\.\d+)?\s*"
)


@dataclass(frozen=True)
class Guess:
    """head: the column of the source; reason: why, as a person reads it."""

    head: str
    reason: str


def guessed(
    rows: pa.Table, heads: Collection[str], table: Table, open_columns: Collection[str]
) -> dict[str, Guess]:
    """Our column -> the one head that its name and its values speak for.

    heads          those that mean nothing so far
    open_columns   ours that no head means so far
    """
    guesses: dict[str, Guess] = {}
    for name in open_columns:
        column = table.column(name)
        fitting = [head for head in heads if _is_alike(head, column, table)]
        reasons = {h: why for h in fitting if (why := _reason(rows[h], column))}
        if len(reasons) == 1:
            guesses[name] = Guess(*next(iter(reasons.items())))
    meant = [guess.head for guess in guesses.values()]
    return {name: guess for name, guess in guesses.items() if meant.count(guess.head) == 1}


def _is_alike(head: str, column: Column, table: Table) -> bool:
    """Whether the head holds a head of the column, or is held by one."""
    key = head_key(head)
    if PERSONAL.search(head) or len(key) < 2:
        return False
    if column.name == "id":
        return bool(NUMBER.search(key))
    ours = [k for k, name in heads_of(table.name).items() if name == column.name]
    return any(len(k) > 2 and k in key for k in ours)


def _reason(values: pa.ChunkedArray, column: Column) -> str:
    """What the values say for the column; "" if they do not."""
    texts = [str(text) for text in values.slice(0, LOOKED_AT).to_pylist() if text is not None]
    if not texts:
        return ""
    if column.name == "id":
        is_key = len(texts) == len(set(texts)) == len(values.slice(0, LOOKED_AT))
        return "列名似编号，各行不同" if is_key else ""
    if column.type in ("date", "instant"):
        return "列名相近，内容是日期" if _share(texts, DAY.fullmatch) else ""
    if column.type in ("integer", "number"):
        is_number = re.compile(r"\s*\d+(\.\d+)?\s*").fullmatch
        return "列名相近，内容是数字" if _share(texts, is_number) else ""
    if column.choices:
        words = {*column.choices, *column.choices.values()}
        return "列名相近，内容是可选值" if _share(texts, words.__contains__) else ""
    return ""


def _share(texts: list[str], is_kind: Callable[[str], object]) -> bool:
    return sum(bool(is_kind(text)) for text in texts) >= ENOUGH * len(texts)
