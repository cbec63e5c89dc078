"""What the page 警力与时段 says. Every sentence is computed from the figure that it reads."""

from collections.abc import Mapping, Sequence
from fractions import Fraction

import numpy as np

from metrics.analysis.hour_findings import HourFigure, StationWeek
from metrics.analysis.hours import LONGEST, IntArray, WeekHours
from metrics.analysis.mismatch import BAND, Slot, slot_name
from metrics.figures import words
from metrics.statistics.too_few import FEWEST_AT_A_PLACE, FEWEST_DAYS, FEWEST_OVER_HOURS

MOST_NAMED = 3
OFTEN_MIDNIGHT = Fraction(1, 20)  # of the events; by chance one in 1440 stands at 0:00


def hour_headline(figure: HourFigure) -> str:
    """舞钢市公安局2019年7月：周五 20–24 时发案占 18.0%（9 ÷ 50），巡逻占 6.1%，…"""
    week, title = figure.week, f"{figure.name}{figure.period.title}"
    subject = figure.subject
    if not week.events:
        return f"{title}没有记有时间的{subject.title}"
    if not week.seconds:
        return f"{title}没有起止时间齐全的巡逻记录，不能与{subject.verb}比较"
    if not week.is_judged:
        return f"{title}{subject.title}样本不足（{week.events} 件），各时段不作比较"
    if not week.short:
        return f"{title}：各时段{subject.verb}都没有超出巡逻占比的随机波动，{_busiest(figure)}"
    worst, others = week.short[0], len(week.short) - 1
    more = f"；另有 {others} 个时段也缺巡逻" if others else ""
    return f"{title}：{_held_against(worst, figure)}，是最缺巡逻的时段{more}"


def _held_against(slot: Slot, figure: HourFigure) -> str:
    """周五 20–24 时发案占 45.0%（9 ÷ 20），巡逻占 6.1%"""
    return (
        f"{slot.name}{figure.subject.verb}占 {words.percent(slot.share)}"
        f"（{slot.events} ÷ {figure.week.events}），巡逻占 {words.percent(slot.patrol_share)}"
    )


def _busiest(figure: HourFigure) -> str:
    busiest = max(figure.week.slots, key=lambda slot: slot.events)
    return f"最多的{_held_against(busiest, figure)}"


def week_reading(figure: HourFigure, hours: WeekHours) -> str:
    """What the marks mean here, and what could not be counted."""
    week = figure.week
    parts = []
    if week.is_judged and week.short:
        names = words.listed([slot.name for slot in week.short], MOST_NAMED)
        parts.append(f"标“缺”的 {len(week.short)} 个时段{figure.subject.verb}超出随机波动：{names}")
    elif week.is_judged:
        parts.append("差异都在随机波动之内，没有标“缺”的时段")
    elif week.events:
        parts.append(f"不足 {FEWEST_OVER_HOURS} 件，只列数字，不作判断")
    if week.match is not None:
        parts.append(f"{figure.subject.verb}与巡逻的时段契合度 {words.percent(week.match)}")
    parts += [*_unusual(figure), *_left_out(figure, hours)]
    return "；".join(parts) + "。" if parts else ""


def _unusual(figure: HourFigure) -> list[str]:
    slots = figure.week.unusual
    if not slots:
        return []
    each = "、".join(
        f"{s.name}（占 {words.percent(s.share)}，前12个月占 {words.percent(s.usual)}）"
        for s in slots[:MOST_NAMED]
    )
    return [f"标“增”的 {len(slots)} 个时段比前12个月突出，超出随机波动：{each}"]


def _left_out(figure: HourFigure, hours: WeekHours) -> list[str]:
    parts = []
    every = figure.week.events + figure.timeless
    if figure.timeless:
        share = words.percent(Fraction(figure.timeless, every))
        parts.append(f"没有时间的 {figure.timeless} 件（{share}）未计入")
    elif every:
        parts.append("各件都记有时间")
    if figure.midnight and Fraction(figure.midnight, every) > OFTEN_MIDNIGHT:
        parts.append(f"恰为 0 时整的 {figure.midnight} 件，可能只填了日期，请核对")
    if hours.endless:
        parts.append(f"全局没有结束时间的巡逻 {hours.endless} 次，时长不计")
    if hours.too_long:
        parts.append(f"全局超过 {LONGEST} 小时的巡逻 {hours.too_long} 次，疑为漏填结束，未计入")
    return parts


