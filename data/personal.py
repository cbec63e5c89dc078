"""Numbers of persons (identity cards, mobile phones): noticed and hidden wherever text comes in.

One declaration in two readings: SQL for whole tables, Python for single words; both find the same.
What is looked for, in digits of any form, with letters or signs in front and separators within:
  identity cards  18 signs with a province, a day of birth since 1900 and the right check digit; or
                  15 digits with a day of birth whose two-digit year cannot be one of this century
  mobile phones   11 digits from 13… to 19…, with or without 86 in front
What only looks like one is a number of business: a wrong check digit, more digits, a decimal, the
beginning of a digest.
"""

import re
from datetime import date

from data.schema import literal

MASK = "〔号码已遮盖〕"

# What stands for which sign: a text is looked at as if each were written plainly (NFKC and more).
_ZEROS = (0xFF10, 0x1D7CE, 0x1D7D8, 0x1D7E2, 0x1D7EC, 0x1D7F6, 0x2080, 0x0660, 0x06F0)
_PLAIN: dict[str, str] = {
    **{"".join(chr(zero + digit) for digit in range(10)): "0123456789" for zero in _ZEROS},
    "⁰¹²³⁴⁵⁶⁷⁸⁹": "0123456789",
    "⓪①②③④⑤⑥⑦⑧⑨": "0123456789",
    "ＸｘⅩⅹХхΧχ×✕": "X" * 10,
    "‐‑‒–—―⁃−⸺⸻﹘﹣－ーｰ": "-",
    "．。｡․﹒…": ".",
    "•‧∙⋅・･": "·",
    "／＼∕⁄": "/",
    "～〜＿＊＋＃｜＝": "~~_*+#|=",
    "（［【〔「《〈｛": "(",
    "）］】〕」》〉｝": ")",
    # spaces of all kinds, marks of direction, and signs that nobody sees
    "\u0085\u00a0\u00ad\u034f\u061c\u115f\u1680\u180e\u2800\u3000\u3164\ufeff\u20e3": " ",
    "".join(map(chr, [*range(0x2000, 0x2010), *range(0x2028, 0x2030)])): " ",
    "".join(map(chr, [*range(0x205F, 0x2070), *range(0xFE00, 0xFE10)])): " ",
    "\ufff9\ufffa\ufffb": " ",
}
_CHINESE: dict[str, str] = {
    "〇零○一二三四五六七八九": "000123456789",
    "幺壹贰叁肆伍陆柒捌玖": "1123456789",
}

# A blank in these patterns is where separators may stand.
_PROVINCE = "1[1-5]|2[1-3]|3[1-7]|4[1-6]|5[0-4]|6[1-5]|71|8[1-3]|91"  # GB/T 2260, GB 11643
_CARD_18 = (
    "(?:1 [1-5]|2 [1-3]|3 [1-7]|4 [1-6]|5 [0-4]|6 [1-5]|7 1|8 [1-3]|9 1) D D D D"
    " (?:1 9|2 0) D D (?:0 [1-9]|1 [0-2]) (?:0 [1-9]|[12] D|3 [01]) D D D [0-9Xx]"
)
# How digits are grouped: `-` is any gap; `,` one without a dot, as 134.12345678 is a decimal.
_CARDS_15 = f"15 6-6-3 4-4-4-3 5-5-5 3-3-3-3-3 6,9 12,3 {'-'.join('1' * 15)}".split()
_PHONES = f"11 3-4-4 4-4-3 4-3-4 3-3-5 1-3-3-4 {'-'.join('1' * 11)}".split()
_PHONES += "3,8 7,4 5,6 6,5 3,3,3,2 2,3,3,3 3,2,2,2,2".split()

_SEPARATORS = r" \t\n\v\f\r\-_~*+#|=/\\'`\"(){}<>\[\]·"
_GAPS = {"-": f"[{_SEPARATORS}.]{{1,4}}", ",": f"[{_SEPARATORS}]{{1,4}}"}
_MAYBE = f"[{_SEPARATORS}.]{{0,4}}"


