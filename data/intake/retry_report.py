"""What became of a retry of rejects, or would become of it, and the sentences that say so."""

from dataclasses import dataclass

from data.intake.load_report import LoadReport
from data.intake.reject_selection import OpenReject

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
    if report.corrected:
        return f"这一行{good}：该编号已有记录，作为它的更正，旧版保留"
    return f"这一行{good}：{'成为新记录' if report.added else '与已有记录相同'}"


def _of_many(outcome: Outcome, good: str, bad: str) -> list[str]:
    report = outcome.report
    counted = f"新增 {report.added:,}，更正 {report.corrected:,}，未变 {report.unchanged:,}"
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
