"""CONTRIBUTING.md names only what there is."""

import re
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[2]
TEXT = (ROOT / "CONTRIBUTING.md").read_text("utf-8")
NAMED = re.findall(r"`([^`\n]+)`", TEXT)
PATHS = [name for name in NAMED if re.fullmatch(r"[\w./-]+(/|\.(py|md|toml))", name)]
GOALS = sorted({name.removeprefix("make ") for name in NAMED if name.startswith("make ")})


@pytest.mark.parametrize("path", PATHS)
def test_a_path_that_is_named_is_there(path: str) -> None:
    assert (ROOT / path).exists()
    assert (ROOT / path).is_dir() == path.endswith("/")


@pytest.mark.parametrize("goal", GOALS)
def test_a_goal_of_make_that_is_named_is_there(goal: str) -> None:
    rules = re.findall(r"^([\w -]+):(?!=)", (ROOT / "Makefile").read_text("utf-8"), re.MULTILINE)
    assert goal in {name for rule in rules for name in rule.split()}


def test_each_kind_of_addition_is_described_on_two_pages_at_most() -> None:
    heads = re.findall(r"^## (.+)$", TEXT, re.MULTILINE)
    for topic in ("indicator", "rule", "page", "channel", "Which test goes where"):
        assert any(topic in head for head in heads), topic
    assert len(TEXT.splitlines()) <= 2 * 55
    assert len(PATHS) > 25
    assert len(GOALS) > 8


def test_fixtures_and_acts_that_are_named_are_there() -> None:
    fixtures = (ROOT / "tests" / "conftest.py").read_text("utf-8")
    acts = (ROOT / "tests" / "chromium.py").read_text("utf-8")
    for name in ("demo_store", "recent_store", "town_store"):
        assert f"`{name}`" in TEXT
        assert f"def {name}(" in fixtures
    for name in ("press", "choose", "fill", "told", "settle"):
        assert f"`{name}`" in TEXT
        assert f"def {name}(" in acts
