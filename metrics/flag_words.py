"""Flags in plain words: what was seen, how it stands beside the peers, what it does not mean."""

from collections.abc import Mapping, Sequence
from fractions import Fraction
from typing import Literal

from data.verdicts import Verdict
from metrics import words
from metrics.flag import Flag, Peers
from metrics.flag_rules import WORDS, Rule, Thresholds

State = Literal["待核", "属实", "排除"]
STATES: tuple[State, ...] = ("待核", "属实", "排除")
LEAD = "线索不等于结论"


def state_of(flag: Flag, verdicts: Mapping[str, Verdict]) -> State:
    known = verdicts.get(flag.id)
    return known.word if known else "待核"


def month_in_words(flag: Flag) -> str:
    return f"{flag.month.year}年{flag.month.month}月"


def whom(flag: Flag) -> str:
    """The unit with its station where that tells more."""
    if flag.station_name and flag.rule.unit == "officer":
        return f"{flag.unit.name}（{flag.station_name}）"
    return flag.unit.name


def seen(flag: Flag) -> str:
    """What was seen, in one sentence without an end."""
    numbers = {name: short(value) for name, value in flag.thresholds.items()}
    told = {**numbers, "total": flag.total, "hits": flag.hits, "share": words.percent(flag.share)}
    return f"{whom(flag)}{month_in_words(flag)}，{flag.rule.seen.format(**told)}"


def beside(flag: Flag) -> str:
    """How unusual that is among the peers of the month."""
    peers = flag.peers
    if peers is None:
        return "同组没有可比的单位"
    who = "人" if flag.rule.unit == "officer" else "个村（社区）"
    least = f"{_group(flag)}同月另有 {peers.count} {who}可比"
    if not peers.upper:
        spread = "至少四分之三一次也没有"
    else:
        half, most = words.percent(peers.median), words.percent(peers.upper)
        spread = f"一半不超过 {half}，四分之三不超过 {most}"
    return f"{least}，{spread}，{_higher(peers, who)}"


def _group(flag: Flag) -> str:
    return f"{flag.unit.group}组" if flag.unit.group else "同组"


def _higher(peers: Peers, who: str) -> str:
    if not peers.higher:
        return "没有一个这么高"
    return f"有 {peers.higher} {who}与此相同或更高"


def caution(rule: Rule) -> str:
    """What it does not mean: said beside every flag."""
    return f"{LEAD}：也可能是{rule.innocent}。请核对记录、询问本人后再下结论"


def headline(title: str, flags: Sequence[Flag], verdicts: Mapping[str, Verdict]) -> str:
    """How many wait, where, of which kind; and what was found out so far."""
    if not flags:
        return f"{title}没有发现异常线索"
    waiting = [flag for flag in flags if state_of(flag, verdicts) == "待核"]
    done = {word: sum(state_of(f, verdicts) == word for f in flags) for word in ("属实", "排除")}
    judged = "、".join(f"{word} {number} 条" for word, number in done.items() if number)
    if not waiting:
        return f"{title} {len(flags)} 条线索均已核查：{judged}"
    stations = {flag.unit.station for flag in waiting if flag.unit.station}
    where = f"，涉及 {len(stations)} 个派出所" if stations else ""
    so_far = f"；已核查 {len(flags) - len(waiting)} 条（{judged}）" if judged else ""
    return f"{title}有 {len(waiting)} 条线索待核{where}{so_far}；{LEAD}，核实前不影响得分"


def rule_in_words(rule: Rule, thresholds: Thresholds) -> str:
    """The thresholds as one reads them: 时长界限 3 分钟，占比不低于 30%，…"""
    parts = []
    for name, value in thresholds.items():
        if name == "deviations" and not value:
            continue
        title, unit = WORDS[name]
        shown = words.percent(value, 0) if name == "share" else short(value)
        parts.append(f"{title} {shown}{unit}")
    return "，".join(parts)


def short(value: Fraction) -> str:
    """3, 72, 2.5"""
    return str(value.numerator) if value.denominator == 1 else f"{float(value):g}"
