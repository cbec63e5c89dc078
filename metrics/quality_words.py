"""Completeness, timeliness, consistency and coverage of the spot checks, in a sentence."""

from collections import defaultdict
from collections.abc import Callable, Sequence

from metrics import words
from metrics.data_quality import ENTERED_WITHIN_HOURS, Measured, Quality, overall
from metrics.spot_sample import PER_UNIT, Coverage


def summed(found: Sequence[Quality], by: Callable[[Quality], str]) -> list[tuple[str, Measured]]:
    """The sums by what `by` says of each, in order of appearance."""
    sums: dict[str, Measured] = defaultdict(Measured)
    for quality in found:
        sums[by(quality)] += quality.measured
    return list(sums.items())


def quality_headline(title: str, found: Sequence[Quality]) -> str:
    """The three shares together, and the station that lags most in each that matters."""
    whole = overall(found)
    if not whole.records:
        return f"{title}没有记录"
    parts = [
        f"完整率 {words.percent(whole.complete.share)}",
        f"及时率 {words.percent(whole.timely.share)}",
        f"一致率 {words.percent(whole.consistent.share)}",
    ]
    rates = [(name, m.timely.share) for name, m in summed(found, lambda q: q.station)]
    known = [(share, name) for name, share in rates if share is not None]
    lowest = min(known, default=None)
    last = f"；及时率最低的是{lowest[1]}（{words.percent(lowest[0])}）" if lowest else ""
    return f"{title} {whole.records:,} 条记录：{'，'.join(parts)}{last}"


def coverage_headline(title: str, covered: Sequence[Coverage]) -> str:
    villages = sum(line.villages for line in covered)
    enough = sum(line.covered for line in covered)
    checks = sum(line.checks for line in covered)
    short = [line.name for line in covered if line.covered < line.villages]
    rest = f"；未抽足的在{words.listed(short)}" if short and enough else ""
    return (
        f"{title}抽查 {checks:,} 条，{villages} 个村（社区）中 {enough} 个抽足 {PER_UNIT} 条{rest}"
    )


QUALITY_DEFINITIONS = [
    ("完整率", "来源确有的必要项目中，已填写的占比；来源本来没有的项目不计。"),
    (
        "及时率",
        f"事后 {ENTERED_WITHIN_HOURS} 小时以内录入的占比；录入时间或发生时间不详的不计。",
    ),
    (
        "一致率",
        "应当相符的项目确实相符的占比：走访结束晚于开始、录入不早于开始，结果与日期相符，"
        "复查不先于整改等；缺项无从判断的不计。",
    ),
    ("首位数字检验", "不采用：一村一月的数量太小，检验没有意义。"),
]
