"""Completeness, timeliness and consistency in a sentence."""

from collections import defaultdict
from collections.abc import Callable, Sequence

from metrics.figures import words
from metrics.integrity.data_quality import Measured, Quality, overall


def summed(
    qualities: Sequence[Quality], by: Callable[[Quality], str]
) -> list[tuple[str, Measured]]:
    """The sums by what `by` says of each, in order of appearance."""
    sums: dict[str, Measured] = defaultdict(Measured)
    for quality in qualities:
        sums[by(quality)] += quality.measured
    return list(sums.items())


def quality_headline(title: str, qualities: Sequence[Quality]) -> str:
    """The three shares together, and the station that lags most in each that matters."""
    whole = overall(qualities)
    if not whole.records:
        return f"{title}没有记录"
    parts = [
        f"完整率 {words.percent(whole.complete.share)}",
        f"及时率 {words.percent(whole.timely.share)}",
        f"一致率 {words.percent(whole.consistent.share)}",
    ]
    rates = [(name, m.timely.share) for name, m in summed(qualities, lambda q: q.station)]
    timely = [(share, name) for name, share in rates if share is not None]
    share, name = min(timely, default=(None, ""))
    last = f"；及时率最低的是{name}（{words.percent(share)}）" if len(timely) > 1 else ""
    return f"{title} {whole.records:,} 条记录：{'，'.join(parts)}{last}"
