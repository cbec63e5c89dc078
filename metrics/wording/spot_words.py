"""The spot checks in a sentence: how many are drawn and entered, how many villages they cover."""

from collections.abc import Sequence
from datetime import date

from metrics.calendar.days import month_words
from metrics.figures import words
from metrics.integrity.spot_sample import PER_UNIT, SpotCoverage, ToCheck


def spot_headline(
    month: date, sample: Sequence[ToCheck] | None, title: str, covered: Sequence[SpotCoverage]
) -> str:
    """The month's draw (None: not drawn yet), and all results of the period whatever their draw."""
    name = f"{month_words(month)}的样本"
    if sample is None:
        progress = f"{name}尚未抽取"
    else:
        done = sum(row.sampled is not None for row in sample)
        progress = (
            f"{name}抽取 {len(sample):,} 条，已录入 {done:,} 条、待查 {len(sample) - done:,} 条"
        )
    return f"{progress}；{coverage_headline(title, covered)}"


def coverage_headline(title: str, covered: Sequence[SpotCoverage]) -> str:
    villages = sum(line.villages for line in covered)
    enough = sum(line.covered for line in covered)
    checks = sum(line.checks for line in covered)
    short = [line.name for line in covered if line.covered < line.villages]
    rest = f"；未抽足的在{words.listed(short)}" if short and enough else ""
    return (
        f"抽查日期在{title}的结果共 {checks:,} 条（不限这一样本），"
        f"{villages} 个村（社区）中 {enough} 个抽足 {PER_UNIT} 条{rest}"
    )
