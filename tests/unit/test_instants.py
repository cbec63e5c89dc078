"""Days and instants as people write them: read as what they mean, or not at all."""

from collections.abc import Callable, Sequence
from datetime import date, datetime, timedelta
from pathlib import Path

import pyarrow as pa
import pytest
import xlsxwriter
from hypothesis import given, settings
from hypothesis import strategies as st

from data.intake.load_report import LoadReport, preview_sentence, report_sentence
from data.intake.reading.read import read_source
from data.intake.reading.source import Serials
from data.intake.reject_selection import OpenReject, source_of
from data.intake.reject_words import OTHERWISE, remedy
from data.intake.understanding.instants import (
    DATE_FORMS,
    INSTANTS,
    KINDS,
    Form,
    Kind,
    Order,
    day_month_order,
    instant,
    reading,
)
from data.intake.validate import Checked, validate
from data.journal.copy import connect
from data.schema import TABLES

CON = connect()
TODAY = date(2019, 8, 31)


def read(
    texts: Sequence[str],
    kind: Kind = "instant",
    order: Order | None = None,
    serials: Serials | None = None,
) -> list[datetime | None]:
    query = f"SELECT {instant('text', kind, order, serials)} FROM (SELECT unnest($texts) AS text)"
    return [row[0] for row in CON.execute(query, {"texts": list(texts)}).fetchall()]


def problem(text: str, kind: Kind = "date", order: Order | None = None) -> str:
    query = f"SELECT ({reading('text', kind, order)}).problem FROM (SELECT $text AS text)"
    (row,) = CON.execute(query, {"text": text}).fetchall()
    return str(row[0])


def checked(kind: str, columns: dict[str, list[str]], serials: Serials | None = None) -> Checked:
    number = len(next(iter(columns.values())))
    ids = [f"T{at:02}" for at in range(number)]
    rows = pa.table({"id": ids, **columns, "_row": list(range(number))})
    table = TABLES[kind]
    codes = pa.table({"code": pa.array([], pa.string())})
    registers = {c.refers_to: codes for c in table.columns if c.refers_to}
    return validate(rows, table, registers, TODAY, serials=serials)


@pytest.mark.parametrize("form", INSTANTS.forms, ids=[form.title for form in INSTANTS.forms])
def test_each_declared_form_reads_its_examples(form: Form) -> None:
    days = [datetime.fromisoformat(day) for day in form.examples.values()]
    assert read(list(form.examples)) == days


WRITTEN = """
05/07/2019 7/5/2019 2019/7 201907 20190705+0830 2019年7月 2019-07-05T08:30 19.07.05 19-7-5
2019.07.05+08:30:15 2019.7.5+8:30 2019-13-01 43657.5 2019年7月5日8时30分 2019年7月5号 2019-7-5+8：30
2019－7－5 2019、7、5 2019-07-05+24:00 201907050830 2019/07/05+周五 2019-07-05+00:00:00.000
5-Jul-19 Jul+5,+2019 １９年7月5日 二〇一九年七月五日
""".split()
NOT_READ = {
    0: "“05/07/2019”可能是5月7日也可能是7月5日，请指明 日/月 或 月/日",
    1: "“7/5/2019”可能是7月5日也可能是5月7日，请指明 日/月 或 月/日",
    2: "“2019/7”没有日",
    3: "“201907”没有日",
    5: "“2019年7月”没有日",
    7: "“19.07.05”的年份不足四位",
    8: "“19-7-5”的年份不足四位",
    11: "“2019-13-01”是不存在的日期",
    12: "“43657.5”不是时间",
    22: "“5-Jul-19”的年份不足四位",
}
DAYTIMES = {4: "08:30", 6: "08:30", 9: "08:30:15", 10: "08:30", 13: "08:30", 15: "08:30"} | {
    19: "08:30"
}