def _grouped(groups: str, *first: str) -> str:
    """The digits of such groups; `first`: patterns of the first ones."""
    pattern, left = "", list(first)
    for size in re.findall(r"\d+|[-,]", groups):
        if size in _GAPS:
            pattern += _GAPS[size]
        else:
            pattern += "".join(left.pop(0) if left else "[0-9]" for _ in range(int(size)))
    return pattern


_ALONE = r"((?:\b|_)[A-Za-z_]*)({})(\b|_)"  # letters may stand right in front of it, digits not
_ANY_CARD = [
    _CARD_18.replace("D", "[0-9]").replace(" ", _MAYBE),
    *(_grouped(groups, "[1-9]") for groups in _CARDS_15),
]
_ANY_PHONE = "(?:0{0,2}86)?(?:" + "|".join(_grouped(g, "1", "[3-9]") for g in _PHONES) + ")"
_CARD, _PHONE = _ALONE.format("|".join(_ANY_CARD)), _ALONE.format(_ANY_PHONE)

# A text with fewer digits in a row than a phone has is never looked at, and one that is written
# plainly is looked at as it stands.
_ODD = "".join(_PLAIN) + "".join(_CHINESE)
_CHINESE_DIGIT = f"[{''.join(_CHINESE)}]"
_DIGITS = "0-9" + "".join([*list(_PLAIN)[: len(_ZEROS) + 2], *_CHINESE])
_BETWEEN = f"[{_SEPARATORS}.{''.join(list(_PLAIN)[len(_ZEROS) + 2 :])}]*"
_ENOUGH = f"[{_DIGITS}](?:{_BETWEEN}[{_DIGITS}]){{10}}"
_FEWEST = 11
_DIGEST = "[a-f][0-9]{15}|[a-f]{3}[0-9]{13}|[a-f]{5}[0-9]{11}"  # 16 signs of one

_WEIGHTS = [2 ** (17 - place) % 11 for place in range(17)]  # ISO 7064, MOD 11-2
_BIRTH = date(1900, 1, 1)


def holds_personal(text: str) -> bool:
    """Whether a text holds what looks like the number of an identity card or a mobile phone."""
    if not re.search(_ENOUGH, text) or re.fullmatch(_DIGEST, text):
        return False
    return any(
        re.search(_PHONE, plain, re.ASCII) is not None or bool(_cards(plain))
        for plain in (text.translate(table) for table in _TABLES)
    )


def holds_personal_sql(text: str, only_cards: bool = False) -> str:
    """The same as an SQL condition on an SQL text, never null.

    only_cards   a serial number may look like a phone, but not like an identity card
    """
    first, second = (_read(text, reading) for reading in _READINGS)
    is_plain = f"strlen({text}) = length({text}) OR NOT {_matches(text, f'[{_ODD}]')}"
    plain = f"CASE WHEN {is_plain} THEN {text} ELSE {first} END"
    return (
        f"CASE WHEN {may_hold_personal_sql(text)} AND NOT regexp_full_match({text}, '{_DIGEST}')"
        f" THEN CASE WHEN {_holds(plain, only_cards)} THEN true"
        f" WHEN {_matches(text, _CHINESE_DIGIT)} THEN {_holds(second, only_cards)}"
        " ELSE false END ELSE false END"
    )


def may_hold_personal_sql(text: str) -> str:
    """A quick condition on an SQL text: false only of what holds no number of a person."""
    return f"strlen({text}) >= {_FEWEST} AND {_matches(text, _ENOUGH)}"


def masked(text: str, only_cards: bool = False) -> str:
    """An SQL text with the numbers of persons hidden; what holds none stays as it is, to the sign.

    Beside a number that is not written plainly, signs of full width and the like are.
    """
    hidden = text
    for plain in ("t", *(_read("t", reading) for reading in _READINGS)):
        hide = f"CASE WHEN {_holds(plain, only_cards)} THEN {_hidden(plain, only_cards)} ELSE t END"
        hidden = _bound(hidden, hide)
    return f"CASE WHEN {holds_personal_sql(text, only_cards)} THEN {hidden} ELSE {text} END"


def masked_word(text: str) -> str:
    """The same of a single word."""
    for table in ({}, *_TABLES):
        if holds_personal(text):
            plain = text.translate(table)
            for card in _cards(plain):
                plain = plain.replace(card, MASK)
            for _ in range(2):  # two may share the sign between them
                plain = re.sub(_PHONE, rf"\1{MASK}\3", plain, flags=re.ASCII)
            text = plain if MASK in plain else text
    return text


