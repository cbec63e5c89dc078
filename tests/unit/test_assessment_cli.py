"""The same period by commands only, to a frozen assessment that verifies."""

import json
import shutil
from collections.abc import Callable
from pathlib import Path

import pytest

from cli import main
from tests.assessing import PERIOD

Run = Callable[..., int]


@pytest.fixture
def hongfeng(recent_store: Path, tmp_path: Path) -> Run:
    shutil.copytree(recent_store, tmp_path / "store")

    def run(*words: str, person: str = "", on: str = "") -> int:
        more = ["--person", person] if person else []
        more += ["--on", on] if on else []
        return main([*words, "--store", str(tmp_path / "store"), *more])

    return run


def test_a_period_by_commands(hongfeng: Run, capsys: pytest.CaptureFixture[str]) -> None:
    first, second, leader = "政治处-01", "政治处-02", "局领导-01"
    day = "2019-08-19"
    period = ("--period", PERIOD)
    assert hongfeng("period", "publish", *period, person=first, on=day) == 1
    assert "现处于“暂定”阶段" in capsys.readouterr().err
    for act in ("cut", "run"):
        assert hongfeng("period", act, *period, person=first, on=day) == 0
    assert hongfeng("period", "check", *period, "--remark", "已核对", person=first, on=day) == 0
    assert hongfeng("period", "publish", *period, person=first, on=day) == 0
    assert "公示期至8月22日" in capsys.readouterr().out
    bonus = ("--kind", "bonus", "--points", "2", "--reason", "verified-tip", "--unit", "S08")
    proof = ("--evidence", "舞公政12号", "--event", "线索1")
    assert hongfeng("ledger", "propose", *period, *bonus, *proof, person=first, on=day) == 0
    assert hongfeng("ledger", "approve", "--id", "log-00000005", person=first, on=day) == 1
    assert "不得批准本人提出的事项" in capsys.readouterr().err
    assert hongfeng("ledger", "approve", "--id", "log-00000005", person=second, on=day) == 0
    assert hongfeng("period", "hear", *period, person=first, on="2019-08-23") == 0
    capsys.readouterr()
    assert hongfeng("period", "freeze", *period, person=leader, on="2019-08-27") == 1
    assert "申诉期至8月27日" in capsys.readouterr().err
    assert hongfeng("period", "freeze", *period, person=leader, on="2019-08-28") == 0
    assert hongfeng("period", "announce", *period, person=first, on="2019-08-28") == 0
    capsys.readouterr()
    assert hongfeng("verify") == 0
    assert capsys.readouterr().out.strip().endswith("：一致")
    assert hongfeng("ledger", "list", "--format", "json") == 0
    (item,) = json.loads(capsys.readouterr().out)
    assert (item["state"], item["decider"]) == ("approved", second)
    assert hongfeng("award", "--year", "2019", "--format", "json") == 0
    found = json.loads(capsys.readouterr().out)
    # Recomputed apart: 朱兰 93.35; the best of the other group, 庙街, 90.70 (before 杨庄, 90.08).
    excellent = {row["name"] for row in found if row["is_excellent"]}
    assert excellent == {"朱兰派出所", "庙街派出所"}
    assert all(row["is_excellent"] or row["reason"] for row in found)


def test_a_flag_takes_two_persons_by_commands(
    hongfeng: Run, capsys: pytest.CaptureFixture[str]
) -> None:
    first, second, day = "政治处-01", "政治处-02", "2019-08-19"
    period = ("--period", PERIOD)
    listing = ("flags", "list", *period, "--format", "json")
    assert hongfeng(*listing) == 0
    flag = json.loads(capsys.readouterr().out)[0]
    one = (*period, "--id", flag["id"])
    told = "与工作日志不符"
    assert hongfeng("flags", "propose", *one, "--remark", told, person=first, on=day) == 0
    assert "属实待复核，作废记录 0 条" in capsys.readouterr().out
    assert hongfeng("flags", "confirm", *one, person=first, on=day) == 1
    assert "不得复核本人提出的结论" in capsys.readouterr().err
    assert hongfeng("flags", "return", *one, "--remark", "补问住户", person=second, on=day) == 0
    assert "待核，作废记录 0 条" in capsys.readouterr().out
    assert hongfeng("flags", "propose", *one, "--remark", told, person=first, on=day) == 0
    assert hongfeng("flags", "confirm", *one, person=second, on=day) == 0
    assert f"：属实，作废记录 {flag['hits']} 条" in capsys.readouterr().out
    assert hongfeng(*listing) == 0
    found = {row["id"]: row for row in json.loads(capsys.readouterr().out)}[flag["id"]]
    assert (found["state"], found["person"], found["second"]) == ("属实", first, second)


def test_nothing_is_frozen_nothing_to_verify(
    hongfeng: Run, capsys: pytest.CaptureFixture[str]
) -> None:
    assert hongfeng("verify") == 1
    assert "没有定稿" in capsys.readouterr().err