def test_twenty_six_ways_to_write_one_instant() -> None:
    texts = [text.replace("+", " ") for text in WRITTEN]
    result = checked("task", {"dispatched_at": texts})
    reasons = {row["_row"]: row["reasons"] for row in result.rejected.to_pylist()}
    assert reasons == {at: f"派发时间{why}" for at, why in NOT_READ.items()}
    expected = {
        f"T{at:02}": datetime.fromisoformat(f"2019-07-05 {DAYTIMES.get(at, '00:00')}")
        for at in range(26)
        if at not in NOT_READ
    }
    instants = {row["id"]: row["dispatched_at"] for row in result.accepted.to_pylist()}
    assert instants == expected | {"T18": datetime(2019, 7, 6)}


@pytest.mark.parametrize("text", [text for one in INSTANTS.unread for text in one.examples])
def test_what_is_not_read_has_a_reason_and_a_remedy_of_its_own(text: str) -> None:
    assert read([text]) == [None]
    assert "不是" not in problem(text)
    assert remedy(f"受理时间“{text}”{problem(text)}") != OTHERWISE


@pytest.mark.parametrize(
    ("text", "reason"),
    [
        ("2019-02-30", "是不存在的日期"),
        ("31/06/2019", "是不存在的日期"),
        ("13/13/2019", "是不存在的日期"),
        ("2019/07/05 周六", "与所写星期不符"),
        ("Thu, 5 Jul 2019", "与所写星期不符"),
        ("7月5日", "没有年份"),
        ("2019-07-05 上午12:30", "的钟点可作两种理解，请按 24 小时制填写"),
        ("2019-07-05 25:00", "不是日期"),
        ("2019-07-05 24:30", "不是日期"),
        ("2019-07-05 14:30 PM", "不是日期"),
        ("2019-07-05 08:30 Asia/Tokyo", "不是日期"),
        ("infinity", "不是日期"),
        ("epoch", "不是日期"),
        ("2019111", "不是日期"),
        ("昨天", "不是日期"),
        ("2019-07-05 和 2019-07-06", "不是日期"),
        ("2019-07-05" * 20, "不是日期"),
        ("'; DROP TABLE raw; --", "不是日期"),
    ],
)
def test_no_day_is_guessed(text: str, reason: str) -> None:
    assert (read([text]), read([text], "date")) == ([None], [None])
    assert problem(text) == reason


def test_the_end_of_a_day_is_the_next_instant_but_the_same_date() -> None:
    texts = ["2019-07-05 24:00", "2019年7月5日24时", "2019-12-31 24:00:00"]
    assert read(texts) == [datetime(2019, 7, 6), datetime(2019, 7, 6), datetime(2020, 1, 1)]
    days = [datetime(2019, 7, 5), datetime(2019, 7, 5), datetime(2019, 12, 31)]
    assert read(texts, "date") == days


DIGITS = "〇一二三四五六七八九"


def hanzi(number: int) -> str:
    """Below 100, as it is spoken: 十二, 二十, 三十一."""
    tens, ones = divmod(number, 10)
    if not tens:
        return DIGITS[ones]
    return ("" if tens == 1 else DIGITS[tens]) + "十" + (DIGITS[ones] if ones else "")


def spoken_year(at: datetime) -> str:
    return "".join(DIGITS[int(digit)] for digit in str(at.year))


def part_of_day(at: datetime) -> str:
    if at.hour == 12:
        return f"中午12:{at:%M}"
    words = ((5, "凌晨"), (12, "上午"), (18, "下午"), (24, "晚上"))
    word = next(word for before, word in words if at.hour < before)
    return f"{word}{at.hour - 12 if at.hour > 12 else at.hour}:{at:%M}"


