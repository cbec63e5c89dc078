"""The state of the store and of its channels as OpenMetrics text."""

from collections.abc import Callable, Iterable, Sequence
from datetime import datetime

from data.channels.state import ChannelState
from data.journal.journal import Journal
from data.journal.reconciliation import Reconciliation

CONTENT_TYPE = "application/openmetrics-text; version=1.0.0; charset=utf-8"


def exposition(
    journal: Journal,
    states: Sequence[ChannelState],
    open_rejects: int,
    at: datetime,
    reconciled: Reconciliation | None = None,
) -> str:
    """All families, closed by # EOF. A figure that does not exist yet is left out."""
    time = journal.data_time()
    age = [("", max(0.0, (at - time).total_seconds()))] if time else []
    lines = [
        *_family("journal_position", "gauge", "日志位置", [("", journal.position())]),
        *_family("data_age_seconds", "gauge", "最近一次写入距今秒数", age),
        *_family("rejects_open", "gauge", "未处理的拒收行数", [("", open_rejects)]),
        *_reconciled(reconciled, at),
        *_per_channel(
            "channel_up",
            "gauge",
            "渠道是否正常运行",
            states,
            lambda state: int(state.state == "运行"),
        ),
        *_per_channel(
            "channel_last_record_age_seconds",
            "gauge",
            "渠道最近一条记录距今秒数",
            states,
            lambda state: state.age_seconds(at),
        ),
        *_per_channel(
            "records_accepted", "counter", "累计接收行数", states, lambda state: state.records_total
        ),
        *_per_channel(
            "records_rejected",
            "counter",
            "累计拒收行数",
            states,
            lambda state: state.rejected_total,
        ),
        "# EOF",
    ]
    return "\n".join(lines) + "\n"


def _reconciled(last: Reconciliation | None, at: datetime) -> list[str]:
    age = [("", max(0.0, (at - last.at).total_seconds()))] if last else []
    found = [("", last.differences)] if last and not last.problem else []
    return [
        *_family("reconcile_age_seconds", "gauge", "上次核对距今秒数", age),
        *_family("reconcile_differences", "gauge", "上次核对发现的不一致", found),
    ]


def _per_channel(
    name: str,
    kind: str,
    help: str,
    states: Sequence[ChannelState],
    figure: Callable[[ChannelState], float | None],
) -> list[str]:
    labelled = [(f'{{channel="{_escaped(state.name)}"}}', figure(state)) for state in states]
    return _family(name, kind, help, [(label, n) for label, n in labelled if n is not None])


def _family(
    name: str, kind: str, help: str, samples: Iterable[tuple[str, float | None]]
) -> list[str]:
    suffix = "_total" if kind == "counter" else ""
    return [
        f"# TYPE hongfeng_{name} {kind}",
        f"# HELP hongfeng_{name} {help}",
        *(f"hongfeng_{name}{suffix}{label} {number}" for label, number in samples),
    ]


def _escaped(text: str) -> str:
    return text.replace("\\", "\\\\").replace('"', '\\"').replace("\n", "\\n")
