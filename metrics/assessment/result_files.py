"""The results of a period as files: units.parquet and contributions.parquet, exact and complete.

Fractions stand as text ("1234/25"), so that what is read is what was computed.
"""

from collections import defaultdict
from collections.abc import Collection, Mapping, Sequence
from dataclasses import fields
from fractions import Fraction
from pathlib import Path
from typing import Any

import pyarrow as pa
import pyarrow.parquet as pq

from metrics.cells.spans import Span
from metrics.figures import words
from metrics.scheme.scheme import Level
from metrics.scoring.rank import Assessment, told_apart
from metrics.scoring.score import Contribution

LEVELS_FROZEN: tuple[Level, ...] = ("bureau", "group", "station", "room", "village", "officer")
UNITS, CONTRIBUTIONS = "units.parquet", "contributions.parquet"
_EXACT = frozenset("score bonus deduction applicable_points".split())
_EXACT_PARTS = frozenset(
    "weight effective_weight points value target floor own_value pooled_value own_points".split()
)
# How a score is shown follows from the scores, and is no result.
_OF_UNIT = tuple(
    f.name for f in fields(Assessment) if f.name not in ("contributions", "score_digits")
)
_OF_PART = tuple(f.name for f in fields(Contribution) if f.name != "span")
Lines = Mapping[str, Sequence[Assessment]]
# What must come out again: the simulation and the movement beside it are not part of the result.
COMPARED = "score raw bonus deduction is_vetoed grade rank status applicable_points".split()
COMPARED_PARTS = (
    "weight effective_weight points value numerator denominator target floor rule level unit"
).split()


def write_lines(folder: Path, lines: Lines) -> None:
    units, parts = [], []
    for level, listed in lines.items():
        for line in listed:
            own = {name: getattr(line, name) for name in _OF_UNIT}
            units.append({"of_level": level, **_as_text(own, _EXACT)})
            for c in line.contributions:
                row = _as_text({name: getattr(c, name) for name in _OF_PART}, _EXACT_PARTS)
                row |= {"label": c.span.label, "starts_on": c.span.starts_on}
                row |= {"ends_on": c.span.ends_on, "of_level": level, "of_unit": line.unit}
                parts.append(row)
    pq.write_table(pa.Table.from_pylist(units), folder / UNITS)
    pq.write_table(pa.Table.from_pylist(parts), folder / CONTRIBUTIONS)


def read_lines(folder: Path) -> dict[str, list[Assessment]]:
    """Level -> lines, in the order in which they were written."""
    parts: dict[tuple[str, str], list[Contribution]] = defaultdict(list)
    for row in pq.read_table(folder / CONTRIBUTIONS).to_pylist():
        span = Span(row.pop("label"), row.pop("starts_on"), row.pop("ends_on"))
        key = row.pop("of_level"), row.pop("of_unit")
        parts[key].append(Contribution(span=span, **_as_exact(row, _EXACT_PARTS)))
    lines: dict[str, list[Assessment]] = {level: [] for level in LEVELS_FROZEN}
    for row in pq.read_table(folder / UNITS).to_pylist():
        level = row.pop("of_level")
        # What earlier versions kept beside (the bands of 0.3) is left where it is.
        fields = _as_exact({name: row[name] for name in _OF_UNIT if name in row}, _EXACT)
        if fields.get("alike") is not None:
            fields["alike"] = tuple(fields["alike"])
        own = tuple(parts[level, row["unit"]])
        lines.setdefault(level, []).append(Assessment(contributions=own, **fields))
    return {level: told_apart(listed) for level, listed in lines.items()}


def is_as_written(folder: Path, lines: Lines) -> bool:
    """Whether the results are to the last digit those of the folder, in the same order.

    Text is held against text, column by column: ten times as fast as `differences`, which names
    what is not the same.
    """
    units, parts = defaultdict[str, list[Any]](list), defaultdict[str, list[Any]](list)
    for level, listed in lines.items():
        for line in listed:
            units["of_level"].append(level)
            _add(units, _UNIT_COLUMNS, _EXACT, line)
            for c in line.contributions:
                parts["of_level"].append(level)
                parts["of_unit"].append(line.unit)
                _add(parts, _PART_COLUMNS, _EXACT_PARTS, c)
    return all(
        pq.read_table(folder / file, columns=list(columns)).to_pydict() == columns
        for file, columns in ((UNITS, units), (CONTRIBUTIONS, parts))
    )


def _add(
    columns: dict[str, list[Any]], names: Collection[str], exact: frozenset[str], row: object
) -> None:
    for name in names:
        value = getattr(row, name)
        columns[name].append(str(value) if name in exact and value is not None else value)


def differences(old: Lines, new: Lines) -> list[str]:
    """A sentence for each unit and indicator whose result is not the same."""
    sentences = []
    for level, listed in old.items():
        there = {line.unit: line for line in new.get(level, ())}
        for line in listed:
            other = there.pop(line.unit, None)
            sentences += _of_line(line, other) if other else [f"{line.name}：重算中没有这个单位"]
        sentences += [f"{line.name}：定稿中没有这个单位" for line in there.values()]
    return sentences


def _of_line(old: Assessment, new: Assessment) -> list[str]:
    sentences = [
        f"{old.name}：{_TITLES[name]} {_words(getattr(old, name))} → {_words(getattr(new, name))}"
        for name in COMPARED
        if getattr(old, name) != getattr(new, name)
    ]
    there = {c.indicator: c for c in new.contributions}
    for c in old.contributions:
        other = there.pop(c.indicator, None)
        for name in COMPARED_PARTS if other else ():
            before, after = getattr(c, name), getattr(other, name)
            if before != after:
                what = f"{c.title}{_TITLES[name]}"
                sentences.append(f"{old.name}：{what} {_words(before)} → {_words(after)}")
        if other is None:
            sentences.append(f"{old.name}：重算中没有指标“{c.title}”")
    return sentences + [f"{old.name}：定稿中没有指标“{c.title}”" for c in there.values()]


# `raw` is made of the score, the bonus and the deduction.
_UNIT_COLUMNS = ("unit", *(name for name in COMPARED if name in _OF_UNIT and name != "unit"))
_PART_COLUMNS = ("indicator", *COMPARED_PARTS)
_TITLES = {
    "score": "最终分",
    "raw": "原始分",
    "bonus": "加分",
    "deduction": "减分",
    "is_vetoed": "一票否决",
    "grade": "等次",
    "rank": "名次",
    "status": "状态",
    "applicable_points": "适用分值",
    "weight": "权重",
    "effective_weight": "折算权重",
    "points": "得分",
    "value": "数值",
    "numerator": "分子",
    "denominator": "分母",
    "target": "目标",
    "floor": "底线",
    "rule": "计分规则",
    "level": "取数层级",
    "unit": "取数单位",
}


def _words(value: object) -> str:
    if isinstance(value, Fraction):
        return f"{words.rounded(value, 4)}".rstrip("0").rstrip(".")
    if isinstance(value, bool):
        return "是" if value else "否"
    return "—" if value is None else str(value)


def _as_text(row: dict[str, Any], exact: frozenset[str]) -> dict[str, Any]:
    return {k: str(v) if k in exact and v is not None else v for k, v in row.items()}


def _as_exact(row: dict[str, Any], exact: frozenset[str]) -> dict[str, Any]:
    return {k: Fraction(v) if k in exact and v is not None else v for k, v in row.items()}
