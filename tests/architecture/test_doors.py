"""There is one way to change the database, one way to load, and one way to trust HTML."""

import ast

import pytest

from app.config import ROOT
from tests.support.source import calls, here, parsed, python_files

pytestmark = pytest.mark.pure

EDGES = ("app/web/", "app/api/", "app/cli/", "app/jobs/", "app/http.py", "app/kernel/db.py", "app/kernel/events.py")
TRUSTED_HTML = ("app/kernel/text", "app/web/")


def found(names: set[str], *folders: str) -> set[str]:
    """Where one of `names` is called, or an attribute that ends with one, below `folders`."""
    return {
        f"{here(path)}:{line} {name}"
        for path in python_files(*folders)
        for name, line in calls(path)
        if name in names or any(name.endswith(f".{one}") for one in names)
    }


def test_only_the_edges_open_a_write_transaction():
    opened = {
        place for place in found({"write", "write_once"}, "app") if not place.endswith(("file.write", "super().write"))
    }

    assert {place for place in opened if not place.startswith(EDGES)} == set()


def test_only_the_write_transaction_commits():
    committed = found({"session.commit"}, "app", "migrations")

    assert {place for place in committed if not place.startswith("app/kernel/db.py")} == set()


def test_shells_load_through_what_the_viewer_may_see():
    """`visible_to(viewer)` is the one way to load: a second one is where rights are forgotten."""
    around = found(
        {"db.session.get", "db.session.get_one", "db.session.merge", "query.get", "query.filter_by"},
        "app/web",
        "app/api",
    )
    queried = {
        f"{here(path)}:{node.lineno}"
        for path in python_files("app/web", "app/api", "app/cli", "app/jobs")
        for node in ast.walk(parsed(path))
        if isinstance(node, ast.Attribute) and node.attr == "query" and isinstance(node.value, ast.Name)
        if node.value.id[:1].isupper()
    }

    assert around | queried == set()


def test_html_is_trusted_in_few_places():
    trusted = found({"Markup", "RenderedHtml"}, "app")

    assert {place for place in trusted if not place.startswith(TRUSTED_HTML)} == set()


def test_the_clock_is_asked_in_one_place():
    """A time that a test cannot stop is a time that a test cannot check."""
    asked = found({"datetime.now", "datetime.utcnow", "date.today", "datetime.today"}, "app")

    assert {place for place in asked if not place.startswith("app/kernel/clock.py")} == set()


def test_only_create_app_names_reactions():
    named = {
        here(path)
        for path in python_files("app")
        if path != ROOT / "app/__init__.py"
        for node in ast.walk(parsed(path))
        if isinstance(node, ast.ImportFrom | ast.Import) and "reactions" in ast.unparse(node).split(".")[-1]
    }

    assert named == set()
