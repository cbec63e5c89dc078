"""What a pointer shows is worded and rounded by us: no chart of any page forms a number itself."""

import ast
import json
from collections.abc import Iterator
from fractions import Fraction
from pathlib import Path

import pytest

from metrics.figures import words
from metrics.scoring.score_breakdown import BreakdownStep
from pages.parts.theme import pointed
from pages.parts.unit.waterfall import waterfall
from tests.page_driver import ROOT, open_page

pytestmark = pytest.mark.usefixtures("opened_demo")
OURS = pointed([])["hovertemplate"]
MONTH = "2019-07"
CHARTS = {  # page -> the charts that it draws with Plotly
    "unit": {"waterfall", "months-line"},
    "indicator": {"trend", "units"},
    "trends": {"control", "season"},
    "clearance": {"why", "speed", "cohorts"},
    "fairness": {"funnel", "shrink"},
    "comparison": {"changes"},
}
QUERY = {"unit": {"unit": "S09"}}


@pytest.mark.parametrize("page", CHARTS)
def test_every_chart_shows_our_own_words(page: str) -> None:
    app = open_page(page, period=MONTH, level="station", **QUERY.get(page, {}))
    drawn = app.get("plotly_chart")
    assert {chart.proto.id.split("-", 2)[2] for chart in drawn} == CHARTS[page]
    for chart in drawn:
        figure = json.loads(chart.proto.spec)
        assert "hoverformat" not in chart.proto.spec
        pointed_at = [trace for trace in figure["data"] if trace.get("hoverinfo") != "skip"]
        assert pointed_at
        for trace in pointed_at:
            assert trace["hovertemplate"] == OURS
            assert "texttemplate" not in trace
            assert all(isinstance(text, str) and text for text in trace["hovertext"])


def plotly_words(file: Path) -> Iterator[str]:
    """Keyword arguments, keys of dicts and names by which Plotly is told how to show a number."""
    for node in ast.walk(ast.parse(file.read_text("utf-8"))):
        if isinstance(node, ast.keyword) and node.arg:
            yield node.arg
        if isinstance(node, ast.Constant) and isinstance(node.value, str):
            yield node.value


def test_no_page_has_a_template_of_its_own() -> None:
    told = {"hovertemplate", "hoverformat", "xhoverformat", "yhoverformat", "texttemplate"}
    files = {
        file.relative_to(ROOT).as_posix()
        for file in (ROOT / "pages").rglob("*.py")
        if told & set(plotly_words(file)) or "%{" in file.read_text("utf-8")
    }
    assert files == {"pages/parts/theme.py"}


def test_a_tie_is_rounded_up_as_everywhere() -> None:
    """82.905 is a little less as a double, and 82.90 by d3."""
    figure = waterfall(
        [
            BreakdownStep("full", "满分", Fraction(100), Fraction(100)),
            BreakdownStep("score", "得分", Fraction("82.905"), Fraction("82.905")),
        ]
    )
    (sums,) = figure.data
    assert list(sums.hovertext) == ["满分：100.00 分", "得分：82.91 分"]


@pytest.mark.parametrize(
    ("numerator", "denominator", "shown"),
    [(49, 400, "12.3%"), (3, 400, "0.8%"), (201, 400, "50.3%"), (1, 3, "33.3%")],
)
def test_a_float_of_a_trend_is_rounded_like_the_fraction_of_a_table(
    numerator: int, denominator: int, shown: str
) -> None:
    assert words.percent(numerator / denominator) == shown
    assert words.percent(Fraction(numerator, denominator)) == shown
