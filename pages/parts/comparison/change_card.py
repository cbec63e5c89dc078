"""One comparison in full: volume and rate, now and then, and what the test says."""

from html import escape

from metrics.analysis.compare import Comparison
from metrics.wording.compare_readings import volume_and_rate
from metrics.wording.compare_words import (
    METHOD_NAMES,
    interval_in_words,
    p_in_words,
    verdict_in_words,
)

STYLE = """
<style>
.hf-change { width: 100%; border-collapse: collapse; line-height: 1.7; }
.hf-change th { font-weight: 400; color: var(--hf-quiet); text-align: left; }
.hf-change td, .hf-change thead th:not(:first-child) { text-align: right; white-space: nowrap; }
.hf-change tbody tr > * { border-top: 1px solid var(--hf-line); }
</style>
"""


def card_markup(c: Comparison) -> str:
    """Volume and rate of the comparison that is looked at, and what the test says."""
    rows = "".join(
        f'<tr><th scope="row">{escape(line.title)}</th><td>{escape(line.now)}</td>'
        f"<td>{escape(line.base)}</td><td>{escape(line.difference)}</td>"
        f"<td>{escape(line.relative)}</td></tr>"
        for line in volume_and_rate(c)
    )
    said = f"{verdict_in_words(c)}。"
    if c.test:
        said += (
            f"{METHOD_NAMES[c.method]}，P = {p_in_words(c)}，"
            f"变化的 95% 区间 {interval_in_words(c)}。"
        )
    return (
        f'{STYLE}<table class="hf-change"><thead><tr><th scope="col">数量与比率</th>'
        '<th scope="col">本期</th><th scope="col">对比期</th><th scope="col">差</th>'
        f'<th scope="col">相对增幅</th></tr></thead><tbody>{rows}</tbody></table>'
        f"<p>{escape(said)}</p>"
        f'<p class="hf-reading">本期 {escape(c.now.period.title)}；'
        f"对比期 {escape(c.base.period.title)}</p>"
    )
