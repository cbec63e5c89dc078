"""The scheme: the default one, one that the Ministry's rules speak against, and broken ones."""

import re
from datetime import date
from fractions import Fraction
from pathlib import Path

import pytest

from data.declared import DeclarationError
from metrics.indicators.catalogue import load_catalogue
from metrics.scheme.level import LEVELS
from metrics.scheme.scheme import (
    HERE,
    load_scheme,
    load_schemes,
    peak_hours_sql,
    scheme_of,
    warnings,
)

CATALOGUE = load_catalogue()
DEFAULT = (HERE / "2016.toml").read_text("utf-8")
SHARE_OUT = (HERE / "examples" / "share-out.toml").read_text("utf-8")


def load(folder: Path, text: str) -> list[str]:
    """The warnings of a scheme text."""
    path = folder / "mine.toml"
    path.write_text(text, "utf-8")
    return warnings(load_scheme(path, CATALOGUE), CATALOGUE)


def test_the_default_scheme_has_nineteen_indicators_100_points_and_no_warning() -> None:
    (scheme,) = load_schemes(CATALOGUE)
    assert len(scheme.indicators) == 19
    assert sum(scored.weight for scored in scheme.indicators) == 100
    assert warnings(scheme, CATALOGUE) == []
    assert scheme.in_force_from == date(2016, 1, 1)


def test_values_are_exact() -> None:
    (scheme,) = load_schemes(CATALOGUE)
    older = load_scheme(HERE / "examples" / "share-out.toml", CATALOGUE)
    checks, visits = older.scored("E-spot-check-accuracy"), scheme.scored("A4-valid-visits")
    assert checks is not None
    assert [step.share for step in checks.steps] == [1, Fraction(2, 3), Fraction(1, 3)]
    assert visits is not None
    assert visits.target == Fraction(95, 100)
    assert scheme.grades[0].quota == Fraction(1, 5)


def test_the_ledger_is_declared_and_may_be_left_out(tmp_path: Path) -> None:
    ledger = load_schemes(CATALOGUE)[0].ledger
    assert (ledger.bonus_cap, ledger.deduction_cap, ledger.veto_grade) == (5, 10, "不合格")
    assert {r.kind for r in ledger.reasons} == {"bonus", "deduction", "veto", "exemption"}
    tip = ledger.reason("verified-tip")
    assert tip is not None
    assert tip.points == 2
    begins, ends = DEFAULT.index("[ledger]"), DEFAULT.index("[[indicators]]")
    path = tmp_path / "bare.toml"
    path.write_text(DEFAULT[:begins] + DEFAULT[ends:], "utf-8")
    bare = load_scheme(path, CATALOGUE).ledger
    assert bare.reasons == ()
    assert (bare.bonus_cap, bare.deduction_cap) == (5, 10)


def test_a_scheme_that_scores_clearance_loads_and_the_warning_names_the_rule() -> None:
    scheme = load_scheme(HERE / "examples" / "clearance-scored.toml", CATALOGUE)
    found = warnings(scheme, CATALOGUE)
    assert [sentence.split("”")[0] for sentence in found] == ["“期内破案率", "“现案破案率"]
    assert all("公通字〔2015〕32号" in sentence for sentence in found)


def test_the_example_scheme_differs_from_the_default_in_nothing_else() -> None:
    (default,) = load_schemes(CATALOGUE)
    example = load_scheme(HERE / "examples" / "clearance-scored.toml", CATALOGUE)
    same = {
        "few_cases",
        "peak_hours",
        "periods",
        "grades",
        "full_points",
        "rank_from_points",
        "ledger",
    }
    assert default.model_dump(include=same) == example.model_dump(include=same)
    changed = {s.id for s in example.indicators} ^ {s.id for s in default.indicators}
    changed |= {s.id for s in default.indicators if s != example.scored(s.id)}
    scored = {"clearance-period", "clearance-cohort"}
    assert changed == {"H1-case-decisions", "H2-case-call-backs"} | scored


