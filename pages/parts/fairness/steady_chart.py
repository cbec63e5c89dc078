"""How steady each rank is, as rows: a bar for chance, a thin one for other weights."""

from collections.abc import Callable, Sequence

from markupsafe import Markup

from metrics.figures import words
from metrics.scheme.scheme import Level
from metrics.scoring.rank import by_group
from metrics.scoring.weight_sensitivity import Steady
from metrics.wording.fairness_readings import likely
from metrics.wording.rank_words import alike_with_first
from pages.parts.markup import render
from pages.parts.ranking.rank_chart import FEW

HEADS = (("number", "居首"), ("number", "居末"), ("number", "名次不变"))
LEGEND = (
    "圆点为名次；宽条为名次区间，真实名次有 95% 的把握在其内；细线为权重浮动下名次的最好至最差；"
    "有底色的与本组第 1 名分不出先后，选中一个单位时则与该单位分不出先后。点一行选中，再点取消。"
)


def steady_markup(
    steady: Sequence[Steady], level: Level, chosen: str, to: Callable[[str], str]
) -> Markup:
    """One panel for each group; `to`: the address that chooses a unit."""
    by_unit = {row.line.unit: row for row in steady}
    groups = by_group([row.line for row in steady])
    alike = frozenset(by_unit[chosen].line.alike or ()) if chosen in by_unit else None
    first = frozenset().union(*map(alike_with_first, groups.values()))
    return render(
        "fairness/steady_chart.html",
        groups={name: [by_unit[x.unit] for x in members] for name, members in groups.items()},
        level=level, chosen=chosen, to=to, likely=likely, span=words.span,
        shaded=first if alike is None else alike, few=FEW, heads=HEADS, legend=LEGEND,
    )  # fmt: skip
