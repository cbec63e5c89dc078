"""What rose and what fell against the same days of last year, and in which stations."""

from collections.abc import Sequence
from dataclasses import dataclass
from fractions import Fraction
from typing import Literal

from metrics.analysis.compare import Comparison
from metrics.analysis.compare_spans import THAN
from metrics.documents.material import Material
from metrics.documents.parts import Piece, amount_in_words, parts_of_change, shares_in_words
from metrics.figures import words
from metrics.wording.compare_words import (
    change_in_words,
    digits_of,
    fraction_in_words,
    is_better,
    shown_difference,
    value_in_words,
    verdict_in_words,
)

Way = Literal["up", "down", "level", "none"]
WORK = ("visits", "patrols", "disputes-resolved", "hazards-found")
RESULTS = ("crimes-stopped", "suspects-caught", "clearance-theft-robbery-fraud")
MOST_DETAILED = 4


@dataclass(frozen=True)
class IndicatorChange:
    """One indicator of the bureau against last year, with what its stations added."""

    whole: Comparison
    pieces: tuple[Piece, ...]

    @property
    def way(self) -> Way:
        """By the figure as it is shown: what rounds to nothing has neither risen nor fallen."""
        difference = shown_difference(self.whole)
        if difference is None or self.whole.verdict == "none":
            return "none"
        amount = words.rounded(difference, digits_of(self.whole))
        return "up" if amount > 0 else "down" if amount < 0 else "level"


def yearly_changes(material: Material) -> list[IndicatorChange]:
    """The work, its results and what is scored; what matters most comes first."""
    scored = tuple(scored.id for scored in material.scheme.indicators)
    offered = [name for name in (*WORK, *RESULTS) if name in material.catalogue.indicators]
    ids = tuple(dict.fromkeys((*offered, *scored)))
    stations: dict[str, list[Comparison]] = {}
    for c in material.comparisons(ids, "station"):
        if c.pair.basis == "last_year":
            stations.setdefault(c.indicator.id, []).append(c)
    return [
        IndicatorChange(c, tuple(parts_of_change(c, stations.get(c.indicator.id, []))))
        for c in material.comparisons(ids, "bureau")
        if c.pair.basis == "last_year"
    ]


def of_way(changes: Sequence[IndicatorChange], way: Way) -> list[IndicatorChange]:
    """Beyond chance first, then by the relative size of the change."""
    chosen = [change for change in changes if change.way == way]
    return sorted(chosen, key=lambda c: (not c.whole.is_real, -abs(c.whole.relative or 0)))


def detailed(changes: Sequence[IndicatorChange]) -> list[IndicatorChange]:
    """Those that are told with their stations: the first that chance does not explain; where
    there are none, the first of the work itself, else the first at all."""
    real = [change for change in changes if change.whole.is_real]
    work = [change for change in changes if change.whole.indicator.id in WORK]
    return real[:MOST_DETAILED] or work[:1] or list(changes[:1])


def change_sentence(c: Comparison) -> str:
    """较去年同期（32.0%）高 13.6 个百分点（相对增幅 +42.5%）; a base of 0 is said as such."""
    if c.base.exact == 0 and c.now.exact:
        verb = "增加" if c.indicator.kind == "count" else "高"
        return f"较{THAN[c.pair.basis]}（{value_in_words(c, c.base)}）{verb} {_amount(c)}"
    return change_in_words(c)


def in_full(change: IndicatorChange) -> str:
    """走访群众 5,012 人次，较去年同期…，升幅超出随机波动；9 个单位共增加 …：甲所 …"""
    c = change.whole
    fraction = fraction_in_words(c, c.now)
    value = value_in_words(c, c.now) + (f"（{fraction}）" if fraction else "")
    better = {True: "，属向好", False: "，属走弱", None: ""}[is_better(c)]
    return (
        f"{c.indicator.title} {value}，{change_sentence(c)}，{verdict_in_words(c)}{better}。"
        f"{causes(change)}"
    )


def causes(change: IndicatorChange) -> str:
    """Which stations made it rise and which fall, each in descending order with its share."""
    c = change.whole
    verbs = ("增加", "减少") if c.indicator.kind == "count" else ("拉高", "拉低")
    unit = "个百分点" if c.is_share else c.indicator.unit
    sides = []
    for verb, sign in zip(verbs, (1, -1), strict=True):
        side = [piece for piece in change.pieces if piece.amount * sign > 0]
        total = sum((piece.amount for piece in side), Fraction(0))
        amount = amount_in_words(total, c.is_share)
        if not side or not amount.strip("0."):
            continue
        head = f"{len(side)} 个单位共{verb} {amount} {unit}".rstrip()
        sides.append(f"{head}：{shares_in_words(side, unit, c.is_share)}")
    ordered = sides[::-1] if change.way == "down" else sides  # what explains the change first
    return f"从各单位看，{'；'.join(ordered)}。" if ordered else ""


def in_short(changes: Sequence[IndicatorChange]) -> str:
    """甲 1.2 个百分点、乙 3 件: the amounts of those that are not told in full."""
    return "、".join(
        f"{change.whole.indicator.title} {_amount(change.whole)}" for change in changes
    )


def _amount(c: Comparison) -> str:
    """12 起, 1.2 个百分点; without its sign."""
    amount = words.plain(abs(shown_difference(c) or Fraction(0)), digits_of(c))
    unit = "个百分点" if c.is_share else c.indicator.unit if c.indicator.kind == "count" else ""
    return f"{amount} {unit}".rstrip()
