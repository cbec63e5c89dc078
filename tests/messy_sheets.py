"""Spreadsheets as offices make them, from records that are known: for tests of the first mile."""

import csv
import io
import random
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date, datetime, timedelta
from typing import Any

import xlsxwriter

Record = dict[str, Any]  # our column -> a code, a day, an instant, a word or None
SERIAL_FROM = date(1899, 12, 30)


@dataclass(frozen=True)
class Form:
    """A table as an office keeps it: heads that may stand over each column, words of choices."""

    table: str
    title: str
    heads: Mapping[str, Sequence[str]]
    words: Mapping[str, Mapping[Any, Sequence[str]]] = field(default_factory=dict)


VILLAGE_HEADS = ("村（社区）编码", "村（社区）", "所属村", "村名", "村 （社区）", "所在村（社区）")
DISPUTES = Form(
    "dispute",
    "矛盾纠纷排查化解台账",
    {
        "id": ("记录编号", "编号", "登记编号", "纠纷编号", "id"),
        "village": VILLAGE_HEADS,
        "kind": ("类别", "纠纷类别", "纠纷类型"),
        "received_at": ("受理时间", "受理日期", "纠纷受理时间"),
        "due_on": ("应化解日期", "化解期限", "办理期限", "化解时限"),
        "resolved_on": ("化解日期", "化解时间"),
        "outcome": ("办结结果", "调解结果", "化解结果"),
    },
    {
        "outcome": {
            "resolved": ("化解", "已化解", "resolved"),
            "failed": ("未化解",),
            None: ("",),
        }
    },
)
HAZARDS = Form(
    "hazard",
    "安全隐患排查整改清单",
    {
        "id": ("记录编号", "隐患编号", "台账编号", "编 号"),
        "village": VILLAGE_HEADS,
        "kind": ("类别", "隐患类型"),
        "found_on": ("发现日期", "排查日期", "发现时间", "检查日期"),
        "due_on": ("整改期限", "整改时限", "限期整改日期"),
        "closed_on": ("整改日期", "整改完成日期", "销号日期"),
    },
)
TASKS = Form(
    "task",
    "任务派发登记表",
    {
        "id": ("记录编号", "任务编号", "工单编号", "流水号"),
        "village": VILLAGE_HEADS,
        "dispatched_at": ("派发时间", "下发时间", "派单时间"),
        "signed_at": ("签收时间", "签收日期"),
        "is_urgent": ("是否紧急", "紧急程度"),
        "due_on": ("办结期限", "办理期限", "完成期限"),
        "done_on": ("办结日期", "完成日期"),
    },
    {"is_urgent": {True: ("是", "√", "紧急", "Y"), False: ("否", "×", "一般")}},
)
FORMS = (DISPUTES, HAZARDS, TASKS)

DAYS: tuple[Callable[[date], str], ...] = (
    lambda d: f"{d:%Y-%m-%d}",
    lambda d: f"{d.year}/{d.month}/{d.day}",
    lambda d: f"{d.year}.{d.month}.{d.day}",
    lambda d: f"{d.year}年{d.month}月{d.day}日",
    lambda d: f"{d:%Y%m%d}",
    lambda d: f"{d.year}、{d.month}、{d.day}",
    lambda d: f"{d.year}年{d.month}月{d.day}号",
    lambda d: wide(f"{d.year}.{d.month}.{d.day}"),
    lambda d: f"{d:%Y-%m-%d} 周{'一二三四五六日'[d.weekday()]}",
)
INSTANTS: tuple[Callable[[datetime], str], ...] = (
    lambda t: f"{t:%Y-%m-%d %H:%M}",
    lambda t: f"{t.year}/{t.month}/{t.day} {t.hour}:{t:%M}:{t:%S}",
    lambda t: f"{t.year}年{t.month}月{t.day}日{t.hour}时{t.minute}分",
    lambda t: f"{t:%Y-%m-%d}T{t:%H:%M}",
    lambda t: f"{t:%Y%m%d%H%M}",
    lambda t: (
        f"{t.year}-{t.month}-{t.day} {'上午' if t.hour < 12 else '下午'}"
        f"{t.hour - 12 * (t.hour > 12)}:{t:%M}"
    ),
    lambda t: wide(f"{t:%Y-%m-%d %H:%M}"),
)