WEEKDAYS = "一二三四五六日"
MONTHS = "Jan Feb Mar Apr May Jun Jul Aug Sep Oct Nov Dec".split()
WIDE = {ord(half): ord(half) + 0xFEE0 for half in "0123456789-/.:"}
Writer = Callable[[datetime], str]
# Title of a declared form -> ways of writing an instant in it.
WRITERS: dict[str, tuple[Writer, ...]] = {
    "年-月-日": (
        lambda at: f"{at:%Y-%m-%d %H:%M}",
        lambda at: f"{at.year}-{at.month}-{at.day} {at.hour}:{at:%M}",
        lambda at: f"{at:%Y-%m-%dT%H:%M:%S}",
        lambda at: f"{at.year}-{at.month}-{at.day} {at.hour}:{at:%M}".translate(WIDE),
    ),
    "年/月/日": (lambda at: f"{at.year}/{at.month}/{at.day} {at.hour}:{at:%M}",),
    "附星期（与日期不符的不读）": (
        lambda at: f"{at:%Y-%m-%d} 周{WEEKDAYS[at.weekday()]} {at:%H:%M}",
        lambda at: f"{at:%Y/%m/%d}（星期{WEEKDAYS[at.weekday()]}）{at:%H:%M}",
        lambda at: f"{at:%Y-%m-%d %H:%M} {'Mon Tue Wed Thu Fri Sat Sun'.split()[at.weekday()]}",
    ),
    "汉字数字": (
        lambda at: (
            f"{spoken_year(at)}年{hanzi(at.month)}月{hanzi(at.day)}日"
            f"{hanzi(at.hour)}时{hanzi(at.minute)}分"
        ),
        lambda at: (
            f"{spoken_year(at).replace('〇', '零')}年{hanzi(at.month)}月{hanzi(at.day)}号"
            f" {at:%H:%M}"
        ),
    ),
    "年月日、年.月.日、年、月、日": (
        lambda at: f"{at.year}年{at.month}月{at.day}日 {at.hour}:{at:%M}",
        lambda at: f"{at.year}.{at.month}.{at.day} {at.hour}:{at:%M}",
        lambda at: f"{at.year}、{at.month}、{at.day} {at.hour}:{at:%M}",
        lambda at: f"{at.year} 年 {at.month} 月 {at.day} 日 {at:%H:%M}",
    ),
    "两位年，后有“年”字": (lambda at: f"{at:%y}年{at.month}月{at.day}日{at.hour}时{at.minute}分",),
    "连写": (
        lambda at: f"{at:%Y%m%d%H%M}",
        lambda at: f"{at:%Y%m%d%H%M%S}",
        lambda at: f"{at:%Y%m%d %H%M}",
        lambda at: f"{at:%Y%m%d %H:%M}",
    ),
    "英文月份，四位年": (
        lambda at: f"{at.day} {MONTHS[at.month - 1]} {at.year} {at:%H:%M}",
        lambda at: f"{MONTHS[at.month - 1]} {at.day}, {at.year} {at:%H:%M}",
    ),
    "日/月/年或月/日/年，只有一种读法的": (
        lambda at: f"{at:%d/%m/%Y %H:%M}" if at.day > 12 else f"{at:%Y/%m/%d %H:%M}",
        lambda at: f"{at.month}-{at.day}-{at.year} {at:%H:%M}" if at.day > 12 else f"{at}",
    ),
    "时、点、分、秒": (
        lambda at: f"{at:%Y-%m-%d} {at.hour}时{at.minute}分",
        lambda at: f"{at.year}年{at.month}月{at.day}日{at.hour}点{at.minute}分{at.second}秒",
        lambda at: f"{at:%Y-%m-%d} {at.hour}点" + (f"{at.minute}分" if at.minute else "整"),
    ),
    "上午、下午、中午、晚上、凌晨": (
        lambda at: f"{at:%Y-%m-%d} {part_of_day(at)}",
        lambda at: f"{at.year}年{at.month}月{at.day}日{part_of_day(at)}",
    ),
    "AM、PM": (
        lambda at: f"{at:%Y-%m-%d} {at.hour % 12 or 12}:{at:%M} {'AM' if at.hour < 12 else 'PM'}",
        lambda at: f"{at:%Y/%m/%d} {at.hour % 12 or 12}:{at:%M}{'am' if at.hour < 12 else 'pm'}",
    ),
    "24:00（次日零时；日期列仍记当日）": (
        lambda at: f"{at - timedelta(1):%Y-%m-%d} 24:00" if f"{at:%H%M}" == "0000" else f"{at}",
    ),
    "秒的小数、时区（换算为北京时间）": (
        lambda at: f"{at:%Y-%m-%d %H:%M:%S}.000",
        lambda at: f"{at - timedelta(hours=8):%Y-%m-%dT%H:%M:%SZ}",
        lambda at: f"{at - timedelta(hours=13, minutes=30):%Y-%m-%d %H:%M}-05:30",
        lambda at: f"{at:%Y年%m月%d日 %H:%M}+0800",
    ),
}
MINUTES = st.datetimes(datetime(2015, 1, 1), datetime(2030, 12, 31, 23, 59)).map(
    lambda at: at.replace(second=0, microsecond=0)
)


