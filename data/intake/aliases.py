"""What a word of one source means for good: a unit that no rule settled, told once by a person.

Remembered in the table `alias` (data/decisions/unit_aliases.py writes it) and used only for sources
of the same form: the same table from the same column names.
"""

import hashlib
from collections.abc import Iterable
from dataclasses import dataclass

from data.intake.understanding.name_forms import normal
from data.journal.copy import Copy


@dataclass(frozen=True)
class Alias:
    """form: of the source (`form_of`); word: as the source writes it; author: who said so."""

    form: str
    register: str
    word: str
    code: str
    author: str

    @property
    def key(self) -> tuple[str, str]:
        """Words that differ in spaces or width only are the same word."""
        return self.register, normal(self.word)

    @property
    def id(self) -> str:
        text = "|".join((self.form, *self.key))
        return f"bm-{hashlib.sha256(text.encode()).hexdigest()[:16]}"


def form_of(kind: str, heads: Iterable[str]) -> str:
    """What identifies a form of source: the table, and a digest of the columns that are read.

    The digest is too short to be taken for the number of a person.
    """
    text = "\n".join(sorted(head.strip().lower() for head in heads))
    return f"{kind}-{hashlib.sha256(text.encode()).hexdigest()[:10]}"


def aliases_of(copy: Copy, form: str) -> tuple[Alias, ...]:
    """What is remembered for sources of a form."""
    rows = copy.cursor().execute(
        "SELECT source, register, word, code, author FROM record.alias"
        " WHERE source = ? AND is_deleted IS NOT TRUE ORDER BY id",
        [form],
    )
    return tuple(Alias(*row) for row in rows.fetchall())
