"""Files and functions stay small, and their names say what they hold."""

import tomllib
from statistics import quantiles

import pytest

from app.config import ROOT
from tests.support.source import Function, functions, here, python_files

pytestmark = pytest.mark.pure

LONGEST_FILE = 320
LONGEST_TEST_FILE = 600
LONGEST_FUNCTION = 45
LONGEST_USUAL_FUNCTION = 25
EMPTY_NAMES = {"utils", "util", "helpers", "helper", "services", "managers", "common", "misc", "base", "core", "lib"}
SHELLS = {"web", "api", "cli", "jobs"}
NOT_DOMAINS = {*SHELLS, "config", "kernel"}
LAYERED_FILES = {"models", "rules", "queries", "actions", "events", "reactions"}


def length(function: Function) -> int:
    """Lines from `def` to the end; the docstring counts nothing, so that nobody saves on it."""
    first = function.body[0]
    last_line = function.end_lineno or function.lineno
    is_documented = hasattr(first, "value") and isinstance(getattr(first.value, "value", None), str)
    docstring = (first.end_lineno or first.lineno) - first.lineno + 1 if is_documented else 0
    return last_line - function.lineno + 1 - docstring


def domains() -> set[str]:
    return {path.parent.name for path in (ROOT / "app").glob("*/__init__.py")} - NOT_DOMAINS


def test_functions_are_short():
    lengths = {
        f"{here(path)}:{function.name}": length(function)
        for path in python_files("app", "tools", "gunicorn.conf.py")
        for function in functions(path)
    }

    assert {name: lines for name, lines in lengths.items() if lines > LONGEST_FUNCTION} == {}
    assert quantiles(lengths.values(), n=20)[-1] <= LONGEST_USUAL_FUNCTION


@pytest.mark.parametrize(("folders", "longest"), [(("app", "tools"), LONGEST_FILE), (("tests",), LONGEST_TEST_FILE)])
def test_files_are_short(folders, longest):
    lines = {here(path): len(path.read_text().splitlines()) for path in python_files(*folders)}

    assert {name: count for name, count in lines.items() if count > longest} == {}


def test_no_file_has_a_name_that_could_hold_anything():
    named = {
        here(path) for path in python_files("app", "tools", "tests") if {path.stem, path.parent.name} & EMPTY_NAMES
    }

    assert named == set()


def test_domains_keep_the_flask_contract():
    """A new domain is added to the list of those that do not know the web."""
    contracts = tomllib.loads((ROOT / "pyproject.toml").read_text())["tool"]["importlinter"]["contracts"]
    listed = next(one["source_modules"] for one in contracts if one["name"] == "Domains do not know the web")

    assert {f"app.{domain}" for domain in domains()} == set(listed)


def test_layered_files_stand_in_domains_only():
    """`rules.py`, `actions.py` and their like mean something: views and commands do not borrow the names."""
    borrowed = {here(path) for shell in SHELLS for path in python_files(f"app/{shell}") if path.stem in LAYERED_FILES}

    assert borrowed == set()
