"""Figures: the indicators, one measured, compared, and the score made of them."""

import argparse
import sys
from pathlib import Path

from data.rights import command_line
from metrics.calendar.period import FORMS, parse_period
from metrics.scheme.level import LEVELS
from pages.commands.output import DONE, print_rows
from pages.commands.parser import Commands, takes_as_of, takes_format

FIGURE = """unit name numerator denominator value lower upper last_year last_year_numerator
    last_year_denominator previous change_points change_relative maturing status note""".split()
ASSESSMENT = """unit name group station score grade rank rank_low rank_high previous_rank
    applicable_points status reason""".split()
CONTRIBUTION = """indicator title weight effective_weight points value numerator denominator
    target floor rule level unit reason""".split()


def add(commands: Commands) -> None:
    indicators = commands.add("indicators", _indicators, "列出指标")
    measure = commands.add("measure", _measure, "计算一项指标")
    measure.add_argument("id", metavar="指标", help="指标编号，如 C1-disputes-on-time")
    compare = commands.add("compare", _compare, "与去年同期、上期比较，并检验变化是否超出随机波动")
    compare.add_argument("ids", nargs="+", metavar="指标", help="一个或几个指标编号")
    for added in (measure, compare):
        added.add_argument("--kind", metavar="类别", help="只计某一类别，如 theft")
    assess = commands.add("assess", _assess, "计分并排名")
    for added in (measure, compare, assess):
        added.add_argument(
            "--by", required=True, choices=list(LEVELS), metavar="层级", help="、".join(LEVELS)
        )
        added.add_argument("--period", required=True, metavar="期间", help=FORMS)
        takes_as_of(added)
    for added in (indicators, measure, compare, assess):
        added.add_argument("--indicators", type=Path, metavar="目录", help="另加的指标文件夹")
        added.add_argument("--scheme", type=Path, metavar="文件", help="改用此考核方案")
        takes_format(added)


def _indicators(given: argparse.Namespace) -> int:
    from metrics.scheme.scheme import warnings
    from pages.commands.opening import store_of

    store = store_of(given)
    scheme = store.schemes[-1]
    for warning in warnings(scheme, store.catalogue):
        print(f"提示：{warning}", file=sys.stderr)
    rows = [
        {
            "id": i.id,
            "title": i.title,
            "kind": i.kind,
            "better": i.better,
            "scored": scheme.scored(i.id) is not None,
            "unit": i.unit,
            "definition": i.definition,
            "source": i.source,
        }
        for i in store.catalogue
    ]
    print_rows(given.format, rows, {}, narrow=("id", "title", "kind", "better", "scored"))
    return DONE


def _measure(given: argparse.Namespace) -> int:
    from metrics.figures.measure import measure
    from pages.commands.opening import counted_of, store_of

    counted = counted_of(store_of(given), given.as_of)
    period = parse_period(given.period, counted.as_of)
    figures = measure(counted, given.id, given.by, period, command_line(), given.kind)
    rows = [{name: getattr(figure, name) for name in FIGURE} for figure in figures]
    print_rows(given.format, rows, {}, narrow=FIGURE[:7] + FIGURE[7:8] + ["previous", "status"])
    return DONE


def _compare(given: argparse.Namespace) -> int:
    from metrics.analysis.compare import compare_all
    from metrics.analysis.compare_spans import CHOSEN
    from metrics.wording.compare_row import row_of
    from pages.commands.opening import counted_of, store_of

    counted = counted_of(store_of(given), given.as_of)
    spans = {CHOSEN: parse_period(given.period, counted.as_of)}
    asked = [counted.catalogue[name] for name in dict.fromkeys(given.ids)]
    found = compare_all(counted, asked, given.by, spans, command_line(), kind=given.kind)
    narrow = "indicator name basis value base_value difference change verdict".split()
    print_rows(given.format, [row_of(c) for c in found], {}, narrow)
    return DONE


def _assess(given: argparse.Namespace) -> int:
    from metrics.scheme.scheme import scheme_of, warnings
    from metrics.scoring.rank import assess
    from pages.commands.opening import counted_of, store_of

    store = store_of(given)
    counted = counted_of(store, given.as_of)
    period = parse_period(given.period, counted.as_of)
    scheme = scheme_of(counted.schemes, period.ends_on)
    for warning in warnings(scheme, store.catalogue):
        print(f"提示：{warning}", file=sys.stderr)
    rows = []
    for line in assess(counted, given.by, period, command_line()):
        row = {name: getattr(line, name) for name in ASSESSMENT}
        row["contributions"] = [
            {name: getattr(c, name) for name in CONTRIBUTION}
            | {"starts_on": c.span.starts_on, "ends_on": c.span.ends_on}
            for c in line.contributions
        ]
        rows.append(row)
    print_rows(given.format, rows, {}, narrow=[*ASSESSMENT[:2], *ASSESSMENT[4:12]])
    return DONE
