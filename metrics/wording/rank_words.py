"""What a rank's uncertainty means, and who cannot be told apart: one wording everywhere."""

from collections.abc import Collection, Mapping, Sequence

from metrics.figures import words
from metrics.scoring.rank import Assessment

RANK_INTERVAL = "除去偶然起伏，真实名次有 95% 的把握在此区间之内。"
MOST_RUNS = 3
ALL_APART, UNKNOWN = "无", words.NONE


def interval_meaning() -> str:
    """名次区间：除去偶然起伏，真实名次 …"""
    return f"名次区间：{RANK_INTERVAL}"


def alike_ranks(alike: Collection[str], ranks: Mapping[str, int]) -> list[int]:
    """The ranks whose holders are all among those that are alike, in order.

    ranks   unit -> rank, of the others that are ranked beside the unit
    """
    apart = {rank for unit, rank in ranks.items() if unit not in alike}
    return sorted({ranks[unit] for unit in alike if unit in ranks} - apart)


def alike_places(line: Assessment, group: Sequence[Assessment]) -> str:
    """2–4、6: the ranks from which a unit cannot be told apart; “无”; “—” where not known."""
    if line.alike is None or not group:
        return UNKNOWN
    ranks = {x.unit: x.rank for x in group if x.rank is not None and x.unit != line.unit}
    return words.runs(alike_ranks(line.alike, ranks)) or ALL_APART


def alike_clause(ranks: Sequence[int]) -> str:
    """与第 2–4、6 名分不出先后; '' for none."""
    if not ranks:
        return ""
    listed = words.runs(ranks).split("、")
    if len(listed) > MOST_RUNS:
        return f"与第 {'、'.join(listed[:MOST_RUNS])} 名等共 {len(ranks)} 个名次分不出先后"
    return f"与第 {'、'.join(listed)} 名分不出先后"


def alike_with_first(group: Sequence[Assessment]) -> frozenset[str]:
    """The units behind the first that cannot be told apart from it, or from all that share it."""
    first = [frozenset(line.alike or ()) for line in group if line.rank == 1]
    behind = frozenset(line.unit for line in group if line.rank is not None and line.rank > 1)
    return behind.intersection(*first) if first else frozenset()
