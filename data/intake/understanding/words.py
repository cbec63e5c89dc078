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
    wide, half = (literal("".join(signs)) for signs in (FULL_WIDTH, FULL_WIDTH.values()))
    folding = f"lower(translate({raw}, {wide}, {half}))"
    words: dict[str, list[str]] = {}
    for word, code in meanings(column).items():
        words.setdefault(code, []).append(word)
    value = "{0}" if column.type == "boolean" else "'{0}'"
    at_once = _cases(((code, _at_once(column, code)) for code in words), raw, value)
    rest = _cases(words.items(), folding, value)
    return f"CASE WHEN {raw} IS NULL THEN NULL {at_once} ELSE CASE {rest} END END"


def folded(word: str) -> str:
    return "".join(FULL_WIDTH.get(sign, sign) for sign in word).lower()


def _at_once(column: Column, code: str) -> list[str]:
    """The words of programs and templates, looked for before a text is folded."""
    yes_no = {"true": ["true", "是"], "false": ["false", "否"]}
    return yes_no[code] if column.type == "boolean" else [code, column.choices[code]]


def _cases(words: Iterable[tuple[str, list[str]]], text: str, value: str) -> str:
    return " ".join(
        f"WHEN {text} IN ({', '.join(map(literal, of_code))}) THEN {value.format(code)}"
        for code, of_code in words
    )
