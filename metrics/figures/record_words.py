"""Records as a person reads them: Chinese titles, words for codes, names for units, 是 and 否."""

from collections.abc import Mapping
from datetime import date, datetime

from data.schema import Column
from metrics.cells.count import Counted
from metrics.cells.reads import note_sums
from metrics.figures.records import Records, columns_of
from metrics.indicators.catalogue import Indicator

NAMED = ("village", "station", "police_room")  # registers whose codes are shown as names
Value = str | int | float | None


def rows_in_words(counted: Counted, records: Records, relation: str) -> list[dict[str, Value]]:
    """The rows, each value as it is read; numbers stay numbers."""
    declared = columns_of(counted, relation)
    names = _unit_names(counted)
    return [
        {key: _word(value, declared.get(key), names) for key, value in row.items()}
        for row in records.rows.to_pylist()
    ]


def title_in_words(counted: Counted, records: Records, relation: str, key: str) -> str:
    """The column's title; where a name stands for a code, without “编码”."""
    column = columns_of(counted, relation).get(key)
    title = records.titles.get(key, column.title if column else "其他")
    is_named = column is not None and column.refers_to in NAMED
    return title.removesuffix("编码") if is_named else title


def _word(value: object, column: Column | None, names: Mapping[str, str]) -> Value:
    if value is None:
        return None
    if isinstance(value, bool):
        return "是" if value else "否"
    if isinstance(value, int | float):
        return value
    if isinstance(value, datetime):
        return f"{value:%Y-%m-%d %H:%M}"
    if isinstance(value, date):
        return value.isoformat()
    text = str(value)
    if column is None:
        return text
    if column.refers_to in NAMED:
        return names.get(f"{column.refers_to}:{text}", text)
    return column.choices.get(text, text)


def _unit_names(counted: Counted) -> dict[str, str]:
    """'village:410481001' -> its latest name."""
    query = " UNION ALL ".join(
        f"SELECT '{table}:' || code, name, valid_from FROM record.{table}"
        " WHERE is_deleted IS NOT TRUE"
        for table in NAMED
    )
    rows = counted.cursor().execute(f"SELECT * FROM ({query}) ORDER BY 3").fetchall()
    return {str(code): str(name) for code, name, _ in rows}


def kinds_of(counted: Counted, indicator: Indicator) -> dict[str, str]:
    """Kind -> its Chinese word, of the kinds that the records have, for one with a breakdown."""
    if not indicator.breakdown:
        return {}
    of = next((rows.of for _, rows in indicator.counts()), "case")
    column = columns_of(counted, of).get(indicator.breakdown)
    choices = dict(column.choices) if column else {}
    note_sums([(indicator.id, date.max)])
    rows = counted.cursor().execute(
        f"SELECT DISTINCT kind FROM {counted.cells}"
        " WHERE starts_with(measure, $id) AND kind IS NOT NULL",
        {"id": f"{indicator.id}."},
    )
    recorded = {str(row[0]) for row in rows.fetchall()} or set(choices)
    named = {code: word for code, word in choices.items() if code in recorded}
    return named | {code: code for code in sorted(recorded - set(named))}
