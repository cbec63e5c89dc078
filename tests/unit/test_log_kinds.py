"""Every kind of entry of the log is registered, written somewhere, and has its sentence."""

import ast
from collections.abc import Iterator
from datetime import datetime
from pathlib import Path
from typing import get_type_hints

import pytest

from data.journal.log import Draft, Entry
from data.journal.log_kinds import LogKind
from metrics.wording.log_sentences import SENTENCES, sentence_of

ROOT = Path(__file__).parents[2]
REGISTRY = ROOT / "data" / "journal" / "log_kinds.py"


def trees() -> Iterator[tuple[Path, ast.AST]]:
    """The product code, file by file, without the registry."""
    for room in ("data", "metrics", "pages"):
        for file in (ROOT / room).rglob("*.py"):
            if file != REGISTRY:
                yield file, ast.parse(file.read_text("utf-8"))


def test_every_kind_has_a_sentence() -> None:
    assert SENTENCES.keys() == set(LogKind)


def test_an_entry_is_drafted_with_a_registered_kind_only() -> None:
    """mypy holds every caller to it."""
    assert get_type_hints(Draft)["kind"] is LogKind
    for file, tree in trees():
        for node in ast.walk(tree):
            if isinstance(node, ast.Call) and isinstance(node.func, ast.Name):
                drafted = node.args[0] if node.func.id == "Draft" else None
                assert not isinstance(drafted, ast.Constant | ast.JoinedStr | ast.BinOp), file


def test_no_other_file_spells_a_kind() -> None:
    kinds = set(LogKind) - {LogKind.NOTICE}  # which is also a word for other things
    for file, tree in trees():
        spelt = {n.value for n in ast.walk(tree) if isinstance(n, ast.Constant)} & kinds
        assert not spelt, file


def test_every_kind_is_named_by_code_that_writes_or_reads_it() -> None:
    words = ROOT / "metrics" / "wording" / "log_sentences.py"
    named = {
        node.attr
        for file, tree in trees()
        if file != words
        for node in ast.walk(tree)
        if isinstance(node, ast.Attribute)
        and isinstance(node.value, ast.Name)
        and node.value.id == "LogKind"
    }
    assert named == {kind.name for kind in LogKind}


def entry(kind: str, subject: str = "2019-06", /, **content: object) -> Entry:
    at = datetime(2019, 8, 19, 9, 30)
    return Entry(9, kind, subject, content, "政治处-01", "political", at, "", "")


@pytest.mark.parametrize(
    ("drafted", "sentence"),
    [
        (
            entry("period-cut", position=41, as_of="2019-08-19"),
            "截止数据：日志第 41 部分，数据截至 2019-08-19",
        ),
        (entry("period-checked", remark="已核对"), "初核：已核对"),
        (entry("period-published"), "公示"),
        (entry("period-frozen", hash="0123456789abcdef"), "定稿：校验码 01234567"),
        (
            entry("period-revision", hash="0123456789abcdef", reason="漏录"),
            "更正：漏录，校验码 01234567",
        ),
        (
            entry(
                *("ledger-proposed", "S08"),
                **{"level": "station", "unit": "S08", "kind": "bonus"},
                **{"points": "3/2", "evidence": "舞公政〔2019〕12号"},
            ),
            "台账提出：甲所 加分 1.5 分（舞公政〔2019〕12号）",
        ),
        (entry("ledger-approved", "log-00000005", remark=""), "台账批准：第 5 号"),
        (
            entry("ledger-declined", "log-00000005", remark="证据不足"),
            "台账未批准：第 5 号，证据不足",
        ),
        (
            entry("appeal-reviewed", "log-00000007", outcome="granted", remark="属实"),
            "复核：第 7 号成立，属实",
        ),
        (
            entry("scheme-published", "新方案", in_force_from="2020-01-01"),
            "批准考核方案“新方案”，自 2020-01-01 起施行",
        ),
        (
            entry("decision-state", "log-00000003", state="dropped", remark="并入专项"),
            "会议决定第 3 号已撤销：并入专项",
        ),
        (entry("notice-taken-down", "log-00000004"), "撤下通知第 4 号"),
        (entry("something-else"), "something-else"),
        (entry("meeting-decision", words="{reason}", unit="乙所", due_on="2019-09-01"),
         "会议决定：{reason}（乙所，2019-09-01 前）"),
    ],
)  # fmt: skip
def test_the_sentence_of_an_entry(drafted: Entry, sentence: str) -> None:
    assert sentence_of(drafted, {"station:S08": "甲所"}) == sentence
