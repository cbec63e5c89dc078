"""What every page and document says about itself: which period, which scheme, how final."""

from metrics.calendar.period import Period
from metrics.calendar.standing import Standing
from metrics.cells.count import Counted
from metrics.scheme.scheme import scheme_of

SHORT = 8  # characters of a hash, as papers and folders carry it
SIMULATED = "模拟数据"
SIMULATED_IN_FULL = "模拟数据，不反映任何真实单位"


def state_in_short(found: Standing) -> str:
    """暂定 until frozen; what is under way stands beside it."""
    if not found.is_open:
        return "定稿"
    return "暂定" if found.state == "provisional" else f"暂定（{found.title}）"


def state_in_full(found: Standing) -> str:
    if found.frozen:
        return f"已定稿，校验码 {hash_of(found)[:SHORT]}"
    return f"得分为{state_in_short(found)}，定稿前可能变动"


def hash_of(found: Standing) -> str:
    """校验码 of what was frozen last; '' before."""
    return str(found.frozen[-1].content["hash"]) if found.frozen else ""


def stamp_of(period: Period, found: Standing) -> list[tuple[str, str]]:
    """What rows of scores say of themselves where they stand alone, as in a CSV."""
    return [
        ("期间", period.title),
        ("状态", state_in_short(found)),
        (f"校验码（前 {SHORT} 位）", hash_of(found)[:SHORT]),
    ]


def notes_of(counted: Counted, period: Period, found: Standing) -> list[tuple[str, str]]:
    """What the first sheet of a workbook says about its rows."""
    scheme = scheme_of(counted.schemes, period.ends_on)
    name, is_simulated = counted.copy.bureau()
    notes = [
        ("单位", name),
        ("期间", f"{period.title}（{period.starts_on} 至 {period.ends_on}）"),
        ("数据截至", str(counted.as_of)),
        ("方案", f"{scheme.title}（{scheme.in_force_from} 起施行）"),
        ("状态", state_in_full(found)),
        ("校验码", hash_of(found) or "定稿后才有"),
    ]
    return [*notes, ("数据", SIMULATED_IN_FULL)] if is_simulated else notes
