"""Figures: the indicators, one measured, compared, and the score made of them."""

import argparse
import sys
from pathlib import Path

from metrics.calendar.period import FORMS
from pages.commands.output import DONE, print_answer, print_rows
from pages.commands.parser import Commands, takes_as_of, takes_format, takes_level

FIGURE = """unit name numerator denominator value lower upper last_year last_year_numerator
    last_year_denominator previous change_points change_relative maturing status note""".split()
ASSESSMENT = """unit name group station score grade rank rank_low rank_high previous_rank
    applicable_points status reason""".split()
LISTED = "id title kind better".split()
DOCUMENTED = """unit definition source
    why authored_by checked_by reviewed_on next_review tags""".split()
CONTRIBUTION = """indicator title weight effective_weight points value numerator denominator
    target floor rule level unit reason own_value pooled_value mixed own_points""".split()


def add(commands: Commands) -> None:
    indicators = commands.add("indicators", _indicators, "列出指标")
    indicators.add_argument(
        "--check", action="store_true", help="逐一检查定义及其示例；给出 --indicators 时只查该目录"
    )
    measure = commands.add("measure", _measure, "计算一项指标")
    measure.add_argument("id", metavar="指标", help="指标编号，如 C1-disputes-on-time")
    measure.add_argument(
        "--explain", action="store_true", help="说明怎么算的：语句，以及每个条件留下多少条记录"
    )
    compare = commands.add("compare", _compare, "与去年同期、上期比较，并检验变化是否超出随机波动")
    compare.add_argument("ids", nargs="+", metavar="指标", help="一个或几个指标编号")
    for added in (measure, compare):
        added.add_argument("--kind", metavar="类别", help="只计某一类别，如 theft")
    assess = commands.add("assess", _scores, "计分并排名")
    for added in (measure, compare, assess):
        takes_level(added, "bureau")
        added.add_argument("--period", metavar="期间", help=f"{FORMS}；默认为上一完整月")
        takes_as_of(added)
    for added in (indicators, measure, compare, assess):
        added.add_argument("--indicators", type=Path, metavar="目录", help="另加的指标文件夹")
        added.add_argument("--scheme", type=Path, metavar="文件", help="改用此考核方案")
        takes_format(added)


def _indicators(options: argparse.Namespace) -> int:
    from metrics.scheme.scheme import warnings
    from pages.commands.definitions import check_definitions
    from pages.commands.opening import store_of

    if options.check:
        return check_definitions(options.indicators, options.format)
    store = store_of(options)
    scheme = store.schemes[-1]
    for warning in warnings(scheme, store.catalogue):
        print(f"提示：{warning}", file=sys.stderr)
    rows = [
        {key: getattr(i, key) for key in LISTED}
        | {"scored": scheme.scored(i.id) is not None}
        | {key: getattr(i, key) for key in DOCUMENTED}
        for i in store.catalogue
    ]
    print_rows(options.format, rows, {}, narrow=[*LISTED, "scored"])
    return DONE


def _measure(options: argparse.Namespace) -> int:
    from metrics.wording.verdict_words import verdict_in_words
    from pages.commands.definitions import explain_figure
    from pages.commands.opening import results_and_period

    results, period = results_and_period(options)
    if options.explain:
        return explain_figure(results, options, period)
    figures = results.figures((options.id,), options.by, period, options.kind)
    verdicts = results.unit_verdicts((options.id,), options.by, period, options.kind)[options.id]
    rows = [
        {name: getattr(f, name) for name in FIGURE}
        | {
            "note": "；".join(part for part in (f.note, f.base_note) if part),
            "verdict": verdict_in_words(verdicts.of(f.unit), verdicts.indicator),
        }
        for f in figures[options.id]
    ]
    narrow = [*FIGURE[:8], "previous", "status", "verdict"]
    print_answer(options.format, rows, figures.stamp, narrow)
    return DONE


def _compare(options: argparse.Namespace) -> int:
    from metrics.analysis.compare_spans import CHOSEN
    from metrics.wording.compare_words import row_of
    from pages.commands.opening import results_and_period

    results, period = results_and_period(options)
    ids, spans = tuple(dict.fromkeys(options.ids)), {CHOSEN: period}
    comparisons = results.comparisons(ids, options.by, spans, kind=options.kind)
    narrow = "indicator name basis value base_value difference change verdict".split()
    rows = [row_of(comparison) for comparison in comparisons]
    print_answer(options.format, rows, comparisons.stamp, narrow)
    return DONE


def _scores(options: argparse.Namespace) -> int:
    from metrics.scheme.scheme import warnings
    from metrics.wording.rank_words import interval_meaning
    from pages.commands.opening import results_and_period

    results, period = results_and_period(options)
    for warning in warnings(results.scheme(period), results.catalogue):
        print(f"提示：{warning}", file=sys.stderr)
    lines = results.lines(options.by, period)
    rows = []
    for line in lines:
        row = {name: getattr(line, name) for name in ASSESSMENT}
        if options.format == "table":
            row["score"] = line.shown_score  # JSON and CSV have it as exactly as a float can
        row["alike"] = list(line.alike or ())
        row["contributions"] = [
            {name: getattr(c, name) for name in CONTRIBUTION}
            | {"starts_on": c.span.starts_on, "ends_on": c.span.ends_on}
            for c in line.contributions
        ]
        rows.append(row)
    print_answer(options.format, rows, lines.stamp, narrow=[*ASSESSMENT[:2], *ASSESSMENT[4:12]])
    if options.format == "table":
        print(interval_meaning())
    return DONE
