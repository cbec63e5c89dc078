"""A template that cannot be used, in one sentence."""

from collections.abc import Callable
from pathlib import Path
from typing import TypeVar

T = TypeVar("T")


class BadTemplate(ValueError):
    """The message says what is wrong with which file."""


def read(path: Path, wanted: str, opened: Callable[[str], T]) -> T:
    """The opened file; raises BadTemplate for what is missing or of another kind."""
    if not path.is_file():
        raise BadTemplate(f"没有模板“{path}”，请核对 hongfeng.toml 的 [documents] 或 --template")
    try:
        return opened(str(path))
    except Exception as error:  # the libraries raise what they stumble over
        raise BadTemplate(f"模板“{path}”应为 {wanted} 文件，无法打开") from error
