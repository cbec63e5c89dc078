"""One list of pages: every script stands in it, and every link goes through it."""

import ast
import re
from collections.abc import Iterator
from pathlib import Path

import pytest
from starlette.requests import Request

from pages.parts.clickable import address
from pages.parts.page_registry import HOME, PAGES
from pages.server.server import home

ROOT = Path(__file__).parents[2]
SOURCES = [
    file
    for room in ("data", "metrics", "pages")
    for file in (ROOT / room).rglob("*.py")
    if file.stem != "page_registry"
] + [ROOT / "dashboard.py", ROOT / "cli.py"]
TEMPLATES = sorted((ROOT / "pages").rglob("*.html"))
# What of Streamlit leads to a page, and the one module that may use it.
LEADING = {"Page", "navigation", "page_link", "switch_page"}
NAMING = {"address", "page_link", "open_screen"}  # take the name of a page
LINKING = ROOT / "pages" / "parts" / "clickable.py"
SCRIPTS = {file.stem for file in (ROOT / "pages").glob("*.py")} - {"__init__"}
BY_HAND = re.compile(rf"(^|[\"'(/])({'|'.join(SCRIPTS)})(\.py|\?\w+=)")


def nodes(file: Path) -> Iterator[ast.AST]:
    return ast.walk(ast.parse(file.read_text("utf-8")))


def test_every_page_script_is_registered_and_every_entry_has_its_script() -> None:
    assert set(PAGES) == SCRIPTS
    assert all(page.script == ROOT / "pages" / f"{name}.py" for name, page in PAGES.items())
    assert [page.name for page in PAGES.values() if page.is_home] == [HOME.name]


def test_titles_are_distinct_and_groups_stand_together() -> None:
    assert len({page.title for page in PAGES.values()}) == len(PAGES)
    groups = [page.group for page in PAGES.values()]
    assert sorted(groups, key=groups.index) == groups


def test_no_file_but_one_leads_to_a_page_by_itself() -> None:
    for file in SOURCES:
        used = {n.attr for n in nodes(file) if isinstance(n, ast.Attribute)} & LEADING
        assert not used or file == LINKING, file.relative_to(ROOT)


def test_no_text_spells_the_address_of_a_page() -> None:
    for file in SOURCES:
        tree = ast.parse(file.read_text("utf-8"))
        prose = {
            id(node.body[0].value)
            for node in ast.walk(tree)
            if isinstance(node, ast.Module | ast.FunctionDef | ast.ClassDef)
            and node.body
            and isinstance(node.body[0], ast.Expr)
        }
        for node in ast.walk(tree):
            if isinstance(node, ast.Constant) and isinstance(node.value, str):
                by_hand = BY_HAND.search(node.value)
                assert id(node) in prose or not by_hand, (file.relative_to(ROOT), node.value)


def test_no_template_spells_an_address() -> None:
    assert TEMPLATES
    for file in TEMPLATES:
        text = file.read_text("utf-8")
        assert not BY_HAND.search(text), file.relative_to(ROOT)
        by_hand = [to for to in re.findall(r'href="([^"]*)', text) if not to.startswith("{{")]
        assert not by_hand, (file.relative_to(ROOT), by_hand)


def test_every_link_names_a_page() -> None:
    """Also the boards of the wall, which name the page behind them."""
    named = set()
    for file in SOURCES:
        for node in nodes(file):
            if not isinstance(node, ast.Call):
                continue
            called = node.func.attr if isinstance(node.func, ast.Attribute) else ""
            called = node.func.id if isinstance(node.func, ast.Name) else called
            first = node.args[0] if node.args else None
            if called in ("address", "page_link", "open_screen") and isinstance(
                first, ast.Constant
            ):
                named.add(first.value)
            named |= {
                k.value.value
                for k in node.keywords
                if called == "Board" and k.arg == "opens" and isinstance(k.value, ast.Constant)
            }
    for file in TEMPLATES:
        named |= set(re.findall(r"address\([\"'](\w+)", file.read_text("utf-8")))
    assert {"unit", "ranking", "village_map", "clearance"} <= named <= SCRIPTS


def test_an_address_of_no_page_is_an_error() -> None:
    assert address("unit", level="village", unit="V001") == "unit?level=village&unit=V001"
    for wrong in ("", "units", "../intake", "https://elsewhere"):
        with pytest.raises(KeyError):
            address(wrong)


def test_the_name_of_the_home_page_leads_to_the_root_with_its_query() -> None:
    asked = Request({"type": "http", "path": "/overview", "query_string": b"a=1", "headers": []})
    assert home(asked).headers["location"] == "/?a=1"
