"""docs/records.md, docs/flags.md and parts of docs/intake.md: one declaration, one truth.

`make docs` writes them; a test fails when one is out of date. The measured table of docs/flags.md
is kept: `python -m tests.flag_seeds` makes it.
"""

import tomllib
from collections.abc import Sequence
from pathlib import Path

from data.intake.template import HEADINGS, describe
from data.intake.understanding.instants import INSTANTS, reading
from data.intake.understanding.words import YES_AND_NO
from data.journal.copy import connect
from data.schema import ANNOTATION, LOADABLE, TABLES
from metrics.flags.rules import FlagRule, load_rules
from metrics.wording.flag_words import rule_in_words, short

DOCS = Path(__file__).parents[1] / "docs"
RECORDS, FLAGS, INTAKE = DOCS / "records.md", DOCS / "flags.md", DOCS / "intake.md"
BEGIN, END = "<!-- measured begins -->", "<!-- measured ends -->"
TEXT = tomllib.loads(Path(__file__).with_suffix(".toml").read_text("utf-8"))
HEAD = """# 数据表

本页由 `data/records.toml` 生成（`make docs`），请勿手改。时间一律为北京时间。
先登记册，后业务记录；同一编号再次导入即为更正，原记录不删。

"""


def records_page() -> str:
    """The page: every table with its columns and rules."""
    parts = [HEAD]
    for table in (*LOADABLE, TABLES["bureau"], ANNOTATION):
        kind = "登记册" if table.is_register else "业务记录"
        parts.append(f"## {table.title}（{table.name}，{kind}）\n")
        if table.note:
            parts.append(f"{table.note}。\n")
        parts.append(grid(HEADINGS, describe(table)))
        if table.rules:
            parts.append("拒收情形：" + "；".join(rule.reason for rule in table.rules) + "。\n")
    return "\n".join(parts)


def grid(headings: tuple[str, ...], rows: list[tuple[str, ...]]) -> str:
    lines = ["| " + " | ".join(headings) + " |", "|" + " --- |" * len(headings)]
    lines += ["| " + " | ".join(cell.replace("|", "\\|") for cell in row) + " |" for row in rows]
    return "\n".join(lines) + "\n"


def instants_part() -> str:
    """How days and instants may be written, and what is not read."""
    read = [
        (form.title, "，".join(f"`{written}`" for written in form.examples))
        for form in INSTANTS.forms
    ]
    unread = [
        ("，".join(f"`{written}`" for written in one.examples), why_unread(one.examples[0]))
        for one in INSTANTS.unread
    ]
    asked = "，".join(INSTANTS.asked)
    return "\n".join(
        [
            grid(("读入的写法", "例"), read),
            TEXT["instants"],
            grid(("不读、列入拒收的写法", "原因"), unread),
            f"更正映射时可为一列选定的日期写法：{asked}。\n",
        ]
    )


def why_unread(text: str) -> str:
    query = f"SELECT ({reading('text', 'date')}).problem FROM (SELECT $text AS text)"
    (row,) = connect().execute(query, {"text": text}).fetchall()
    return f"“{text}”{row[0]}"


def heads_part() -> str:
    """What may stand over the columns of each table besides our titles."""
    every = [(c.title, c.heads) for table in LOADABLE for c in table.columns if c.heads]
    common = [one for one in dict.fromkeys(every) if every.count(one) > 3]
    rows = [("各表", in_words(common))]
    for table in LOADABLE:
        own = [(c.title, c.heads) for c in table.columns if c.heads]
        called = f"{table.title}{'（' + '、'.join(table.called) + '）' if table.called else ''}"
        rows.append((called, in_words([one for one in own if one not in common]) or "—"))
    return "\n".join([TEXT["heads"], grid(("数据表（别称）", "列名的其他写法"), rows)])


def in_words(heads: Sequence[tuple[str, tuple[str, ...]]]) -> str:
    return "；".join(f"{title}：{'、'.join(others)}" for title, others in heads)


def words_part() -> str:
    rows = [("是" if code == "true" else "否", "、".join(w)) for code, w in YES_AND_NO.items()]
    return grid(("含义", "是否列的写法"), rows)


def intake_page(page: str) -> str:
    """The page with its parts that come from declarations."""
    parts = {"heads": heads_part(), "instants": instants_part(), "words": words_part()}
    for name, part in parts.items():
        begin, end = f"<!-- {name} begin -->", f"<!-- {name} end -->"
        before, _, rest = page.partition(begin)
        page = f"{before}{begin}\n{part}{end}{rest.partition(end)[2]}"
    return page


def flags_page(measured: Sequence[str]) -> str:
    """The page: every rule, and the measured table as it is given."""
    rules = "\n".join(_rule(rule) for rule in load_rules().values())
    return "\n".join([TEXT["head"], rules, TEXT["measured"], BEGIN, *measured, END, ""])


def _rule(rule: FlagRule) -> str:
    whom = {"village": "村（社区）", "officer": "民（辅）警"}[rule.unit]
    numbers = {name: short(value) for name, value in rule.thresholds.items()}
    marks = {"total": "若干", "hits": "若干", "share": "占比"}
    seen = rule.seen.format(**numbers | marks).replace("若干 ", "若干")
    return (
        f"## {rule.title}（{rule.id}）\n\n对象：{whom}。{seen}。\n\n"
        f"默认阈值：{rule_in_words(rule.thresholds)}。\n\n可能的正常原因：{rule.innocent}。\n"
    )


def measured_lines(page: str) -> list[str]:
    """The measured table of a page that was written before."""
    return page.partition(BEGIN)[2].partition(END)[0].strip().splitlines()


def write_flags(measured: Sequence[str] | None = None) -> None:
    lines = measured_lines(FLAGS.read_text("utf-8")) if FLAGS.exists() else []
    FLAGS.write_text(flags_page(lines if measured is None else measured), "utf-8")


if __name__ == "__main__":
    RECORDS.write_text(records_page(), "utf-8")
    INTAKE.write_text(intake_page(INTAKE.read_text("utf-8")), "utf-8")
    write_flags()
