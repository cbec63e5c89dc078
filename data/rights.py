"""Who acts, and what they may do. Every write and every fetch of restricted things asks here."""

import getpass
from dataclasses import dataclass
from functools import cache
from pathlib import Path
from typing import Literal

from data.declared import Declared, load_declared
from data.refusal import Refusal

Right = Literal[
    "see-units",
    "see-officers",
    "see-records",
    "see-rejects",
    "load",
    "annotate",
    "export",
    "assess",
    "freeze",
    "adjust",
    "approve",
    "appeal",
    "review",
    "check",
    "confirm",
    "edit-scheme",
    "publish-scheme",
]
PROGRAM = "operator"  # the role of the command line: not a person who could be asked


class Role(Declared):
    title: str
    rights: tuple[Right, ...]


class Person(Declared):
    """Who can be played on simulated data. `code`: the work number, which is how a person is called
    everywhere; `unit`: the station that they speak for."""

    role: str
    code: str
    unit: str = ""


class Rights(Declared):
    titles: dict[Right, str]
    roles: dict[str, Role]
    persons: dict[str, Person]


class NotPermitted(PermissionError, Refusal):
    """The actor lacks a right; the message says who may."""


@dataclass(frozen=True)
class Actor:
    """A person or a program that acts. `code`: work number or program name; `unit`: of a station's
    person the station."""

    code: str
    role: str
    unit: str = ""

    def may(self, right: Right) -> bool:
        role = roles().get(self.role)
        return role is not None and right in role.rights


@cache
def _rights() -> Rights:
    return load_declared(Path(__file__).parent / "rights.toml", Rights)


def roles() -> dict[str, Role]:
    return _rights().roles


def persons() -> dict[str, Person]:
    return _rights().persons


def require(actor: Actor, right: Right) -> None:
    """Pass if the actor has the right, else raise NotPermitted naming the roles that have it."""
    if not actor.may(right):
        people = (role for name, role in roles().items() if name != PROGRAM)
        allowed = "、".join(role.title for role in people if right in role.rights)
        raise NotPermitted(f"当前身份无权{_rights().titles[right]}，可由{allowed}操作")


def command_line() -> Actor:
    """The operator at the command line: whoever can run it can read the store's files."""
    try:
        return Actor(getpass.getuser(), PROGRAM)
    except (KeyError, OSError):
        return Actor("unknown", PROGRAM)
