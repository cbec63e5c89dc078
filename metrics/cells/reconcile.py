"""Reconciling: the cells that grew with every part against a full count from raw records."""

from datetime import date

import pyarrow as pa

from data.journal.copy import Copy, fetch_arrow
from metrics.cells.count import Counted, count
from metrics.cells.recount import recount
from metrics.cells.store import EmptyStore, Store
from metrics.scheme.scheme import Scheme

REPLAYED = 200  # the last parts of the journal, taken in one by one as a live dashboard does
LARGE = 10_000  # rows of a part after which a live dashboard counts everything anew


def reconcile(store: Store, replayed: int = REPLAYED) -> list[str]:
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
    schemes = store.schemes_in(whole)
    full = cells_of(count(whole, store.catalogue, schemes, as_of))
    whole.con.close()
    grown = _grown(store, schemes, max(1, end - replayed), end, as_of)
    found += differences(grown, full)
    grown.copy.con.close()
    return found


def cells_of(counted: Counted) -> pa.Table:
    query = f"SELECT measure, unit, officer, kind, day, n FROM {counted.cells}"
    return fetch_arrow(counted.cursor(), query)


def _grown(store: Store, schemes: tuple[Scheme, ...], start: int, end: int, as_of: date) -> Counted:
    """The cells as a process has them that was running while the last parts came in."""
    copy = Copy(store.journal)
    copy.catch_up(start)
    grown = count(copy, store.catalogue, schemes, as_of)
    is_stale = False
    for part in store.journal.parts(start):
        if part.position > end:
            break  # came in meanwhile
        copy.catch_up(part.position)
        if part.rows > LARGE:
            is_stale = True
        else:
            updated = None if is_stale else recount(grown)
            grown = updated or count(copy, store.catalogue, schemes, as_of)
            is_stale = False
    if is_stale:
        grown = count(copy, store.catalogue, schemes, as_of)
    return grown


def differences(grown: Counted, full: pa.Table) -> list[str]:
    """Cells that stand in only one of the two counts; measure by measure, to take little memory."""
    cursor = grown.cursor()
    cursor.register("whole", full)
    query = (
        "SELECT measure, unit, officer, kind, day, CAST(sum(mine) AS BIGINT),"
        " CAST(sum(whole) AS BIGINT) FROM (SELECT * EXCLUDE (n), n AS mine, 0 AS whole"
        f" FROM {grown.cells} WHERE measure = $1 UNION ALL BY NAME"
        " SELECT * EXCLUDE (n), 0 AS mine, n AS whole FROM whole WHERE measure = $1)"
        " GROUP BY ALL HAVING sum(mine) <> sum(whole) ORDER BY ALL"
    )
    measures = cursor.execute(
        f"SELECT measure FROM {grown.cells} UNION SELECT measure FROM whole ORDER BY 1"
    ).fetchall()
    return [_sentence(*row) for name in measures for row in cursor.execute(query, name).fetchall()]


def _sentence(
    measure: str, unit: str, officer: str | None, kind: str | None, day: date, mine: int, whole: int
) -> str:
    more = (f"，民警 {officer}" if officer else "") + (f"，类别 {kind}" if kind else "")
    return (
        f"不一致：{measure}，单位 {unit or '未知'}{more}，{day}：逐条更新为 {mine}，重算为 {whole}"
    )
