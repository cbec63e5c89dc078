"""The pictures of the wall: markup and SVG of our own, sized in shares of the screen."""

from collections.abc import Sequence
from html import escape

from metrics.map.layer import Shade
from metrics.map.village_shapes import Ring
from metrics.wall.board import Bar, Bars, Course, Ground, Places, RankedStation, Rows
from pages.parts.clickable import address, link
from pages.parts.village_map.map_chart import FILLS, SCALE, fill_key, path_of, window_of

# Drawing units of the course: 20 of them are one hundredth of the screen's width.
WIDE, HIGH = 1240, 560
LEFT, TOP, BOTTOM = 20, 60, 70
LETTER = 34
LABEL = 0.045  # height of a station's name on the map, as a share of the picture's height


def course_markup(course: Course, said: str) -> str:
    """Columns of twelve months, and a stroke for the same month of the year before."""
    known = [v for v in (*course.now, *course.before) if v is not None]
    top = max(known) or 1.0
    step = (WIDE - LEFT) / len(course.now)
    columns = "".join(
        _column(course, i, LEFT + i * step, step, top) for i in range(len(course.now))
    )
    base = HIGH - BOTTOM
    return (
        f'<svg class="course" viewBox="0 0 {WIDE} {HIGH}" role="img" aria-label="{escape(said)}">'
        f'<line x1="{LEFT}" y1="{base}" x2="{WIDE}" y2="{base}" class="axis"/>{columns}'
        f'<text x="{LEFT}" y="{LETTER}" font-size="{LETTER}" class="quiet">最高 {course.top}</text>'
        f"{_legend()}</svg>"
    )


def _legend() -> str:
    """What the columns and the strokes are, at the right."""
    left, middle = WIDE - 15 * LETTER, WIDE - 6.5 * LETTER
    return (
        f'<rect x="{left:.0f}" y="{LETTER * 0.2:.0f}" width="{LETTER}" height="{LETTER * 0.85:.0f}"'
        f' class="soft"/><text x="{left + 1.3 * LETTER:.0f}" y="{LETTER}" font-size="{LETTER}">'
        f'近十二个月</text><line x1="{middle:.0f}" x2="{middle + 1.3 * LETTER:.0f}"'
        f' y1="{LETTER * 0.65:.0f}" y2="{LETTER * 0.65:.0f}" class="before"/>'
        f'<text x="{middle + 1.6 * LETTER:.0f}" y="{LETTER}" font-size="{LETTER}">上年同月</text>'
    )


def _column(course: Course, i: int, x: float, step: float, top: float) -> str:
    base, room = HIGH - BOTTOM, HIGH - BOTTOM - TOP
    now, before = course.now[i], course.before[i]
    is_last = i == len(course.now) - 1
    style = "last" if is_last else "soft"
    parts = [
        f'<text x="{x + step / 2:.0f}" y="{HIGH - 20}" font-size="{LETTER}"'
        f' text-anchor="middle" class="quiet">{course.months[i]}</text>'
    ]
    if now is not None:
        high = room * now / top
        hollow = " part" if is_last and course.is_part else ""
        parts.append(
            f'<rect x="{x + step * 0.16:.1f}" y="{base - high:.1f}" width="{step * 0.68:.1f}"'
            f' height="{high:.1f}" class="{style}{hollow}"/>'
        )
    if before is not None:
        y = base - room * before / top
        parts.append(
            f'<line x1="{x + step * 0.04:.1f}" x2="{x + step * 0.96:.1f}" y1="{y:.1f}"'
            f' y2="{y:.1f}" class="before"/>'
        )
    return "".join(parts)


def bars_markup(bars: Bars, period: str) -> str:
    most = max((max(b.value, b.beside or 0.0) for b in bars.bars), default=0.0) or 1.0
    rows = "".join(_bar(bar, most, period, bars.legend) for bar in bars.bars)
    return f'<div class="bars"><h2>{escape(bars.title)}</h2>{rows}</div>'


