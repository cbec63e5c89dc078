"""hongfeng indicators --check: a good, a weak, a wrong and a broken definition, told apart."""

import json
from collections.abc import Sequence
from pathlib import Path

import pytest

from cli import DONE, NOTHING, main
from metrics.examples.check import Examined, Outcome, examine, examine_one
from metrics.examples.mutations import EQUIVALENT, is_equivalent
from metrics.indicators.catalogue import load_catalogue
from tests.unit.test_indicators import GOOD

# Done by then as well, so that the example cannot tell the condition from none.
WEAK = GOOD.replace("|                  | 5 ", "| 2019-07-31 21:00 | 5 ").replace(
    "numerator = 3", "numerator = 4"
)
WRONG = GOOD.replace("numerator = 3", "numerator = 5")
BROKEN = GOOD.replace('"higher"', '"up"')


def folder(place: Path, **definitions: str) -> Path:
    for name, text in definitions.items():
        (place / f"{name}.toml").write_text(text, "utf-8")
    return place


def outcomes(place: Path) -> dict[str, Examined]:
    return {each.file: each for each in examine(place)}


def checked(capsys: pytest.CaptureFixture[str], *arguments: str) -> tuple[int, str, str]:
    code = main(["indicators", "--check", *arguments])
    out, err = capsys.readouterr()
    return code, out, err


def test_a_folder_of_each_kind(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    place = folder(tmp_path, good=GOOD, weak=WEAK, wrong=WRONG, broken=BROKEN)
    code, out, _ = checked(capsys, "--indicators", str(place))
    assert code == NOTHING
    assert out.splitlines() == [
        "broken.toml：定义有误：better 应为 'higher', 'lower' 或 'neither'，实为“up”",
        "good.toml：通过",
        "weak.toml：示例太弱：看不出“numerator.where：completed_at 换成 planned_on”；"
        "看不出“numerator.where：completed_at 换成 started_at”；"
        "看不出“numerator.where：去掉”",
        "wrong.toml：示例不符：wrong 的示例：numerator 应为 5，实为 3",
        "共 4 项定义：通过 1，示例不符 1，示例太弱 1，定义有误 1",
    ]


def test_all_good_is_done(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    place = folder(tmp_path, good=GOOD)
    code, out, _ = checked(capsys, "--indicators", str(place))
    assert code == DONE
    assert out.splitlines()[-1] == "共 1 项定义：通过 1，示例不符 0，示例太弱 0，定义有误 0"


@pytest.mark.parametrize(
    "bad", [{"weak": WEAK}, {"wrong": WRONG}, {"broken": BROKEN}], ids=["weak", "wrong", "broken"]
)
def test_one_that_is_not_good_is_not_done(
    tmp_path: Path, capsys: pytest.CaptureFixture[str], bad: dict[str, str]
) -> None:
    assert checked(capsys, "--indicators", str(folder(tmp_path, good=GOOD, **bad)))[0] == NOTHING


def test_the_same_as_json(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    place = folder(tmp_path, good=GOOD, wrong=WRONG)
    code, out, _ = checked(capsys, "--indicators", str(place), "--format", "json")
    assert code == NOTHING
    assert json.loads(out) == [
        {"file": "good.toml", "title": "化解纠纷积分点", "outcome": "通过", "problems": []},
        {
            "file": "wrong.toml",
            "title": "化解纠纷积分点",
            "outcome": "示例不符",
            "problems": ["wrong 的示例：numerator 应为 5，实为 3"],
        },
    ]


def test_no_definitions_is_one_sentence(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    for place in (tmp_path, tmp_path / "absent"):
        code, out, err = checked(capsys, "--indicators", str(place))
        assert (code, out) == (NOTHING, "")
        assert err == f"{place}：文件夹中没有指标文件（*.toml）\n"


def test_without_a_folder_ours_are_examined(
    monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    """What becomes of each of ours is the matter of test_indicators."""
    asked: list[Path] = []

    def one(place: Path) -> Sequence[Examined]:
        asked.append(place)
        return [Examined("a.toml", "甲", Outcome.GOOD)]

    monkeypatch.setattr("metrics.examples.check.examine", one)
    assert checked(capsys)[0] == DONE
    (place,) = asked
    assert (place / "A1-visit-coverage.toml").exists()


@pytest.mark.parametrize(
    ("change", "problem"),
    [
        (('patrol = """', 'patrols = """'), "example.records.patrols 不是记录表或登记表"),
        (("| 4          | 3 ", "| many       | 3 "), "example.records.patrol 第 1 行“points_due”"),
        (('"2019-07"', '"七月"'), "example.period "),
        (("completed_at IS NOT", "completed IS NOT"), "numerator.where 不能执行"),
        (('why = "一句理由"\n', ""), "why 缺少，必须填写"),
        (('title = "', "title = "), "不是合法的 TOML"),
    ],
)
def test_what_is_broken_is_told_by_key(
    tmp_path: Path, change: tuple[str, str], problem: str
) -> None:
    assert change[0] in GOOD
    place = folder(tmp_path, bad=GOOD.replace(*change, 1))
    each = outcomes(place)["bad.toml"]
    assert each.outcome is Outcome.BROKEN
    assert len(each.problems) == 1
    assert each.problems[0].startswith(problem)


def test_a_missing_query_names_its_file(tmp_path: Path) -> None:
    text = GOOD[: GOOD.index("[denominator]")].replace("proportion", "count")
    text += 'sql = "q.sql"\n[example]\nperiod = "2019-07"\nnumerator = 1\nrecords = {}\n'
    (tmp_path / "q.sql").write_text("SELECT village, purse AS numerator FROM visit", "utf-8")
    each = outcomes(folder(tmp_path, own=text))["own.toml"]
    assert each.outcome is Outcome.BROKEN
    assert each.problems[0].startswith("q.sql：不能执行")


def test_an_equivalence_holds_only_for_counts_that_it_was_shown_for() -> None:
    """Counting rows of patrol_minutes tells a patrol of no length; adding up minutes does not."""
    done = next(each for each in EQUIVALENT if each.startswith("patrol_minutes.sql"))
    peak = load_catalogue()["B3-peak-hours"]
    assert peak.numerator is not None
    rows = peak.numerator.model_copy(update={"sum": None})
    assert is_equivalent(peak, done)
    assert not is_equivalent(peak.model_copy(update={"numerator": rows}), done)
    filed = next(each for each in EQUIVALENT if each.startswith("filed_case.sql"))
    cohort = load_catalogue()["clearance-cohort"]
    assert cohort.denominator is not None
    by_report = cohort.denominator.model_copy(update={"dated_by": "CAST(reported_at AS DATE)"})
    assert is_equivalent(cohort, filed)
    assert not is_equivalent(cohort.model_copy(update={"denominator": by_report}), filed)
    assert not is_equivalent(cohort, "numerator.where：去掉")


def test_one_of_ours_is_good() -> None:
    catalogue = load_catalogue()
    each = examine_one(catalogue, catalogue["C1-disputes-on-time"])
    assert (each.outcome, each.problems) == (Outcome.GOOD, ())
