"""Flags in plain words: what was seen, how it stands beside the peers, what it does not mean."""

from collections.abc import Iterable, Mapping, Sequence
from fractions import Fraction
from typing import get_args

from data.decisions.verdicts import WAITING, State, Verdict
from data.decisions.verdicts import WORDS as VERDICTS
from metrics.calendar.days import month_words
from metrics.figures import words
from metrics.flags.rules import WORDS, FlagRule, Thresholds
from metrics.integrity.flag import Flag, FoundFlags

STATES: tuple[State, ...] = get_args(State)
LEAD = "线索不等于结论"


def state_of(flag: Flag, verdicts: Mapping[str, Verdict]) -> State:
    verdict = verdicts.get(flag.id)
    return verdict.state if verdict else "待核"


def whom(flag: Flag) -> str:
    """The unit with its station where that tells more."""
    if flag.station_name and flag.rule.unit == "officer":
        return f"{flag.unit.name}（{flag.station_name}）"
    return flag.unit.name


def seen(flag: Flag) -> str:
    """What was seen, in one sentence without an end."""
    numbers = {name: short(value) for name, value in flag.thresholds.items()}
    values = {**numbers, "total": flag.total, "hits": flag.hits, "share": words.percent(flag.share)}
    return f"{whom(flag)}{month_words(flag.month)}，{flag.rule.seen.format(**values)}"


def beside(flag: Flag) -> str:
    """How unusual that is among the peers of the month."""
    peers = flag.peers
    if peers is None:
        return "同组没有可比的单位"
    who = "人" if flag.rule.unit == "officer" else "个村（社区）"
    group = f"{flag.unit.group}组" if flag.unit.group else "同组"
    least = f"{group}同月另有 {peers.count} {who}可比"
    if not peers.upper:
        spread = "至少四分之三一次也没有"
    else:
        half, most = words.percent(peers.median), words.percent(peers.upper)
        spread = f"一半不超过 {half}，大多数（四分之三）不超过 {most}"
    higher = f"有 {peers.higher} {who}与此相同或更高" if peers.higher else "没有一个这么高"
    return f"{least}，{spread}，{higher}"


def caution(rule: FlagRule) -> str:
    """What it does not mean: said beside every flag."""
    return f"{LEAD}：也可能是{rule.innocent}。请核对记录、询问本人后再下结论"


def consequence(flag: Flag) -> str:
    """What a confirmed verdict does."""
    if not flag.rule.voids:
        return "记录和得分不动，可凭此走台账"
    return f"这 {flag.hits} 条记录作废，得分随之重算"


def unexamined(rules: Iterable[FlagRule], found: FoundFlags) -> list[str]:
    """没有填村（社区）的记录未核查：迟录 40 条、…; 没有可供核对的记录，未核查：…"""
    whom = {"village": "村（社区）", "officer": "民（辅）警"}
    nameless: dict[str, list[str]] = {}
    without_records = []
    for rule in rules:
        if count := found.nameless.get(rule.id, 0):
            nameless.setdefault(whom[rule.unit], []).append(f"{rule.title} {count:,} 条")
        elif not found.examined.get(rule.id, 0):
            without_records.append(rule.title)
    sentences = [f"没有填{unit}的记录未核查：{'、'.join(x)}" for unit, x in nameless.items()]
    if without_records:
        sentences.append(f"没有可供核对的记录，未核查：{'、'.join(without_records)}")
    return sentences


def flags_headline(title: str, flags: Sequence[Flag], verdicts: Mapping[str, Verdict]) -> str:
    """How many wait, where, of which kind; and what was found out so far."""
    if not flags:
        return f"{title}没有发现异常线索"
    states = [state_of(flag, verdicts) for flag in flags]
    waiting = [f for f, state in zip(flags, states, strict=True) if state not in VERDICTS]
    judged = "、".join(f"{word} {n} 条" for word in VERDICTS if (n := states.count(word)))
    if not waiting:
        return f"{title} {len(flags)} 条线索均已核查：{judged}"
    first, second = states.count("待核"), states.count(WAITING)
    to_do = [f"{first} 条线索待核"] if first else []
    to_do += [f"{second} 条属实待复核"] if second else []
    stations = {flag.unit.station for flag in waiting if flag.unit.station}
    where = f"，涉及 {len(stations)} 个派出所" if stations else ""
    so_far = f"；已核查 {len(flags) - len(waiting)} 条（{judged}）" if judged else ""
    return f"{title}有 {'、'.join(to_do)}{where}{so_far}；{LEAD}，核实前不影响得分"


def rule_in_words(thresholds: Thresholds) -> str:
    """The thresholds as one reads them: 时长界限 3 分钟，占比不低于 30%，…"""
    parts = []
    for name, value in thresholds.items():
        if name == "deviations" and not value:
            continue
        title, unit = WORDS[name]
        amount = words.percent(value, 0) if name == "share" else short(value)
        parts.append(f"{title} {amount}{unit}")
    return "，".join(parts)


def short(value: Fraction) -> str:
    """3, 72, 2.5"""
    return str(value.numerator) if value.denominator == 1 else f"{float(value):g}"


def verdict_sentence(verdict: Verdict) -> str:
    """What was said of a flag, by whom, and what followed, as marked-up text."""
    entry = f"办理日志第 {verdict.number} 号"
    if verdict.state == "待核":
        returned = f"{verdict.second_by}退回：{verdict.remark}"
        return f"**待核**：{verdict.by}提出属实（{verdict.reason}），{returned}（{entry}）"
    if verdict.state == WAITING:
        return f"**{WAITING}**：{verdict.reason}（{verdict.by}提出，{entry}；记录和得分未动）"
    if verdict.state == "排除":
        return f"**排除**：{verdict.reason}（{verdict.by}判定，{entry}）"
    second = f"提出，{verdict.second_by}复核确认" if verdict.second else "判定"
    remark = f"，意见：{verdict.remark}" if verdict.remark else ""
    return (
        f"**属实**：{verdict.reason}（{verdict.by}{second}{remark}，{entry}，"
        f"作废 {len(verdict.voided)} 条记录；要加减分或追责的，凭此编号走台账）"
    )


def outcome(verdict: Verdict) -> str:
    """What an act came to, in a sentence for who did it."""
    return {
        "属实": f"已确认属实，{len(verdict.voided)} 条记录已作废",
        "排除": "已记下结论：排除，记录不动",
        WAITING: "已提出属实，待他人复核；复核前记录和得分不动",
        "待核": "已退回，线索回到待核；记录不动",
    }[verdict.state]
