"""Numbers of persons: every way to write one is refused and hidden, and no number of business is.

The numbers are invented; their check digits were reckoned by hand after GB 11643.
"""

import csv
import io
import re
import shutil
from datetime import date
from pathlib import Path

import duckdb
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from data.intake.files import load_files
from data.intake.loading import Loader
from data.intake.preview import preview_file
from data.personal import (
    MASK,
    holds_personal,
    holds_personal_sql,
    masked,
    masked_word,
    may_hold_personal_sql,
)
from data.rights import command_line
from metrics.cells.store import Store

# One way to write a number in each line.
NUMBERS = """
13712345678
+8613712345678
+86 13712345678
+86-13712345678
+86-137-1234-5678
8613712345678
86-13712345678
86 137 1234 5678
08613712345678
008613712345678
0086-137-1234-5678
(86)13712345678
（+86）137-1234-5678
(+86)137 1234 5678
1 371 234 5678
137 1234 5678
137-1234-5678
137.1234.5678
137·1234·5678
137/1234/5678
137_1234_5678
137  1234  5678
137 - 1234 - 5678
137—1234—5678
137－1234－5678
137　1234　5678
137．1234．5678
137／1234／5678
137\u00a01234\u00a05678
137\u200b1234\u200b5678
1\u200b3\u200b7\u200b1\u200b2\u200b3\u200b4\u200b5\u200b6\u200b7\u200b8
137\ufeff12345678
\u202d13712345678\u202c
\u200e13712345678
137-12345678
137 12345678
1371234-5678
1371-2345-678
1371 234 5678
137 123 45678
1 3 7 1 2 3 4 5 6 7 8
1.3.7.1.2.3.4.5.6.7.8
１３７１２３４５６７８
＋８６１３７１２３４５６７８
𝟏𝟑𝟕𝟏𝟐𝟑𝟒𝟓𝟔𝟕𝟖
①③⑦①②③④⑤⑥⑦⑧
一三七一二三四五六七八
幺三七一二三四五六七八
一三八〇〇一三八〇〇〇
tel13712345678
Tel:13712345678
TEL：137-1234-5678
ｔｅｌ１３７１２３４５６７８
mobile_13712345678
手机13712345678
手机：137-1234-5678
联系电话（13712345678）
户主13712345678，已走访
第一13712345678
19912345678
16612345678
410481199003070010
410481 19900307 0010
410481-19900307-0010
410481.19900307.0010
410481·19900307·0010
410481/19900307/0010
410481 1990 0307 0010
4104 8119 9003 0700 10
4 1 0 4 8 1 1 9 9 0 0 3 0 7 0 0 1 0
４１０４８１１９９００３０７００１０
410481\u200b199003070010
ID410481199003070010
id:410481199003070010
sfz410481199003070010
身份证410481199003070010
身份证号：410481199003070010。
身份证号码（410481199003070010）
四一〇四八一一九九〇〇三〇七〇〇一〇
11010519491231002X
11010519491231002x
11010519491231002Ｘ
11010519491231002Ⅹ
１１０１０５１９４９１２３１００２Ｘ
ID11010519491231002X
身份证11010519491231002X号
110105 19491231 002X
110105-19491231-002x
130503670401001
130503 670401 001
130503-670401-001
１３０５０３６７０４０１００１
ID130503670401001
身份证130503670401001
"""
# One number of business, or words with several, in each line.
NO_NUMBERS = """
410481201907050013
410481199003070011
110105194912310021
11010519491231002
410481199002300013
000481199003070014
990481199003070013
410481199013070014
410481209907050019
20190705083015
20190705083015123
2019-07-05 08:30:15
2019.07.05 08.30.15
2019-07-05 08-30
JF20190705001
AJ-2019-0705-0001
Z4104810020190705
12345678901
10012345678
12012345678
1371234567
137123456789
13712345678901234567
6222020013712345678
4104811990030700101
1371234.5678
134.12345678
13712345.678
113.517812,33.310312
113.5178123, 33.3103123
33.310312 113.517812
139.196.121.22
550e8400-e29b-41d4-a716-446655440000
13712345-6780-4371-8713-137123456789
abcde13712345678
5f4dcc3b5aa765d61d8327deb882cf99
e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855
a13712345678b
13712345678abc
¥1,371,234,567.80
137人次，1234户，5678件
15、20、25、30、35、90
410481190705001
410481900231001
900481670401001
舞公治字〔2019〕137号
电话0375-8112345
0375-8112345转8001
一三七号
二〇一九年七月五日上午八时三十分
第1234567890号
1562312345678
"""


def lines(text: str) -> list[str]:
    return text.strip("\n").split("\n")


def as_sql(expression: str, text: str) -> object:
    (row,) = duckdb.execute(f"SELECT {expression} FROM (SELECT ? AS v)", [text]).fetchall()
    return row[0]


@pytest.mark.parametrize("text", lines(NUMBERS))
def test_a_number_is_found_and_hidden(text: str) -> None:
    assert holds_personal(text)
    assert as_sql(holds_personal_sql("v"), text) is True
    assert as_sql(may_hold_personal_sql("v"), text) is True
    hidden = masked_word(f"走访：{text}；已办")
    assert MASK in hidden
    assert len(re.findall(r"\d", hidden)) <= 4  # at most the country's own
    assert as_sql(masked("v"), f"走访：{text}；已办") == hidden


@pytest.mark.parametrize("text", lines(NO_NUMBERS))
def test_a_number_of_business_is_left_alone(text: str) -> None:
    assert not holds_personal(text)
    assert as_sql(holds_personal_sql("v"), text) is False
    assert masked_word(text) == text
    assert as_sql(masked("v"), text) == text


