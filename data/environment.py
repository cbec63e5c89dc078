"""What this process was started with: the store, the configuration, the as-of day."""

import os
from datetime import date
from functools import cache
from pathlib import Path
from typing import TYPE_CHECKING

if TYPE_CHECKING:  # the form of the configuration is loaded by who reads it
    from data.config import Config

STORE, CONFIG, AS_OF = "HONGFENG_STORE", "HONGFENG_CONFIG", "HONGFENG_AS_OF"
USUAL_STORE = "var"
CONFIG_NAME = "hongfeng.toml"


def store_folder() -> Path:
    """The store of this process, absolute."""
    return Path(os.environ.get(STORE, USUAL_STORE)).resolve()


def config() -> "Config":
    """The configuration of this process, read once; raises data.declared.DeclarationError."""
    return read_config(Path(os.environ.get(CONFIG, CONFIG_NAME)).resolve())


@cache
def read_config(path: Path) -> "Config":
    from data.config import load_config

    return load_config(path)


def as_of() -> date | None:
    """The day up to which this process looks, if it was given one."""
    day = os.environ.get(AS_OF)
    return date.fromisoformat(day) if day else None


def start_with(store: Path, config: Path | None, as_of: date | None) -> None:
    """Say it to this process and to those that it starts."""
    os.environ[STORE] = str(store.resolve())
    os.environ[CONFIG] = str((config or Path(CONFIG_NAME)).resolve())
    if as_of:
        os.environ[AS_OF] = as_of.isoformat()
