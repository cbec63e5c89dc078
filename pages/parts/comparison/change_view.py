"""What 同比环比 says and draws for one choice of its controls: made once, kept."""

from collections.abc import Callable, Hashable, Mapping, Sequence
from dataclasses import dataclass, replace

from markupsafe import Markup

from metrics.analysis.compare import Comparison
from metrics.analysis.compare_spans import (
    BASIS_NAMES,
    CHOSEN,
    SPAN_NAMES,
    Basis,
    days_in_words,
    spans_ending,
)
from metrics.calendar.period import Period
from metrics.figures import words
from metrics.indicators.catalogue import Indicator
from metrics.scheme.scheme import LEVELS, Level
from metrics.wording import compare_readings as readings
from metrics.wording import compare_words
from metrics.wording.compare_readings import cautions
from metrics.wording.definitions import definitions
from pages.documents.change_sheet import EVERYTHING, OF_UNITS, SHOWN
from pages.documents.sheet import Sheet, sheet_of
from pages.parts import frame
from pages.parts.block import Block
from pages.parts.clickable import address
from pages.parts.comparison.change_chart import change_chart
from pages.parts.controls import ALL_GROUPS, ALL_KINDS, INDICATORS
from pages.parts.markup import render

LEGEND = (
    "差：比例和比值为百分点，其余为原单位",
    "粗体加 ▲▼：超出随机波动（误报比例控制在 5% 以内）且变化不太小，并注明向好、走弱",
    "灰字：在随机波动之内，或变化很小",
    "基数不足 10 的以实数代替增幅",
    "— 无基数",
)
Address = Callable[[str, str, Basis], str]  # indicator, span, basis

ALL_UNITS = "all"


@dataclass(frozen=True)
class Scope:
    """Whose figures the table shows: the bureau's, a group's or a unit's."""

    level: Level
    unit: str
    name: str = ""


@dataclass(frozen=True)
class ComparisonSelection:
    """What the controls say; from `indicator` on, what is looked at below.

    indicator   named after its kind, where one is chosen
    """

    ids: tuple[str, ...]
    period: Period
    level: Level
    group: str
    scope: Scope
    indicator: Indicator
    kind: str | None
    span: str
    basis: Basis

    def key(self) -> tuple[Hashable, ...]:
        """Of plain values: an indicator is none."""
        what = self.indicator.id, self.kind, self.span, self.basis
        return self.ids, self.period, self.level, self.group, self.scope, *what

    def address(self, **other: str) -> str:
        """This view with something else chosen."""
        own = {
            INDICATORS: ",".join(self.ids),
            "period": self.period.text,
            "level": self.level,
            "group": self.group,
            "unit": ALL_UNITS if self.scope.level != self.level else self.scope.unit,
            "indicator": self.indicator.id,
            "kind": self.kind or ALL_KINDS,
            "span": self.span,
            "basis": self.basis,
        }
        if other.get("indicator", self.indicator.id) != self.indicator.id:
            own["kind"] = ALL_KINDS  # the kinds of another are others
        return address("comparison", **(own | other))


@dataclass(frozen=True)
class View:
    """What the page says and draws. `units`: as in the sheet of units."""

    headline: str
    matrix: Block
    cautions: str
    picture: Block
    beside: Sheet
    card: str
    units: Sequence[Comparison]
    units_reading: str
    units_sheet: Sheet


