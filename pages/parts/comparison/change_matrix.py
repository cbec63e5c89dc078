"""The matrix: indicators down, spans across; each with its value, 同比 and 环比.

Differences and relative changes stand in columns of their own: points are never taken for percent.
"""

from collections.abc import Callable, Mapping, Sequence

from markupsafe import Markup

from metrics.analysis.compare import Comparison
from metrics.analysis.compare_spans import BASIS_NAMES, SPAN_NAMES, Basis, days_in_words
from metrics.calendar.period import Period
from metrics.figures import words
from metrics.wording import compare_words
from pages.parts.markup import render

LEGEND = (
    "差：比例和比值为百分点，其余为原单位",
    "粗体加 ▲▼：超出随机波动（双侧精确检验，5% 水平），并注明向好、走弱",
    "灰字：在随机波动范围内",
    "基数不足 10 的并列实数",
    "— 无基数",
)
Address = Callable[[str, str, Basis], str]  # indicator, span, basis


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
