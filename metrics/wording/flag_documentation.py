"""docs/flags.md, written from the rules: one declaration, one truth.

`python -m metrics.wording.flag_documentation` writes it and keeps the measured table, which
`python -m tests.flag_seeds` makes.
"""

from collections.abc import Sequence
from pathlib import Path

from metrics.flags.rules import FlagRule, load_rules
from metrics.wording.flag_words import rule_in_words, short

PAGE = Path(__file__).parents[2] / "docs" / "flags.md"
BEGIN, END = "<!-- measured begins -->", "<!-- measured ends -->"
HEAD = """# 数据核查规则

本页由 `metrics/flags` 中的规则文件生成（`make docs`），请勿手改。

线索只说明记录看上去异常，**不等于结论**，不影响得分。政治处核实后写明理由，提出“属实”或判定“排除”：
排除一人即可，记录不动；属实须另一人（政治处或局领导）复核，提出人不得复核本人提出的结论。确认后，其后
记录以新版本作废，得分随之重算；退回或复核之前（“属实待复核”），记录和得分都不动。加减分、追责另走台账。

拿两条记录相比的规则（走访时间重叠、赶路快得不合常理、记录照抄、休假期间仍有记录），作对照的那一条一并
列出，并注明“不作废，仅供对照”：属实只作废异常的那一条。

一个单位（村或民辅警）一个月至多一条同类线索，须同时达到三个阈值：异常条数、占比、高出同组同月
其他单位的程度（以标准差计）。单条异常谁都会有，不成线索。阈值可在考核方案中改，只写要改的：

```toml
[flags.short-visits]
minutes = 2
share = 0.25
```
"""
MEASURED = """
## 误报有多少

十个种子的模拟城市（各 44 个月），默认阈值。植入：写入模拟数据的造假单位月；误报：没有造假的单位月
被列为线索（他们同样有整点走访、迟录和月末繁忙）。目标：每条规则每 200 单位月误报不到 1 条。
"""


def flags_page(measured: Sequence[str]) -> str:
    """The page: every rule, and the measured table as it is given."""
    rules = "\n".join(_rule(rule) for rule in load_rules().values())
    return "\n".join([HEAD, rules, MEASURED, BEGIN, *measured, END, ""])


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
