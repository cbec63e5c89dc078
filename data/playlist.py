"""The playlist of the wall: which views are shown, for how long, and when the wall gives alarm."""

from pathlib import Path
from typing import Annotated, Literal

from pydantic import AfterValidator, Field, field_validator

from data.config import Time
from data.declared import Declared, load_declared

View = Literal[
    "glance", "ranking", "trend", "clearance", "to-zero", "map", "changes", "notice", "decisions"
]
MOST_NAME = 10  # characters


def _between(least: int, most: int, unit: str = "") -> AfterValidator:
    def check(number: int) -> int:
        if not least <= number <= most:
            raise ValueError(f"应为 {least} 至 {most}{unit}，实为“{number}”")
        return number

    return AfterValidator(check)


class ViewForm(Declared):
    """One view. times: how many turns it stays; indicators: of 趋势, one picture for each."""

    name: View
    times: Annotated[int, _between(1, 10)] = 1
    indicators: tuple[str, ...] = ()


class Playlist(Declared):
    """seconds     how long a turn lasts
    oldest_data_hours   data that nothing was added to for longer are told to be old
    reload_at           when the screen loads itself anew every night; empty: never
    departments         who, besides the stations, can be made responsible for a decision
    """

    seconds: Annotated[int, _between(5, 600, " 秒")] = 20
    oldest_data_hours: Annotated[int, _between(1, 24 * 366, " 小时")] = 26
    reload_at: Time = "04:00"
    departments: tuple[str, ...] = ()
    agenda: tuple[View, ...] = ()
    view: tuple[ViewForm, ...] = Field(min_length=1)

    @field_validator("departments")
    @classmethod
    def _short(cls, names: tuple[str, ...]) -> tuple[str, ...]:
        for name in names:
            if not 1 <= len(name.strip()) <= MOST_NAME:
                raise ValueError(f"单位名称应为 1 至 {MOST_NAME} 字，实为“{name[:30]}”")
        return names


def load_playlist(path: Path) -> Playlist:
    """Raises DeclarationError with file and key."""
    return load_declared(path, Playlist)
