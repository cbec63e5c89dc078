"""The channels in words: a sign and a word for the state, never a colour alone."""

from collections.abc import Mapping, Sequence
from datetime import datetime

from data.channels.state import ChannelState
from data.config import HTTP

KINDS: Mapping[str, str] = {"http": "接口", "folder": "投放文件夹", "postgres": "业务数据库"}
SIGNS: Mapping[str, str] = {"运行": "●", "停止": "○", "告警": "▲", "无响应": "▲"}
SILENT_SECONDS = 300  # a channel that looks every few seconds and has not done so has died
FEW = 10  # records an hour below which a rate would be chance
NO_CHANNEL = (
    "尚未配置自动渠道，投放文件夹、业务数据库、接口可请系统管理员配置；现在可在下方上传文件"
)


def condition(state: ChannelState, at: datetime) -> str:
    """The state as a word. A killed process leaves “运行” behind: then 无响应."""
    if state.state == "运行" and state.kind != HTTP and state.last_ok_at:
        silent = (at - datetime.fromisoformat(state.last_ok_at)).total_seconds()
        return "无响应" if silent > SILENT_SECONDS else "运行"
    return state.state


def channel_rows(states: Sequence[ChannelState], at: datetime) -> list[dict[str, str | int | None]]:
    """One row per channel, as the screen shows it."""
    return [
        {
            "name": channel_title(state),
            "kind": KINDS.get(state.kind, "—"),
            "state": f"{SIGNS[word]} {word}",
            "last_record": _moment(state.last_record_at),
            "rate": rate_in_words(state, at),
            "today": state.records_today,
            "rejected": state.rejected_today,
            "lag": _seconds(state.lag_seconds),
            "error": state.last_error or None,
        }
        for state in states
        for word in (condition(state, at),)
    ]


def rate_in_words(state: ChannelState, at: datetime) -> str | None:
    """12.3 条/分, 37 条/时; too few or counted too briefly for a rate: 近 1 小时 3 条."""
    recent = state.recent(at)
    if recent is None:
        return None
    records, span = recent
    minutes = int(span.total_seconds() // 60)
    if minutes < 60:
        return f"近 {minutes} 分钟 {records:,} 条" if minutes else f"刚启动，{records:,} 条"
    if records < FEW:
        return f"近 1 小时 {records} 条"
    return f"{records / 60:,.1f} 条/分" if records >= 60 else f"{records} 条/时"


def channel_title(state: ChannelState) -> str:
    return KINDS[HTTP] if state.name == HTTP else state.name


def intake_sentence(
    states: Sequence[ChannelState], rejects: int, data_time: datetime | None, at: datetime
) -> str:
    """数据时间 2026-11-24 04:58；3 个渠道运行正常，待处理拒收 12 行"""
    waiting = f"待处理拒收 {rejects:,} 行" if rejects else "没有待处理的拒收"
    return f"{time_in_words(data_time)}；{channels_in_words(states, at)}，{waiting}"


def time_in_words(data_time: datetime | None) -> str:
    return f"数据时间 {data_time:%Y-%m-%d %H:%M}" if data_time else "还没有数据"


def channels_in_words(states: Sequence[ChannelState], at: datetime) -> str:
    if not states:
        return "未配置自动渠道"
    words = {channel_title(state): condition(state, at) for state in states}
    well = sum(word == "运行" for word in words.values())
    parts = [f"{well} 个渠道运行正常"] if well else []
    for bad in ("告警", "无响应", "停止"):
        names = [name for name, word in words.items() if word == bad]
        parts += [f"{len(names)} 个{bad}（{'、'.join(names[:3])}）"] if names else []
    return "，".join(parts)


def _moment(stamp: str | None) -> str | None:
    return f"{datetime.fromisoformat(stamp):%m-%d %H:%M:%S}" if stamp else None


def _seconds(seconds: float | None) -> str | None:
    """0.4 秒, 3 分, 2 小时"""
    if seconds is None:
        return None
    if seconds < 60:
        return f"{seconds:.1f} 秒"
    return f"{seconds / 60:.0f} 分" if seconds < 3600 else f"{seconds / 3600:.0f} 小时"
