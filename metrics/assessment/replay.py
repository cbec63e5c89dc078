"""Replaying the journal upward from one cut-off to the next, to count each frozen assessment anew.

Only what came in between two cut-offs is read and counted again, as a live dashboard does.
"""

from dataclasses import replace

from data.journal.copy import Copy
from data.journal.journal import Journal
from data.journal.snapshot import files_digest
from metrics.assessment.archive import Frozen
from metrics.assessment.cutoff import counted_at
from metrics.cells.count import Counted, count
from metrics.cells.recount import recount
from metrics.indicators.catalogue import Catalogue
from metrics.scheme.scheme import Scheme

Definitions = tuple[Catalogue, tuple[Scheme, ...]]


class Replay:
    """One copy of the records, and the counts of the last cut-off that was asked for."""

    def __init__(self, journal: Journal) -> None:
        self.journal = journal
        self._copy = Copy(journal)
        self._definitions: dict[str, Definitions] = {}
        self._counted: Counted | None = None

    def counted(self, frozen: Frozen) -> Counted:
        """The counts of its cut-off by its own definitions.

        Versions that appeals admitted lie after the cut-off: the next one may not have them, and an
        earlier one than the last cannot be reached, so such are counted from the beginning.
        """
        catalogue, schemes = self._definitions_of(frozen)
        cut = frozen.cut
        if frozen.admitted or cut.position < self._copy.position:
            return counted_at(self.journal, catalogue, schemes, cut, frozen.admitted)
        self._copy.catch_up(until=cut.position)
        last, now = self._counted, None
        if last is not None and last.catalogue is catalogue and last.schemes == schemes:
            now = recount(replace(last, as_of=cut.as_of))  # the cells are those of any later day
        if last is not None and now is None:
            last.drop()
        self._counted = now or count(self._copy, catalogue, schemes, cut.as_of)
        return self._counted

    def _definitions_of(self, frozen: Frozen) -> Definitions:
        """Loaded and checked once where several assessments have the same."""
        folders = (frozen.folder / name for name in ("indicators", "views", "schemes"))
        key = "".join(files_digest(folder) for folder in folders if folder.is_dir())
        if key not in self._definitions:
            catalogue = frozen.catalogue()
            self._definitions[key] = catalogue, frozen.schemes(catalogue)
        return self._definitions[key]
