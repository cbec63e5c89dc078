"""Persons and days of a period, for tests of the assessment."""

from dataclasses import replace
from datetime import date, datetime, time, timedelta
from fractions import Fraction
from pathlib import Path

from data.decisions.pending_versions import confirm, pending_versions
from data.intake.files import load_files
from data.rights import Actor, command_line, persons
from metrics.assessment.appeals import Objection
from metrics.assessment.steps import Desk, check, cut_off, hear, publish, run
from metrics.cells.store import Store
from metrics.scoring.ledger import Proposal

PERIOD = "2019-06"
CUT_ON = date(2019, 8, 19)  # a Monday


def person(name: str) -> Actor:
    found = persons()[name]
    return Actor(found.code, found.role, found.unit)


FIRST, SECOND = person("political"), person("political-2")
LEADER, STATION = person("leader"), person("station")


def desk(store: Store, actor: Actor, days: int = 0) -> Desk:
    """So many days after the cut-off."""
    return Desk(store, actor, datetime.combine(CUT_ON + timedelta(days=days), time(9)))


def to_publication(store: Store, period: str = PERIOD) -> None:
    cut_off(desk(store, FIRST), period)
    run(desk(store, FIRST), period)
    check(desk(store, FIRST), period, "已逐项核对")
    publish(desk(store, FIRST), period)


def to_hearing(store: Store, period: str = PERIOD) -> None:
    """Notice from Monday to Thursday; appeals to Tuesday of the next week."""
    to_publication(store, period)
    hear(desk(store, FIRST, 4), period)


def load(store: Store, folder: Path, name: str, text: str) -> None:
    file = folder / f"{name}.csv"
    file.write_text(text, "utf-8")
    (report,) = load_files(store.folder, [file], command_line(), name)
    assert not report.refused
    assert not report.rejected


def confirm_waiting(store: Store, days: int = 0) -> None:
    """The second person lets in what would take a failure out of the figures, if anything waits."""
    store.copy.catch_up()
    ids = [version.id for version in pending_versions(store.copy)]
    at = desk(store, SECOND, days).at
    if ids:
        confirm(store.journal, store.copy, ids, "已核原件", SECOND, at)


BONUS = Proposal(
    PERIOD,
    "station",
    "S08",
    "bonus",
    Fraction(2),
    "verified-tip",
    "舞公政〔2019〕12号",
    "线索-2019-0031",
)
OBJECTION = Objection(PERIOD, "station", "S02", "C1-disputes-on-time", "纠纷已按期化解，系统漏录")


def proposal(**changed: object) -> Proposal:
    return replace(BONUS, **changed)  # type: ignore[arg-type]