# -- details ----------------------------------------------------------------------------------


def _signs(*tables: dict[str, str]) -> tuple[str, str]:
    """Every odd sign, and in the same order the plain ones."""
    pairs = [
        (sign, plain[place] if len(plain) > 1 else plain)
        for table in tables
        for odd, plain in table.items()
        for place, sign in enumerate(odd)
    ]
    return "".join(odd for odd, _ in pairs), "".join(plain for _, plain in pairs)


# A text is read twice, as Chinese digits may be words beside a number in others (第一13…).
_READINGS = (_signs(_PLAIN), _signs(_PLAIN, _CHINESE))
_TABLES = tuple(str.maketrans(*reading) for reading in _READINGS)


def _cards(plain: str) -> list[str]:
    return [m[2] for m in re.finditer(_CARD, plain, re.ASCII) if _is_card(m[2])]


def _is_card(candidate: str) -> bool:
    """Whether what is built like the number of an identity card can be one."""
    digits = re.sub("[^0-9]", "", candidate)
    if len(digits) == 15:
        is_old = digits[6:8] > f"{date.today():%y}" and re.match(_PROVINCE, digits) is not None
        return is_old and _day(f"19{digits[6:12]}") is not None
    born, check = _day(digits[6:14]), 10 if len(digits) == 17 else int(digits[17])
    total = sum(int(d) * w for d, w in zip(digits, _WEIGHTS, strict=False)) + check
    return born is not None and _BIRTH <= born <= date.today() and total % 11 == 1


def _day(digits: str) -> date | None:
    try:
        return date.fromisoformat(digits)
    except ValueError:
        return None


def _bound(value: str, expression: str, name: str = "t") -> str:
    """An SQL expression that is reckoned once for the value of that name."""
    return f"list_transform([{value}], lambda {name}: {expression})[1]"


def _matches(text: str, pattern: str) -> str:
    return f"regexp_matches({text}, {literal(pattern)})"


def _read(text: str, reading: tuple[str, str]) -> str:
    odd, plain = map(literal, reading)
    return f"translate({text}, {odd}, {plain})"


def _holds(plain: str, only_cards: bool) -> str:
    """Whether a text that is written plainly holds a number."""
    holds_card = f"len({_cards_sql(plain)}) > 0"
    if only_cards:
        return holds_card
    return f"CASE WHEN {_matches(plain, _PHONE)} THEN true ELSE {holds_card} END"


def _hidden(plain: str, only_cards: bool) -> str:
    hidden = f"list_reduce({_cards_sql(plain)}, lambda a, c: replace(a, c, '{MASK}'), {plain})"
    for _ in range(0 if only_cards else 2):  # two may share the sign between them
        hidden = f"regexp_replace({hidden}, {literal(_PHONE)}, '\\1{MASK}\\3', 'g')"
    return hidden


def _cards_sql(plain: str) -> str:
    """`_cards` in SQL."""
    digits = "regexp_replace(c, '[^0-9]', '', 'g')"
    is_card = _bound(digits, _is_card_sql(), "d")
    return f"list_filter(regexp_extract_all({plain}, {literal(_CARD)}, 2), lambda c: {is_card})"


def _is_card_sql() -> str:
    """`_is_card` of the digits `d`."""
    today = date.today()
    check = "CASE length(d) WHEN 17 THEN 10 ELSE CAST(right(d, 1) AS INTEGER) END"
    products = f"list_inner_product(CAST(string_split(left(d, 17), '') AS FLOAT[]), {_WEIGHTS})"
    return (
        f"CASE WHEN length(d) = 15 THEN substr(d, 7, 2) > '{today:%y}'"
        f" AND {_matches('d', f'^(?:{_PROVINCE})')}"
        " AND try_strptime('19' || substr(d, 7, 6), '%Y%m%d') IS NOT NULL"
        f" ELSE try_strptime(substr(d, 7, 8), '%Y%m%d') BETWEEN DATE '{_BIRTH}' AND DATE '{today}'"
        f" AND (CAST({products} AS INTEGER) + {check}) % 11 = 1 END"
    )
