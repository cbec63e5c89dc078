"""Reconciling: the cells that grew with every part against a full count from raw records."""

from datetime import date

import pyarrow as pa

from data.copy import Copy, fetch_arrow
from metrics.count import Counted, count, recount
from metrics.store import EmptyStore, Store

REPLAYED = 200  # the last parts of the journal, taken in one by one as a live dashboard does
LARGE = 10_000  # rows of a part after which a live dashboard counts everything anew


def reconcile(store: Store) -> list[str]:
    """What is wrong, as sentences; empty if every part is whole and both counts agree.

    One copy after the other, so that it takes no more memory than a dashboard does.
    """
    journal = store.journal
    end = journal.position()
    if not end:
        raise EmptyStore(f"“{store.folder}”中还没有数据，无可核对")
    found = journal.damaged()
    whole = Copy(journal)
    whole.catch_up(end)
    as_of = whole.observed_until() or store.as_of()
    full = cells_of(count(whole, store.catalogue, store.schemes, as_of))
    whole.con.close()
    grown = _grown(store, end, as_of)
    found += differences(grown, full)
    grown.copy.con.close()
    return found


def cells_of(counted: Counted) -> pa.Table:
    """All cells in one order: equal counts give equal tables."""
    query = (
        "SELECT measure, unit, officer, kind, day, CAST(sum(n) AS BIGINT) AS n"
        f" FROM {counted.cells} GROUP BY ALL HAVING sum(n) <> 0 ORDER BY ALL"
    )
    return fetch_arrow(counted.cursor(), query)


def _grown(store: Store, end: int, as_of: date) -> Counted:
    """The cells as a process has them that was running while the last parts came in."""
    copy = Copy(store.journal)
    start = copy.catch_up(max(1, end - REPLAYED))
    grown = count(copy, store.catalogue, store.schemes, as_of)
    has_large = False
    for part in store.journal.parts(start):
        copy.catch_up(part.position)
        has_large = has_large or part.rows > LARGE
        if part.rows <= LARGE or part.position == end:
            updated = None if has_large else recount(grown)
            grown = updated or count(copy, store.catalogue, store.schemes, as_of)
            has_large = False
    return grown


def differences(grown: Counted, full: pa.Table) -> list[str]:
    """Cells that stand in only one of the two counts."""
    cursor = grown.cursor()
    cursor.register("mine", cells_of(grown))
    cursor.register("whole", full)
    rows = cursor.execute(
        "SELECT measure, unit, officer, kind, day, CAST(sum(mine) AS BIGINT),"
        " CAST(sum(whole) AS BIGINT) FROM ("
        "SELECT * EXCLUDE (n), n AS mine, 0 AS whole FROM mine UNION ALL"
        " SELECT * EXCLUDE (n), 0, n FROM whole)"
        " GROUP BY ALL HAVING sum(mine) <> sum(whole) ORDER BY ALL"
    ).fetchall()
    return [_sentence(*row) for row in rows]


def _sentence(
    measure: str, unit: str, officer: str | None, kind: str | None, day: date, mine: int, whole: int
) -> str:
    more = (f"，民警 {officer}" if officer else "") + (f"，类别 {kind}" if kind else "")
    return (
        f"不一致：{measure}，单位 {unit or '未知'}{more}，{day}：逐条更新为 {mine}，重算为 {whole}"
    )
