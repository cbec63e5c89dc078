"""A sheet as a table of our own: the first cell of a row opens an address, a row may be marked."""

from collections.abc import Collection, Sequence
from html import escape

from metrics.figures.words import NONE
from pages.parts.clickable import link
from pages.parts.table import DIGITS, Cell, Column, Sheet, exported, number

STYLE = """
<style>
.hf-wrap { overflow-x: auto; }
.hf-rows { border-collapse: collapse; width: 100%; font-size: .86rem; line-height: 1.35;
  font-variant-numeric: tabular-nums; }
.hf-rows th { font-weight: 400; padding: 4px 6px; }
.hf-rows thead th { color: var(--hf-quiet); font-size: .8rem; vertical-align: bottom;
  text-align: right; text-wrap: balance; border-bottom: 1px solid var(--hf-line); }
.hf-rows th.hinted { text-decoration: underline dotted; text-underline-offset: 3px; cursor: help; }
.hf-rows th:first-child { text-align: left; white-space: nowrap; padding-left: 4px; }
.hf-rows td { text-align: right; padding: 4px 6px; white-space: nowrap; }
.hf-rows tbody tr { border-bottom: 1px solid var(--hf-line); break-inside: avoid; }
.hf-rows tr.chosen { background: var(--hf-panel); }
.hf-rows tr.chosen th { font-weight: 600; }
.hf-rows tbody a { display: block; }
.hf-rows tbody a:hover { text-decoration: underline; }
.hf-details summary { cursor: pointer; color: var(--hf-quiet); font-size: .86rem; }
</style>
"""


def linked_table(
    sheet: Sheet,
    links: Sequence[str] = (),
    chosen: Collection[int] = (),
    signed: Collection[str] = (),
    pictures: tuple[str, Sequence[str]] | None = None,
) -> str:
    """The rows of the sheet as markup.

    links      one address for each row ('' opens nothing), or none at all
    signed     columns whose numbers have a sign
    pictures   heading and one piece of markup for each row, after the first column
    """
    columns = exported(sheet)
    heads = [_head(column) for column in columns]
    if pictures:
        heads.insert(1, f'<th scope="col">{escape(pictures[0])}</th>')
    body = []
    for place, row in enumerate(sheet.rows):
        first, *others = columns
        name = _text(row.get(first.key))
        inner = link(name, links[place]) if links and links[place] else name
        cells = [f'<th scope="row">{inner}</th>']
        if pictures:
            cells.append(f"<td>{pictures[1][place]}</td>")
        cells += [_cell(column, row.get(column.key), column.key in signed) for column in others]
        mark = ' class="chosen"' if place in chosen else ""
        body.append(f"<tr{mark}>{''.join(cells)}</tr>")
    return (
        f'{STYLE}<div class="hf-wrap"><table class="hf-rows">'
        f"<thead><tr>{''.join(heads)}</tr></thead><tbody>{''.join(body)}</tbody></table></div>"
    )


def _text(value: Cell) -> str:
    return "" if value is None else escape(str(value))


def _head(column: Column) -> str:
    hint = f' title="{escape(column.help)}" class="hinted"' if column.help else ""
    return f'<th scope="col"{hint}>{escape(column.title)}</th>'


def _cell(column: Column, value: Cell, is_signed: bool) -> str:
    if column.kind == "text":
        return f"<td>{_text(value)}</td>"
    shown = number(value, column.kind)
    if shown is None:
        return f"<td>{NONE}</td>"
    sign = "−" if shown < 0 else "+" if is_signed and shown > 0 else ""
    return f"<td>{sign}{abs(shown):,.{DIGITS[column.kind]}f}</td>"


def folded_table(sheet: Sheet, title: str = "数据表") -> str:
    """What a chart shows, as a table that opens on a click: for who cannot see the chart."""
    return (
        f'<details class="hf-details"><summary>{escape(title)}：{escape(sheet.name)}</summary>'
        f"{linked_table(sheet)}</details>"
    )
