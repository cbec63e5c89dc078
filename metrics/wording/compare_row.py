"""A comparison as one flat row: what `hongfeng compare` prints."""

from math import isfinite, nan
from typing import Any

from metrics.analysis.compare import Comparison
from metrics.wording.compare_words import (
    METHOD_NAMES,
    cautions_of,
    difference_in_words,
    relative_in_words,
    sentence,
    verdict_in_words,
)


def row_of(c: Comparison) -> dict[str, Any]:
    """change_points: a difference of shares as a fraction, null for what is no share.

    lower, upper: 95 % interval of change_points for a proportion, else of change_relative.
    """
    now, base = c.now, c.base
    interval = [n if isfinite(n) else None for n in c.interval or (nan, nan)]
    return {
        "indicator": c.indicator.id,
        "unit": c.unit.code,
        "name": c.unit.name,
        "basis": c.pair.basis,
        "starts_on": now.period.starts_on,
        "ends_on": now.period.ends_on,
        "base_starts_on": base.period.starts_on,
        "base_ends_on": base.period.ends_on,
        "numerator": now.amount.numerator,
        "denominator": now.amount.denominator,
        "value": now.exact,
        "base_numerator": base.amount.numerator,
        "base_denominator": base.amount.denominator,
        "base_value": base.exact,
        "change_points": c.difference if c.is_share else None,
        "change_relative": c.relative,
        "difference": difference_in_words(c),
        "change": relative_in_words(c),
        "p_value": c.test.p_value if c.test else None,
        "lower": interval[0],
        "upper": interval[1],
        "method": METHOD_NAMES[c.method] if c.test else "",
        "verdict": verdict_in_words(c),
        "sentence": sentence(c, "" if c.unit.level == "bureau" else c.unit.name),
        "cautions": "；".join(cautions_of(c)),
    }