def _bar(bar: Bar, most: float, period: str, legend: Sequence[str]) -> str:
    second = ""
    if bar.beside is not None:
        word = f"{legend[1]} " if len(legend) > 1 else ""
        second = (
            f'<i class="beside" style="width:{100 * bar.beside / most:.1f}%"></i>'
            f'<span class="quiet">{escape(word + bar.beside_shown)}</span>'
        )
    name = f'<span class="name">{escape(bar.title)}</span>'
    if bar.station:
        to = address("unit", level="station", unit=bar.station, **_of(period))
        name = link(name, to)
    return (
        f'<div class="bar">{name}<div class="track">'
        f'<i style="width:{100 * bar.value / most:.1f}%"></i><b>{escape(bar.shown)}</b>{second}'
        "</div></div>"
    )


def _of(period: str) -> dict[str, str]:
    return {"period": period} if period else {}


def places_markup(places: Places, period: str) -> str:
    groups = "".join(
        f'<div class="group"><h2>{escape(name)}</h2>'
        f"{''.join(_place(place, places.sizes[name], period) for place in found)}</div>"
        for name, found in places.groups.items()
    )
    legend = "圆点为名次，横条为其 95% 区间；箭头为进退位，写明位数的超出误差范围"
    return f'<div class="places">{groups}</div><p class="legend">{legend}</p>'


def _place(place: RankedStation, size: int, period: str) -> str:
    def at(rank: float) -> float:
        return 100 * (rank - 0.5) / size

    tone = ("better" if place.is_rise else "worse") if place.is_real else "quiet"
    inner = (
        f'<span class="rank">{place.rank}</span><span class="name">{escape(place.name)}</span>'
        f'<span class="span"><i style="left:{at(place.low):.1f}%;'
        f'width:{max(at(place.high) - at(place.low), 1):.1f}%"></i>'
        f'<b style="left:{at(place.rank):.1f}%"></b></span>'
        f'<span class="moved {tone}">{escape(place.moved)}</span>'
    )
    to = address("unit", level="station", unit=place.station, **_of(period))
    return link(inner, to, "place")


def ground_markup(ground: Ground, said: str) -> str:
    left, top, wide, high = window_of(ground.land, None)
    shades = zip(ground.layer.shades, ground.land.shapes, strict=True)
    areas = "".join(_area(shade, shape) for shade, shape in shades)
    legend = "".join(
        f'<span><i class="{key}" style="background:{FILLS.get(key, "none")}"></i>'
        f"{escape(word)}</span>"
        for key, word in ground.layer.legend.items()
    )
    return (
        f'<div class="ground"><svg viewBox="{left:.0f} {top:.0f} {wide:.0f} {high:.0f}"'
        f' role="img" aria-label="{escape(said)}">{areas}{_names(ground, high)}</svg>'
        f'<div class="legend">{legend}</div></div>'
    )


def _area(shade: Shade, shape: Sequence[Ring]) -> str:
    fill = FILLS.get(fill_key(shade))
    style = f' style="fill:{fill}"' if fill else ""
    rings = "".join(path_of(ring) for ring in shape)
    return f'<path class="{shade.tone}" fill-rule="evenodd" d="{rings}"{style}/>'


def _names(ground: Ground, high: float) -> str:
    """The stations in the middle of their villages."""
    size, texts = high * LABEL, []
    for code, name in ground.stations.items():
        own = [i for i, v in enumerate(ground.land.villages) if v.station == code]
        if own:
            x, y = SCALE * ground.land.positions[own].mean(axis=0)
            texts.append(
                f'<text x="{x:.0f}" y="{y + size / 3:.0f}" font-size="{size:.0f}"'
                f' stroke-width="{size / 5:.0f}">{escape(name.removesuffix("派出所"))}</text>'
            )
    return "".join(texts)


def rows_markup(rows: Rows) -> str:
    found = "".join(
        f'<div class="row{" pressing" if row.is_pressing else ""}">'
        f'<span class="words">{escape(row.words)}</span>'
        f'<span class="quiet">{escape(row.aside)}</span>'
        f'<span class="state">{escape(row.state)}</span></div>'
        for row in rows.rows
    )
    return f'<div class="rows">{found}</div>'
