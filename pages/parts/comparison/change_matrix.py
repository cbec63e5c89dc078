"""The matrix: indicators down, spans across; each with its value, 同比 and 环比.

Differences and relative changes stand in columns of their own: points are never taken for percent.
"""

from collections.abc import Callable, Mapping, Sequence
from html import escape

from metrics.analysis.compare import Comparison
from metrics.analysis.compare_spans import BASIS_NAMES, SPAN_NAMES, Basis, days_in_words
from metrics.calendar.period import Period
from metrics.figures import words
from metrics.wording.compare_words import (
    counts_in_words,
    digits_of,
    fraction_in_words,
    is_better,
    is_small_base,
    p_in_words,
    relative_in_words,
    sentence,
    shown_difference,
    unit_of_difference,
    verdict_in_words,
)
from pages.parts.clickable import link

STYLE = """
<style>
.wrap { overflow-x: auto; }
table { border-collapse: collapse; width: 100%; min-width: 980px; font-size: .86rem;
  font-variant-numeric: tabular-nums; line-height: 1.3; }
caption { position: absolute; width: 1px; height: 1px; overflow: hidden; clip-path: inset(50%); }
th { font-weight: 400; text-align: left; padding: 3px 6px; vertical-align: bottom; }
th.name { vertical-align: top; font-weight: 600; width: 10.5em; }
th small, td small { font-size: .76rem; color: var(--hf-quiet); font-weight: 400; }
th.name small, thead small { display: block; }
th.row { color: var(--hf-quiet); width: 3em; white-space: nowrap; vertical-align: middle; }
thead th.span { font-weight: 600; text-align: center; }
thead th.kind { text-align: right; color: var(--hf-quiet); font-size: .76rem; }
thead tr:last-child th { border-bottom: 1px solid var(--hf-quiet); }
td { text-align: right; padding: 2px 6px; white-space: nowrap; }
td.why { text-align: center; white-space: normal; }
.edge { border-left: 1px solid var(--hf-line); }
tbody tr.first > * { border-top: 1px solid var(--hf-line); padding-top: 5px; }
td.value { font-weight: 600; text-align: center; }
td.real { font-weight: 700; }
td.chance { color: var(--hf-quiet); }
td.better { color: var(--hf-better); }
td.worse { color: var(--hf-worse); }
td.on { background: var(--hf-panel); box-shadow: inset 0 -2px var(--hf-accent); }
td a { display: block; }
td a:hover { text-decoration: underline; }
.legend { display: flex; gap: .3em 1.4em; flex-wrap: wrap; font-size: .82rem;
  color: var(--hf-quiet); margin: 6px 0 0; }
@media print { .wrap { overflow: visible; } table { min-width: 0; font-size: .62rem; } }
</style>
"""
LEGEND = (
    "差：比例和比值为百分点，其余为原单位",
    "粗体加 ▲▼：超出随机波动（双侧精确检验，5% 水平），并注明向好、走弱",
    "灰字：在随机波动范围内",
    "基数不足 10 的并列实数",
    "— 无基数",
)
Address = Callable[[str, str, Basis], str]  # indicator, span, basis


def matrix_markup(
    found: Sequence[Comparison], spans: Mapping[str, Period], focus: Comparison, to: Address
) -> str:
    """A cell opens its indicator and span below; the one that is open is underlined."""
    rows: dict[str, dict[tuple[str, str], Comparison]] = {}
    for c in found:
        rows.setdefault(c.indicator.id, {})[c.pair.code, c.pair.basis] = c
    body = "".join(_indicator(cells, spans, focus, to) for cells in rows.values())
    legend = "".join(f"<span>{escape(text)}</span>" for text in LEGEND)
    return (
        f'{STYLE}<div class="wrap"><table><caption>各指标在各时段的数值、同比和环比</caption>'
        f"<thead>{_head(spans)}</thead><tbody>{body}</tbody></table></div>"
        f'<div class="legend">{legend}</div>'
    )


def _head(spans: Mapping[str, Period]) -> str:
    names = "".join(
        f'<th class="span edge" scope="colgroup" colspan="2">{escape(SPAN_NAMES[code])}'
        f"<small>{escape(days_in_words(period))}</small></th>"
        for code, period in spans.items()
    )
    kinds = '<th class="kind edge" scope="col">差</th><th class="kind" scope="col">相对增幅</th>'
    return (
        f'<tr><th rowspan="2" scope="col">指标</th><th rowspan="2" scope="col"></th>{names}</tr>'
        f"<tr>{kinds * len(spans)}</tr>"
    )


def _indicator(
    cells: Mapping[tuple[str, str], Comparison],
    spans: Mapping[str, Period],
    focus: Comparison,
    to: Address,
) -> str:
    one = next(iter(cells.values()))
    name = (
        f'<th class="name" rowspan="3" scope="rowgroup">{escape(one.indicator.title)}'
        f"<small>差：{escape(unit_of_difference(one) or '数量')}</small></th>"
    )
    values = "".join(_value(cells[code, "last_year"], focus, to) for code in spans)
    lines = [f'<tr class="first">{name}<th class="row" scope="row">本期</th>{values}</tr>']
    for basis, title in BASIS_NAMES.items():
        changes = "".join(_change(cells[code, basis], focus, to) for code in spans)
        lines.append(f'<tr><th class="row" scope="row">{title}</th>{changes}</tr>')
    return "".join(lines)


def _value(c: Comparison, focus: Comparison, to: Address) -> str:
    fraction = fraction_in_words(c, c.now)
    small = f" <small>{escape(fraction)}</small>" if fraction else ""
    inner = f"{escape(words.value_of(c.indicator, c.now.exact))}{small}"
    is_on = (c.indicator.id, c.pair.code) == (focus.indicator.id, focus.pair.code)
    opened = link(inner, to(c.indicator.id, c.pair.code, focus.pair.basis), title=sentence(c))
    return f'<td colspan="2" class="value edge{" on" if is_on else ""}">{opened}</td>'


def _change(c: Comparison, focus: Comparison, to: Address) -> str:
    on = " on" if c is focus else ""
    place = to(c.indicator.id, c.pair.code, c.pair.basis)

    def opened(inner: str) -> str:
        """The keyboard reaches a cell by its value, not by its changes too."""
        hint = f"{sentence(c)}（P = {p_in_words(c)}）" if c.test else sentence(c)
        return link(inner, place, title=hint).replace("<a ", '<a tabindex="-1" ', 1)

    if c.verdict == "small":
        why = verdict_in_words(c).partition("，")[0]
        said = f"{why}<br><small>{escape(counts_in_words(c))}</small>"
        return f'<td colspan="2" class="why chance edge{on}">{opened(said)}</td>'
    difference = shown_difference(c)
    style = _style(c) + on
    shown = words.NONE if difference is None else words.signed(difference, digits_of(c))
    arrow = {"up": "▲ ", "down": "▼ "}.get(c.verdict, "")
    return (
        f'<td class="edge {style}">{opened(arrow + shown)}</td>'
        f'<td class="{style}">{opened(relative_in_words(c) + _more(c))}</td>'
    )


def _style(c: Comparison) -> str:
    if not c.is_real:
        return "chance"
    return {True: "real better", False: "real worse", None: "real"}[is_better(c)]


def _more(c: Comparison) -> str:
    """The word beside the colour, and the counts beside a percentage of little."""
    said = {True: " 向好", False: " 走弱", None: ""}[is_better(c)]
    small = f"<br>{escape(counts_in_words(c))}" if is_small_base(c) else ""
    return f"<small>{said}{small}</small>" if said or small else ""
