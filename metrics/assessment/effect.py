"""What granting an appeal would change: score and rank of its unit, before and after."""

from data.journal.log import NotNow
from metrics.assessment.appeals import Appeal, corrected_version
from metrics.assessment.cutoff import cut_counts
from metrics.assessment.steps import Desk, counts_of
from metrics.figures import words
from metrics.scoring.ledger import ledger
from metrics.scoring.rank import Assessment, assess


def appeal_effect(desk: Desk, appeal: Appeal) -> tuple[str, str]:
    """(before, after) as words; ("", "") where no corrected record is named.

    Raises NotNow if the record was not corrected after the cut-off.
    """
    o = appeal.objection
    if not o.record:
        return "", ""
    now = desk.standing(o.period)
    version = corrected_version(desk.store.journal, o.table, o.record, now.cut)
    period, counted = counts_of(desk.store, now)
    then = cut_counts(desk.store, counted.schemes, now.needed_cut, (*now.admitted, version))
    items = ledger(desk.log())
    both = (
        assess(counts, o.level, period, desk.actor, is_simulated=False, items=items)
        for counts in (counted, then)
    )
    lines = [next((line for line in listed if line.unit == o.unit), None) for listed in both]
    if None in lines:
        raise NotNow("该单位本期没有参加考核")
    before, after = (_in_words(line) for line in lines if line)
    return before, after


def _in_words(line: Assessment) -> str:
    if line.score is None:
        return words.NONE
    place = f"第 {line.rank} 名" if line.rank else "不排名"
    return f"{words.points(line.score, line.score_digits)} 分，{place}"