def comparison_view(screen: frame.Screen, selection: ComparisonSelection) -> View:
    comparisons = _comparisons(screen, selection)
    beside = [
        c for c in comparisons if (c.pair.code, c.pair.basis) == (selection.span, selection.basis)
    ]
    focus = next(c for c in beside if c.indicator.id == selection.indicator.id)
    units = _units(screen, selection, focus.now.period)
    where = selection.scope.name
    notes = screen.notes(selection.period, *definitions("comparison"))
    name = f"同比环比-{where or '全局'}-{selection.period.text}"
    spans = spans_ending(selection.period)
    return View(
        readings.comparison_headline(focus, beside, where),
        Block(
            "",
            matrix_markup(
                comparisons,
                spans,
                focus,
                lambda i, s, b: selection.address(indicator=i, span=s, basis=b),
            ),
            readings.matrix_reading(comparisons),
            sheet_of(name, EVERYTHING, comparisons, notes),
        ),
        render("comparison/cautions.html", cautions=cautions(comparisons, SPAN_NAMES)),
        Block(
            f"各项变化（{BASIS_NAMES[selection.basis]}）",
            change_chart(beside, focus),
            f"{readings.picture_reading(beside)}点一个点，细看这项指标。",
        ),
        sheet_of(f"{name}-{SPAN_NAMES[selection.span]}", SHOWN, beside, notes),
        card_markup(focus),
        units,
        readings.comparison_by_unit_reading(units, selection.level),
        sheet_of(f"{focus.indicator.title}-各{LEVELS[selection.level]}", OF_UNITS, units, notes),
    )


def _comparisons(screen: frame.Screen, selection: ComparisonSelection) -> list[Comparison]:
    """Every comparison of the page; a chosen kind narrows the indicator that is looked at."""

    def comparisons(ids: tuple[str, ...], kind: str | None) -> list[Comparison]:
        level, unit = selection.scope.level, selection.scope.unit
        return screen.results.comparisons(ids, level, spans_ending(selection.period), unit, kind)

    every = comparisons(selection.ids, None)
    if selection.kind is None:
        return every
    focus = selection.indicator.id
    of_kind = [
        replace(c, indicator=selection.indicator) for c in comparisons((focus,), selection.kind)
    ]
    others = [c for c in every if c.indicator.id != focus]
    return sorted([*of_kind, *others], key=lambda c: selection.ids.index(c.indicator.id))


def _units(screen: frame.Screen, selection: ComparisonSelection, span: Period) -> list[Comparison]:
    ids, spans = (selection.indicator.id,), {CHOSEN: span}
    every = screen.results.comparisons(ids, selection.level, spans, kind=selection.kind)
    return [
        replace(c, indicator=selection.indicator)
        for c in every
        if c.pair.basis == selection.basis and selection.group in (ALL_GROUPS, c.unit.group)
    ]


def card_markup(c: Comparison) -> Markup:
    """Volume and rate of the comparison that is looked at, and what the test says."""
    verdict = f"{compare_words.verdict_in_words(c)}。"
    if c.test:
        verdict += (
            f"{compare_words.METHOD_NAMES[c.method]}，P = {compare_words.p_in_words(c)}，"
            f"变化的 95% 区间 {compare_words.interval_in_words(c)}。"
        )
    return render(
        "comparison/change_card.html",
        lines=readings.volume_and_rate(c),
        verdict=verdict,
        now=c.now.period.title,
        base=c.base.period.title,
    )


def matrix_markup(
    comparisons: Sequence[Comparison], spans: Mapping[str, Period], focus: Comparison, to: Address
) -> Markup:
    """A cell opens its indicator and span below; the one that is open is underlined."""
    by_indicator: dict[str, dict[tuple[str, str], Comparison]] = {}
    for c in comparisons:
        by_indicator.setdefault(c.indicator.id, {})[c.pair.code, c.pair.basis] = c
    return render(
        "comparison/change_matrix.html",
        indicators=by_indicator.values(),
        spans={code: (SPAN_NAMES[code], days_in_words(span)) for code, span in spans.items()},
        bases=BASIS_NAMES,
        focus=focus,
        to=to,
        say=compare_words,
        value_of=words.value_of,
        difference_of=_difference_of,
        legend=LEGEND,
    )


def _difference_of(c: Comparison) -> str:
    difference = compare_words.shown_difference(c)
    if difference is None:
        return words.NONE
    return words.signed(difference, compare_words.digits_of(c))
