"""House rules as tests; the budgets are those of style.md, counted over well-kept projects."""

import ast
from importlib import import_module
from pathlib import Path

import pytest

from lighting.adapters.sql.migrations import versions, way_back
from lighting.errors import RefusedError

ROOT = Path(__file__).parents[2]
PACKAGES = ("schedules", "firmware_profiles", "lighting", "api", "tools")
MODULE_LINES_MAX = 300
FUNCTION_LINES_MAX = 50
TOP_LEVEL = {
    "pyproject.toml",
    "README.md",
    "LICENSE",
    "lighting",
    "schedules",
    "firmware_profiles",
    "api",
    "tests",
    "tools",
}

MODULES = sorted(path for package in PACKAGES for path in (ROOT / package).rglob("*.py"))
ALL_PYTHON = MODULES + sorted((ROOT / "tests").rglob("*.py"))


def _name(path: Path) -> str:
    return str(path.relative_to(ROOT))


def test_the_top_of_the_tree_is_what_the_layout_fixes() -> None:
    shown = {path.name for path in ROOT.iterdir() if not path.name.startswith(".")}
    assert shown - {"__pycache__"} == TOP_LEVEL


@pytest.mark.parametrize("path", ALL_PYTHON, ids=_name)
def test_a_module_is_short_enough_to_read(path: Path) -> None:
    assert len(path.read_text().splitlines()) <= MODULE_LINES_MAX


@pytest.mark.parametrize("path", ALL_PYTHON, ids=_name)
def test_a_module_says_what_it_is_for(path: Path) -> None:
    assert ast.get_docstring(ast.parse(path.read_text()))


@pytest.mark.parametrize("path", ALL_PYTHON, ids=_name)
def test_a_function_fits_on_a_screen(path: Path) -> None:
    long = [
        f"{node.name}: {node.end_lineno - node.lineno + 1} lines"
        for node in ast.walk(ast.parse(path.read_text()))
        if isinstance(node, ast.FunctionDef | ast.AsyncFunctionDef)
        and node.end_lineno is not None
        and node.end_lineno - node.lineno + 1 > FUNCTION_LINES_MAX
    ]
    assert not long


def test_every_firmware_profile_has_its_vectors_beside_it() -> None:
    folders = [p for p in (ROOT / "firmware_profiles").iterdir() if (p / "profile.py").is_file()]
    assert folders
    assert [p.name for p in folders if not (p / "vectors.toml").is_file()] == []


MIGRATIONS = [path.stem for path in Path(versions.__file__).parent.glob("r*.py")]


@pytest.mark.parametrize("migration", sorted(MIGRATIONS))
def test_a_migration_that_is_to_be_undone_says_why_not_and_what_to_do(migration: str) -> None:
    assert import_module(f"{versions.__name__}.{migration}").downgrade is way_back.downgrade
    with pytest.raises(RefusedError, match=r"no place for what was recorded.*restore the backup"):
        way_back.downgrade()


def test_the_locks_name_hashes_and_no_host() -> None:
    for lock in (ROOT / "tools" / "locks").iterdir():
        text = lock.read_text()
        assert "--hash=sha256:" in text
        assert "://" not in text
        assert "index-url" not in text
