"""A unit that no rule settles, told once by a person and remembered for sources of that form."""

from collections.abc import Mapping
from dataclasses import replace
from datetime import datetime

from data.intake.aliases import Alias
from data.intake.loading import Loader, load_record
from data.intake.named_units import register_rows
from data.intake.reading.source import Refused
from data.journal.copy import Copy
from data.rights import Actor, require
from data.schema import ALIAS, TABLES


def remember(loader: Loader, alias: Alias, actor: Actor, now: datetime) -> None:
    """Write an alias under the name of who says so. The loader must tell each row.

    Raises Refused, and writes nothing, if the unit is not registered or the word must not be kept.
    """
    require(actor, ALIAS.right)
    copy = loader.copy or Copy(loader.journal, {alias.register})
    copy.catch_up()
    if alias.code not in register_rows(copy, alias.register)["code"].to_pylist():
        raise Refused(f"{TABLES[alias.register].title}登记册中没有编码“{alias.code}”")
    signed = replace(alias, word=alias.word.strip(), author=actor.code)
    load_record(loader, ALIAS, _values(signed, now), actor, now.date())


def forget(loader: Loader, alias: Alias, actor: Actor, now: datetime) -> None:
    """The word means nothing from now on; what was loaded by it stays, and so does who said it."""
    require(actor, ALIAS.right)
    load_record(loader, ALIAS, {**_values(alias, now), "is_deleted": "true"}, actor, now.date())


def _values(alias: Alias, now: datetime) -> Mapping[str, object]:
    return {
        "id": alias.id,
        "source": alias.form,
        "register": alias.register,
        "word": alias.word,
        "code": alias.code,
        "author": alias.author,
        "entered_at": now.replace(tzinfo=None, microsecond=0),
        "is_deleted": "false",
    }
