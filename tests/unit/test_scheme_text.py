"""A scheme as text and back, what differs between two, and what a slider makes of one."""

from datetime import date, time
from fractions import Fraction
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from data.declared import DeclarationError
from metrics.indicators.catalogue import load_catalogue
from metrics.scheme.diff import scheme_changes
from metrics.scheme.scheme import (
    Grade,
    LedgerReason,
    LedgerRules,
    Scheme,
    Scored,
    Step,
    checked,
    load_scheme,
    load_schemes,
    read_scheme,
)
from metrics.scheme.text import number, text_of
from metrics.scheme.weight_shift import movable, range_of, value_of, with_value, with_weight

CATALOGUE = load_catalogue()
(DEFAULT,) = load_schemes(CATALOGUE)
EXAMPLE = Path(__file__).parents[2] / "metrics/schemes/examples/clearance-scored.toml"
texts = st.text(st.characters(exclude_categories=["Cs"]), max_size=20)
fractions = st.fractions(-50, 50, max_denominator=400)
shares = st.fractions(0, 1, max_denominator=400)
ids = [i.id for i in CATALOGUE if i.better == "higher"]


@st.composite
def scored(draw: st.DrawFn, name: str, weight: Fraction) -> Scored:
    rule = draw(st.sampled_from(["linear", "pass", "steps"]))
    floor = draw(shares)
    return Scored(
        id=name,
        weight=weight,
        rule=rule,
        floor=floor,
        target=floor + draw(st.fractions("1/400", 1, max_denominator=400)),
        target_grows=draw(st.sampled_from([None, "year"])),
        steps=tuple(
            Step(at=draw(shares), share=draw(shares)) for _ in range(2 if rule == "steps" else 0)
        ),
        window=draw(st.sampled_from(["period", "12 months"])),
        pooled=draw(st.booleans()),
        minimum=draw(st.integers(0, 90)),
    )


@st.composite
def schemes(draw: st.DrawFn) -> Scheme:
    names = draw(st.lists(st.sampled_from(ids), min_size=1, max_size=6, unique=True))
    weights = [draw(st.fractions("1/60", 40, max_denominator=60)) for _ in names]
    bounds = sorted(draw(st.sets(st.fractions("1/9", 99, max_denominator=9), max_size=3)))[::-1]
    quota = st.none() | shares
    reasons = draw(st.lists(texts, max_size=3, unique=True))
    kinds = st.sampled_from(["bonus", "deduction", "veto", "exemption"])
    found = []
    for code in reasons:
        kind = draw(kinds)
        points = draw(st.fractions("1/9", 9, max_denominator=9)) if kind[0] in "bd" else 0
        found.append(LedgerReason(code=code, kind=kind, title=draw(texts), points=points))
    times = st.builds(time, st.integers(0, 23), st.integers(0, 59))
    return Scheme(
        file="mine",
        title=draw(texts),
        in_force_from=draw(st.dates(date(1990, 1, 1), date(2100, 1, 1))),
        approved_by=draw(texts),
        source=draw(texts),
        full_points=sum(weights, Fraction(0)),
        rank_from_points=draw(shares) * 60,
        peak_hours=tuple(draw(st.lists(st.tuples(times, times), max_size=3))),
        periods=dict.fromkeys(draw(st.sets(st.sampled_from(["week", "month", "year"]))), "score"),
        grades=tuple(
            Grade(name=f"{n}", at_least=b, quota=draw(quota)) for n, b in enumerate([*bounds, 0])
        ),
        indicators=tuple(
            draw(scored(name, weight)) for name, weight in zip(names, weights, strict=True)
        ),
        ledger=LedgerRules(
            bonus_cap=draw(shares),
            deduction_cap=draw(shares),
            veto_grade=draw(st.sampled_from(["", "0"])),
            reasons=tuple(found),
        ),
        flags=draw(st.sampled_from([{}, {"short-visits": {"share": draw(shares)}}])),
    )


@settings(max_examples=150)
@given(schemes())
def test_the_text_read_again_is_the_same_scheme(scheme: Scheme) -> None:
    assert read_scheme(text_of(scheme), "mine", CATALOGUE) == scheme


@pytest.mark.parametrize("at", ["07:30:01", "07:30:00.000001"])
def test_peak_hours_are_whole_minutes(at: str) -> None:
    """Minutes are shown and counted: two schemes that differ by a second would look equal."""
    text = text_of(DEFAULT).replace('"19:00"', f'"{at}"', 1)
    assert at in text
    with pytest.raises(DeclarationError, match="重点时段精确到分"):
        read_scheme(text, "mine", CATALOGUE)


