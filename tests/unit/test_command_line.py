"""How commands are written: common options on either side, what is left out, help and README."""

import argparse
import json
import re
from pathlib import Path
from typing import Any

import pytest

import cli
from pages.commands.parser import COMMON, command_first

ROOT = Path(__file__).parents[2]
README = (ROOT / "README.md").read_text("utf-8")


def commands() -> dict[str, argparse.ArgumentParser]:
    """By name."""
    (choices,) = (a.choices for a in cli.parser()._actions if isinstance(a.choices, dict))
    return choices


def test_common_options_go_behind_the_command() -> None:
    assert command_first(["--store", "X", "measure", "id"]) == ["measure", "--store", "X", "id"]
    assert command_first(["--store=X", "--format", "csv", "assess", "--by", "village"]) == [
        *("assess", "--store=X", "--format", "csv", "--by", "village")
    ]
    behind = ["measure", "id", "--store", "X"]
    assert command_first(behind) == behind
    assert command_first(["--help"]) == ["--help"]
    assert command_first([]) == []


@pytest.mark.parametrize("arguments", [["--store"], ["--store", "X"], ["--format", "csv"]])
def test_options_without_a_command_are_refused(
    arguments: list[str], capsys: pytest.CaptureFixture[str]
) -> None:
    with pytest.raises(SystemExit) as stop:
        cli.main(arguments)
    assert stop.value.code == 2
    assert "hongfeng --help" in capsys.readouterr().err


def test_an_option_that_the_command_does_not_take_is_refused(
    capsys: pytest.CaptureFixture[str],
) -> None:
    with pytest.raises(SystemExit) as stop:
        cli.main(["--scheme", "s.toml", "rejects"])
    assert stop.value.code == 2
    assert "不认识的参数" in capsys.readouterr().err


def rows_of(capsys: pytest.CaptureFixture[str], *arguments: str) -> Any:
    assert cli.main(arguments) == 0
    return json.loads(capsys.readouterr().out)


def test_both_sides_say_the_same_and_what_is_left_out_is_the_bureau_in_the_last_whole_month(
    demo_store: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    """The demo city is seen until 19 August 2019; on 31 May 2019 May is whole."""
    store, form = ("--store", str(demo_store)), ("--format", "json")
    july = rows_of(
        capsys, "measure", "visits", "--by", "bureau", "--period", "2019-07", *store, *form
    )
    assert rows_of(capsys, *store, *form, "measure", "visits") == july
    assert rows_of(capsys, *form, "measure", "visits", *store) == july
    as_of = ("--as-of", "2019-05-31")
    may = rows_of(capsys, "measure", "visits", "--period", "2019-05", *store, *form, *as_of)
    assert rows_of(capsys, *as_of, *store, *form, "measure", "visits") == may
    april = rows_of(capsys, *form, "--as-of=2019-05-30", *store, "measure", "visits")
    assert april[0]["numerator"] not in (july[0]["numerator"], may[0]["numerator"])
    assert len(april) == len(may) == len(july) == 1


@pytest.mark.parametrize("name", commands())
def test_every_command_is_documented_and_has_help(name: str) -> None:
    assert re.search(rf"^hongfeng ([\w|]*\|)?{name}\b", README, re.MULTILINE)
    command = commands()[name]
    assert command.description
    undocumented = [action.dest for action in command._actions if not action.help]
    assert undocumented == []


def test_the_help_names_every_command_and_the_common_options() -> None:
    told = cli.parser().format_help()
    assert all(name in told for name in (*commands(), *COMMON))