def wide(text: str) -> str:
    """The same in full-width signs."""
    return "".join(chr(ord(c) + 0xFEE0) if "!" <= c <= "~" else c for c in text)


@dataclass(frozen=True)
class Village:
    """A registered village; `is_unique`: no other has its name."""

    code: str
    name: str
    station: str
    is_unique: bool


def records(
    rng: random.Random, form: Form, villages: Sequence[Village], count: int
) -> list[Record]:
    """What happened, in our columns."""
    made = []
    for number in range(count):
        began = datetime(2019, rng.randint(1, 7), rng.randint(1, 28), rng.randint(7, 20))
        began += timedelta(minutes=rng.randint(0, 59))
        due_on = began.date() + timedelta(days=rng.randint(3, 20))
        ended = rng.choice([None, began.date() + timedelta(days=rng.randint(0, 12))])
        values: Record = {
            "id": f"{form.table[:2].upper()}{rng.randint(10, 99)}-{number:03}",
            "village": rng.choice(villages).code,
            "kind": rng.choice(["邻里", "土地", "消防", "用电"]),
            "received_at": began,
            "dispatched_at": began,
            "found_on": began.date(),
            "due_on": due_on,
            "resolved_on": ended,
            "closed_on": ended,
            "done_on": ended,
            "signed_at": rng.choice([None, began + timedelta(minutes=rng.randint(5, 900))]),
            "outcome": "resolved" if ended else rng.choice(["failed", None]),
            "is_urgent": rng.random() < 0.3,
        }
        made.append({name: values[name] for name in form.heads})
    return made


@dataclass(frozen=True)
class Written:
    """A file, and the records that it holds."""

    name: str
    content: bytes
    records: list[Record]
    table: str


def written(seed: int, villages: Sequence[Village]) -> Written:
    """One file: everything about it follows from the seed."""
    rng = random.Random(seed)
    form = rng.choice(FORMS)
    truth = records(rng, form, villages, rng.randint(1, 25))
    names = [rng.choice(heads) for heads in form.heads.values()]
    # A head may mean one column only, here as in an office.
    if len({name.replace("时间", "日期") for name in names}) < len(names):
        names = [heads[0] for heads in form.heads.values()]
    is_book = rng.random() < 0.6
    by_code = {village.code: village for village in villages}
    write_day = {name: rng.choice(DAYS) for name in form.heads}
    write_time = {name: rng.choice(INSTANTS) for name in form.heads}
    is_serial = {name: is_book and rng.random() < 0.25 for name in form.heads}

    def cell(name: str, value: Any) -> Any:
        if name == "village":
            return village_words(rng, by_code[value])
        if name in form.words:
            return rng.choice(form.words[name][value])
        if isinstance(value, datetime):
            return serial(value) if is_serial[name] else write_time[name](value)
        if isinstance(value, date):
            return serial(value) if is_serial[name] else write_day[name](value)
        return value

    rows = [[cell(name, value) for name, value in record.items()] for record in truth]
    table = laid_out(rng, form, names, rows)
    stem = rng.choice([form.table, form.title, "导出"])
    if is_book:
        return Written(f"{stem}.xlsx", as_book(rng, form, names, table), truth, form.table)
    return Written(f"{stem}.csv", as_text(rng, table), truth, form.table)


def village_words(rng: random.Random, village: Village) -> str:
    """The village as a clerk writes it."""
    ways = [village.code, f" {village.code} ", wide(village.code)]
    if village.is_unique:
        ways += [village.name, f"{village.name} ", wide(village.name)]
    return rng.choice(ways)


def serial(value: date) -> float:
    """The number that a spreadsheet keeps of a day or an instant."""
    day = value.date() if isinstance(value, datetime) else value
    whole = float((day - SERIAL_FROM).days)
    if not isinstance(value, datetime):
        return whole
    return whole + (value.hour * 60 + value.minute) / 1440


@dataclass(frozen=True)
class Layout:
    above: list[list[Any]]
    heads: list[Any]
    rows: list[list[Any]]
    hidden: set[int]  # places among rows


