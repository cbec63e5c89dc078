"""The written forms of a unit's name: brought to one form, and taken apart into stem and ending.

Nothing here knows a register; both sides of a comparison go through the same functions.
"""

import re
import unicodedata
from collections.abc import Iterator, Mapping

VILLAGE, COMMUNITY = "village", "community"
# What may stand behind a name -> the kind of unit that it tells, if it tells one.
ENDINGS: Mapping[str, Mapping[str, str | None]] = {
    "village": {
        "村民委员会": VILLAGE,
        "村委会": VILLAGE,
        "村委": VILLAGE,
        "行政村": VILLAGE,
        "村": VILLAGE,
        "社区居民委员会": COMMUNITY,
        "社区居委会": COMMUNITY,
        "社区居委": COMMUNITY,
        "居民委员会": COMMUNITY,
        "居委会": COMMUNITY,
        "居委": COMMUNITY,
        "社区": COMMUNITY,
    },
    "station": {"公安派出所": None, "派出所": None, "所": None},
    "police_room": {"社区警务室": None, "警务室": None},
}
_PLAIN = {VILLAGE: "村", COMMUNITY: "社区"}
TOWN_ENDINGS = ("街道办事处", "街道办", "街道", "办事处", "镇", "乡")
STATION_ENDINGS = ("公安派出所", "派出所", "所")

_DIGITS = "〇一二三四五六七八九"
_NUMERAL = re.compile(
    r"(?<![\d〇零一二三四五六七八九十百千])"
    r"(?:([一二三四五六七八九])百(?:零([一二三四五六七八九])|([一二三四五六七八九])十)?"
    r"|([一二三四五六七八九])?(十))?([一二三四五六七八九])?"
    r"(?![\d〇零一二三四五六七八九十百千])"
)
_LEADING_ZEROS = re.compile(r"(?<!\d)0+(?=\d)")
_ORDINAL = re.compile(r"第(?=\d)")
_INVISIBLE = re.compile("[\u00ad\u200b-\u200f\u202a-\u202e\u2060-\u2064\ufeff]")
# Between two digits a sign may be part of a list (三、五村) or a range: there it stays. Signs that
# only part lists (、，；) stay everywhere: two units in one cell are nobody's name.
_GAP = r"[\s·•‧∙.\-‐-―_/\\>|:]"
_GAPS = re.compile(rf"(?<!\d){_GAP}+|{_GAP}+(?!\d)")


def normal(text: str) -> str:
    """Full width, spaces, joining signs and the way of writing numbers taken out of a name.

    十二 and 12, 第三 and 三 become one; a run of numerals that is no number stays as it is.
    """
    plain = _INVISIBLE.sub("", unicodedata.normalize("NFKC", text)).casefold()
    plain = _NUMERAL.sub(_in_digits, plain)
    plain = _ORDINAL.sub("", _LEADING_ZEROS.sub("", plain))
    return _GAPS.sub("", plain)


def _in_digits(numeral: re.Match[str]) -> str:
    if not numeral[0]:
        return ""
    hundreds, after_zero, tens_after, tens, ten, ones = numeral.groups()
    is_gap = hundreds and ones and not tens_after  # 一百二 may be 102 or 120
    if is_gap:
        return numeral[0]
    value = 100 * _digit(hundreds) + 10 * _digit(tens_after) + _digit(after_zero) + _digit(ones)
    return str(value + (10 * (_digit(tens) or 1) if ten else 0))


def _digit(sign: str | None) -> int:
    return _DIGITS.index(sign) if sign else 0


def stems(name: str, register: str) -> Iterator[tuple[str, str | None]]:
    """A normal name without the endings that it may have -> the kind of unit that they tell.

    李庄村委会 → 李庄村委会 (none), 李庄 (village); 李庄村村委会 → also 李庄村 (village).
    """
    yield name, None
    for ending, kind in ENDINGS.get(register, {}).items():
        if not name.endswith(ending) or len(name) == len(ending):
            continue
        stem = name.removesuffix(ending)
        yield stem, kind
        plain = _PLAIN.get(kind or "", "")
        if ending != plain and plain and stem.endswith(plain) and len(stem) > len(plain):
            yield stem.removesuffix(plain), kind


def town_names(station: str) -> frozenset[str]:
    """The normal names under which a station's area is called: 枣林派出所 → 枣林, 枣林镇, 枣林所 …

    Which of 镇, 乡 and 街道 it is, the register does not say: all are taken for it.
    """
    base = _without(station, STATION_ENDINGS)
    bases = {base, _without(base, TOWN_ENDINGS)}
    towns = {base + ending for base in bases for ending in ("", *TOWN_ENDINGS)}
    names = {town + ending for town in towns for ending in ("", *STATION_ENDINGS)}
    return frozenset(name for name in names if len(name) > 1)


def _without(name: str, endings: tuple[str, ...]) -> str:
    """The name without the longest of the endings that it has; `endings`: longest first."""
    ending = next((e for e in endings if name.endswith(e) and name != e), "")
    return name.removesuffix(ending)


def bureau_names(bureau: str) -> frozenset[str]:
    """What may stand before a unit's name: 舞钢市公安局 → 舞钢市公安局, 舞钢市."""
    name = normal(bureau)
    place = re.sub(r"公安(?:分?局|处)$", "", name)
    return frozenset({name, place} if len(place) > 1 else {name})
