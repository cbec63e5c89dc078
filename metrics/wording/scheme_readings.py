"""What 考核方案 says of a scheme's health: a sentence for each indicator, and one for all."""

from metrics.analysis.scheme_health import Health, SchemeHealth
from metrics.figures import words

NEARLY_ALL, HALF, FEW = 0.9, 0.5, 0.1
WEAK = 0.3  # reliability below which most of what is seen is chance
BELOW = 0.5  # of the indicators missing their target, from which the targets are in question


def health_sentence(health: Health) -> str:
    """各单位几乎都得满分，分不出高下；…"""
    if not health.units:
        return "没有单位适用"
    faults = [*_target(health), *_spread(health), *_place(health)]
    return "；".join(faults[:2]) or "能分出高下"


def _target(health: Health) -> list[str]:
    if health.reachable == 0:
        return ["全部做到也达不到目标"]
    if health.reachable < HALF * health.units:
        return [f"只有 {health.reachable} 个单位可能达标"]
    return []


def _spread(health: Health) -> list[str]:
    if health.full >= NEARLY_ALL * health.units:
        return ["各单位几乎都得满分，分不出高下"]
    if health.zero >= HALF * health.units:
        return ["半数以上单位不得分，目标或底线定得过高"]
    if health.reliability is not None and health.reliability < WEAK:
        return ["各单位之差多半出于偶然"]
    return []


def _place(health: Health) -> list[str]:
    if health.is_repeated:
        return [f"与“{health.nearest}”高度一致，所考重复"]
    if health.ranked and health.moved < FEW * health.ranked:
        return ["去掉它，名次几乎不变"]
    return []


def scheme_health_reading(health: SchemeHealth) -> str:
    """全局 19 项中 17 项未达目标，目标可能定得过高；4 项…"""
    cards = [card for card in health.indicators if card.units]
    parts = []
    if health.measured:
        number = len(health.below_target)
        high = "，目标可能定得过高" if number > BELOW * health.measured else ""
        parts.append(f"按全局合计，{health.measured} 项中 {number} 项未达目标{high}")
    if unreachable := [card.title for card in cards if card.reachable == 0]:
        parts.append(f"{_named(unreachable)}的目标，与本组合并后任何单位全部做到也达不到，应予调低")
    if full := [card.title for card in cards if card.full >= NEARLY_ALL * card.units]:
        parts.append(f"{_named(full)}几乎都得满分")
    weak = [c.title for c in cards if c.reliability is not None and c.reliability < WEAK]
    if weak:
        parts.append(f"{_named(weak)}各单位之差多半出于偶然")
    return f"{'；'.join(parts)}。" if parts else ""


def _named(titles: list[str]) -> str:
    return words.listed(titles, 4).replace(" 个", " 项")
