"""What the words at the foot of a page mean: definitions.toml, with the bounds of the code."""

import tomllib
from functools import cache
from pathlib import Path

from metrics.analysis.hot_spots import NEIGHBOURS
from metrics.analysis.hours import LONGEST
from metrics.analysis.mismatch import BAND
from metrics.integrity.data_quality import ENTERED_WITHIN_HOURS
from metrics.statistics.multiple_testing import FALSE_DISCOVERIES
from metrics.statistics.too_few import FEWEST_AT_A_PLACE, FEWEST_ON_MAP, FEWEST_OVER_HOURS
from metrics.wording.rank_words import RANK_INTERVAL
from metrics.wording.verdict_words import AMONG_LIKE, UNIT_VERDICT

BOUNDS = {
    "BAND": BAND, "ENTERED_WITHIN_HOURS": ENTERED_WITHIN_HOURS,
    "FALSE_DISCOVERIES": FALSE_DISCOVERIES, "FEWEST_AT_A_PLACE": FEWEST_AT_A_PLACE,
    "FEWEST_ON_MAP": FEWEST_ON_MAP, "FEWEST_OVER_HOURS": FEWEST_OVER_HOURS,
    "AMONG_LIKE": AMONG_LIKE, "UNIT_VERDICT": UNIT_VERDICT,
    "LONGEST": LONGEST, "NEIGHBOURS": NEIGHBOURS, "RANK_INTERVAL": RANK_INTERVAL,
}  # fmt: skip


@cache
def definitions(page: str) -> tuple[tuple[str, str], ...]:
    """Term and text, in the order in which they are shown."""
    texts = tomllib.loads(Path(__file__).with_suffix(".toml").read_text("utf-8"))[page]
    return tuple((term, text.format(**BOUNDS)) for term, text in texts.items())