def test_every_declared_form_is_written_below() -> None:
    assert set(WRITERS) == {form.title for form in INSTANTS.forms}


@settings(max_examples=60)
@given(ats=st.lists(MINUTES, min_size=1, max_size=20))
def test_any_minute_written_in_any_form_is_read_as_that_minute(ats: list[datetime]) -> None:
    written = [(write(at), at) for at in ats for ways in WRITERS.values() for write in ways]
    values = read([text for text, _ in written])
    wrong = [(text, v, at) for (text, at), v in zip(written, values, strict=True) if v != at]
    assert wrong == []


SIGNS = [*"-/.、_ ,－／．", ", ", " - "]
OWN_SIGNS = {"year": ["年", *SIGNS], "month": ["月", *SIGNS], "day": ["日", "号", "", *SIGNS]}
CLOCKS = ["", " 8:30", "8时30分", " 周一", " 24:00", "T08:30", " 下午2:30", " PM", " 25:00", "7"]


@settings(max_examples=150)
@given(
    at=MINUTES,
    signs=st.fixed_dictionaries({part: st.sampled_from(own) for part, own in OWN_SIGNS.items()}),
    order=st.sampled_from(["ymd", "dmy", "mdy", "myd", "dym"]),
    clock=st.sampled_from(CLOCKS),
    year=st.sampled_from(["%Y", "%y"]),
    is_padded=st.booleans(),
)
def test_a_day_written_in_whatever_way_is_never_another_day(
    at: datetime, signs: dict[str, str], order: str, clock: str, year: str, is_padded: bool
) -> None:
    """With any signs and in any order, but the one that nobody writes: year, day, month."""
    number = "{:02}" if is_padded else "{}"
    parts = {"y": at.strftime(year), "m": number.format(at.month), "d": number.format(at.day)}
    signs = {part[0]: sign for part, sign in signs.items()}
    text = "".join(parts[part] + signs[part] for part in order) + clock
    if not signs["d"] and (clock[:1].isdigit() or order[-1] != "d"):
        text = "".join(parts[part] + (signs[part] or "-") for part in order) + clock
    for kind in KINDS:
        for value in read([text], kind):
            is_next = kind == "instant" and "24:00" in clock
            assert value is None or value.date() == at.date() + timedelta(is_next), text


@pytest.mark.parametrize(
    ("values", "order"),
    [
        (["31/12/2019", "05/07/2019"], "日/月"),
        (["12/31/2019 8:30", "5.7.2019", None], "月/日"),
        (["05/07/2019", "7/5/2019"], "ambiguous"),
        (["31/12/2019", "12/31/2019"], "ambiguous"),
        (["31/12/2019", "05/07/2019", "2019-07-05"], "ambiguous"),
        (["31/12/2019", "05/07/2019", "不详"], "日/月"),
        (["2019-07-05", "2019年7月5日", ""], None),
        ([], None),
    ],
)
def test_a_column_settles_the_order_of_its_dates(
    values: list[str | None], order: str | None
) -> None:
    assert day_month_order(values) == order


