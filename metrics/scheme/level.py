"""The levels of units, from one person up to the whole bureau."""

from collections.abc import Mapping
from typing import Literal

Level = Literal["officer", "village", "room", "station", "group", "bureau"]
LEVELS: Mapping[Level, str] = {
    "officer": "民（辅）警",
    "village": "村（社区）",
    "room": "警务室",
    "station": "派出所",
    "group": "分组",
    "bureau": "全局",
}
