"""A board: one view of the wall, as words and values that are ready to be drawn.

One idea, one sentence, at most twelve numbers. No individual ever stands on it.
"""

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field

from metrics.map.layer import Layer
from metrics.map.village_shapes import Land
from metrics.wording.tile_content import TileChange

# Days, months and years tell when, not how much.
WHEN = re.compile(r"\d+年|\d+月|\d+日|第\d+周|近\d+天|\d{4}-\d{2}-\d{2}")
NUMBER = re.compile(r"\d[\d,]*(?:\.\d+)?")


@dataclass(frozen=True)
class Number:
    """One figure. note: what stands under it; is_real: it says that chance does not explain it.

    indicator   what it opens in a meeting, else the board's page
    """

    title: str
    value: str
    unit: str = ""
    change: TileChange | None = None
    note: str = ""
    is_real: bool = False
    indicator: str = ""


@dataclass(frozen=True)
class Course:
    """Twelve months of one indicator over the same months of the year before."""

    months: Sequence[str]
    now: Sequence[float | None]
    before: Sequence[float | None]
    top: str
    is_part: bool


@dataclass(frozen=True)
class Bar:
    """A horizontal bar; `beside`: last year's, drawn quietly under it."""

    title: str
    value: float
    text: str
    beside: float | None = None
    beside_text: str = ""
    station: str = ""


@dataclass(frozen=True)
class Bars:
    title: str
    bars: Sequence[Bar]
    legend: Sequence[str] = ()


@dataclass(frozen=True)
class RankedStation:
    """A ranked station. moved: ↑ 进 2 位; an arrow alone where the move is within chance."""

    rank: int
    name: str
    low: int
    high: int
    moved: str
    is_real: bool
    is_rise: bool
    station: str


@dataclass(frozen=True)
class Places:
    """group -> its first places; `sizes`: how many are ranked in it."""

    groups: Mapping[str, Sequence[RankedStation]]
    sizes: Mapping[str, int]


@dataclass(frozen=True)
class MapBoard:
    """The villages, shaded by a layer."""

    land: Land
    layer: Layer
    stations: Mapping[str, str]


@dataclass(frozen=True)
class BoardRow:
    """A line of words with the state that stands behind it."""

    words: str
    aside: str = ""
    state: str = ""
    is_pressing: bool = False


@dataclass(frozen=True)
class Rows:
    rows: Sequence[BoardRow]


Picture = Course | Bars | Places | MapBoard | Rows | None


@dataclass(frozen=True)
class Board:
    """view    its name in the playlist
    when    the days that it counts
    lead    the one number that is larger than all else
    note    what a reader must know: 暂定, 只作研判
    opens   the page behind it, with its query
    """

    view: str
    title: str
    sentence: str
    when: str
    lead: Number | None = None
    numbers: Sequence[Number] = ()
    picture: Picture = None
    note: str = ""
    opens: str = ""
    query: Mapping[str, str] = field(default_factory=dict)

    @property
    def figures(self) -> list[str]:
        """Every number that is to be read on it; dates, places and words of persons are none."""
        texts = [] if isinstance(self.picture, Rows) or self.view == "notice" else [self.sentence]
        for number in (*([self.lead] if self.lead else ()), *self.numbers):
            texts += [number.value, number.note, number.change.amount if number.change else ""]
        match self.picture:
            case Bars(bars=bars):
                texts += [f"{bar.text} {bar.beside_text}" for bar in bars]
            case Places(groups=groups):
                texts += [place.moved for places in groups.values() for place in places]
        return NUMBER.findall(WHEN.sub("", " ".join(texts)))
