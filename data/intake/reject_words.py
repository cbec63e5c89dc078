"""A rejected row as a person reads it: its fields, its reasons, and what to do about each."""

import json
import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

import pyarrow as pa
import pyarrow.compute as pc

from data.schema import TABLES

MOST = 2_000  # open rejects that a page lists; all of them: hongfeng rejects

AGAIN = "再重新导入该文件"
ISO = f"改为“2019-08-19”或“2019-08-19 08:30”的写法，{AGAIN}"
CHOOSE = "在“更正并重试”中选定"
# A pattern of the reasons of data.intake.validate and of data.intake.reading.delimited -> what
# to do. The first that fits.
REMEDIES: tuple[tuple[str, str], ...] = (
    (r"未在登记册中，相近的有 ", f"属其中之一的，{CHOOSE}；确未登记的，先在登记册补登，{AGAIN}"),
    (r"可能是 .+，请写全工号$", f"写全工号，{AGAIN}，或{CHOOSE}"),
    (r"可能是 .+，请", f"写明派出所或全称，{AGAIN}，或{CHOOSE}"),
    (r"与本行派出所不符", f"核对村（社区）和派出所，更正后{AGAIN}"),
    (r"编码与名称不符", f"核对编码和名称，更正后{AGAIN}"),
    (r"只是派出所或乡镇（街道）的名称$", f"写明具体单位；不详的留空，只填派出所，{AGAIN}"),
    (r"写法过多，未按名称辨认$", f"核对该列是否为单位，改正列的对应后{AGAIN}"),
    (r"未在登记册中$", f"先在登记册补登该编码，写错的更正，不详的留空，{AGAIN}"),
    (r"疑似身份证号或手机号", f"从该列删去证件号码和手机号，{AGAIN}"),
    (r"含不能使用的字符", f"重新键入该格文字，不要粘贴，{AGAIN}"),
    (r"^缺少|均缺$|缺“", f"在原系统补填该项，{AGAIN}；若列名不同，请另附映射文件"),
    (r"请指明 日/月 或 月/日$", f"在映射中选定该列的日期写法（日/月/年或月/日/年）后重试；或{ISO}"),
    (r"没有日$|没有年份$|年份不足四位$", f"补全年、月、日（年份四位），{AGAIN}"),
    (r"是不存在的日期$|与所写星期不符$", f"核对日期，更正后{AGAIN}"),
    (r"钟点可作两种理解", f"改为 24 小时制，如“2019-08-19 20:30”，{AGAIN}"),
    (r"“\d{5}(\.\d+)?”不是(日期|时间)$", f"在表格软件中把该列设为日期格式后重新导出，{AGAIN}"),
    (r"不是(日期|时间)$", ISO),
    (r"不是(整数|数值)$", f"改为不带单位的数字，{AGAIN}"),
    (r"不是“是”或“否”$", f"改填“是”或“否”，{AGAIN}"),
    (r"不在可选值（", f"改为括号中的一个值，{AGAIN}；或用映射文件换算"),
    (r"在未来$|早于 1990 年$|晚于 9999 年$", f"核对日期，更正后{AGAIN}"),
    (r"小于 |大于 ", f"核对数值，更正后{AGAIN}"),
    (r"行重复$|同一编号有多行", f"同一编号只留正确的一行，{AGAIN}"),
    (r"超过 500 字", f"删减到 500 字以内，{AGAIN}"),
    (r"^应有 \d+ 列", f"核对这一行的分隔符和引号，{AGAIN}"),
    (r"早于|晚于|多于|而无", f"核对这两项的先后或多少，更正后{AGAIN}"),
)
OTHERWISE = f"按原因更正这一行，{AGAIN}"


@dataclass(frozen=True)
class RejectAdvice:
    reason: str
    remedy: str


def advice(reasons: str) -> list[RejectAdvice]:
    """Each reason of a reject with its remedy."""
    return [RejectAdvice(reason, remedy(reason)) for reason in reasons.split("；") if reason]


def remedy(reason: str) -> str:
    return next((remedy for pattern, remedy in REMEDIES if re.search(pattern, reason)), OTHERWISE)


def remedies(reasons: str) -> str:
    """What to do about all reasons of a reject, each thing once."""
    return "；".join(dict.fromkeys(one.remedy for one in advice(reasons)))


def fields_of(content: str, kind: str) -> list[tuple[str, str]]:
    """The row as (name, value); a row that could not be taken apart stands as it is."""
    try:
        row: object = json.loads(content)
    except ValueError:
        row = None
    if not isinstance(row, dict):
        return [("原始内容", content)]
    titles = {c.name: c.title for c in TABLES[kind].columns} if kind in TABLES else {}
    return [
        (titles.get(str(name), str(name)), "—" if value in (None, "") else str(value))
        for name, value in row.items()
    ]


def title_of(kind: str) -> str:
    """The Chinese name of a table."""
    return TABLES[kind].title if kind in TABLES else kind


def kinds_of(rejects: pa.Table) -> dict[str, str]:
    """The tables that have open rejects: name -> Chinese name, in the order of the schema."""
    kinds = set(rejects["kind"].unique().to_pylist())
    titles = {name: table.title for name, table in TABLES.items() if name in kinds}
    return titles | {name: name for name in sorted(kinds - set(titles))}


def reject_rows(rejects: pa.Table, kind: str | None = None) -> list[dict[str, Any]]:
    """The latest open rejects, of one table if asked; at most MOST."""
    chosen = rejects if kind is None else rejects.filter(pc.equal(rejects["kind"], kind))
    return [
        row | {"table": title_of(row["kind"]), "time": f"{row['rejected_at']:%Y-%m-%d %H:%M}"}
        for row in chosen.slice(0, MOST).to_pylist()
    ]


def rejects_reading(rows: Sequence[Mapping[str, Any]], total: int) -> str:
    """What the list says in words; `total`: of all tables."""
    if not total:
        return "没有待处理的拒收：读入的每一行都已成为记录"
    extent = f"列出最近 {len(rows):,} 行" if len(rows) < total else f"共 {total:,} 行"
    return (
        f"{extent}；选中一行，可看内容、原因和处理办法，并在此更正重试。"
        "同一编号的记录一经收录，该行自动销号"
    )
