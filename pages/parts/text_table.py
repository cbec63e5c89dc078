"""The figures of a chart as a plain table, folded away: for a screen reader, and for who counts."""

from html import escape

from pages.parts.table import DIGITS, Cell, Column, Sheet, exported, number

STYLE = """
<style>
.hf-text summary { color: var(--hf-quiet); cursor: pointer; font-size: .86rem; }
.hf-text table { border-collapse: collapse; font-size: .84rem; margin: .3rem 0 .6rem;
  font-variant-numeric: tabular-nums; }
.hf-text div { max-height: 320px; overflow: auto; }
.hf-text th, .hf-text td { text-align: right; padding: 2px 10px; white-space: nowrap;
  border-bottom: 1px solid var(--hf-line); }
.hf-text th { font-weight: 600; color: var(--hf-quiet); }
.hf-text .said { text-align: left; }
</style>
"""


def text_table(sheet: Sheet) -> str:
    """Markup of `<details>` with the rows as they are exported."""
    columns = exported(sheet)
    head = "".join(f'<th scope="col" {_side(c)}>{escape(c.title)}</th>' for c in columns)
    rows = "".join(
        f"<tr>{''.join(f'<td {_side(c)}>{shown(row.get(c.key), c)}</td>' for c in columns)}</tr>"
        for row in sheet.rows
    )
    return (
        f'{STYLE}<details class="hf-text"><summary>数据表：{escape(sheet.name)}</summary><div>'
        f"<table><thead><tr>{head}</tr></thead><tbody>{rows}</tbody></table></div></details>"
    )


def _side(column: Column) -> str:
    return 'class="said"' if column.kind == "text" else ""


def shown(value: Cell, column: Column) -> str:
    """As in the exported table, with — where there is nothing."""
    if column.kind == "text":
        return escape(str(value or ""))
    found = number(value, column.kind)
    return "—" if found is None else f"{found:,.{DIGITS[column.kind]}f}"
