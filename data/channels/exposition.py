"""The state of the store and of its channels as OpenMetrics text."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime

from prometheus_client import CollectorRegistry
from prometheus_client.metrics_core import CounterMetricFamily, GaugeMetricFamily, Metric
from prometheus_client.openmetrics.exposition import CONTENT_TYPE_LATEST as CONTENT_TYPE
from prometheus_client.openmetrics.exposition import generate_latest

from data.channels.state import ChannelState
from data.journal.journal import Journal
from data.journal.reconciliation import Reconciliation

__all__ = ["CONTENT_TYPE", "exposition"]

CHANNEL = ("channel",)  # the label that tells channels apart


@dataclass(frozen=True, eq=False)
class Families:
    """What a registry collects: families of figures that were made beforehand."""

    families: Sequence[Metric]

    def collect(self) -> Iterable[Metric]:
        return self.families


def exposition(
    journal: Journal,
    states: Sequence[ChannelState],
    open_rejects: int,
    at: datetime,
    reconciled: Reconciliation | None = None,
) -> str:
    """All families, closed by # EOF. A figure that does not exist yet is left out."""
    registry = CollectorRegistry()
    registry.register(
        Families(
            [
                _gauge("journal_position", "日志位置", journal.position()),
                _gauge("data_age_seconds", "最近一次写入距今秒数", _age(journal.data_time(), at)),
                _gauge("rejects_open", "未处理的拒收行数", open_rejects),
                *_reconciled(reconciled, at),
                *_of_channels(states, at),
            ]
        )
    )
    text: bytes = generate_latest(registry)
    return text.decode()


def _reconciled(last: Reconciliation | None, at: datetime) -> list[Metric]:
    differences = last.differences if last and not last.problem else None
    return [
        _gauge("reconcile_age_seconds", "上次核对距今秒数", _age(last.at if last else None, at)),
        _gauge("reconcile_differences", "上次核对发现的不一致", differences),
    ]


def _of_channels(states: Sequence[ChannelState], at: datetime) -> list[Metric]:
    up = GaugeMetricFamily("hongfeng_channel_up", "渠道是否正常运行", labels=CHANNEL)
    age = GaugeMetricFamily(
        "hongfeng_channel_last_record_age_seconds", "渠道最近一条记录距今秒数", labels=CHANNEL
    )
    accepted = CounterMetricFamily("hongfeng_records_accepted", "累计接收行数", labels=CHANNEL)
    rejected = CounterMetricFamily("hongfeng_records_rejected", "累计拒收行数", labels=CHANNEL)
    for state in states:
        up.add_metric([state.name], state.state == "运行")
        accepted.add_metric([state.name], state.records_total)
        rejected.add_metric([state.name], state.rejected_total)
        if (seconds := state.age_seconds(at)) is not None:
            age.add_metric([state.name], seconds)
    return [up, age, accepted, rejected]


def _gauge(name: str, help: str, value: float | None) -> Metric:
    return GaugeMetricFamily(f"hongfeng_{name}", help, value=value)


def _age(since: datetime | None, at: datetime) -> float | None:
    return None if since is None else max(0.0, (at - since).total_seconds())
