"""How a total, or its change, is made up of its stations: parts that add up exactly."""

from collections.abc import Sequence
from dataclasses import dataclass
from fractions import Fraction

from metrics.analysis.change_sides import Side
from metrics.analysis.compare import Comparison
from metrics.cells.units import UNKNOWN
from metrics.figures import words
from metrics.statistics.decomposition import Pair, effects

MOST_NAMED = 5
UNNAMED = "未填单位的"


@dataclass(frozen=True)
class Piece:
    """One station's part: a count, or percentage points as a fraction (0.012 is 1.2 points)."""

    name: str
    amount: Fraction


def parts_of_total(stations: Sequence[Comparison]) -> list[Piece]:
    """The counts of the period by station, none left out that has any."""
    return [
        Piece(UNNAMED if c.unit.code == UNKNOWN else c.unit.name, Fraction(c.now.amount.numerator))
        for c in stations
        if c.now.amount.numerator
    ]


def parts_of_change(whole: Comparison, stations: Sequence[Comparison]) -> list[Piece]:
    """What each station adds to the change of the whole; none where that cannot be told exactly."""
    rows = _rows(whole, stations)
    if whole.difference is None or any(n < 0 for row in rows for n in (*row.before, *row.now)):
        return []
    if whole.indicator.kind == "count":
        pieces = [Piece(row.name, Fraction(row.now[0] - row.before[0])) for row in rows]
    else:
        pieces = _of_rate(rows) if whole.is_share else []
    total = sum((piece.amount for piece in pieces), Fraction(0))
    return [piece for piece in pieces if piece.amount] if total == whole.difference else []


@dataclass(frozen=True)
class _Row:
    """Numerator and denominator of one station then and now."""

    name: str
    before: Pair
    now: Pair


def _rows(whole: Comparison, stations: Sequence[Comparison]) -> list[_Row]:
    """The stations, and what the whole has beyond them: records that named none."""
    rows = [
        _Row(UNNAMED if c.unit.code == UNKNOWN else c.unit.name, _pair(c.base), _pair(c.now))
        for c in stations
    ]
    before = _left_over(whole.base, [row.before for row in rows])
    now = _left_over(whole.now, [row.now for row in rows])
    return [*rows, _Row(UNNAMED, before, now)] if any((*before, *now)) else rows


def _left_over(whole: Side, pairs: Sequence[Pair]) -> Pair:
    numerator, denominator = _pair(whole)
    return numerator - sum(n for n, _ in pairs), denominator - sum(n for _, n in pairs)


def _pair(side: Side) -> Pair:
    return side.amount.numerator or 0, side.amount.denominator or 0


def _of_rate(rows: Sequence[_Row]) -> list[Piece]:
    """By their own rate and by their share of the denominator together."""
    by_row = effects([row.before for row in rows], [row.now for row in rows])
    if by_row is None:
        return []
    return [Piece(row.name, effect.total) for row, effect in zip(rows, by_row, strict=True)]


def shares_in_words(pieces: Sequence[Piece], unit: str, is_share: bool) -> str:
    """甲所 12 件（占 40.0%）、乙所 …、其余 3 个所 4 件（占 13.3%）; amounts without their sign."""
    ordered = sorted(pieces, key=lambda piece: (-abs(piece.amount), piece.name))
    total = sum((abs(piece.amount) for piece in ordered), Fraction(0))
    named = [p for p in ordered[:MOST_NAMED] if amount_in_words(p.amount, is_share).strip("0.")]
    rest = ordered[len(named) :]
    texts = [f"{p.name} {_share(abs(p.amount), total, unit, is_share)}" for p in named]
    if rest:
        left = sum((abs(piece.amount) for piece in rest), Fraction(0))
        texts.append(f"其余 {len(rest)} 个单位 {_share(left, total, unit, is_share)}")
    return "、".join(texts)


def _share(amount: Fraction, total: Fraction, unit: str, is_share: bool) -> str:
    counted = f"{amount_in_words(amount, is_share)} {unit}".rstrip()
    return f"{counted}（占 {words.percent(amount / total)}）"


def amount_in_words(amount: Fraction, is_share: bool) -> str:
    """12, or 1.2 of percentage points; without its sign."""
    return words.plain(abs(amount) * (100 if is_share else 1), 1 if is_share else 0)