def test_a_settled_column_is_read_and_told_and_another_is_asked() -> None:
    found, due = ["31/07/2019", "05/07/2019"], ["05/09/2019", "06/09/2019"]
    result = checked("hazard", {"found_on": found, "due_on": due})
    assert result.orders == {"found_on": "日/月"}
    reasons = [row["reasons"] for row in result.rejected.to_pylist()]
    assert reasons == [
        "整改期限“05/09/2019”可能是5月9日也可能是9月5日，请指明 日/月 或 月/日",
        "整改期限“06/09/2019”可能是6月9日也可能是9月6日，请指明 日/月 或 月/日",
    ]


def test_what_a_person_says_of_a_column_holds() -> None:
    rows = pa.table({"id": ["1", "2"], "found_on": ["05/07/2019", "13/05/2019"], "_row": [1, 2]})
    codes = pa.table({"code": pa.array([], pa.string())})
    registers = dict.fromkeys(("village", "station", "officer"), codes)
    table = TABLES["hazard"]
    result = validate(rows, table, registers, TODAY, orders={"found_on": "月/日"})
    assert result.accepted["found_on"].to_pylist() == [date(2019, 5, 7)]
    assert result.rejected["reasons"].to_pylist() == [
        "发现日期“13/05/2019”按 月/日 读是不存在的日期"
    ]


@settings(max_examples=40)
@given(
    at=st.datetimes(datetime(2000, 1, 1), datetime(2099, 12, 31)),
    first=st.sampled_from([1900, 1904]),
)
def test_a_number_of_a_spreadsheet_is_the_day_that_it_counts(at: datetime, first: Serials) -> None:
    at = at.replace(microsecond=0)
    since = at - (datetime(1899, 12, 30) if first == 1900 else datetime(1904, 1, 1))
    number = since.days + since.seconds / 86400
    text = str(int(number)) if number.is_integer() else repr(number)
    assert read([text], serials=first) == [at]
    assert read([text]) == [None]


def test_a_number_far_from_our_days_is_none() -> None:
    assert read(["36525", "73052", "12", "123456", "-43657"], serials=1900) == [None] * 5


@pytest.mark.parametrize(("title", "form"), DATE_FORMS.items())
def test_an_order_that_a_person_must_name_is_not_read_without(title: str, form: str) -> None:
    written = date(2019, 7, 5).strftime(form)
    assert read([written]) == [None], title


@pytest.mark.parametrize("first", [1900, 1904])
def test_a_workbook_says_from_which_year_it_counts(tmp_path: Path, first: Serials) -> None:
    since = date(1899, 12, 30) if first == 1900 else date(1904, 1, 1)
    path = tmp_path / "hazard.xlsx"
    with xlsxwriter.Workbook(str(path), {"date_1904": first == 1904}) as book:
        sheet = book.add_worksheet()
        sheet.write_row(0, 0, ["记录编号", "发现日期"])
        sheet.write_row(1, 0, ["1", (date(2019, 7, 5) - since).days])
    source = read_source(path)
    assert source.serials == first
    numbers = source.rows["发现日期"].to_pylist()
    assert numbers == [str((date(2019, 7, 5) - since).days)]
    result = checked("hazard", {"found_on": numbers}, source.serials)
    assert result.accepted["found_on"].to_pylist() == [date(2019, 7, 5)]


@pytest.mark.parametrize(("name", "serials"), [("隐患.XLSX", 1900), ("隐患.csv", None)])
def test_a_reject_of_a_spreadsheet_is_retried_as_one(name: str, serials: Serials | None) -> None:
    reject = OpenReject("r", "hazard", name, "d", 2, '{"发现日期": "43651"}', "", 1)
    source, _ = source_of([reject], {})
    assert source.serials == serials


def test_the_report_tells_how_a_column_was_read() -> None:
    report = LoadReport("隐患.csv", "hazard", 2, 2, orders={"found_on": "日/月"})
    assert "“发现日期”按 日/月 读" in report_sentence(report, "页面")
    assert "“发现日期”按 日/月 读" in preview_sentence(report)
