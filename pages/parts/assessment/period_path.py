"""The seven steps of a period as one line: done, now, ahead."""

from collections.abc import Sequence
from html import escape

from metrics.wording.assessment_words import Stage

STYLE = """
<style>
.hf-path { display: flex; gap: 0; margin: .4rem 0 .8rem; padding: 0; list-style: none; }
.hf-path li { flex: 1; position: relative; padding-top: 1.5rem; text-align: center;
  font-size: .98rem; line-height: 1.35; margin: 0; }
.hf-path li::before { content: ""; position: absolute; top: .52rem;
  left: calc(-50% + .5rem); width: calc(100% - 1rem); border-top: 3px solid var(--hf-line); }
.hf-path li:first-child::before { display: none; }
.hf-path li::after { content: ""; position: absolute; top: .1rem; left: calc(50% - .5rem);
  width: 1rem; height: 1rem; border-radius: 50%; background: var(--hf-paper);
  border: 3px solid var(--hf-line); box-sizing: border-box; }
.hf-path li.done::before, .hf-path li.now::before { border-color: var(--hf-data); }
.hf-path li.done::after { background: var(--hf-data); border-color: var(--hf-data); }
.hf-path li.now::after { border-color: var(--hf-accent); background: var(--hf-accent); }
.hf-path li.now { font-weight: 600; }
.hf-path li.ahead { color: var(--hf-quiet); }
.hf-path small { display: block; font-weight: 400; color: var(--hf-quiet); font-size: .8rem; }
</style>
"""
SAID = {"done": "已办", "now": "当前", "ahead": "未到"}


def path_markup(stages: Sequence[Stage]) -> str:
    items = "".join(
        f'<li class="{stage.mark}" aria-label="{SAID[stage.mark]}：{escape(stage.title)}">'
        f"{escape(stage.title)}<small>{_lines(stage.beside)}</small></li>"
        for stage in stages
    )
    return f'{STYLE}<ol class="hf-path">{items}</ol>'


def _lines(text: str) -> str:
    return "<br>".join(escape(part) for part in text.split("　"))
