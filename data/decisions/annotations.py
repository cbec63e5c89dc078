"""Marks on the charts: what happened on a day, noted by a person, as records of the journal."""

import hashlib
from dataclasses import asdict, dataclass, replace
from datetime import date, datetime

from data.entered_text import cleaned, unfit
from data.intake.loading import Loader, load_record
from data.intake.reading.source import Refused
from data.journal.copy import Copy
from data.rights import Actor
from data.schema import ANNOTATION

WITHDRAWN = "在页面上撤下"


@dataclass(frozen=True)
class Annotation:
    """One mark. Without a village and a station it stands on the charts of the whole bureau."""

    marked_on: date
    remark: str
    author: str
    village: str | None = None
    station: str | None = None

    @property
    def id(self) -> str:
        """The same mark made twice is one record."""
        text = f"{self.marked_on}|{self.village or ''}|{self.station or ''}|{self.remark}"
        return f"bz-{hashlib.sha256(text.encode()).hexdigest()[:16]}"


def annotations(copy: Copy, until: date) -> tuple[Annotation, ...]:
    """The marks up to a day that were not taken down, oldest first."""
    rows = copy.cursor().execute(
        "SELECT marked_on, remark, author, village, station FROM record.annotation"
        " WHERE is_deleted IS NOT TRUE AND voided_on IS NULL AND marked_on <= ?"
        " ORDER BY marked_on, remark",
        [until],
    )
    return tuple(Annotation(*row) for row in rows.fetchall())


def annotate(loader: Loader, mark: Annotation, actor: Actor, now: datetime) -> None:
    """Write a mark. The loader must tell each row.

    Raises Refused, and writes nothing, if the intake would not take it.
    """
    if problem := unfit(mark.remark, "标注"):
        raise Refused(problem)
    _write(loader, replace(mark, remark=cleaned(mark.remark)), actor, now)


def take_down(loader: Loader, mark: Annotation, actor: Actor, now: datetime) -> None:
    """Void a mark: the record stays, the charts do not show it any more."""
    _write(loader, mark, actor, now, voided_on=now.date(), voided_reason=WITHDRAWN)


def _write(
    loader: Loader, mark: Annotation, actor: Actor, now: datetime, **more: str | date
) -> None:
    values = {"id": mark.id, **asdict(mark), "entered_at": now.replace(tzinfo=None), **more}
    load_record(loader, ANNOTATION, values, actor, now.date())
