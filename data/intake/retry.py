"""Retrying rejects: what was kept of them goes through the same intake once more, corrected.

A retry is a load like any other: validated, written to the journal under the name of who did it,
idempotent by record id. What fails again stays open with its new reasons.
"""

import re
from dataclasses import dataclass, field, replace
from datetime import date

import pyarrow as pa

from data.intake.aliases import Alias
from data.intake.load_report import LoadReport, held_words
from data.intake.loading import Loader, Settle
from data.intake.mapping import Mapped, Mapping, columns_used, map_source, not_deleted
from data.intake.reading.source import Source
from data.intake.reject_selection import HELD, OpenReject, is_by_row, source_of
from data.journal.copy import Copy, arrow_schema, fetch_arrow
from data.rights import Actor, require
from data.schema import REJECT, Table

AT_THE_SOURCE = "来源系统中的原值未改：请同时更正来源或保存映射，否则再次读到时仍会拒收"


@dataclass(frozen=True)
class Outcome:
    """What became of a retry, or would become of it.

    report   of the rows that were tried
    again    the rows that are still wrong, with their new reasons
    held     rows that cannot be tried: something in them is masked or was never read
    rows     the first ones in our columns
    """

    report: LoadReport
    again: tuple[tuple[OpenReject, str], ...] = ()
    held: tuple[OpenReject, ...] = ()
    rows: tuple[dict[str, object], ...] = ()

    @property
    def total(self) -> int:
        return self.report.rows + self.report.skipped + len(self.held)


def preview_sentence(outcome: Outcome) -> str:
    """12 行中 11 行可导入（新增 10，更正 1，未变 0），1 行仍不合规；尚未写入"""
    if outcome.total == 1:
        return f"{_of_one(outcome, '可导入')}；尚未写入"
    return "；".join([*_of_many(outcome, "可导入", "仍不合规"), "尚未写入"])


def done_sentence(outcome: Outcome) -> str:
    """12 行中 11 行已导入（新增 10，更正 1，未变 0）并销号；1 行仍不合规，原因已更新"""
    if outcome.total == 1:
        kept = ["拒收的内容和原因已按这次所填更新"] if outcome.again else []
        parts = [_of_one(outcome, "已导入并销号"), *kept]
    else:
        parts = _of_many(outcome, "已导入并销号", "仍不合规，原因已更新")
    is_pulled = outcome.report.source.startswith("postgres:") and outcome.report.accepted
    return "；".join([*parts, AT_THE_SOURCE] if is_pulled else parts)


def _of_one(outcome: Outcome, good: str) -> str:
    report = outcome.report
    if outcome.held:
        return "这一行含已遮盖的号码或未能读出的内容，请填写更正后的值"
    if outcome.again:
        return f"这一行仍不合规：{outcome.again[0][1]}"
    if report.skipped:
        return "这一行按映射略过，不成为记录"
    if report.held:
        return f"这一行{good}：该编号已有记录，改动待核，他人确认后计入"
    if report.corrected:
        return f"这一行{good}：该编号已有记录，作为它的更正，旧版保留"
    return f"这一行{good}：{'成为新记录' if report.added else '与已有记录相同'}"


def _of_many(outcome: Outcome, good: str, bad: str) -> list[str]:
    report = outcome.report
    counted = f"新增 {report.added:,}，更正 {report.corrected:,}，未变 {report.unchanged:,}"
    counted += held_words(report)
    parts = [f"{outcome.total:,} 行中 {report.accepted:,} 行{good}（{counted}）"]
    if outcome.again:
        parts.append(f"{len(outcome.again):,} 行{bad}")
    if outcome.held:
        parts.append(f"{len(outcome.held):,} 行含已遮盖的号码或未能读出的内容，须逐行更正")
    if report.skipped:
        parts.append(f"按映射略过 {report.skipped:,} 行")
    if report.corrected:
        parts.append("更正的行，编号已有记录，旧版保留")
    return parts


MANY_ROWS = r"编号与第 \d+ 行重复"
ANOTHER_ROW = "编号与一同重试的另一行重复"


class Overtaken(RuntimeError):
    """Somebody else has dealt with a chosen reject; the message is one Chinese sentence."""


@dataclass(frozen=True)
class Retry:
    """What a person decided: which rejects, as they saw them, and how each is read.

    values   corrected values by the source's columns, if there is one reject
    aliases  words for units that are to be remembered once they were used; they change nothing of
             what is loaded now
    """

    rejects: tuple[OpenReject, ...]
    mapping: Mapping
    values: dict[str, str | None] = field(default_factory=dict)
    aliases: tuple[Alias, ...] = field(default=(), compare=False)


@dataclass(frozen=True)
class _Ready:
    """The rejects that can be tried, by row number, mapped."""

    source: Source
    mapped: Mapped
    tried: dict[int, OpenReject]
    held: tuple[OpenReject, ...]


def check(loader: Loader, retry: Retry, actor: Actor, today: date) -> Outcome:
    """What `load` would do now; nothing is written. The loader must tell each row.

    Raises DeclarationError if the mapping does not fit what was kept.
    """
    require(actor, "load")
    ready = _ready(retry)
    if not ready.tried:
        return _outcome(ready, LoadReport(ready.source.name, retry.mapping.kind))
    report = loader.check(ready.source, ready.mapped, retry.mapping.table, actor, today)
    return _outcome(ready, report)


