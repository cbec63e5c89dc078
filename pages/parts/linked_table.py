"""A sheet as a table of our own: the first cell of a row opens an address, a row may be marked."""

from collections.abc import Collection, Sequence

from markupsafe import Markup

from metrics.figures.words import NONE
from pages.documents.sheet import Cell, Column, Sheet, digits_of, exported, number
from pages.parts.markup import render


def linked_table(
    sheet: Sheet,
    links: Sequence[str] = (),
    chosen: Collection[int] = (),
    signed: Collection[str] = (),
    pictures: tuple[str, Sequence[Markup]] | None = None,
    title: str = "",
) -> Markup:
    """The rows of the sheet as markup.

    links      one address for each row ('' opens nothing), or none at all
    signed     columns whose numbers have a sign
    pictures   heading and one piece of markup for each row, after the first column
    title      folds the table away under it
    """
    columns = exported(sheet)
    rows = [[_text(row.get(c.key), c, c.key in signed) for c in columns] for row in sheet.rows]
    return render(
        "linked_table.html",
        columns=columns, rows=rows, links=links, chosen=chosen, pictures=pictures, title=title,
    )  # fmt: skip


def folded_table(sheet: Sheet) -> Markup:
    """What a picture shows, as a table that opens on a click: for who cannot see the picture."""
    return linked_table(sheet, title=f"数据表：{sheet.name}")


def _text(value: Cell, column: Column, is_signed: bool) -> str:
    """As in the exported table, with — where there is nothing."""
    if column.kind == "text":
        return "" if value is None else str(value)
    rounded = number(value, column.kind)
    if rounded is None:
        return NONE
    sign = "−" if rounded < 0 else "+" if is_signed and rounded > 0 else ""
    return f"{sign}{abs(rounded):,.{digits_of(value, column.kind)}f}"