def slot_reading(figure: HourFigure, code: str, names: Mapping[str, str]) -> str:
    """The chosen band: how it stands, and which villages its events lie in."""
    slot = figure.week.slot(code)
    if slot is None:
        return ""
    hours = {int(h) for h in range(slot.from_hour, slot.from_hour + BAND)}
    parts = [_held_against(slot, figure), _verdict(slot, figure.week.is_judged)]
    villages = figure.villages.get(code, {})
    listed = sorted(villages, key=lambda v: (-villages[v], v))
    if listed:
        each = "、".join(
            f"{names.get(v, v) or '未填村（社区）'} {villages[v]} 件" for v in listed[:5]
        )
        more = f"等 {len(listed)} 处" if len(listed) > 5 else ""
        parts.append(f"分布在{each}{more}")
        peak = max(hours, key=lambda h: int(figure.events[slot.weekday, h]))
        parts.append(f"其中 {peak} 时最多（{int(figure.events[slot.weekday, peak])} 件）")
    return "；".join(parts) + "。"


def _verdict(slot: Slot, is_judged: bool) -> str:
    if not is_judged:
        return f"不足 {FEWEST_OVER_HOURS} 件，不作判断"
    if slot.is_short:
        return "缺巡逻，超出随机波动"
    if slot.events < FEWEST_AT_A_PLACE:
        return f"样本不足（{slot.events} 件），不作判断"
    return "未超出随机波动"


def hours_verdict(line: StationWeek) -> str:
    """The same of a station, for its row."""
    if not line.week.seconds:
        return "没有可计时段的巡逻"
    if not line.week.is_judged:
        return f"样本不足（{line.week.events} 件），不作比较"
    return _verdict(line.slot, True) if line.slot else ""


def hours_by_station_reading(lines: Sequence[StationWeek], slot: str | None) -> str:
    short = [line.unit.name for line in lines if line.slot and line.slot.is_short]
    few = sum(1 for line in lines if not line.week.is_judged)
    slot_title = f"{slot_name(int(slot[0]) - 1, int(slot[2:]))}，" if slot else ""
    reading = (
        f"{slot_title}缺巡逻且超出随机波动的有{words.listed(short)}"
        if short
        else f"{slot_title}没有派出所缺巡逻的程度超出随机波动"
    )
    return f"{reading}；{few} 个所样本不足，不作比较。" if few else f"{reading}。"


def hourly_reading(figure: HourFigure) -> str:
    """At which hours most happens and most is walked, over all weekdays."""
    events, seconds = figure.events.sum(axis=0), figure.seconds.sum(axis=0)
    if not events.sum() or not seconds.sum():
        return "记录不足，未作比较。"
    parts = []
    for word, hours in ((figure.subject.verb, events), ("巡逻", seconds)):
        night = Fraction(int(hours[[22, 23, 0, 1, 2, 3, 4, 5]].sum()), int(hours.sum()))
        peak = int(np.argmax(hours))
        parts.append(f"{word}最多在 {peak}–{peak + 1} 时，夜间（22–6 时）占 {words.percent(night)}")
    return "；".join(parts) + "。"


def suggestion_reading(figure: HourFigure) -> str:
    """把……移到……；总时长不变；契合度由……升至……"""
    plan = figure.suggestion
    if plan is None:
        return _why_none(figure)
    gains, losses = _largest(plan.change, 1), _largest(plan.change, -1)
    if not gains:
        return "现有安排已与发案时段相当，不建议调整。"
    better = "升至" if plan.match_then > plan.match_now else "变为"
    return (
        f"总时长不变（平均每周 {words.plain(int(plan.present.sum()))} 分钟），"
        f"建议每周移动 {words.plain(plan.moved)} 分钟：主要从{losses}，移到{gains}；"
        f"契合度由 {words.percent(plan.match_now)} {better} {words.percent(plan.match_then)}"
        "（按本期记录计，并非对效果的预测）。每个时段至少保留现有时长的一半。"
    )


def _largest(change: IntArray, sign: int) -> str:
    """周五 20–24 时（+60 分钟）、…"""
    flat = (sign * change).ravel()
    order = [int(i) for i in np.argsort(-flat, kind="stable")[:MOST_NAMED] if flat[i] > 0]
    return "、".join(
        f"{slot_name(i // 6, i % 6 * BAND)}（{words.signed(sign * int(flat[i]), 0)} 分钟）"
        for i in order
    )


def _why_none(figure: HourFigure) -> str:
    if figure.period.days < FEWEST_DAYS:
        return "期间不足一周，不作调整建议。"
    if not figure.week.seconds:
        return "没有起止时间齐全的巡逻记录，不作调整建议。"
    return f"{figure.subject.title}不足 {FEWEST_OVER_HOURS} 件，样本不足，不作调整建议。"