def test_a_scheme_that_shares_out_loads_with_a_warning() -> None:
    scheme = load_scheme(HERE / "examples" / "share-out.toml", CATALOGUE)
    assert not scheme.is_smoothed
    (sentence,) = warnings(scheme, CATALOGUE)
    assert "share-out" in sentence


def test_a_text_that_says_nothing_of_few_cases_keeps_its_rule(tmp_path: Path) -> None:
    """Schemes of before, and those that frozen periods carry with them, say nothing."""
    assert "few_cases" not in SHARE_OUT
    path = tmp_path / "old.toml"
    path.write_text(SHARE_OUT, "utf-8")
    assert load_scheme(path, CATALOGUE).few_cases == "share-out"


def test_villages_and_officers_are_scored_on_their_own_work() -> None:
    (scheme,) = load_schemes(CATALOGUE)
    for level in LEVELS:
        scored = scheme.at(level).indicators
        assert sum(s.weight for s in scored) == 100
        is_own = level in ("village", "officer")
        assert {s.id[0] for s in scored} == set("ABEF" if is_own else "ABCDEFGH")
        assert scheme.at(level).at(level) == scheme.at(level)


def test_more_than_thirty_indicators_are_warned_of(tmp_path: Path) -> None:
    used = load_schemes(CATALOGUE)[0]
    free = [i.id for i in CATALOGUE if i.better != "neither" and used.scored(i.id) is None]
    assert len(free) < 12, "with so many to choose from, use those alone"
    extra = tmp_path / "extra"
    extra.mkdir()
    source = (HERE.parent / "indicators" / "D1-hazards-on-time.toml").read_text("utf-8")
    for number in range(12):
        (extra / f"new-{number}.toml").write_text(source, "utf-8")
    catalogue = load_catalogue(extra=[extra])
    text = DEFAULT.replace(
        'id = "A1-visit-coverage"\nweight = 10', 'id = "A1-visit-coverage"\nweight = 4'
    )
    for number in range(12):
        text += f'[[indicators]]\nid = "new-{number}"\nweight = 0.5\nrule = "linear"\ntarget = 1\n'
    path = tmp_path / "many.toml"
    path.write_text(text, "utf-8")
    assert warnings(load_scheme(path, catalogue), catalogue) == ["指标共 31 项，超过 30 项的上限"]


def test_a_volume_is_warned_of(tmp_path: Path) -> None:
    """No volume has a better side in the catalogue; a bureau's own indicator may say so."""
    extra = tmp_path / "extra"
    extra.mkdir()
    source = (HERE.parent / "indicators" / "hazards-found.toml").read_text("utf-8")
    (extra / "many.toml").write_text(source.replace('"neither"', '"higher"'), "utf-8")
    catalogue = load_catalogue(extra=[extra])
    path = tmp_path / "mine.toml"
    path.write_text(DEFAULT.replace("D1-hazards-on-time", "many"), "utf-8")
    (sentence,) = warnings(load_scheme(path, catalogue), catalogue)
    assert "数量指标" in sentence


