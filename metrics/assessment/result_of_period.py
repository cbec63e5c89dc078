"""Which lines of a period are shown: the live ones, those of its cut-off, or the frozen ones."""

from data.journal.log import entries
from data.rights import Actor, require
from metrics.assessment.archive import open_frozen
from metrics.assessment.steps import counts_of
from metrics.calendar.period import Period, months_back
from metrics.calendar.standing import STEP, Standing, standing
from metrics.cells.count import Counted
from metrics.cells.store import Store
from metrics.scheme.scheme import Level
from metrics.scoring.ledger import ledger
from metrics.scoring.rank import Assessment, Scorer, assess
from metrics.scoring.score_trend import ScorePoint, score_months


def standing_of(counted: Counted, period: Period) -> Standing:
    """Where a period stands, by the log that belongs to the counts."""
    return standing(entries(counted.copy), period.text)


def lines_shown(
    store: Store,
    counted: Counted,
    level: Level,
    period: Period,
    actor: Actor,
    scored: Scorer | None = None,
    is_simulated: bool = True,
) -> list[Assessment]:
    """The one answer to “what is the result of this period”, as `assess` gives it."""
    require(actor, "see-officers" if level == "officer" else "see-units")
    found = standing_of(counted, period)
    if found.frozen:
        return list(open_frozen(store.folder, str(found.frozen[-1].content["folder"])).lines[level])
    items = ledger(entries(counted.copy))
    then = counts_shown(store, counted, found)
    return assess(then, level, period, actor, is_simulated=is_simulated, scored=scored, items=items)


def counts_shown(store: Store, counted: Counted, found: Standing) -> Counted:
    """The counts that the result of a period is made from: the present ones until the cut-off."""
    return counts_of(store, found)[1] if found.cut else counted


def months_shown(
    counted: Counted, level: Level, period: Period, actor: Actor, scored: Scorer
) -> dict[str, list[ScorePoint]]:
    """`score_months`, with the results of the months that have a cut-off or
    entries of the ledger."""
    found = score_months(counted, level, period, actor)
    log = entries(counted.copy)
    touched = {item.proposal.period for item in ledger(log) if item.proposal.level == level}
    touched |= {entry.subject for entry in log if entry.kind.startswith(STEP)}
    for place, month in enumerate(months_back(period, 12)):
        if month.text in touched:
            for line in scored(month):
                if line.unit in found:
                    found[line.unit][place] = ScorePoint(month, line.score, line.rank)
    return found
