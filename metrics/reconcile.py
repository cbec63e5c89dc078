"""Reconciling: the cells that grew with every part against a full count from raw records."""

from datetime import date

from data.copy import Copy
from metrics.count import Counted, count
from metrics.recount import recount
from metrics.store import EmptyStore, Store

REPLAYED = 200  # the last parts of the journal, taken in one by one as a live dashboard does
MOST_TOLD = 20


def reconcile(store: Store) -> list[str]:
    """What is wrong, as sentences; empty if every part is whole and both counts agree."""
    journal = store.journal
    end = journal.position()
    if not end:
        raise EmptyStore(f"“{store.folder}”中还没有数据，无可核对")
    found = journal.damaged()
    whole = Copy(journal)
    whole.catch_up(end)
    as_of = whole.observed_until() or store.as_of()
    full = count(whole, store.catalogue, store.schemes, as_of)
    return found + differences(_grown(store, end, full.as_of), full)


def _grown(store: Store, end: int, as_of: date) -> Counted:
    """The cells as a process has them that was running while the last parts came in."""
    copy = Copy(store.journal)
    copy.catch_up(max(1, end - REPLAYED))
    grown = count(copy, store.catalogue, store.schemes, as_of)
    for position in range(copy.position + 1, end + 1):
        copy.catch_up(position)
        grown = recount(grown) or count(copy, store.catalogue, store.schemes, as_of)
    return grown


def differences(grown: Counted, full: Counted) -> list[str]:
    """Cells that stand in only one of the two counts."""
    query = "SELECT measure, unit, day, sum(n) FROM {} GROUP BY ALL HAVING sum(n) <> 0"
    mine = {row[:3]: row[3] for row in grown.cursor().execute(query.format(grown.cells)).fetchall()}
    true = {row[:3]: row[3] for row in full.cursor().execute(query.format(full.cells)).fetchall()}
    differing = sorted(k for k in mine.keys() | true.keys() if mine.get(k, 0) != true.get(k, 0))
    told = [
        f"不一致：{measure}，单位 {unit or '未知'}，{day}：逐条更新为"
        f" {mine.get((measure, unit, day), 0)}，重算为 {true.get((measure, unit, day), 0)}"
        for measure, unit, day in differing[:MOST_TOLD]
    ]
    if len(differing) > MOST_TOLD:
        told.append(f"……共 {len(differing)} 处不一致")
    return told
