"""What a what-if says: who would move, by how much, and why."""

from collections.abc import Sequence

from metrics.calendar.period import Period
from metrics.figures import words
from metrics.figures.words import COUNTERS
from metrics.scheme.diff import SchemeChange
from metrics.scheme.scheme import LEVELS, Level
from metrics.scoring.what_if import Move, WhatIf
from metrics.wording.fairness_readings import one

MOST = 3  # changes that are spelt out


def what_if_reading(result: WhatIf, level: Level, period: Period) -> str:
    """2019年7月 219 个村（社区）中 130 个名次变动；进位最多的是…，退位最多的是…"""
    ranked, moved = result.ranked, result.moved
    if not ranked:
        return f"{period.title}的{LEVELS[level]}不排名，只比较得分。"
    each = one(level)
    lead = f"{period.title}参加排名的 {len(ranked)} {COUNTERS[level]}"
    if not moved:
        return f"{lead}名次都不变。"
    parts = [f"{lead}中 {len(moved)} {each}名次变动"]
    up = max(moved, key=lambda move: move.places)
    down = min(moved, key=lambda move: move.places)
    if up.places > 0:
        parts.append(f"进位最多的是{up.line.name}（进 {up.places} 位）")
    if down.places < 0:
        parts.append(f"退位最多的是{down.line.name}（退 {-down.places} 位）")
    return "；".join(parts) + "。"


def reason(move: Move) -> str:
    """走访覆盖率 6.10 → 9.15 分（+3.05），总分 +1.20"""
    if move.indicator is None:
        return "自身得分不变，因他人变动" if move.places else ""
    name, gained = move.indicator.indicator, words.signed(move.gained, 2)
    was, now = (
        words.points(next((c.points for c in line.contributions if c.indicator == name), None))
        for line in (move.before, move.line)
    )
    difference = words.signed(move.difference, 2)
    return f"{move.indicator.title} {was} → {now} 分（{gained}），总分 {difference}"


def changed_words(changes: Sequence[SchemeChange], moved: str) -> str:
    """What is tried: the one that was moved first; the others are counted."""
    if not changes:
        return "方案未作改动。"
    first = sorted(changes, key=lambda change: change.of != moved)
    sentences = "；".join(change.sentence for change in first[:MOST])
    more = f"；另有 {len(first) - MOST} 处" if len(first) > MOST else ""
    return f"{sentences}{more}。"


def steadiness_reading(result: WhatIf, level: Level) -> str:
    """How many ranks hang on the weights."""
    held = [move.held for move in result.ranked if move.held is not None]
    if not held:
        return ""
    loose = sum(1 for share in held if share < 0.5)
    return (
        f"各项权重在上下 20% 内随机取 {words.plain(result.draws)} 组："
        f"{loose} {one(level)}的新名次在一半以上的情形下不能保持。"
    )
