"""Words for yes and no and for the choices of a column, as people write them."""

from collections.abc import Iterable, Mapping

from data.intake.understanding.instants import FULL_WIDTH
from data.schema import Column, literal

YES_AND_NO: Mapping[str, tuple[str, ...]] = {
    "true": ("是", "有", "对", "真", "√", "✓", "✔", "☑", "true", "1", "y", "yes", "t"),
    "false": (
        "否",
        "无",
        "没有",
        "错",
        "假",
        "×",
        "✕",
        "✗",
        "✘",
        "☐",
        "false",
        "0",
        "n",
        "no",
        "f",
    ),
}


def meanings(column: Column) -> dict[str, str]:
    """Every word of a column in half-width small letters -> its code (true and false: yes, no)."""
    of_code: dict[str, list[str]] = {}
    for code, title in column.choices.items():
        of_code[code] = [code, title]
    if column.type == "boolean":
        of_code = {code: list(words) for code, words in YES_AND_NO.items()}
    for code, words in column.words.items():
        of_code[code] += words
    return {folded(word): code for code, words in of_code.items() for word in words}


def meant(column: Column, raw: str) -> str:
    """SQL of the code that the text `raw` stands for, null where it stands for none."""
    words: dict[str, list[str]] = {}
    for word, code in meanings(column).items():
        words.setdefault(code, []).append(word)
    value = "{0}" if column.type == "boolean" else "'{0}'"
    titled = [(code, [*ours, column.choices.get(code, code)]) for code, ours in words.items()]
    at_once = _cases(titled, raw, value)
    wide, half = (literal("".join(signs)) for signs in (FULL_WIDTH, FULL_WIDTH.values()))
    # In a list, lest every row be folded: an expression that stands twice is reckoned ahead.
    rest = (
        f"list_transform([lower(translate({raw}, {wide}, {half}))],"
        f" lambda word: CASE {_cases(words.items(), 'word', value)} END)[1]"
    )
    return f"CASE WHEN {raw} IS NULL THEN NULL {at_once} ELSE {rest} END"


def folded(word: str) -> str:
    return "".join(FULL_WIDTH.get(sign, sign) for sign in word).lower()


def _cases(words: Iterable[tuple[str, list[str]]], text: str, value: str) -> str:
    return " ".join(
        f"WHEN {text} IN ({', '.join(map(literal, of_code))}) THEN {value.format(code)}"
        for code, of_code in words
    )
