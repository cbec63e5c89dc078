"""Numbers of persons (identity cards, mobile phones): noticed and hidden wherever text comes in."""

import re

# What would identify a resident must not enter: numbers of identity cards and of mobile phones.
_MOBILE = r"1[3-9]\d[ -]?\d{4}[ -]?\d{4}"
_IDENTITY_CARD = r"[1-9]\d{5}(?:19|20)\d\d(?:0[1-9]|1[0-2])(?:0[1-9]|[12]\d|3[01])\d{3}[0-9Xx]"
_ALONE = r"(^|[^0-9A-Za-z])(?:{})($|[^0-9A-Za-z])"
IDENTITY_CARD = _ALONE.format(_IDENTITY_CARD)
PERSONAL = _ALONE.format(f"{_IDENTITY_CARD}|{_MOBILE}")


MASK = "〔号码已遮盖〕"


def masked(text: str) -> str:
    """An SQL text with the numbers of persons hidden: twice, as two may share the sign between."""
    for _ in range(2):
        text = f"regexp_replace({text}, '{PERSONAL}', '\\1{MASK}\\2', 'g')"
    return text


def holds_personal(text: str) -> bool:
    """Whether a text holds what looks like the number of an identity card or a mobile phone."""
    return re.search(PERSONAL, text) is not None
