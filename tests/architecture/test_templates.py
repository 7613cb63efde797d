"""Templates: each is used, none trusts what it is given, none carries a style or a script of its own."""

import ast
import re

import pytest

from app.config import ROOT
from tests.support.source import here, parsed, project_files, python_files, template_files

pytestmark = pytest.mark.pure

NAMED_IN_TEMPLATES = re.compile(r"""(?:extends|include|import|from)\s+["']([^"']+)["']""")
IMPORTED = re.compile(r"""{%-? from "[^"]+" import ([\w, ]+?) (?:with context )?-?%}""")
FORBIDDEN = {
    "trusts a value": re.compile(r"\|\s*safe\b|autoescape\s+false"),
    "has an inline style": re.compile(r"<style\b|\sstyle\s*=", re.IGNORECASE),
    "has an inline script": re.compile(r"<script\b(?![^>]*\bsrc\s*=)", re.IGNORECASE),
    "has an event handler": re.compile(r"<[^>]*\son[a-z]+\s*=", re.IGNORECASE),
    "has a javascript: link": re.compile(r"javascript:", re.IGNORECASE),
    "loads from another host": re.compile(
        r"""<(?!a\b)[^>]*\b(?:src|href|action)\s*=\s*["']?(?:https?:)?//""", re.IGNORECASE
    ),
}
DATA_BLOCK = re.compile(r"""<script\s+type="application/ld\+json">""")
LOADED_BY_CSS = re.compile(r"""(?:url\(\s*["']?|@import\s+["'])(?:https?:)?//""", re.IGNORECASE)


def is_page(path):
    """Mail is read in mail programs, which know neither our style sheet nor our scripts."""
    return "mail" not in path.relative_to(ROOT / "templates").parts


@pytest.mark.parametrize("fault", FORBIDDEN)
def test_no_template(fault):
    guilty = {
        here(path)
        for path in template_files()
        if path.suffix == ".html" and is_page(path)
        if FORBIDDEN[fault].search(DATA_BLOCK.sub("<script src=>", path.read_text()))
    }

    assert guilty == set(), f"a template {fault}"


def test_every_template_is_rendered():
    named = set()
    for path in template_files():
        named |= set(NAMED_IN_TEMPLATES.findall(path.read_text()))
    for path in python_files("app"):
        named |= {
            node.value
            for node in ast.walk(parsed(path))
            if isinstance(node, ast.Constant) and isinstance(node.value, str)
        }
    written = {path.relative_to(ROOT / "templates").as_posix() for path in template_files()}

    assert written - named == set()


def test_a_template_imports_only_macros_that_it_uses():
    unused = {
        f"{here(path)}: {name}"
        for path in template_files()
        for names in IMPORTED.findall(path.read_text())
        for name in re.findall(r"(\w+)(?:,|$)", names)
        if len(re.findall(rf"\b{name}\b", path.read_text())) < 2
    }

    assert unused == set()


def test_style_sheets_load_nothing_from_another_host():
    guilty = {
        here(path) for path in project_files() if path.suffix == ".css" and LOADED_BY_CSS.search(path.read_text())
    }

    assert guilty == set()
