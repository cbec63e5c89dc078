"""Words that go into the log: there, and as data/entered_text.py wants them."""

import re

from data.entered_text import MOST, cleaned, problem_of
from data.journal.log import NotNow


def stated(text: str, what: str, most: int = MOST) -> str:
    """The text, cleaned; raises NotNow if it is empty or cannot stand in the log."""
    if words := stated_if_any(text, what, most):
        return words
    raise NotNow(f"请填写{what}")


def stated_if_any(text: str, what: str, most: int = MOST) -> str:
    """The same of a text that may be left out: then ''."""
    words = re.sub("[ \u3000]+", " ", cleaned(text))
    if problem := problem_of(words, what, most):
        raise NotNow(problem)
    return words
