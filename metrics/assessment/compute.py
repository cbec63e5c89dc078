"""The whole bureau for one period: every unit of every level, from what a cut-off has."""

from collections.abc import Callable, Sequence

from data.journal.log import Entry
from data.rights import Actor
from metrics.assessment.result_files import LEVELS_FROZEN
from metrics.calendar.period import Period
from metrics.cells.count import Counted
from metrics.scheme.scheme import LEVELS
from metrics.scoring.ledger import Item, ledger
from metrics.scoring.rank import Assessment, assess

Progress = Callable[[str, int, int], None]


def silent(name: str, done: int, total: int) -> None:
    """Tell nobody."""


def whole_bureau(
    counted: Counted,
    period: Period,
    actor: Actor,
    items: Sequence[Item],
    is_simulated: bool = True,
    progress: Progress = silent,
) -> dict[str, list[Assessment]]:
    """Level -> lines. `progress`: the level that begins, how many are done, how many there are."""
    lines: dict[str, list[Assessment]] = {}
    for number, level in enumerate(LEVELS_FROZEN):
        progress(LEVELS[level], number, len(LEVELS_FROZEN))
        lines[level] = assess(counted, level, period, actor, is_simulated=is_simulated, items=items)
    progress("", len(LEVELS_FROZEN), len(LEVELS_FROZEN))
    return lines


def ledger_until(entries: Sequence[Entry], number: int) -> tuple[Item, ...]:
    """The ledger as the first entries of the log have it."""
    return ledger([entry for entry in entries if entry.number <= number])
