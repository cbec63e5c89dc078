"""The bureau's GeoJSON: what is taken, and the one sentence with which the rest is refused."""

import json
from pathlib import Path
from typing import Any

import pytest

from data.boundaries import read_boundaries
from data.declared import DeclarationError

SQUARE = [[113.5, 33.2], [113.6, 33.2], [113.6, 33.3], [113.5, 33.3], [113.5, 33.2]]


def feature(code: object = "V001", kind: str = "Polygon", coordinates: Any = None) -> dict:
    return {
        "type": "Feature",
        "properties": {"code": code},
        "geometry": {"type": kind, "coordinates": coordinates or [SQUARE]},
    }


def written(folder: Path, *features: object, **more: object) -> Path:
    path = folder / "villages.geojson"
    content = {"type": "FeatureCollection", "features": list(features), **more}
    path.write_text(json.dumps(content), "utf-8")
    return path


def test_polygons_and_multipolygons_with_holes_are_read(tmp_path: Path) -> None:
    path = written(
        tmp_path,
        feature("V001", "Polygon", [SQUARE, SQUARE]),
        feature("V002", "MultiPolygon", [[SQUARE], [SQUARE]]),
    )
    found = read_boundaries(path)
    assert {code: len(outline) for code, outline in found.items()} == {"V001": 2, "V002": 2}
    assert found["V001"][0][1] == (113.6, 33.2)


def test_a_file_that_changed_is_read_again(tmp_path: Path) -> None:
    path = written(tmp_path, feature("V001"))
    assert set(read_boundaries(path)) == {"V001"}
    path.write_text(path.read_text("utf-8").replace("V001", "V002222"), "utf-8")
    assert set(read_boundaries(path)) == {"V002222"}


@pytest.mark.parametrize(
    ("bad", "said"),
    [
        (feature(code=None), "缺少属性 code"),
        (feature(code=7), "缺少属性 code"),
        (feature(kind="Point", coordinates=[1, 2]), "Polygon"),
        (feature(coordinates=[SQUARE[:-1]]), "首尾相同"),
        (feature(coordinates=[[[1, 2], [1, 3], [1, 2]]]), "至少 4 点"),
        (feature(coordinates=[[["1", "2"]] * 5]), "经度、纬度"),
        (feature(coordinates=[[[500000, 3700000]] * 5]), "经度、纬度"),
        (feature(coordinates=[[[float("nan"), 33.0]] * 5]), "经度、纬度"),
        (feature(coordinates="nothing"), "Polygon"),
        ({"type": "Feature", "properties": {"code": "V1"}, "geometry": None}, "Polygon"),
        ("no feature", "缺少属性 code"),
    ],
)
def test_a_wrong_feature_is_named_in_one_sentence(tmp_path: Path, bad: object, said: str) -> None:
    with pytest.raises(DeclarationError) as refused:
        read_boundaries(written(tmp_path, feature("V009"), bad))
    assert str(refused.value).startswith("villages.geojson：第 2 个要素")
    assert said in str(refused.value)
    assert "\n" not in str(refused.value)


@pytest.mark.parametrize(
    ("text", "said"),
    [
        ("{", "不是合法的 JSON"),
        ("[" * 100_000, "不是合法的 JSON"),
        ("[]", "FeatureCollection"),
        ('{"type": "FeatureCollection", "features": []}', "没有要素"),
        ('{"type": "Topology", "features": [1]}', "FeatureCollection"),
    ],
)
def test_a_wrong_file_is_refused(tmp_path: Path, text: str, said: str) -> None:
    path = tmp_path / "villages.geojson"
    path.write_text(text, "utf-8")
    with pytest.raises(DeclarationError, match=said):
        read_boundaries(path)


def test_a_missing_one_one_in_another_encoding_and_a_double_code(tmp_path: Path) -> None:
    with pytest.raises(DeclarationError, match="没有这个文件"):
        read_boundaries(tmp_path / "none.geojson")
    path = tmp_path / "gbk.geojson"
    path.write_bytes('{"名": 1}'.encode("gbk"))
    with pytest.raises(DeclarationError, match="UTF-8"):
        read_boundaries(path)
    with pytest.raises(DeclarationError, match="编码“V001”重复"):
        read_boundaries(written(tmp_path, feature("V001"), feature("V001")))