def laid_out(rng: random.Random, form: Form, names: list[str], rows: list[list[Any]]) -> Layout:
    """Titles above, a running number, remarks, blank lines, sums and notes among the rows."""
    has_number, has_remark = rng.random() < 0.5, rng.random() < 0.5
    before, after = (["序号"] if has_number else []), (["备注"] if has_remark else [])
    heads = [*before, *names, *after]
    width = len(heads)
    body: list[list[Any]] = []
    hidden: set[int] = set()
    for number, row in enumerate(rows, 1):
        if rng.random() < 0.08:
            body.append([None] * width)
        if rng.random() < 0.05:
            body.append(["小计", *[None] * (width - 1)])
        if rng.random() < 0.1:
            hidden.add(len(body))
        remark = [rng.choice([None, "已回访", "合计三户"])] if has_remark else []
        body.append([*([number] if has_number else []), *row, *remark])
    if rng.random() < 0.5:
        body.append(
            [rng.choice(["合计", "合 计", "总计："]), *[None] * (width - 2), f"{len(rows)}起"]
        )
    if rng.random() < 0.4:
        note = rng.choice(["填报人：略", "注：每月5日前报", "制表：　审核："])
        body.append([note, *[None] * (width - 1)])
    titles = [f"某所2019年{form.title}", "填报单位：某所    填报时间：2019年8月1日", ""]
    above = [[text, *[None] * (width - 1)] for text in titles[: rng.randint(0, 3)]]
    return Layout(above, heads, body, hidden)


def as_text(rng: random.Random, layout: Layout) -> bytes:
    out = io.StringIO()
    writer = csv.writer(
        out, delimiter=rng.choice(",;\t"), lineterminator=rng.choice(["\n", "\r\n"])
    )
    writer.writerows([*layout.above, layout.heads, *layout.rows])
    return out.getvalue().encode(rng.choice(["utf-8-sig", "gb18030", "utf-16", "utf-8"]))


def as_book(rng: random.Random, form: Form, names: list[str], layout: Layout) -> bytes:
    """With an indent, two sheets, merged villages, hidden rows and a sheet of remarks at times."""
    out = io.BytesIO()
    left, top = rng.choice([0, 0, 1, 2]), rng.choice([0, 0, 2])
    middle = rng.randint(0, len(layout.rows)) if rng.random() < 0.3 else len(layout.rows)
    parts = [part for part in ((0, middle), (middle, len(layout.rows))) if part[0] < part[1]]
    village = layout.heads.index(names[list(form.heads).index("village")])
    with xlsxwriter.Workbook(out, {"in_memory": True}) as book:
        if rng.random() < 0.3:
            book.add_worksheet("封面").write(0, 0, form.title)
        for number, (start, end) in enumerate(parts or [(0, 0)], 6):
            sheet = book.add_worksheet(f"{number}月")
            for at, row in enumerate([*layout.above, layout.heads]):
                write_row(sheet, top + at, left, row)
            first = top + len(layout.above) + 1
            for at, row in enumerate(layout.rows[start:end]):
                write_row(sheet, first + at, left, row)
                if start + at in layout.hidden:
                    sheet.set_row(first + at, None, None, {"hidden": True})
            merge_alike(sheet, layout.rows[start:end], village, first, left)
        if rng.random() < 0.3:
            book.add_worksheet("填表说明").write(0, 0, "说明：每月5日前报")
    return out.getvalue()


def write_row(sheet: Any, at: int, left: int, row: list[Any]) -> None:
    for column, value in enumerate(row, left):
        if isinstance(value, int | float):
            sheet.write_number(at, column, value)
        elif value:
            sheet.write_string(at, column, str(value))


def merge_alike(sheet: Any, rows: list[list[Any]], column: int, first: int, left: int) -> None:
    """Neighbouring rows of one village share one cell."""
    start = 0
    for at in range(1, len(rows) + 1):
        value = rows[start][column]
        if at < len(rows) and value and rows[at][column] == value:
            continue
        if at - start > 1 and value:
            sheet.merge_range(first + start, left + column, first + at - 1, left + column, value)
        start = at
