"""The house: which room may know of which, and what no file may contain."""

import ast
import subprocess
import sys
from graphlib import TopologicalSorter
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[2]
FORBIDDEN = {  # room -> what it must not import
    "data": {"streamlit", "plotly", "pandas", "metrics", "pages", "cli", "dashboard"},
    "metrics": {"streamlit", "plotly", "pandas", "pages", "cli", "dashboard"},
    "pages": {"cli", "dashboard", "duckdb"},
}


def imports(file: Path) -> set[str]:
    found: set[str] = set()
    for node in ast.walk(ast.parse(file.read_text("utf-8"))):
        if isinstance(node, ast.Import):
            found |= {alias.name.split(".")[0] for alias in node.names}
        elif isinstance(node, ast.ImportFrom) and node.module:
            found.add(node.module.split(".")[0])
    return found


@pytest.mark.parametrize("room", FORBIDDEN)
def test_a_room_imports_nothing_that_it_must_not_know(room: str) -> None:
    for file in (ROOT / room).rglob("*.py"):
        assert not imports(file) & FORBIDDEN[room], file.relative_to(ROOT)


# The folders from the ground up: each may import from itself and from those that stand before it.
STOREYS = """
    data data.journal data.intake.reading data.intake.understanding data.intake data.demo
    data.decisions data.channels
    metrics.statistics metrics.indicators metrics.flags metrics.calendar metrics.scheme
    metrics.cells metrics.figures metrics.scoring metrics.integrity metrics.assessment
    metrics.analysis metrics.wording metrics.map metrics.wall metrics metrics.documents
    metrics.examples pages.documents pages.parts
""".split()
# Then the folders of single pages, which may use each other's pictures but not in a circle.
ROOFS = "pages.server pages.commands pages cli dashboard".split()


def folder_of(file: Path) -> str:
    """Dotted; a file at the top is its own."""
    inside = file.relative_to(ROOT).with_suffix("").parts
    return ".".join(inside[:-1]) or inside[0]


def imported_folders(file: Path) -> set[str]:
    """The folders of ours that a file imports from."""
    modules: set[str] = set()
    for node in ast.walk(ast.parse(file.read_text("utf-8"))):
        if isinstance(node, ast.Import):
            modules |= {alias.name for alias in node.names}
        elif isinstance(node, ast.ImportFrom) and node.module:
            modules |= {f"{node.module}.{alias.name}" for alias in node.names} | {node.module}
    folders = set()
    for module in modules:
        path = ROOT / module.replace(".", "/")
        if path.with_suffix(".py").exists():
            folders.add(folder_of(path.with_suffix(".py")))
    return folders


def import_graph() -> dict[str, set[str]]:
    graph: dict[str, set[str]] = {}
    files = [*ROOT.glob("*.py"), *(f for room in FORBIDDEN for f in (ROOT / room).rglob("*.py"))]
    for file in files:
        graph.setdefault(folder_of(file), set()).update(imported_folders(file))
    return {folder: others - {folder} for folder, others in graph.items()}


def test_a_folder_imports_only_from_those_below_it() -> None:
    graph = import_graph()
    of_pages = sorted(f for f in graph if f.startswith("pages.parts."))
    assert set(graph) == {*STOREYS, *of_pages, *ROOFS}
    for place, folder in enumerate(STOREYS):
        assert graph[folder] <= set(STOREYS[:place]), folder
    for folder in of_pages:
        assert graph[folder] <= {*STOREYS, *of_pages}, folder
    for place, folder in enumerate(ROOFS):
        assert graph[folder] <= {*STOREYS, *of_pages, *ROOFS[:place]}, folder


def test_no_two_folders_import_each_other_even_by_way_of_others() -> None:
    with_imports = import_graph()
    TopologicalSorter(with_imports).prepare()  # raises CycleError


def test_rooms_are_no_halls() -> None:
    for room, most in (("data", 20), ("metrics", 20)):
        assert len(list((ROOT / room).glob("*.py"))) <= most


def test_documents_are_made_without_a_screen() -> None:
    names = [f"pages.documents.{f.stem}" for f in (ROOT / "pages" / "documents").glob("*.py")]
    said = f"import sys, {', '.join(names)}; print('streamlit' in sys.modules)"
    run = subprocess.run([sys.executable, "-c", said], cwd=ROOT, capture_output=True, text=True)
    assert run.stdout.strip() == "False", run.stderr


def test_a_command_starts_without_a_screen() -> None:
    said = "import sys, cli; cli.parser(); print('streamlit' in sys.modules)"
    run = subprocess.run([sys.executable, "-c", said], cwd=ROOT, capture_output=True, text=True)
    assert run.stdout.strip() == "False", run.stderr


HEAVY = "duckdb numpy pandas plotly pyarrow rich scipy sqlglot streamlit".split()


def test_help_loads_nothing_heavy() -> None:
    loaded = f"import sys, cli; cli.parser(); print(sorted(set({HEAVY}) & set(sys.modules)))"
    run = subprocess.run([sys.executable, "-c", loaded], cwd=ROOT, capture_output=True, text=True)
    assert run.stdout.strip() == "[]", run.stderr


def test_no_room_is_called_by_nothing_in_particular() -> None:
    for file in (*ROOT.glob("*.py"), *(f for r in FORBIDDEN for f in (ROOT / r).rglob("*.py"))):
        assert file.stem not in {"utils", "util", "helpers", "helper", "manager", "misc", "common"}


def test_the_top_level_is_what_was_agreed() -> None:
    tracked = subprocess.run(
        ["git", "ls-files"], cwd=ROOT, capture_output=True, text=True, check=True
    ).stdout.split()
    agreed = {
        "pyproject.toml",
        "dashboard.py",
        "pages",
        "metrics",
        "data",
        "tests",
        "README.md",
        "LICENSE",
        "CHANGELOG.md",
        "CONTRIBUTING.md",
        "Makefile",
        "requirements.lock",
        "cli.py",
        "hongfeng.toml",
        "docs",
    }
    assert {path.split("/")[0] for path in tracked if not path.startswith(".")} <= agreed


def test_the_lock_names_hashes_and_no_address() -> None:
    lock = (ROOT / "requirements.lock").read_text()
    assert "--hash=sha256:" in lock
    for word in ("http", "-url", "-links", "file:", "@ "):
        assert word not in lock
