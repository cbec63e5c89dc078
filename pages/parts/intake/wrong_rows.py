"""Rows that the intake does not take, why, and what can be done about it."""

from collections.abc import Iterable

from data.intake.reject_words import remedies
from pages.documents.sheet import Column, sheet_of
from pages.parts.table import show_table


def show_reasons(name: str, heading: str, rows: Iterable[tuple[int, str]], key: str) -> None:
    """rows: number and reasons. heading: of the column of reasons."""
    columns = (
        Column("row", "行号", "whole", lambda row: row[0], width=80),
        Column("reasons", heading, of=lambda row: row[1], width=420),
        Column("remedy", "处理办法", of=lambda row: remedies(row[1])),
    )
    show_table(sheet_of(name, columns, rows), key=key)