def test_the_tables_are_as_long_as_was_promised() -> None:
    assert len(set(lines(NUMBERS))) >= 60
    assert len(set(lines(NO_NUMBERS))) >= 30


SIGNS = st.text("1378904 -.·/_Xx５７一三a身\u200b\t,：", max_size=40)
PIECES = st.sampled_from([*lines(NUMBERS), *lines(NO_NUMBERS), " ", "-", "_", "；", "a", "1", "号"])


@settings(max_examples=600, deadline=None)
@given(st.one_of(SIGNS, st.lists(PIECES, max_size=5).map("".join)))
def test_sql_and_python_find_and_hide_the_same(text: str) -> None:
    is_held, hidden = holds_personal(text), masked_word(text)
    query = f"SELECT {holds_personal_sql('v')}, {masked('v')}, {may_hold_personal_sql('v')}"
    ((by_sql, hidden_by_sql, may_hold),) = duckdb.execute(
        f"{query} FROM (SELECT ? AS v)", [text]
    ).fetchall()
    assert (by_sql, hidden_by_sql) == (is_held, hidden)
    assert may_hold or not is_held
    assert is_held == (hidden != text)
    assert not holds_personal(hidden)


def test_nothing_is_held_by_what_is_not_there() -> None:
    assert as_sql(f"{holds_personal_sql('CAST(NULL AS VARCHAR)')} OR v IS NULL", "") is False


# -- through the intake -----------------------------------------------------------------------

VISIT = {"village": "V001", "officer": "", "started_at": "2019-08-02 09:00"}


@pytest.fixture(scope="module")
def place(town_store: Path, tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A copy of a small city, to which only this module writes."""
    return shutil.copytree(town_store, tmp_path_factory.mktemp("personal") / "store")


def village_of(store: Store) -> str:
    store.copy.catch_up()
    return str(store.copy.one("SELECT min(code) FROM record.village")[0])


def load(store: Store, folder: Path, name: str, rows: list[dict[str, str]]) -> tuple[int, int]:
    """How many were added, and rejected."""
    file = folder / name
    out = io.StringIO()
    writer = csv.DictWriter(out, list(rows[0]))
    writer.writeheader()
    writer.writerows(rows)
    file.write_text(out.getvalue(), "utf-8")
    (report,) = load_files(store.folder, [file], command_line(), kind="visit")
    return report.added, report.rejected


def test_intake_refuses_each_number_and_hides_it(place: Path, tmp_path: Path) -> None:
    store = Store(place)
    village = village_of(store)
    rows = [
        VISIT | {"id": f"坏-{at}", "village": village, "purpose": text}
        for at, text in enumerate(lines(NUMBERS))
    ]
    assert load(store, tmp_path, "numbers.csv", rows) == (0, len(rows))
    store.copy.catch_up()
    kept = store.copy.cursor().execute(
        "SELECT content, reasons FROM record.reject WHERE source = 'numbers.csv' AND NOT is_deleted"
    )
    for content, reasons in kept.fetchall():
        assert reasons.endswith("走访事由疑似身份证号或手机号，不得录入")
        assert MASK in content
        assert not holds_personal(content)


def test_intake_takes_each_number_of_business(place: Path, tmp_path: Path) -> None:
    store = Store(place)
    village = village_of(store)
    texts = lines(NO_NUMBERS)
    rows = [
        VISIT | {"id": f"好-{at}", "village": village, "purpose": text, "household": text}
        for at, text in enumerate(texts)
    ]
    assert load(store, tmp_path, "business.csv", rows) == (len(rows), 0)


def test_a_record_id_may_look_like_a_phone_but_not_like_a_card(place: Path, tmp_path: Path) -> None:
    store = Store(place)
    village = village_of(store)
    ids = ["13712345678", "410481199003070010", "130503670401001", "410481201907050013"]
    rows = [VISIT | {"id": id, "village": village} for id in ids]
    assert load(store, tmp_path, "ids.csv", rows) == (2, 2)
    store.copy.catch_up()
    kept = store.copy.cursor().execute(
        "SELECT record_id, reasons FROM record.reject WHERE source = 'ids.csv' AND NOT is_deleted"
    )
    assert kept.fetchall() == [(MASK, "记录编号疑似身份证号或手机号，不得录入")] * 2


def test_a_number_across_lines_and_a_head_that_is_one_are_hidden(
    place: Path, tmp_path: Path
) -> None:
    """A file without heads gives its first row for names; line breaks stand escaped in what is
    kept."""
    store = Store(place)
    rows = [{"id": "", "purpose": "137\n1234\n5678", "village": "V999"}]
    assert load(store, tmp_path, "lines.csv", rows) == (0, 1)
    store.copy.catch_up()
    (content,) = store.copy.one(
        "SELECT content FROM record.reject WHERE source = 'lines.csv' AND NOT is_deleted"
    )
    assert "5678" not in str(content)
    file = tmp_path / "heads.csv"
    file.write_text("编号,走访事由,13712345678\n1,电话137-1234-5678,x\n", "utf-8")
    shown = preview_file(
        Loader(store.journal, store.copy, tells_each_row=True), file, command_line(), "visit"
    )
    assert "5678" not in str(shown.rows)
    assert MASK in str(shown.rows)


def test_a_birthday_that_has_not_come_is_none() -> None:
    """20990705: the check digit is right, but nobody is born then."""
    assert date.today() < date(2099, 7, 5)
    assert not holds_personal("410481209907050019")
