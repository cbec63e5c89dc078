"""The records of a period as they stood at its cut-off, with the versions that appeals admitted."""

import threading
from collections import OrderedDict
from collections.abc import Sequence
from dataclasses import replace

import pyarrow.compute as pc

from data.journal.copy import Copy, conform
from data.journal.journal import Journal
from data.schema import TABLES
from metrics.calendar.standing import Cut, Version
from metrics.cells.count import Counted, count
from metrics.cells.store import Store
from metrics.indicators.catalogue import Catalogue
from metrics.scheme.scheme import Scheme

KEPT = 3  # cut-offs whose counts are kept in a process
_LAST: OrderedDict[tuple[object, ...], Counted] = OrderedDict()
_LOCK = threading.Lock()


def counted_at(
    journal: Journal,
    catalogue: Catalogue,
    schemes: Sequence[Scheme],
    cut: Cut,
    admitted: Sequence[Version] = (),
) -> Counted:
    """The counts of a cut-off: the journal up to its position, then the admitted versions."""
    copy = Copy(journal)
    copy.catch_up(until=cut.position)
    for version in admitted:
        admit(copy, version)
    counted = count(copy, catalogue, schemes, cut.as_of)
    return replace(counted, position=max([cut.position, *(v.position for v in admitted)]))


def admit(copy: Copy, version: Version) -> None:
    """Put one version of a record, which lies after the copy's position, into the copy."""
    table = TABLES[version.table]
    for file in copy.journal.files():
        part = next((p for p in file.parts if p.position == version.position), None)
        if part is not None and part.table == version.table:
            shapes = {part.position: copy.shape_of(part.provided)}
            rows = copy.journal.read(file)
            is_it = pc.and_(
                pc.equal(rows["id"], version.id), pc.equal(rows["_part"], version.position)
            )
            copy.merge(table, conform(table, rows.filter(is_it), shapes), version.position)
            return
    raise LookupError(f"no part {version.position} of {version.table}")


def cut_counts(
    store: Store, schemes: Sequence[Scheme], cut: Cut, admitted: Sequence[Version] = ()
) -> Counted:
    """`counted_at` for a store; those that were asked for last are made once per process."""
    key = (store.journal.folder, cut, tuple(admitted), tuple(s.file for s in schemes))
    with _LOCK:
        if key not in _LAST:
            _LAST[key] = counted_at(store.journal, store.catalogue, schemes, cut, admitted)
            while len(_LAST) > KEPT:
                _LAST.popitem(last=False)
        _LAST.move_to_end(key)
        return _LAST[key]
