"""The heat table: stations down, scored indicators across, colour = share of the points reached."""

from collections.abc import Mapping, Sequence
from html import escape

from metrics.calendar.period import Period
from metrics.figures import words
from metrics.indicators.catalogue import Catalogue
from metrics.scoring.rank import Assessment
from metrics.scoring.score import Contribution
from pages.documents.heat_sheet import TOTAL, heat_sheet
from pages.documents.sheet import number
from pages.parts.clickable import address, link
from pages.parts.theme import Palette

MARK = "▼"
__all__ = ["MARK", "TOTAL", "heat_markup", "heat_sheet"]

STYLE = """
<style>
.wrap { overflow-x: auto; }
table { border-collapse: separate; border-spacing: 1px; width: 100%; table-layout: fixed;
  font-size: .84rem; font-variant-numeric: tabular-nums; line-height: 1.25; min-width: 1080px; }
th { font-weight: 400; color: inherit; padding: 3px 1px; vertical-align: bottom; }
thead th { font-size: .8rem; text-wrap: balance; }
thead small { display: block; color: var(--hf-quiet); font-size: .74rem; }
th.name { width: 7.2em; text-align: left; white-space: nowrap; }
th.score, td.score { width: 3.9em; text-align: right; padding-right: 5px; font-weight: 600; }
td { text-align: right; padding: 0; height: 25px; }
td a, td span { display: block; padding: 4px 8px 4px 0; }
tr.total th, tr.total td { font-weight: 600; }
tr.group th { text-align: left; color: var(--hf-quiet); font-size: .8rem; padding-top: 7px; }
th a:hover { text-decoration: underline; }
td a:hover { outline: 2px solid var(--hf-data); }
.none { color: var(--hf-accent); font-weight: 700; }
@media print {
  .wrap { overflow: visible; break-before: page; }
  table { min-width: 0; font-size: .68rem; }
  thead th, thead small { font-size: .6rem; }
  td a, td span { padding-right: 2px; }
}
.legend { display: flex; gap: 1.1em; flex-wrap: wrap; font-size: .82rem; color: var(--hf-quiet);
  margin: 6px 0 0; align-items: center; }
.legend i { display: inline-block; width: 26px; height: 14px; vertical-align: -2px; }
</style>
"""


def heat_markup(
    colours: Palette,
    period: Period,
    bureau: Assessment,
    groups: Mapping[str, Sequence[Assessment]],
    catalogue: Catalogue,
) -> str:
    """The table as drawn; a row opens its station, a heading its indicator."""
    heads = "".join(_head(c, catalogue, period) for c in bureau.contributions)
    body = [_line(bureau, period, colours, True)]
    for group, members in groups.items():
        wide = len(bureau.contributions) + 2
        head = f'<th colspan="{wide}" scope="rowgroup">{escape(group)}</th>'
        body.append(f'<tr class="group">{head}</tr>')
        body += [_line(line, period, colours, False) for line in members]
    return (
        f'{STYLE}<div class="wrap"><table><thead><tr><th class="name" scope="col">单位</th>'
        f'<th class="score" scope="col">得分<small>分</small></th>{heads}</tr></thead>'
        f"<tbody>{''.join(body)}</tbody></table></div>{_legend(colours)}"
    )


def _head(c: Contribution, catalogue: Catalogue, period: Period) -> str:
    to = address("indicator", indicator=c.indicator, level="station", period=period.text)
    title = link(escape(c.title), to, title=catalogue[c.indicator].definition)
    return f'<th scope="col">{title}<small>{words.plain(c.weight)} 分</small></th>'


def _line(line: Assessment, period: Period, colours: Palette, is_total: bool) -> str:
    to = "" if is_total else address("unit", level="station", unit=line.unit, period=period.text)
    name = escape(TOTAL if is_total else line.name)
    cells = "".join(_cell(c, line, to, colours) for c in line.contributions)
    return (
        f'<tr class="{"total" if is_total else ""}"><th class="name" scope="row">'
        f"{link(name, to) if to else name}</th>"
        f'<td class="score">{words.points(line.score)}</td>{cells}</tr>'
    )


def _cell(c: Contribution, line: Assessment, to: str, colours: Palette) -> str:
    shown = number(c.value, "percent")
    if c.share is None or shown is None:
        return f'<td title="{escape(c.reason)}"><span>—</span></td>'
    text = f"{shown:.1f}"
    if c.points == 0:
        text = f'<b class="none">{MARK}{text}</b>'
    hint = (
        f"{line.name}　{c.title} {words.percent(c.value)}"
        f"（{words.plain(c.numerator)} ÷ {words.plain(c.denominator)}），"
        f"目标 {words.percent(c.target)}，"
        f"得 {words.points(c.points)} / {words.points(c.effective_weight)} 分"
    )
    inner = f'<span title="{escape(hint)}">{text}</span>'
    if to:
        inner = _untabbed(link(text, to, title=hint))
    return f'<td style="background:{colour_of(c, colours)}">{inner}</td>'


def _untabbed(anchor: str) -> str:
    """The keyboard reaches a row by its name, not by each of its nineteen cells."""
    return anchor.replace("<a ", '<a tabindex="-1" ', 1)


def colour_of(c: Contribution, colours: Palette) -> str:
    """Five steps: below a quarter of the points, … below all, all."""
    steps = colours.steps
    return steps[min(int((c.share or 0) * (len(steps) - 1)), len(steps) - 1)]


def _legend(colours: Palette) -> str:
    names = ("不足四分之一", "四分之一以上", "一半以上", "四分之三以上", "满分")
    swatches = "".join(
        f'<span><i style="background:{colour}"></i> {name}</span>'
        for colour, name in zip(colours.steps, names, strict=True)
    )
    return (
        f'<div class="legend"><span>格内为指标值（%），底色为得分占该项分值：</span>{swatches}'
        f'<span><b class="none">{MARK}</b> 该项不得分</span><span>— 不适用</span></div>'
    )
