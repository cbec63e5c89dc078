"""What offices write over their columns: which of our columns a head means.

The words stand beside each column in records.toml; here is how they are compared.
"""

import re
import unicodedata
from collections.abc import Collection, Iterable, Mapping
from functools import cache

from data.schema import LOADABLE, TABLES, Table

ID_HEADS = "编号 登记编号 登记号 记录号 流水号 业务编号 台账编号 单号 系统编号 记录编码".split()
# A number that starts anew in every sheet says nothing of the record.
RUNNING_NUMBERS = frozenset("序号 行号 顺序号 no 序".split())
_NOTE = re.compile(r"[(\[【〔].*?[)\]】〕]")  # after NFKC: 派发时间（年月日）, 人数[人]
_SIGNS = re.compile(r"[^\w]|_")
_SAME = (
    (re.compile(r"(截止|到期)(日期|时间|日)$|时限$|限期$|截止日$"), "期限"),
    (re.compile(r"时间$"), "日期"),
)


def head_key(head: str) -> str:
    """A head as it is compared: 村（社区）, “村 社区” and 村社区 are one; so are 时间 and 日期."""
    key = _SIGNS.sub("", unicodedata.normalize("NFKC", head)).lower()
    for pattern, word in _SAME:
        key = pattern.sub(word, key)
    return key


@cache
def heads_of(table_name: str) -> Mapping[str, str]:
    """Key of a head -> our column, for what is declared; titles come before synonyms."""
    table = TABLES[table_name]
    titles = {head_key(word): c.name for c in table.columns for word in (c.title, c.name)}
    others = {head_key(word): c.name for c in table.columns for word in c.heads}
    made = {} if table.identity else {head_key(word): "id" for word in ID_HEADS}
    return {**made, **others, **titles}


def column_of(head: str, table: Table) -> str | None:
    """Our column that a head means, or none: as it stands, without a note in brackets, without
    the name of the table in front (隐患编号, 纠纷类别)."""
    heads = heads_of(table.name)
    for text in (head, _NOTE.sub("", unicodedata.normalize("NFKC", head))):
        key = head_key(text)
        if key in RUNNING_NUMBERS:
            return None
        for tried in (key, *_without_names(key, table)):
            if tried in heads:
                return heads[tried]
    return None


def _without_names(key: str, table: Table) -> Iterable[str]:
    names = sorted({table.title, *table.called}, key=len, reverse=True)
    return (key.removeprefix(n) for n in map(head_key, names) if key.startswith(n) and key != n)


def columns_by_head(heads: Iterable[str], table: Table) -> dict[str, str]:
    """Head -> our column, for the heads that mean one; each column once, the first head wins."""
    meant: dict[str, str] = {}
    for head in heads:
        column = column_of(head, table)
        if column is not None and column not in meant.values():
            meant[head] = column
    return meant


def _begins_one(name: str, heads: Collection[str]) -> bool:
    """Whether a head begins with the name: 纠纷编号."""
    return any(head.strip().startswith(name) and head.strip() != name for head in heads)


def likeness(heads: Collection[str], table: Table, title: str = "") -> float:
    """How much a head row looks like one of a table: its own columns count, common ones little.

    title   what stands above the heads, or the name of the sheet or file
    """
    meant = set(columns_by_head(heads, table).values())
    common = {"id", "code", "name", "village", "station", "officer", *_AROUND}
    own = len(meant - common)
    lacking = {c.name for c in table.columns if c.required and not c.default} - meant - {"id"}
    names = (table.title, *table.called)
    is_named = any(name in title for name in names) or (
        not table.is_register and any(_begins_one(name, heads) for name in names)
    )
    return own + 0.2 * len(meant & common) - 0.5 * len(lacking) + (1.5 if is_named else 0)


_AROUND = {"entered_at", "is_deleted", "voided_on", "voided_reason", "valid_from", "valid_to"}


def likely_tables(heads: Iterable[str], title: str = "") -> list[tuple[Table, float]]:
    """The tables that a head row may belong to, the likeliest first; none without such a head."""
    names = tuple(heads)
    tables = [(table, likeness(names, table, title)) for table in (*LOADABLE, TABLES["bureau"])]
    fitting = [(table, by) for table, by in tables if columns_by_head(names, table)]
    return sorted(fitting, key=lambda one: -one[1])
