"""The scheme as a document that one can read aloud: indicators, then article by article."""

from collections.abc import Sequence
from html import escape

from metrics.indicators.catalogue import Catalogue
from metrics.scheme.reading import SchemeLine, articles, document, number_words
from metrics.scheme.scheme import Scheme
from pages.parts.table import Column, Row, Sheet

STYLE = """
<style>
.hf-scheme { font-variant-numeric: tabular-nums; }
.hf-scheme .item { display: grid; grid-template-columns: 1fr 4.2rem 4rem; column-gap: .7rem;
  padding: 5px 2px; border-bottom: 1px solid var(--hf-line); break-inside: avoid; }
.hf-scheme .name { font-weight: 600; }
.hf-scheme .bar { align-self: center; height: 7px; }
.hf-scheme .bar i { display: block; height: 100%; background: var(--hf-data); border-radius: 3px; }
.hf-scheme .points { text-align: right; white-space: nowrap; }
.hf-scheme .said { grid-column: 1 / -1; color: var(--hf-quiet); font-size: .86rem;
  line-height: 1.5; text-wrap: pretty; }
.hf-scheme dl, .hf-scheme dl.articles { margin-left: 0; }
.hf-scheme dl { display: grid; grid-template-columns: 5.2rem 1fr; gap: 6px 10px;
  margin: 12px 0 6px; padding: 0 2px; }
.hf-scheme dt { font-weight: 600; }
.hf-scheme dd { margin: 0; line-height: 1.6; }
</style>
"""


def scheme_markup(scheme: Scheme, catalogue: Catalogue) -> str:
    lines = document(scheme, catalogue)
    most = max(line.weight for line in lines)
    items = "".join(_item(line, float(line.weight / most)) for line in lines)
    more = "".join(
        f"<dt>{escape(title)}</dt><dd>{escape(said)}</dd>" for title, said in articles(scheme)
    )
    return f'{STYLE}<div class="hf-scheme">{items}<dl>{more}</dl></div>'


def _item(line: SchemeLine, share: float) -> str:
    return (
        f'<div class="item"><span class="name">{escape(line.title)}</span>'
        f'<span class="bar"><i style="width:{100 * share:.1f}%"></i></span>'
        f'<span class="points">{number_words(line.weight)} 分</span>'
        f'<span class="said">{escape(in_words(line))}</span></div>'
    )


def in_words(line: SchemeLine) -> str:
    """目标 95%，底线 80%；达到目标得满分…；取本级近12个月数据，分母不足 10 取上一级"""
    floor = "" if line.floor == "—" else f"，底线 {line.floor}"
    whose = f"取{line.pool}{line.window}数据，分母不足 {line.minimum} 时取上一级"
    return f"目标 {line.target}{floor}；{line.rule}；{whose}"


def scheme_sheet(scheme: Scheme, catalogue: Catalogue, notes: Sequence[tuple[str, str]]) -> Sheet:
    """The same to take along."""
    rows = [_row(line) for line in document(scheme, catalogue)]
    return Sheet(f"考核方案-{scheme.in_force_from}", COLUMNS, rows, [*notes, *articles(scheme)])


COLUMNS = (
    Column("title", "指标"),
    Column("weight", "权重（分）", "two"),
    Column("target", "目标值"),
    Column("floor", "底线"),
    Column("rule", "计分办法"),
    Column("window", "数据期"),
    Column("pool", "取数"),
    Column("minimum", "最低样本", "whole"),
)


def _row(line: SchemeLine) -> Row:
    return {column.key: getattr(line, column.key) for column in COLUMNS}
