"""The scheme as a document that one can read aloud: indicators, then article by article."""

from collections.abc import Callable

from markupsafe import Markup

from metrics.indicators.catalogue import Catalogue
from metrics.scheme.reading import SchemeLine, articles, document, number_words
from metrics.scheme.scheme import Scheme
from pages.documents.sheet import Column, Notes, Sheet, sheet_of
from pages.parts.markup import render


def scheme_markup(scheme: Scheme, catalogue: Catalogue) -> Markup:
    lines = document(scheme, catalogue)
    return render(
        "scheme/document.html",
        lines=lines,
        most=max(line.weight for line in lines),
        articles=articles(scheme),
        number_words=number_words,
        in_words=in_words(scheme),
    )


def in_words(scheme: Scheme) -> Callable[[SchemeLine], str]:
    """目标 95%，底线 80%；达到目标得满分…；近12个月数据，合并 10 件；村（社区）不计分"""

    def words(line: SchemeLine) -> str:
        floor = "" if line.floor == "—" else f"，底线 {line.floor}"
        parts = [f"目标 {line.target}{floor}", line.rule]
        if scheme.is_smoothed:
            parts += [f"{line.window}数据，与本组合并 {line.minimum} 件"]
        else:
            parts += [f"取{line.pool}{line.window}数据，分母不足 {line.minimum} 时取上一级"]
        if scheme.levels_apart:
            own = "不计分" if line.village is None else f" {number_words(line.village)} 分"
            parts.append(f"村（社区）{own}")
        return "；".join(parts)

    return words


def scheme_sheet(scheme: Scheme, catalogue: Catalogue, notes: Notes) -> Sheet:
    """The same to take along."""
    name, lines = f"考核方案-{scheme.in_force_from}", document(scheme, catalogue)
    return sheet_of(name, COLUMNS, lines, [*notes, *articles(scheme)])


COLUMNS = (
    Column("title", "指标"),
    Column("weight", "权重（分）", "two"),
    Column("village", "村（社区）权重（分）", "two"),
    Column("officer", "民（辅）警权重（分）", "two"),
    Column("target", "目标值"),
    Column("floor", "底线"),
    Column("rule", "计分办法"),
    Column("window", "数据期"),
    Column("pool", "取数"),
    Column("minimum", "合并件数（最低样本）", "whole"),
)
