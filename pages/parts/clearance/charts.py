"""The charts of 破案: why the rate changed, how soon cases are cleared, what became of a month."""

from collections.abc import Sequence

import plotly.graph_objects as go

from metrics.analysis.clearance_cases import Cohort
from metrics.analysis.clearance_change import RateStep
from metrics.analysis.time_to_clearance import Speed
from metrics.figures import words
from metrics.statistics.survival import Curve
from metrics.wording.clearance_change_words import part_in_words
from pages.documents.colours import Palette
from pages.parts.month_axis import month_axis, month_labels
from pages.parts.theme import LEGEND, as_text, chart, palette, pointed, rows_axis, step_bar

ROW, HEIGHT = 30, 300  # pixels
CLEARED = ("30天内破案", "31—60天破案", "61—90天破案", "90天后破案", "已破，无日期")
OPEN_RIPE, OPEN_YOUNG = "满90天未破", "未满90天未破"


def steps_chart(steps: Sequence[RateStep], is_real: bool) -> go.Figure:
    """From last year's rate down to this year's; a bar is what one part adds or takes.

    is_real   the whole change is beyond chance; else no bar says better or worse
    """
    colours = palette()
    labels = [as_text(step.label) for step in steps]
    figure = go.Figure()
    for step in steps[1:-1]:
        is_worse = is_real and step.change < 0
        figure.add_trace(_bar(step, colours.accent if is_worse else colours.data))
    figure.add_trace(_ends([steps[0], steps[-1]], colours))
    ends = [float(at) for step in steps for at in (step.before, step.after)]
    low, high = min(ends), max(ends)
    room = max((high - low) * 0.2, 0.01)
    return chart(
        figure,
        height=ROW * len(steps) + 48,
        barmode="overlay",
        bargap=0.4,
        xaxis={"range": [low - room, high + room], "tickformat": ".0%", "nticks": 6},
        yaxis=rows_axis(labels),
    )


def _bar(step: RateStep, colour: str) -> go.Bar:
    change = part_in_words(step.part) if step.part else words.signed(step.change * 100)
    bar = step_bar(step.label, step.before, step.change, colour, change)
    return bar.update(pointed([[f"{step.label}：{change}个百分点"]]))


def _ends(steps: Sequence[RateStep], colours: Palette) -> go.Scatter:
    return go.Scatter(
        y=[as_text(step.label) for step in steps],
        x=[float(step.after) for step in steps],
        mode="markers+text",
        marker={"symbol": "diamond", "size": 12, "color": colours.ink},
        text=[f"<b>\u2002{words.percent(step.after)}\u2002</b>" for step in steps],
        textposition="middle right",
        cliponaxis=False,
        **pointed([f"{step.label}：{words.percent(step.after)}"] for step in steps),
    )


def speed_chart(speed: Speed) -> go.Figure:
    """Cumulative clearance by days since filing: this year with its band, last year quiet."""
    colours = palette()
    figure = go.Figure()
    if speed.now is not None:
        figure.add_traces(_band(speed.now, colours))
    if speed.before is not None:
        line = {"color": colours.context, "width": 2, "dash": "dot", "shape": "hv"}
        figure.add_trace(_curve(speed.before, f"去年同期（{speed.filed_before} 起）", line))
    if speed.now is not None:
        line = {"color": colours.data, "width": 2.5, "shape": "hv"}
        figure.add_trace(_curve(speed.now, f"本期（{speed.filed} 起）", line))
    return chart(
        figure,
        height=HEIGHT,
        showlegend=True,
        legend=LEGEND,
        xaxis={"title": {"text": "立案后天数"}, "range": [0, speed.horizon], "dtick": 30},
        yaxis={"tickformat": ".0%", "rangemode": "tozero", "nticks": 6},
    )


def _curve(curve: Curve, name: str, line: dict[str, object]) -> go.Scatter:
    return go.Scatter(
        y=curve.share.tolist(),
        mode="lines",
        name=name,
        line=line,
        **pointed(
            [f"{name}：{days} 天内 {words.percent(share)}"]
            for days, share in enumerate(curve.share.tolist())
        ),
    )


def _band(curve: Curve, colours: Palette) -> list[go.Scatter]:
    edge = {"width": 0, "shape": "hv", "color": colours.data_soft}
    red, green, blue = (int(colours.data[i : i + 2], 16) for i in (1, 3, 5))
    lower = go.Scatter(
        y=curve.lower.tolist(), mode="lines", line=edge, showlegend=False, hoverinfo="skip"
    )
    upper = go.Scatter(
        y=curve.upper.tolist(), mode="lines", line=edge, fill="tonexty", name="95% 区间",
        fillcolor=f"rgba({red},{green},{blue},0.18)", hoverinfo="skip",
    )  # fmt: skip
    return [lower, upper]


def cohorts_chart(cohorts: Sequence[Cohort]) -> go.Figure:
    """Cases by month of filing; what is not yet 90 days old is hatched, because it is not known."""
    colours = palette()
    labels = month_labels([cohort.period for cohort in cohorts])
    figure = go.Figure()
    shades = (colours.data, *colours.steps[:1:-1], colours.steps[1])
    for place, name in enumerate(CLEARED):
        counts = [cohort.cleared[place] for cohort in cohorts]
        if any(counts):
            figure.add_trace(_stack(cohorts, counts, name, {"color": shades[place]}))
    ripe, young = [c.open_ripe for c in cohorts], [c.open_young for c in cohorts]
    figure.add_trace(_stack(cohorts, ripe, OPEN_RIPE, {"color": colours.context}))
    hatched: dict[str, object] = {
        "color": colours.paper,
        "pattern": {"shape": "/", "fgcolor": colours.context, "size": 6},
        "line": {"color": colours.context, "width": 1},
    }
    if any(young):
        figure.add_trace(_stack(cohorts, young, OPEN_YOUNG, hatched))
    return chart(
        figure,
        height=HEIGHT,
        barmode="stack",
        bargap=0.3,
        showlegend=True,
        legend={**LEGEND, "traceorder": "normal"},
        xaxis=month_axis(labels),
        yaxis={"title": {"text": "立案（起）"}, "nticks": 6},
    )


def _stack(
    cohorts: Sequence[Cohort], counts: Sequence[int], name: str, marker: dict[str, object]
) -> go.Bar:
    periods = [cohort.period for cohort in cohorts]
    return go.Bar(
        x=month_labels(periods),
        y=counts,
        name=name,
        marker=marker,
        **pointed(
            [f"{period.title}立案，{name} {words.plain(count)} 起"]
            for period, count in zip(periods, counts, strict=True)
        ),
    )
