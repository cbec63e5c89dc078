"""Why a rate changed: what its parts did, and what the mix of its parts did. Exact fractions.

Kitagawa 1955, JASA 50:1168. The interaction is shared equally between the two effects.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from fractions import Fraction

Pair = tuple[int, int]  # numerator, denominator


@dataclass(frozen=True)
class Effect:
    """What one part adds to the change of the whole rate.

    rate   its own rate changed
    mix    its share of the denominator changed, and its rate lies above or below the whole's
    """

    rate: Fraction
    mix: Fraction

    @property
    def total(self) -> Fraction:
        return self.rate + self.mix


def effects(before: Sequence[Pair], now: Sequence[Pair]) -> list[Effect] | None:
    """One effect for each part; their sum is the change of Σ numerators ÷ Σ denominators.

    before, now   the same parts in the same order; None where a period has no denominator
    The mix effect is measured against the mean of the two rates of the whole, which leaves its
    sum as it is and tells whether a part that grew is one with a high rate.
    """
    base, top = (sum(pair[1] for pair in period) for period in (before, now))
    if not base or not top:
        return None
    middle = (_rate(before, base) + _rate(now, top)) / 2
    pairs = zip(before, now, strict=True)
    return [_effect(old, new, base, top, middle) for old, new in pairs]


def _rate(period: Sequence[Pair], whole: int) -> Fraction:
    return Fraction(sum(pair[0] for pair in period), whole)


def _effect(old: Pair, new: Pair, base: int, top: int, middle: Fraction) -> Effect:
    share_before, share_now = Fraction(old[1], base), Fraction(new[1], top)
    change = Fraction(new[0], top) - Fraction(old[0], base)
    rate = _rate_change(old, new, change, (share_before + share_now) / 2)
    return Effect(rate, change - rate - (share_now - share_before) * middle)


def _rate_change(old: Pair, new: Pair, change: Fraction, weight: Fraction) -> Fraction:
    """A part that was not there has no rate to compare; cleared cases of a part in which nothing
    was filed (a backlog) are no matter of the mix."""
    if old[1] and new[1]:
        return (Fraction(*new) - Fraction(*old)) * weight
    has_orphans = (old[0] and not old[1]) or (new[0] and not new[1])
    return change if has_orphans else Fraction(0)


@dataclass(frozen=True)
class RatioEffect:
    """How much of the change of a ratio is due to each of its two counts."""

    numerator: Fraction
    denominator: Fraction

    @property
    def total(self) -> Fraction:
        return self.numerator + self.denominator


def ratio_effect(before: Pair, now: Pair) -> RatioEffect | None:
    """The change of numerator ÷ denominator, split exactly; None without a base in both."""
    if not before[1] or not now[1]:
        return None
    inverse_before, inverse_now = Fraction(1, before[1]), Fraction(1, now[1])
    return RatioEffect(
        (now[0] - before[0]) * (inverse_before + inverse_now) / 2,
        (inverse_now - inverse_before) * Fraction(before[0] + now[0], 2),
    )
