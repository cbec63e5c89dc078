"""Changes that a slider makes to a scheme; the weights always add up to full points."""

from dataclasses import dataclass
from fractions import Fraction
from typing import Literal

from metrics.indicators.catalogue import Indicator
from metrics.scheme.scheme import Level, Scheme, Scored

What = Literal["weight", "target", "floor", "minimum"]
CENT = Fraction(1, 100)
MOST_WEIGHT = Fraction(2, 5)  # of full points
FINEST = Fraction(1, 200)  # step of a target or floor that is a share


@dataclass(frozen=True)
class Range:
    """From where to where a value may be moved, both ends included."""

    low: Fraction
    high: Fraction
    step: Fraction


def with_weight(scheme: Scheme, name: str, weight: Fraction, level: Level = "station") -> Scheme:
    """One indicator gets this weight; the others share the rest as before, to the hundredth.

    level   whose weights, where the scheme weighs it apart; else those of all levels
    """
    others = {s.id: s.weight for s in scheme.at(level).indicators if s.id != name}
    rest = scheme.full_points - weight
    if not others or weight <= 0 or rest < CENT * len(others):
        raise ValueError(f"权重应大于 0，且为其余 {len(others)} 项留有分值")
    if any(s.id == name and s.weight == weight for s in scheme.at(level).indicators):
        return scheme
    weights = {name: weight, **_shared(others, rest)}
    if level not in scheme.levels_apart:
        return _replaced(scheme, [_with(s, weight=weights[s.id]) for s in scheme.indicators])
    moved = [
        _with(s, weights={**s.weights, level: weights[s.id]}) if s.id in weights else s
        for s in scheme.indicators
    ]
    return _replaced(scheme, moved)


def with_value(
    scheme: Scheme, name: str, what: What, value: Fraction, level: Level = "station"
) -> Scheme:
    """The same for any of the values that a slider moves."""
    if what == "weight":
        return with_weight(scheme, name, value, level)
    setting = int(value) if what == "minimum" else value
    changed = [_with(s, **{what: setting}) if s.id == name else s for s in scheme.indicators]
    return _replaced(scheme, changed)


def movable(scored: Scored) -> tuple[What, ...]:
    """What of an indicator makes a difference if it is moved."""
    if scored.rule == "steps":
        return ("weight", "minimum")
    if scored.rule == "pass":
        return ("weight", "target", "minimum")
    return ("weight", "target", "floor", "minimum")


def value_of(scored: Scored, what: What) -> Fraction:
    return Fraction(getattr(scored, what))


def range_of(scheme: Scheme, scored: Scored, indicator: Indicator, what: What) -> Range:
    """Within it every value gives a scheme that rewards the better; the present one is inside."""
    if what == "weight":
        most = max(scheme.full_points * MOST_WEIGHT, scored.weight)
        return Range(Fraction(1, 2), most, Fraction(1, 2))
    if what == "minimum":
        return Range(Fraction(1), Fraction(max(60, scored.minimum)), Fraction(1))
    is_share = indicator.kind in ("proportion", "ratio")
    most = max(scored.target, scored.floor, Fraction(1) if is_share else 2 * scored.target)
    step = FINEST if is_share else max(most / 200, CENT)
    low, high = Fraction(0), most
    if scored.rule != "pass":
        is_upper = (what == "target") == (indicator.better == "higher")
        other = scored.floor if what == "target" else scored.target
        low, high = (other + step, most) if is_upper else (Fraction(0), other - step)
    return Range(min(low, value_of(scored, what)), max(high, value_of(scored, what)), step)


def _shared(weights: dict[str, Fraction], total: Fraction) -> dict[str, Fraction]:
    """In proportion, in hundredths; what rounding leaves goes to the largest remainders."""
    whole = sum(weights.values(), Fraction(0))
    exact = {name: weight * total / whole for name, weight in weights.items()}
    cut = {name: max(CENT, (value // CENT) * CENT) for name, value in exact.items()}
    left = total - sum(cut.values(), Fraction(0))
    while left:
        piece = min(CENT, abs(left)) * (1 if left > 0 else -1)
        able = [name for name in cut if cut[name] + piece > 0]
        name = max(able, key=lambda n: (exact[n] - cut[n]) * (1 if left > 0 else -1))
        cut[name] += piece
        left -= piece
    return cut


def _with(scored: Scored, **values: object) -> Scored:
    return Scored.model_validate({**dict(scored), **values})


def _replaced(scheme: Scheme, indicators: list[Scored]) -> Scheme:
    return Scheme.model_validate({**dict(scheme), "indicators": tuple(indicators)})