A3, C4 = 'id = "A3-return-visits"', 'id = "C4-recurrence"\nweight = 4\nrule = "deduct"\n'
BROKEN = [
    ("weights", (f"{A3}\nweight = 5", f"{A3}\nweight = 6"), "应为 100，实为 101"),
    ("indicator", (A3, 'id = "A9-nothing"'), "indicators.2.id 没有指标“A9-nothing”"),
    ("twice", (A3, 'id = "A4-valid-visits"'), "指标重复：A4-valid-visits"),
    ("no direction", (A3, 'id = "visits"'), "indicators.2.id 指标 visits 没有优劣方向"),
    ("gap below", ('name = "不合格"\nat_least = 0', 'name = "不合格"\nat_least = 10'), "grades"),
    ("order", ("at_least = 80", "at_least = 95"), "grades 应自高而低排列"),
    ("wrong side", (f"{C4}target = 0.05", f"{C4}target = 0.25"), "indicators.10.target 应低于"),
    ("wrong side", ("target = 0.5\n", "target = 0.5\nfloor = 0.6\n"), "target 应高于 floor（A1"),
    ("no span", ("target = 0.5\n", "target = 0.5\nfloor = 0.5\n"), "target 与 floor 不得相等"),
    ("weight 0", (f"{A3}\nweight = 5", f"{A3}\nweight = 0"), "weight 应大于 0"),
    ("rule", ('rule = "pass"', 'rule = "curve"'), "indicators.6.rule 应为"),
    ("steps", ('rule = "pass"', 'rule = "steps"'), "steps 与 rule = steps 必须同时给出"),
    ("key", ("target_grows", "target_growth"), "target_growth 不是可用的项"),
    ("date", ("in_force_from = 2016-01-01", 'in_force_from = "soon"'), "in_force_from 应为日期"),
    ("hours", ('["19:00", "23:00"]', '["19:00", "25:00"]'), "peak_hours"),
    ("share", ('quota = "1/5"', 'quota = "1/x"'), "grades.0.quota"),
    ("few cases", ('few_cases = "smooth"', 'few_cases = "guess"'), "few_cases 应为"),
    (
        "a level's sum",
        ("village = 18,", "village = 17,"),
        "各项 weights.village 之和应为 100，实为 99",
    ),
    ("no level", ("{ village = 18,", "{ hamlet = 18,"), "indicators.0.weights"),
    ("no weight", ("village = 18,", "village = 0,"), "A1-visit-coverage 的 weight 应大于 0"),
    ("borrowed", ("minimum = 30", "minimum = 30\npooled = true"), "pooled 应删去"),
    ("no points", ("points = 2\n", ""), "ledger.reasons.0 verified-tip 的 points"),
    ("reason twice", ('"commendation"', '"verified-tip"'), "事由重复：verified-tip"),
    ("cap", ("bonus_cap = 5", "bonus_cap = -5"), "不应小于 0"),
    ("veto", ('veto_grade = "不合格"', 'veto_grade = "差"'), "ledger.veto_grade 应为 grades"),
    ("syntax", ("[periods]", "[periods"), "不是合法的 TOML"),
]


@pytest.mark.parametrize(("what", "change", "sentence"), BROKEN)
def test_a_broken_scheme_is_refused_with_file_and_key(
    tmp_path: Path, what: str, change: tuple[str, str], sentence: str
) -> None:
    assert change[0] in DEFAULT, what
    one_sentence = rf"\Amine\.toml：.*{re.escape(sentence)}.*\Z"
    with pytest.raises(DeclarationError, match=one_sentence):
        load(tmp_path, DEFAULT.replace(*change, 1))


def test_an_empty_folder_is_refused(tmp_path: Path) -> None:
    with pytest.raises(DeclarationError, match="没有考核方案文件"):
        load_schemes(CATALOGUE, tmp_path)


def test_a_period_has_the_scheme_in_force_on_its_last_day(tmp_path: Path) -> None:
    (tmp_path / "2016.toml").write_text(DEFAULT, "utf-8")
    later = DEFAULT.replace("2016-01-01", "2019-07-01").replace(
        '"19:00", "23:00"', '"22:00", "02:00"'
    )
    (tmp_path / "2019.toml").write_text(later, "utf-8")
    schemes = load_schemes(CATALOGUE, tmp_path)
    assert scheme_of(schemes, date(2019, 6, 30)).file == "2016.toml"
    assert scheme_of(schemes, date(2019, 7, 1)).file == "2019.toml"
    assert scheme_of(schemes, date(2010, 1, 1)).file == "2016.toml"
    hours = peak_hours_sql(schemes)
    assert "DATE '2019-07-01' - 1, 1140, 1380" in hours
    assert "1320, 1440" in hours
    assert "0, 120" in hours
