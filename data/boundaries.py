"""The outlines of the villages: a GeoJSON file of the bureau (RFC 7946), read and checked.

Nothing of it is fetched or executed; a file that is wrong is refused with one sentence.
"""

import json
import math
from collections.abc import Iterator, Mapping
from functools import cache
from pathlib import Path
from typing import Any

from data.declared import DeclarationError

Point = tuple[float, float]  # longitude, latitude
Ring = tuple[Point, ...]
Outline = tuple[Ring, ...]  # all the rings of a village, holes too
CODE = "code"
MOST_BYTES = 20 * 2**20
MOST_POINTS = 200_000


def read_boundaries(path: Path) -> Mapping[str, Outline]:
    """Village code -> its outline. Read once for as long as the file stays as it is."""
    try:
        stands = path.stat()
    except OSError:
        raise DeclarationError(path.name, "", f"没有这个文件（{path}）") from None
    if stands.st_size > MOST_BYTES:
        raise DeclarationError(path.name, "", f"超过 {MOST_BYTES // 2**20} MB，请先简化边界")
    return _read(path, stands.st_mtime_ns)


@cache
def _read(path: Path, changed: int) -> Mapping[str, Outline]:
    features = _features(path)
    outlines: dict[str, Outline] = {}
    points = 0
    for number, feature in enumerate(features, 1):
        code, outline = _village(path.name, f"第 {number} 个要素", feature)
        if code in outlines:
            raise DeclarationError(path.name, f"第 {number} 个要素", f"编码“{code}”重复")
        outlines[code] = outline
        points += sum(len(ring) for ring in outline)
    if points > MOST_POINTS:
        problem = f"共 {points} 个点，超过 {MOST_POINTS} 个，请先简化边界"
        raise DeclarationError(path.name, "", problem)
    return outlines


def _features(path: Path) -> list[Any]:
    try:
        content = json.loads(path.read_text("utf-8-sig"))
    except UnicodeDecodeError:
        raise DeclarationError(path.name, "", "不是 UTF-8 编码，请另存为 UTF-8") from None
    except (json.JSONDecodeError, RecursionError):
        raise DeclarationError(path.name, "", "不是合法的 JSON") from None
    except OSError:
        raise DeclarationError(path.name, "", f"不能读取（{path}）") from None
    features = content.get("features") if isinstance(content, dict) else None
    if not isinstance(features, list) or content.get("type") != "FeatureCollection":
        raise DeclarationError(path.name, "type", "应为 GeoJSON 的 FeatureCollection")
    if not features:
        raise DeclarationError(path.name, "features", "没有要素")
    return features


def _village(file: str, place: str, feature: Any) -> tuple[str, Outline]:
    """One feature as code and outline."""
    properties = feature.get("properties") if isinstance(feature, dict) else None
    code = properties.get(CODE) if isinstance(properties, dict) else None
    if not isinstance(code, str) or not code.strip():
        raise DeclarationError(file, place, f"缺少属性 {CODE}（村（社区）编码，文字）")
    try:
        outline = tuple(_rings(feature.get("geometry")))
    except (TypeError, ValueError, KeyError, IndexError, AttributeError, OverflowError):
        outline = ()
    if not outline:
        problem = "边界应为 Polygon 或 MultiPolygon，坐标应为经度、纬度，每圈至少 4 点、首尾相同"
        raise DeclarationError(file, f"{place}（{code.strip()[:40]}）", problem)
    return code.strip(), outline


def _rings(geometry: Any) -> Iterator[Ring]:
    """All the rings; raises what is not one."""
    if geometry["type"] not in ("Polygon", "MultiPolygon"):
        raise ValueError("not an area")
    coordinates = geometry["coordinates"]
    for polygon in [coordinates] if geometry["type"] == "Polygon" else coordinates:
        for ring in polygon:
            points = tuple(_point(point) for point in ring)
            if len(points) < 4 or points[0] != points[-1]:
                raise ValueError("not a closed ring")
            yield points


def _point(point: Any) -> Point:
    longitude, latitude = point[0], point[1]
    for value, limit in ((longitude, 180), (latitude, 90)):
        if isinstance(value, bool) or not isinstance(value, int | float):
            raise TypeError("not a number")
        if not math.isfinite(value) or abs(value) > limit:
            raise ValueError("not on the earth")
    return float(longitude), float(latitude)
