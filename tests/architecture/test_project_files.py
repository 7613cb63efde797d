"""What stands in no file of the project, and what stands in every lock."""

import ast
import re
import sys
from importlib.metadata import packages_distributions

import pytest

from app.config import ROOT
from tests.support.source import here, parsed, project_files, python_files

pytestmark = pytest.mark.pure

# Put together here, so that this file does not hold what it forbids.
REGISTRY_HOSTS = [
    ".".join(parts)
    for parts in (
        ("pypi", "org"),
        ("files", "pythonhosted"),
        ("registry", "npmjs"),
        ("deb", "debian"),
        ("crates", "io"),
    )
]
UNFINISHED = re.compile(r"\b(?:TO" + r"DO|FIX" + r"ME|XX" + r"X)\b")
PACKAGE = re.compile(r"^([A-Za-z0-9][A-Za-z0-9._-]*)")
# Chosen in a setting or by another package, never imported by name.
NOT_IMPORTED = {"argon2-cffi", "psycopg", "gunicorn", "tzdata", "pysqlite3", "flask-login"}


def text_of(path):
    try:
        return path.read_text()
    except UnicodeDecodeError:
        return ""


def normal(name):
    return re.sub(r"[-_.]+", "-", name).lower()


def declared(name):
    lines = (ROOT / "requirements" / name).read_text().splitlines()
    return {normal(found.group(1)) for line in lines if (found := PACKAGE.match(line))}


def imported():
    """The distributions whose modules the site imports."""
    distributions = packages_distributions()
    modules = set()
    for path in python_files("app", "gunicorn.conf.py", "wsgi.py"):
        for node in ast.walk(parsed(path)):
            if isinstance(node, ast.Import):
                modules |= {alias.name.split(".")[0] for alias in node.names}
            elif isinstance(node, ast.ImportFrom) and node.module:
                modules.add(node.module.split(".")[0])
    foreign = modules - sys.stdlib_module_names - {"app", "wsgi"}
    return {normal(one) for module in foreign for one in distributions.get(module, [module])}


def test_no_file_names_a_registry():
    guilty = {here(path) for path in project_files() if any(host in text_of(path) for host in REGISTRY_HOSTS)}

    assert guilty == set()


def test_nothing_is_left_for_later():
    kinds = {".py", ".html", ".css", ".js", ".sh", ".toml", ".md"}
    guilty = {here(path) for path in project_files() if path.suffix in kinds and UNFINISHED.search(text_of(path))}

    assert guilty == set()


@pytest.mark.parametrize("name", ["main.txt", "dev.txt", "provider.txt"])
def test_locks_pin_every_package_by_hash_and_name_no_index(name):
    lock = (ROOT / "requirements" / name).read_text()
    pins = [line for line in lock.splitlines() if PACKAGE.match(line)]

    assert pins
    assert all("==" in line and line.endswith("\\") for line in pins)
    assert lock.count("--hash=sha256:") >= len(pins)
    assert not re.search(r"://|--(?:extra-)?index-url|--find-links|--trusted-host", lock)


@pytest.mark.parametrize("name", ["main.in", "dev.in"])
def test_every_package_says_why_it_is_here(name):
    reasons = (ROOT / "docs" / "dependencies.md").read_text().lower()

    assert {one for one in declared(name) if one not in reasons and not one.startswith("types-")} == set()


def test_what_the_site_imports_is_what_it_declares():
    assert declared("main.in") - imported() <= NOT_IMPORTED
    assert imported() - declared("main.txt") == set()
