"""Which marks stand on the charts of a unit, where, and how they are read."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass

from data.decisions.annotations import Annotation
from metrics.calendar.days import day_words
from metrics.calendar.period import Period
from metrics.cells.units import Unit

CIRCLED = "①②③④⑤⑥⑦⑧⑨⑩⑪⑫⑬⑭⑮⑯⑰⑱⑲⑳"


@dataclass(frozen=True)
class Mark:
    """A mark with the sign under which it stands on the charts: ①."""

    sign: str
    note: Annotation


def marks_of(notes: Iterable[Annotation], unit: Unit) -> list[Mark]:
    """Those of the bureau, of the unit's station and of the unit itself, numbered from the oldest.

    Beyond twenty only the latest are drawn.
    """
    own = [note for note in notes if _concerns(note, unit)][-len(CIRCLED) :]
    return [Mark(sign, note) for sign, note in zip(CIRCLED, own, strict=False)]


def _concerns(note: Annotation, unit: Unit) -> bool:
    if note.village:
        return unit.level == "village" and unit.code == note.village
    return not note.station or note.station == unit.station


def signs_by_place(marks: Iterable[Mark], periods: Sequence[Period]) -> dict[int, str]:
    """Place of the period -> the signs of the marks that fall into it."""
    signs: dict[int, str] = {}
    for mark in marks:
        for place, period in enumerate(periods):
            if period.starts_on <= mark.note.marked_on <= period.whole_ends_on:
                signs[place] = signs.get(place, "") + mark.sign
    return signs


def mark_in_words(mark: Mark, unit: Unit) -> str:
    """① 2018年1月1日 巡逻队扩编（全局）"""
    note = mark.note
    where = unit.name if note.village else "本所" if note.station else "全局"
    return f"{mark.sign} {day_words(note.marked_on)} {note.remark}（{where}）"
