"""docs/records.md, written from data/records.toml: one declaration, one truth.

`python -m data.intake.documentation` writes it; a test fails when it is out of date.
"""

from pathlib import Path

from data.intake.template import HEADINGS, describe
from data.schema import ANNOTATION, LOADABLE, TABLES

PAGE = Path(__file__).parents[2] / "docs" / "records.md"
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
        parts.append(_grid(HEADINGS, describe(table)))
        if table.rules:
            parts.append("拒收情形：" + "；".join(rule.reason for rule in table.rules) + "。\n")
    return "\n".join(parts)


def _grid(headings: tuple[str, ...], rows: list[tuple[str, ...]]) -> str:
    lines = ["| " + " | ".join(headings) + " |", "|" + " --- |" * len(headings)]
    lines += ["| " + " | ".join(cell.replace("|", "\\|") for cell in row) + " |" for row in rows]
    return "\n".join(lines) + "\n"


if __name__ == "__main__":
    PAGE.write_text(records_page(), "utf-8")