def load(loader: Loader, retry: Retry, actor: Actor, today: date) -> Outcome:
    """Load the rejects and close those that are records now, all or nothing.

    Raises Overtaken, and writes nothing, if one of them is no longer as the person saw it.
    """
    require(actor, "load")
    ready = _ready(retry)
    if not ready.tried:
        return _outcome(ready, LoadReport(ready.source.name, retry.mapping.kind))
    report = loader.load(
        ready.source, ready.mapped, retry.mapping.table, actor, today, settle=_settle(ready.tried)
    )
    return _outcome(ready, report)


def _ready(retry: Retry) -> _Ready:
    used = columns_used(retry.mapping)
    tried: list[OpenReject] = []
    held: list[OpenReject] = []
    for reject in retry.rejects:
        values = reject.values | retry.values
        is_held = any(_is_held(value) for name, value in values.items() if name.lower() in used)
        (held if is_held else tried).append(reject)
    source, by_row = source_of(tried or retry.rejects, retry.values)
    mapped = map_source(source, retry.mapping)
    if is_by_row(retry.mapping):
        mapped = _with_own_ids(mapped, by_row)
    if source.name.startswith("postgres:"):
        mapped = not_deleted(mapped)
    # All that was kept was read once; the next correction may need it.
    mapped = replace(mapped, ignored=())
    return _Ready(source, mapped, by_row if tried else {}, tuple(held))


def _is_held(value: object) -> bool:
    return isinstance(value, str) and any(mark in value for mark in HELD)


def _with_own_ids(mapped: Mapped, by_row: dict[int, OpenReject]) -> Mapped:
    """A record numbered by file and row has the file and the row that it came with."""
    ids = [by_row[r].number_by_row for r in mapped.rows["_row"].to_pylist()]
    at = mapped.rows.column_names.index("id")
    rows = mapped.rows.set_column(at, "id", pa.array(ids, pa.string()))
    return replace(mapped, rows=rows)


def _outcome(ready: _Ready, report: LoadReport) -> Outcome:
    if not ready.tried:
        return Outcome(report, held=ready.held)
    rejected = report.fates.rejected.to_pylist() if report.fates else []
    again = tuple(
        (ready.tried[one["row_number"]], _as_tried(one["reasons"], ready.tried)) for one in rejected
    )
    return Outcome(report, again, ready.held, tuple(ready.mapped.rows.slice(0, 5).to_pylist()))


def _is_renumbered(tried: dict[int, OpenReject]) -> bool:
    return any(row != reject.row_number for row, reject in tried.items())


def _as_tried(reasons: str, tried: dict[int, OpenReject]) -> str:
    return re.sub(MANY_ROWS, ANOTHER_ROW, reasons) if _is_renumbered(tried) else reasons


def _settle(tried: dict[int, OpenReject]) -> Settle:
    """The versions of the rejects that a retry writes, in place of those of a file's load."""

    def settle(
        copy: Copy, table: Table, source: Source, rejects: pa.Table, accepted: pa.Table
    ) -> pa.Table:
        cursor = copy.cursor()
        cursor.register("chosen", _as_table(tried))
        ((gone,),) = cursor.execute(_OVERTAKEN).fetchall()
        if gone:
            which = "这一行" if len(tried) == 1 else f"所选 {len(tried):,} 行中有 {gone:,} 行"
            raise Overtaken(f"{which}刚刚已由他人处理或有了变化，本次未写入，请重新核对")
        cursor.register("again", rejects)
        cursor.register("accepted", accepted.select(["id"]))
        other = ANOTHER_ROW if _is_renumbered(tried) else r"\0"
        query = _VERSIONS.format(pattern=MANY_ROWS, other=other)
        return fetch_arrow(cursor, query, {"kind": table.name}).cast(arrow_schema(REJECT))

    return settle


def _as_table(tried: dict[int, OpenReject]) -> pa.Table:
    return pa.table(
        {
            "_row": pa.array(tried, pa.int64()),
            "id": pa.array([reject.id for reject in tried.values()], pa.string()),
            "part": pa.array([reject.part for reject in tried.values()], pa.int64()),
        }
    )


_OVERTAKEN = """
    SELECT count(*) FROM chosen LEFT JOIN record.reject o USING (id)
    WHERE o.is_deleted IS DISTINCT FROM false OR o._part <> chosen.part"""
_VERSIONS = r"""
    SELECT o.id, o.kind, o.source, o.source_digest, o.row_number,
           a.record_id, a.content,
           regexp_replace(a.reasons, '{pattern}', '{other}', 'g') AS reasons,
           a.rejected_at, false AS is_deleted
    FROM chosen JOIN record.reject o USING (id) JOIN again a ON a.row_number = chosen._row
    WHERE o.content <> a.content
       OR o.reasons <> regexp_replace(a.reasons, '{pattern}', '{other}', 'g')
    UNION ALL
    SELECT id, kind, source, source_digest, row_number, record_id, content, reasons,
           rejected_at, true
    FROM record.reject o
    WHERE NOT o.is_deleted AND o.kind = $kind
      AND o.id NOT IN (SELECT chosen.id FROM chosen JOIN again ON again.row_number = chosen._row)
      AND (o.id IN (SELECT id FROM chosen) OR o.record_id IN (SELECT id FROM accepted))"""
