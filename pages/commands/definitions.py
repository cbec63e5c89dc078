"""Definitions examined (`indicators --check`) and numbers explained (`measure --explain`)."""

import argparse
from collections import Counter
from pathlib import Path

from metrics.calendar.period import Period
from metrics.results import Results
from pages.commands.output import DONE, NOTHING, print_rows, progress_bar


def check_definitions(folder: Path | None, form: str) -> int:
    """One line for each definition of the folder (ours if none is named), and a summary."""
    from metrics.examples.check import Examined, Outcome, examine
    from metrics.indicators.catalogue import HERE, definition_files

    place = folder or HERE / "indicators"
    examined, total = list[Examined](), len(definition_files(place))
    with progress_bar("检查定义") as progress:
        for each in examine(place):
            examined.append(each)
            progress("检查定义", len(examined), total)
    if form == "table":
        for each in examined:
            print("：".join([each.file, each.outcome, *filter(None, ["；".join(each.problems)])]))
        counts = Counter(each.outcome for each in examined)
        parts = "，".join(f"{outcome} {counts[outcome]}" for outcome in Outcome)
        print(f"共 {len(examined)} 项定义：{parts}")
    else:
        rows = [{**vars(each), "problems": list(each.problems)} for each in examined]
        print_rows(form, rows, {})
    return DONE if all(each.outcome is Outcome.GOOD for each in examined) else NOTHING


def explain_figure(results: Results, options: argparse.Namespace, period: Period) -> int:
    """The SQL of each part and how many records each condition leaves, for the whole bureau."""
    if options.by != "bureau":
        raise ValueError("--explain 只说明全局的数，请用 --by bureau")
    indicator = results.catalogue[options.id]
    explanation = results.explanation(indicator, period, options.kind)
    if options.format == "table":
        print(f"{indicator.title}　{period.title}　{explanation.note or '全局'}")
        for each in explanation.counts:
            print(f"\n{each.title} {each.amount:,}")
            print("\n".join(f"{step.count:>12,}  {step.words}" for step in each.steps))
            print(f"\n{each.sql}")
    elif options.format == "json":
        rows = [
            {"part": each.part, "amount": each.amount, "steps": list(map(vars, each.steps))}
            | {"sql": each.sql}
            for each in explanation.counts
        ]
        print_rows("json", rows, {})
    else:
        steps = [{"part": c.part, **vars(step)} for c in explanation.counts for step in c.steps]
        print_rows(options.format, steps, {})
    return DONE
