"""What a command opens: the store, its counts, the configuration, and the desk of who acts."""

import argparse
import sys
from datetime import date
from pathlib import Path
from typing import TYPE_CHECKING

from data.environment import CONFIG_NAME
from data.rights import Actor, command_line
from metrics.calendar.period import Period, default_period, parse_period
from metrics.cells.count import Counted
from metrics.cells.store import Store
from metrics.results import Results

if TYPE_CHECKING:
    from data.config import Config
    from data.journal.snapshot import Snapshot
    from metrics.assessment.steps import Desk


def store_of(options: argparse.Namespace) -> Store:
    """With the indicators and the scheme that are named instead of the usual ones."""
    return Store(
        options.store, getattr(options, "indicators", None), getattr(options, "scheme", None)
    )


def counted_of(store: Store, as_of: date | None) -> Counted:
    """The counts; what could not be read is told, so that nobody takes a part for the whole."""
    counted = store.counted(as_of)
    for sentence in store.journal.unreadable.values():
        print(f"提示：{sentence}", file=sys.stderr)
    return counted


def results_and_period(options: argparse.Namespace) -> tuple[Results, Period]:
    """What a command asks, and for which period."""
    store = store_of(options)
    counted = counted_of(store, options.as_of)
    return Results(store, counted, command_line()), period_of(options.period, counted.as_of)


def keep(store: Store) -> "Snapshot | None":
    """Write a snapshot of the store, with the rankings that are asked for first."""
    return store.keep(lambda counted: Results(store, counted, command_line()).to_keep())


def period_of(text: str | None, as_of: date) -> Period:
    """The period that is named, else the last whole month."""
    return default_period(as_of) if text is None else parse_period(text, as_of)


def desk_of(options: argparse.Namespace) -> "Desk":
    """Who acts, when, on which store."""
    from data.journal.log import moment
    from data.journal.log_text import stated
    from metrics.assessment.steps import Desk
    from metrics.calendar.working_days import working_days

    store = store_of(options)
    counted = counted_of(store, None)
    is_simulated = counted.copy.bureau()[1]
    if options.on and not is_simulated:
        raise ValueError("--on 仅模拟数据可用")
    at = moment((options.on or counted.as_of) if is_simulated else None)
    actor = command_line()
    who = Actor(stated(options.person, "工号"), actor.role) if options.person else actor
    return Desk(store, who, at, working_days(configuration(options).calendar.holidays))


def configuration(options: argparse.Namespace) -> "Config":
    """The channels; a file that is named must exist, the usual one may be absent."""
    from data.config import load_config
    from data.declared import DeclarationError

    if options.config and not options.config.exists():
        raise DeclarationError(str(options.config), "", "没有这个文件，请核对 --config")
    return load_config(options.config or Path(CONFIG_NAME))
