"""The form of a draft: what was not touched stays exact, what is wrong is said in Chinese."""

import re
from collections.abc import Callable
from dataclasses import replace
from datetime import time
from fractions import Fraction
from pathlib import Path

import pytest

from metrics.indicators.catalogue import load_catalogue
from metrics.scheme.diff import scheme_changes
from metrics.scheme.form import Form, FormError, Value, form_of, read_form
from metrics.scheme.scheme import Scheme, load_scheme, load_schemes

CATALOGUE = load_catalogue()
(DEFAULT,) = load_schemes(CATALOGUE)
EXAMPLE = load_scheme(
    Path(__file__).parents[2] / "metrics/schemes/examples/clearance-scored.toml", CATALOGUE
)
FORM = form_of(DEFAULT, CATALOGUE)


def with_cell(row: int, **values: Value) -> Form:
    rows = list(FORM.indicators)
    rows[row] = {**rows[row], **values}
    return replace(FORM, indicators=rows)


def said(form: Form) -> list[str]:
    found = scheme_changes(DEFAULT, read_form(form, DEFAULT, CATALOGUE), CATALOGUE)
    return [change.sentence for change in found]


@pytest.mark.parametrize("scheme", [DEFAULT, EXAMPLE])
def test_an_untouched_form_is_the_scheme(scheme: Scheme) -> None:
    read = read_form(form_of(scheme, CATALOGUE), scheme, CATALOGUE)
    assert read.model_copy(update={"file": scheme.file}) == scheme


def test_a_third_of_a_point_survives() -> None:
    weights = {"weight": Fraction(100, 19), "weights": {}}
    thirds = [s.model_copy(update=weights) for s in DEFAULT.indicators]
    scheme = Scheme.model_validate({**dict(DEFAULT), "indicators": tuple(thirds)})
    assert read_form(form_of(scheme, CATALOGUE), scheme, CATALOGUE).indicators == tuple(thirds)


def test_what_is_typed_is_taken() -> None:
    assert said(with_cell(1, target=97.5)) == ["A2 下村履职天数 目标值 100% → 97.5%"]
    (rule, steps) = said(with_cell(13, rule="分档", steps="96:1、90:1/2"))
    assert rule == "E 信息抽查准确率 计分办法 按比例 → 分档"
    assert steps.endswith("96% 以上得满分，90% 以上得 1/2")
    assert said(replace(FORM, few_cases="取上级或摊分")) == [
        "方案 少件处理 与本组合并 → 取上级或摊分"
    ]
    shifted = with_cell(0, village=17.0)
    shifted = replace(
        shifted,
        indicators=[
            {**row, "village": 12.0} if n == 1 else row for n, row in enumerate(shifted.indicators)
        ],
    )
    assert said(shifted) == [
        "A1 走访覆盖率 村（社区）权重 18 → 17",
        "A2 下村履职天数 村（社区）权重 11 → 12",
    ]
    assert said(replace(FORM, hours="7:00-9:00，19:00–24:00")) == [
        "方案 重点时段 19:00–23:00 → 07:00–09:00、19:00–00:00"
    ]
    read = read_form(replace(FORM, hours="19:00–24:00"), DEFAULT, CATALOGUE)
    assert read.peak_hours == ((time(19), time(0)),)
    grades = [{**row, "quota": 15.0} if n == 0 else row for n, row in enumerate(FORM.grades)]
    (sentence,) = said(replace(FORM, grades=grades))
    assert sentence.endswith("90 分以上，不超过本组的 15%")
    reasons = [*FORM.reasons[:-1], {"kind": "加分", "title": "破获大案线索", "points": 1.0}]
    (sentence,) = said(replace(FORM, reasons=reasons))
    assert sentence.endswith("— → 加分：破获大案线索，每次至多 1 分")


def test_an_indicator_comes_in_and_another_goes_out() -> None:
    row = next(n for n, r in enumerate(FORM.indicators) if r["id"] == "clearance-cohort")
    rows = list(FORM.indicators)
    rows[0] = {**rows[0], "village": 29.0, "officer": 29.0}
    rows[1] = {**rows[1], "weight": None}
    rows[row] = {**rows[row], "weight": 6.0, "target": 50.0, "floor": 20.0}
    found = said(replace(FORM, indicators=rows))
    assert found == [
        "A1 走访覆盖率 民（辅）警权重 18 → 29",
        "A1 走访覆盖率 村（社区）权重 18 → 29",
        "A2 下村履职天数 取消计分 6 分 → —",
        "现案破案率 新增计分 — → 6 分",
    ]


def no_grade_from_nought(form: Form) -> Form:
    return replace(form, grades=[row for row in form.grades if row["name"] != "不合格"])


WRONG: list[tuple[Callable[[Form], Form], str]] = [
    (lambda form: with_cell(0, weight=12.0), "各项权重之和应为 100，现为 102"),
    (lambda form: with_cell(0, target=None), "A1 走访覆盖率：请填目标值"),
    (lambda form: with_cell(1, floor=100.0), "A2 下村履职天数：目标值应高于底线"),
    (lambda form: with_cell(10, target=20.0), "C4 复发率：目标值应低于底线"),
    (lambda form: with_cell(0, village=20.0), "各项村（社区）权重之和应为 100，现为 102"),
    (lambda form: with_cell(7, pooled=True), "请取消各项的“取警务室”"),
    (lambda form: with_cell(13, rule="分档", steps="九成"), "分档应写作“95:1，90:2/3”"),
    (lambda form: with_cell(0, weight=-1.0), "A1 走访覆盖率：权重应大于 0"),
    (lambda form: replace(form, hours="晚上"), "重点时段应写作"),
    (lambda form: replace(form, hours="19:00–25:70"), "重点时段应写作"),
    (lambda form: replace(form, title=" "), "方案名称不能为空"),
    (lambda form: replace(form, veto_grade="差"), "否决后最高等次“差”不在等次之中"),
    (no_grade_from_nought, "等次的最后一档应自 0 分起"),
    (
        lambda form: replace(form, reasons=[{"kind": None, "title": "好事", "points": None}]),
        "加减分事由“好事”应选类别",
    ),
    (
        lambda form: replace(form, reasons=[{"kind": "减分", "title": "坏事", "points": None}]),
        "加减分事由“坏事”：加分、减分应填分值",
    ),
]


@pytest.mark.parametrize(("spoil", "sentence"), WRONG)
def test_what_is_wrong_is_said_in_chinese(spoil: Callable[[Form], Form], sentence: str) -> None:
    with pytest.raises(FormError, match=re.escape(sentence)) as found:
        read_form(spoil(FORM), DEFAULT, CATALOGUE)
    assert not re.findall("[a-z]{3,}", str(found.value))
