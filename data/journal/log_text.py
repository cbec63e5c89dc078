"""Words that go into the log: short, there, and without the number of a person."""

from data.journal.log import NotNow
from data.personal import holds_personal

MOST = 200


def stated(text: str, what: str, most: int = MOST) -> str:
    """The text without spaces at its ends; raises NotNow if it cannot stand in the log."""
    words = " ".join(text.split())
    if not words:
        raise NotNow(f"请填写{what}")
    if len(words) > most:
        raise NotNow(f"{what}不超过 {most} 字，现为 {len(words)} 字")
    if holds_personal(words):
        raise NotNow(f"{what}中不得有身份证号、手机号")
    return words
