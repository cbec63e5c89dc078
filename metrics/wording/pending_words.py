"""待核 versions in words: what each changes, what is at stake, what became of them."""

from collections.abc import Sequence
from fractions import Fraction

from data.decisions.pending_versions import PendingVersion, Values
from data.schema import TABLES
from metrics.figures import words
from metrics.integrity.pending_stakes import Effect, Stake, Waiting

LEAD = "到期后作废、删除、改期、改挂单位或改结果，会去掉未达标情形的，经他人确认后才计入"


def pending_headline(waiting: Sequence[Waiting], changes: Sequence[Stake], title: str) -> str:
    """待核改动 2 件；全部确认则甲所2019年7月由 82.90 分变为 87.77 分"""
    if not waiting:
        return "没有待核改动"
    moved = [
        f"{stake.name}由 {words.points(stake.before)} 分变为 {words.points(stake.after)} 分"
        for stake in changes[:3]
    ]
    more = f"，另有 {len(changes) - 3} 个所变动" if len(changes) > 3 else ""
    effect = f"；全部确认则{title}{'，'.join(moved)}{more}" if moved else f"；{title}得分不变"
    return f"待核改动 {len(waiting):,} 件{effect}；确认前按原记录计"


def record_words(version: PendingVersion) -> str:
    """纠纷 D-1"""
    return f"{TABLES[version.table].title} {version.record}"


def before_words(version: PendingVersion) -> str:
    return _values(version, version.before)


def after_words(version: PendingVersion) -> str:
    return _values(version, version.after)


def effects_sentence(effects: Sequence[Effect]) -> str:
    """期后作废、改期：甲所 1 件，影响 +4.87 分"""
    if not effects:
        return "期后作废、改期：本期没有"
    parts = [
        f"{effect.name} {effect.count:,} 件，影响 {_change(effect.change)}" for effect in effects
    ]
    return f"期后作废、改期（均经他人确认）：{'；'.join(parts)}"


def batch_words(version: PendingVersion) -> str:
    """What one reason may cover: 数据-01 08-19 09:30 作废 纠纷"""
    return f"{version.at:%m-%d %H:%M} {version.sender} {version.acts} {TABLES[version.table].title}"


def _change(change: Fraction | None) -> str:
    return "—" if change is None else f"{words.signed(change, 2)} 分"


def _values(version: PendingVersion, values: Values) -> str:
    table = TABLES[version.table]
    return "；".join(
        f"{table.column(name).title} {_value(table.column(name).choices, value)}"
        for name, value in values.items()
        if name != "entered_at"
    )


def _value(choices: object, value: str | None) -> str:
    if value is None:
        return "（空）"
    named = choices.get(value, value) if isinstance(choices, dict) else value
    return {"true": "是", "false": "否"}.get(named, named)
