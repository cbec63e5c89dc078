"""The one rule for texts that people or sources enter, so that each can be shown and printed.

What does no harm is cleaned: line breaks and odd spaces become a space, signs of no width go. What
could break a paper or turn its words round is refused. Texts are short, and hold no number of a
person (data/personal.py). In SQL for whole tables, in Python for single texts.
"""

import re

from data.personal import holds_personal

LONGEST = 500  # signs of any text of a record
MOST = 200  # of what a person writes, where the place has no less room

Ranges = tuple[tuple[int, int], ...]
# Tabs and line breaks; spaces that do not break or are of odd width.
_BLANK: Ranges = (
    *((0x09, 0x0D), (0x85, 0x85), (0xA0, 0xA0), (0x1680, 0x1680)),
    *((0x2000, 0x200A), (0x2028, 0x2029), (0x202F, 0x202F), (0x205F, 0x205F)),
)
# Signs of no width: soft hyphen, joiners, marks of direction (that turn nothing), byte order mark.
_REMOVED: Ranges = (
    *((0xAD, 0xAD), (0x34F, 0x34F), (0x61C, 0x61C), (0x180E, 0x180E)),
    *((0x200B, 0x200F), (0x2060, 0x2064), (0xFEFF, 0xFEFF)),
)
# Control characters, overrides of direction, notes between lines, tags, and what is no character.
_REFUSED: Ranges = (
    *((0x00, 0x08), (0x0E, 0x1F), (0x7F, 0x84), (0x86, 0x9F)),
    *((0x202A, 0x202E), (0x2065, 0x206F), (0xFFF9, 0xFFFB), (0xE0000, 0xE007F), (0xFDD0, 0xFDEF)),
    *((plane << 16 | 0xFFFE, plane << 16 | 0xFFFF) for plane in range(17)),
)
_SURROGATES: Ranges = ((0xD800, 0xDFFF),)  # in Python only: no table can hold one


def _python(ranges: Ranges) -> str:
    return "".join(f"\\U{first:08x}-\\U{last:08x}" for first, last in ranges)


def _sql(ranges: Ranges) -> str:
    return "".join(f"\\x{{{first:x}}}-\\x{{{last:x}}}" for first, last in ranges)


_BLANKS = re.compile(f" *[{_python(_BLANK)}][ {_python(_BLANK)}]*")
_WITHOUT_WIDTH = re.compile(f"[{_python(_REMOVED)}]")
_UNFIT = re.compile(f"[{_python(_REFUSED + _SURROGATES)}]")


def cleaned(text: str) -> str:
    """The text in one line, without signs of no width and without spaces at its ends."""
    return _BLANKS.sub(" ", _WITHOUT_WIDTH.sub("", text)).strip(" \u3000")


def unfit(text: str, what: str) -> str:
    """The sentence about a sign that must not stand in a text; '' if there is none."""
    sign = _UNFIT.search(text)
    return f"{what}含不能使用的字符（U+{ord(sign[0]):04X}），请删去" if sign else ""


def problem_of(text: str, what: str, most: int = MOST) -> str:
    """What is wrong with a cleaned text that a person wrote, as a sentence; '' if nothing."""
    if sentence := unfit(text, what):
        return sentence
    if len(text) > most:
        return f"{what}不超过 {most} 字，现为 {len(text)} 字"
    return f"{what}中不得有身份证号、手机号" if holds_personal(text) else ""


def cleaned_sql(text: str) -> str:
    """`cleaned` of an SQL text; spaces at its ends stay."""
    blank, removed = _sql(_BLANK), _sql(_REMOVED)
    seen = f"regexp_replace({text}, '[{removed}]', '', 'g')"
    in_one_line = f"regexp_replace({seen}, ' *[{blank}][ {blank}]*', ' ', 'g')"
    is_odd = f"regexp_matches({text}, '[{blank}{removed}]')"
    return f"CASE WHEN {is_odd} THEN {in_one_line} ELSE {text} END"


def unfit_sql(text: str, what: str) -> str:
    """`unfit` of an SQL text, null if there is no such sign."""
    sign = f"regexp_extract({text}, '[{_sql(_REFUSED)}]')"
    sentence = f"format('{what}含不能使用的字符（U+{{:04X}}），请删去', unicode({sign}))"
    return f"CASE WHEN regexp_matches({text}, '[{_sql(_REFUSED)}]') THEN {sentence} END"


def printable(text: str) -> str:
    """What is left of a text that a paper can hold: for texts from before this rule."""
    return _UNFIT.sub("", text)
