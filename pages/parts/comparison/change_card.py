"""One comparison in full: volume and rate, now and then, and what the test says."""

from markupsafe import Markup

from metrics.analysis.compare import Comparison
from metrics.wording.compare_readings import volume_and_rate
from metrics.wording.compare_words import (
    METHOD_NAMES,
    interval_in_words,
    p_in_words,
    verdict_in_words,
)
from pages.parts.markup import render


def card_markup(c: Comparison) -> Markup:
    """Volume and rate of the comparison that is looked at, and what the test says."""
    verdict = f"{verdict_in_words(c)}。"
    if c.test:
        verdict += (
            f"{METHOD_NAMES[c.method]}，P = {p_in_words(c)}，"
            f"变化的 95% 区间 {interval_in_words(c)}。"
        )
    return render(
        "comparison/change_card.html",
        lines=volume_and_rate(c),
        verdict=verdict,
        now=c.now.period.title,
        base=c.base.period.title,
    )
