"""docs/flags.md, written from the rules: one declaration, one truth.

`python -m metrics.wording.flag_documentation` writes it and keeps the measured table, which
`python -m tests.flag_seeds` makes.
"""

import tomllib
from collections.abc import Sequence
from pathlib import Path

from metrics.flags.rules import FlagRule, load_rules
from metrics.wording.flag_words import rule_in_words, short

PAGE = Path(__file__).parents[2] / "docs" / "flags.md"
BEGIN, END = "<!-- measured begins -->", "<!-- measured ends -->"
TEXT = tomllib.loads(Path(__file__).with_suffix(".toml").read_text("utf-8"))


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


def write_page(measured: Sequence[str] | None = None) -> None:
    lines = measured_lines(PAGE.read_text("utf-8")) if PAGE.exists() else []
    PAGE.write_text(flags_page(lines if measured is None else measured), "utf-8")


if __name__ == "__main__":
    write_page()
