"""Officers by work number, as lists write it: without the sign, the letters or the leading zeros.

People are known by their work number only: a name is never looked up.
"""

import re
import unicodedata
from collections.abc import Sequence

import pyarrow as pa

from data.intake.understanding.unit_names import LONGEST, MOST_LIKELY, NOT_REGISTERED, Meaning

_GAPS = re.compile(r"[\s\-‐-―_.·/()\[\]\u200b\ufeff]+")
_LETTERS_AND_DIGITS = re.compile(r"^(\D*)(\d+)$")


class WorkNumbers:
    """The codes of the register of officers. Has `meaning` like UnitNames."""

    def __init__(self, rows: pa.Table) -> None:
        """rows: column code."""
        self.codes = frozenset(str(code) for code in rows["code"].unique().to_pylist())
        self.by_form: dict[str, set[str]] = {}
        self.by_digits: dict[str, set[str]] = {}
        self.by_number: dict[tuple[str, int], set[str]] = {}
        for code in self.codes:
            self._enter(code)

    def meaning(self, text: str, station: str | None = None, offers: bool = True) -> Meaning:
        """The officer, if it can be only one: 辅警0001, 辅警 1, 0001 and 1 for 辅警-0001."""
        plain = unicodedata.normalize("NFKC", text).strip()
        if plain in self.codes:
            return Meaning(plain)
        form = _form(plain)
        is_short = len(plain) <= LONGEST
        codes = self.by_form.get(form) or self._numbered(form) if is_short else set()
        if len(codes) == 1:
            return Meaning(next(iter(codes)))
        if codes:
            listed = sorted(codes)[:MOST_LIKELY]
            more = f" 等 {len(codes)} 个" if len(codes) > len(listed) else ""
            problem = f"可能是 {_listed(listed, more)}，请写全工号"
            return Meaning(None, problem, tuple(listed))
        return Meaning(None, NOT_REGISTERED)

    def fits(self, code: str, station: str | None) -> bool:
        return code in self.codes

    def _numbered(self, form: str) -> set[str]:
        """By number: with the letters any zeros before it, without them as it stands, or as a
        spreadsheet leaves it, which drops the zeros."""
        taken_apart = _LETTERS_AND_DIGITS.match(form)
        if taken_apart is None:
            return set()
        letters, digits = taken_apart.groups()
        if letters:
            return self.by_number.get((letters, int(digits)), set())
        if digits.startswith("0"):
            return self.by_digits.get(digits, set())
        same = (codes for (_, number), codes in self.by_number.items() if number == int(digits))
        return set().union(*same)

    def _enter(self, code: str) -> None:
        form = _form(code)
        self.by_form.setdefault(form, set()).add(code)
        if taken_apart := _LETTERS_AND_DIGITS.match(form):
            letters, digits = taken_apart.groups()
            self.by_digits.setdefault(digits, set()).add(code)
            self.by_number.setdefault((letters, int(digits)), set()).add(code)


def _form(text: str) -> str:
    return _GAPS.sub("", unicodedata.normalize("NFKC", text)).casefold()


def _listed(codes: Sequence[str], more: str) -> str:
    if more or len(codes) == 1:
        return f"{'、'.join(codes)}{more}"
    return f"{'、'.join(codes[:-1])} 或 {codes[-1]}"
