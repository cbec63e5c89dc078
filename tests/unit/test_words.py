"""Words for yes, no and the choices of a column: each means one thing, in any width."""

import unicodedata

import pyarrow as pa
import pytest
from pydantic import ValidationError

from data.intake.correction import ColumnRule, Rules, unknown_words
from data.intake.reject_selection import OpenReject
from data.intake.understanding.words import YES_AND_NO, meanings, meant
from data.journal.copy import connect
from data.schema import LOADABLE, TABLES, Column

WORDED = [
    pytest.param(column, id=f"{table.name}.{column.name}")
    for table in LOADABLE
    for column in table.columns
    if column.words or column.choices or column.type == "boolean"
]
CON = connect()


def codes(column: Column, words: list[str]) -> list[object]:
    con = CON.cursor()
    con.register("given", pa.table({"word": pa.array(words, pa.string())}))
    return [row[0] for row in con.execute(f"SELECT {meant(column, 'word')} FROM given").fetchall()]


@pytest.mark.parametrize("column", WORDED)
def test_each_word_means_its_code(column: Column) -> None:
    words = {code: [*of_code] for code, of_code in column.words.items()}
    for code, title in column.choices.items():
        words.setdefault(code, []).extend([code, title, code.upper()])
    if column.type == "boolean":
        for code, of_code in YES_AND_NO.items():
            words.setdefault(code, []).extend([*of_code])
    for code, of_code in words.items():
        value = {"true": True, "false": False}[code] if column.type == "boolean" else code
        assert codes(column, of_code) == [value] * len(of_code)
    every = {
        unicodedata.normalize("NFKC", w).lower() for of_code in words.values() for w in of_code
    }
    assert set(meanings(column)) == every


@pytest.mark.parametrize(
    ("table", "column", "words", "expected"),
    [
        ("dispute", "outcome", ["已化解", "未化解", "调解成功", "未成功"], "resolved failed" * 2),
        ("case", "status", ["已破案", "未破案", "侦破", "在侦"], "cleared open" * 2),
        ("task", "is_urgent", ["紧急", "平件", "√", "×"], "yes no" * 2),
        ("task", "is_urgent", ["１", "０", "Ｙ", "Ｎ"], "yes no" * 2),
        ("village", "kind", ["行政村", "居委会", "村", "社区"], "village community" * 2),
    ],
)
def test_what_offices_write(table: str, column: str, words: list[str], expected: str) -> None:
    one, other = expected[: len(expected) // 2].split()
    values = {"yes": True, "no": False}
    pair = [values.get(one, one), values.get(other, other)]
    assert codes(TABLES[table].column(column), words) == pair * 2


def test_a_word_of_another_column_or_of_none_means_nothing() -> None:
    words = ["一般", "也许", "满意", "紧急", "", "x"]
    assert codes(TABLES["survey_answer"].column("is_satisfied"), words) == [
        None,
        None,
        True,
        None,
        None,
        None,
    ]
    assert codes(TABLES["dispute"].column("outcome"), ["已结", "化解中"]) == [None, None]


def test_words_that_are_understood_are_not_asked_for() -> None:
    rejects = [
        OpenReject("r", "dispute", "纠纷.csv", "d", 2, f'{{"结果": "{word}"}}', "", 1)
        for word in ("已化解", "调解成功", "已结")
    ]
    rules = Rules(TABLES["dispute"], {"outcome": ColumnRule('"结果"')})
    assert unknown_words(rules, rejects, {}) == {"outcome": ["已结"]}


@pytest.mark.parametrize(
    ("choices", "words"),
    [
        ({"a": "甲", "b": "乙"}, {"c": ("丙",)}),
        ({"a": "甲", "b": "乙"}, {"a": ("丙",), "b": ("丙",)}),
        ({"a": "甲", "b": "乙"}, {"a": ("乙",)}),
        ({}, {"true": ("好",)}),
    ],
)
def test_a_word_that_means_two_things_or_nothing_is_refused(
    choices: dict[str, str], words: dict[str, tuple[str, ...]]
) -> None:
    with pytest.raises(ValidationError):
        Column("outcome", "结果", choices=choices, words=words)


def test_no_word_of_a_column_contradicts_yes_and_no() -> None:
    for table in LOADABLE:
        for column in table.columns:
            if column.type == "boolean":
                for code, other in (("true", "false"), ("false", "true")):
                    assert not set(column.words.get(code, ())) & set(YES_AND_NO[other])
