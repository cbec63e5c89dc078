"""Where the villages lie, in kilometres, and what is drawn for each of them.

With outlines of the bureau those are drawn. Without, each village gets the land that is nearer to
it than to any other, up to a radius: a picture for orientation, not a boundary.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date

import numpy as np
from scipy import spatial

from data.boundaries import Outline
from metrics.cells.count import Counted
from metrics.cells.units import registers_on
from metrics.statistics.intervals import FloatArray

KM_NORTH = 110.57  # of a degree of latitude; of longitude at the equator: 111.32
KM_EAST = 111.32
CORNERS = 24
REACH = 3.0  # radius of an area: so many times the usual distance to the next village
NUDGE = 0.03  # km between villages that are registered at the same point
FEWEST = 3

Ring = tuple[tuple[float, float], ...]


@dataclass(frozen=True)
class Village:
    """A village on a day. people: registered population, else households, else None."""

    code: str
    name: str
    station: str
    longitude: float | None
    latitude: float | None
    people: int | None


@dataclass(frozen=True)
class Land:
    """The villages that can be drawn: positions (n, 2) in km, x to the east, y to the south.

    missing       villages without position and outline
    outlined      how many are drawn by an outline of the bureau
    """

    villages: tuple[Village, ...]
    positions: FloatArray
    shapes: tuple[tuple[Ring, ...], ...]
    missing: int
    outlined: int


def villages_on(counted: Counted, day: date) -> list[Village]:
    """The villages that exist on the day, in order of code."""
    query = (
        f"{registers_on(counted, day)} SELECT code, name, coalesce(station, ''), longitude,"
        " latitude, coalesce(population, households) FROM village_on WHERE is_valid ORDER BY 1"
    )
    return [Village(*row) for row in counted.cursor().execute(query).fetchall()]


def land(villages: Sequence[Village], outlines: Mapping[str, Outline]) -> Land | None:
    """None with fewer than three villages to draw."""
    placed = [v for v in villages if v.code in outlines or None not in (v.longitude, v.latitude)]
    if len(placed) < FEWEST:
        return None
    rings = {v.code: outlines[v.code] for v in placed if v.code in outlines}
    places = np.array(
        [_centre(rings[v.code]) if v.code in rings else (v.longitude, v.latitude) for v in placed],
        float,
    )
    middle = places.mean(axis=0)
    positions = _apart(in_km(places, middle))
    areas = nearest_areas(positions)
    shapes = tuple(
        tuple(_ring(in_km(np.array(ring), middle)) for ring in rings[v.code])
        if v.code in rings
        else (areas[i],)
        for i, v in enumerate(placed)
    )
    return Land(tuple(placed), positions, shapes, len(villages) - len(placed), len(rings))


def in_km(places: FloatArray, middle: FloatArray) -> FloatArray:
    """(n, 2) of longitude and latitude -> km to the east and south of the middle.

    Good for a county: over 100 km the error is below one in a hundred.
    """
    east = (places[:, 0] - middle[0]) * np.cos(np.radians(middle[1])) * KM_EAST
    return np.column_stack([east, (middle[1] - places[:, 1]) * KM_NORTH])


def nearest_areas(positions: FloatArray) -> list[Ring]:
    """For each point what lies nearer to it than to the others, within a radius (Voronoi)."""
    tree = spatial.KDTree(positions)
    nearest, _ = tree.query(positions, k=2)
    radius = REACH * float(np.median(nearest[:, 1]))
    angles = 2 * np.pi * np.arange(CORNERS) / CORNERS
    disc = radius * np.column_stack([np.cos(angles), np.sin(angles)])
    areas = []
    for i, here in enumerate(positions):
        around = [j for j in tree.query_ball_point(here, 2 * radius) if j != i]
        around.sort(key=lambda j, here=here: float(np.hypot(*(positions[j] - here))))  # type: ignore[misc]
        area = disc + here
        for j in around:
            area = nearer(area, here, positions[j])
        areas.append(_ring(area))
    return areas


def nearer(area: FloatArray, here: FloatArray, there: FloatArray) -> FloatArray:
    """The part of a convex area that lies nearer to here than to there."""
    towards = there - here
    side = (area - (here + there) / 2) @ towards
    if (side <= 0).all():
        return area
    corners = []
    for a, b, side_a, side_b in zip(
        area, np.roll(area, -1, axis=0), side, np.roll(side, -1), strict=True
    ):
        if side_a <= 0:
            corners.append(a)
        if side_a * side_b < 0:
            corners.append(a + (b - a) * side_a / (side_a - side_b))
    return np.array(corners)


def _apart(positions: FloatArray) -> FloatArray:
    """Villages registered at one and the same point are set beside each other."""
    seen: dict[tuple[float, float], int] = {}
    moved = positions.copy()
    for i, (x, y) in enumerate(positions.tolist()):
        again = seen.get((x, y), 0)
        seen[x, y] = again + 1
        moved[i, 0] += NUDGE * again
    return moved


def _centre(outline: Outline) -> tuple[float, float]:
    """The centre of the largest ring."""
    largest = max((_area_and_centre(np.array(ring)) for ring in outline), key=lambda r: r[0])
    return largest[1], largest[2]


def _area_and_centre(ring: FloatArray) -> tuple[float, float, float]:
    origin = ring[0]  # near the ring, so that nothing is lost to rounding
    x, y = (ring - origin).T
    cross = x[:-1] * y[1:] - x[1:] * y[:-1]
    area = float(cross.sum()) / 2
    if area == 0:
        middle = ring.mean(axis=0)
        return 0.0, float(middle[0]), float(middle[1])
    east = float(((x[:-1] + x[1:]) * cross).sum()) / (6 * area)
    north = float(((y[:-1] + y[1:]) * cross).sum()) / (6 * area)
    return abs(area), float(origin[0]) + east, float(origin[1]) + north


def _ring(points: FloatArray) -> Ring:
    return tuple((float(x), float(y)) for x, y in points)