@pytest.mark.parametrize("scheme", [DEFAULT, load_scheme(EXAMPLE, CATALOGUE)])
def test_the_shipped_schemes_survive_too(scheme: Scheme) -> None:
    assert read_scheme(text_of(scheme), scheme.file, CATALOGUE) == scheme


@given(fractions)
def test_a_number_is_written_exactly(value: Fraction) -> None:
    assert Fraction(number(value).strip('"')) == value


def test_numbers_read_as_people_write_them() -> None:
    assert [number(Fraction(x)) for x in ("10", "0.95", "2/3", "-0.125")] == [
        "10", "0.95", '"2/3"', "-0.125",
    ]  # fmt: skip


def said(after: Scheme) -> list[str]:
    return [change.sentence for change in scheme_changes(DEFAULT, after, CATALOGUE)]


def test_a_threshold_of_a_rule_is_told() -> None:
    flags = {"short-visits": {"minutes": Fraction(5)}}
    assert said(replaced(flags=flags)) == ["核查规则“走访时间过短” minutes 3 → 5"]


def replaced(**values: object) -> Scheme:
    return Scheme.model_validate({**dict(DEFAULT), **values})


def test_nothing_differs_from_itself() -> None:
    assert said(DEFAULT) == []
    assert said(replaced(in_force_from=date(2020, 1, 1), approved_by="某人", file="x")) == []


def test_differences_are_sentences() -> None:
    assert "A1 走访覆盖率 权重 10 → 12" in said(with_weight(DEFAULT, ids[0], Fraction(12)))
    changed = with_value(DEFAULT, "C4-recurrence", "target", Fraction(1, 10))
    assert said(changed) == ["C4 复发率 目标值 5% → 10%"]
    assert said(with_value(DEFAULT, "G-satisfaction", "minimum", Fraction(20))) == [
        "G 群众评价 最低样本 30 → 20"
    ]
    grades = (DEFAULT.grades[0].model_copy(update={"quota": None}), *DEFAULT.grades[1:])
    assert said(replaced(grades=grades)) == ["等次 优秀 90 分以上，不超过本组的 20% → 90 分以上"]
    assert said(replaced(peak_hours=((time(20), time(0)),))) == [
        "方案 重点时段 19:00–23:00 → 20:00–00:00"
    ]
    ledger = DEFAULT.ledger.model_copy(update={"bonus_cap": Fraction(3), "reasons": ()})
    assert "加减分 加分上限 5 → 3" in said(replaced(ledger=ledger))
    assert said(replaced(indicators=DEFAULT.indicators[::-1])) == ["方案 指标次序 — → 已调整"]


def test_indicators_that_come_and_go_are_named() -> None:
    example = load_scheme(EXAMPLE, CATALOGUE)
    found = said(example)
    assert "期内破案率 新增计分 — → 2 分" in found
    back = [change.sentence for change in scheme_changes(example, DEFAULT, CATALOGUE)]
    assert "期内破案率 取消计分 2 分 → —" in back


@settings(max_examples=60)
@given(schemes(), schemes())
def test_two_schemes_without_a_difference_are_equal(one: Scheme, other: Scheme) -> None:
    if not scheme_changes(one, other, CATALOGUE):
        outside = {"in_force_from", "approved_by", "source"}
        assert one.model_dump(exclude=outside) == other.model_dump(exclude=outside)


@settings(max_examples=80)
@given(st.data())
def test_whatever_a_slider_does_the_scheme_stays_sound(data: st.DataObject) -> None:
    scheme = DEFAULT
    for _ in range(3):
        one = data.draw(st.sampled_from(scheme.indicators))
        what = data.draw(st.sampled_from(movable(one)))
        span = range_of(scheme, one, CATALOGUE[one.id], what)
        assert span.low <= value_of(one, what) <= span.high
        steps = data.draw(st.integers(0, int((span.high - span.low) // span.step)))
        value = span.low + steps * span.step
        scheme = checked(with_value(scheme, one.id, what, value), CATALOGUE)
        moved = scheme.scored(one.id)
        assert moved is not None
        assert value_of(moved, what) == value
        assert sum(s.weight for s in scheme.indicators) == 100


def test_a_weight_that_leaves_nothing_is_refused() -> None:
    for weight in (0, -1, 100, Fraction("99.9")):
        with pytest.raises(ValueError, match="权重应大于 0"):
            with_weight(DEFAULT, ids[0], Fraction(weight))
    assert with_weight(DEFAULT, ids[0], DEFAULT.indicators[0].weight) is DEFAULT
