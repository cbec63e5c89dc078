"""Definitions examined (`indicators --check`) and numbers explained (`measure --explain`)."""

from collections import Counter
from pathlib import Path

from pages.commands.output import DONE, NOTHING, print_rows, progress_bar


def check_definitions(folder: Path | None, form: str) -> int:
    """One line for each definition of the folder (ours if none is named), and a summary."""
    from metrics.examples.check import Examined, Outcome, examine
    from metrics.indicators.catalogue import OURS, definition_files

    place = folder or OURS
    examined: list[Examined] = []
    with progress_bar() as progress:
        bar = progress.add_task("检查定义", total=len(definition_files(place)))
        for each in examine(place):
            examined.append(each)
            progress.advance(bar)
    if form == "table":
        for each in examined:
            print(f"{each.file}：{each.outcome}{'：' if each.problems else ''}{'；'.join(each.problems)}")
        counts = Counter(each.outcome for each in examined)
        parts = "，".join(f"{outcome} {counts[outcome]}" for outcome in Outcome)
        print(f"共 {len(examined)} 项定义：{parts}")
    else:
        rows = [{**vars(each), "problems": list(each.problems)} for each in examined]
        print_rows(form, rows, {})
    return DONE if all(each.outcome is Outcome.GOOD for each in examined) else NOTHING
