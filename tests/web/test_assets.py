"""The look: one checked style sheet, vendored files as they came, icons that exist."""

import hashlib
import json
import re
import tomllib

import pytest

from app.config import ROOT
from app.web.ui.icons import UnknownIcon, icon, icon_sprite
from app.web.ui.stylesheet import BrokenStylesheet, join_stylesheet
from tests.support.factories import PersonFactory, QuestionFactory
from tests.support.source import here, project_files, python_files, template_files

pytestmark = pytest.mark.one_database

STATIC = ROOT / "static"
ICON_NAME = re.compile(r"""\bicon\(["']([a-z0-9-]+)["']""")
CLASSES = re.compile(r'class="([^"]*)"')
IN_JINJA = re.compile(r"{[{%].*?[%}]}", re.DOTALL)
CLASS_RULE = re.compile(r"\.([a-z][a-z0-9-]*)")


@pytest.fixture
def sheets(tmp_path):
    """A folder with a style sheet of one layer; the test changes what it is about."""
    (tmp_path / "main.css").write_text('@layer base;\n@import url("base.css") layer(base);\n')
    (tmp_path / "base.css").write_text("/* said */ :root { --ink: #000; } p { color: var(--ink); }")
    return tmp_path


def joined(folder):
    return join_stylesheet(folder, lambda path: f"/assets/{path.name}")


@pytest.mark.pure
def test_the_style_sheet_is_one_file_in_the_order_of_its_layers():
    sheet = joined(STATIC / "css")

    assert "@import" not in sheet
    assert "/*" not in sheet
    places = [sheet.index(f"@layer {name} {{") for name in ("tokens", "base", "layout", "components", "print")]
    assert places == sorted(places)


@pytest.mark.pure
def test_each_file_stands_in_its_layer(sheets):
    assert joined(sheets) == "@layer base;\n@layer base {\n :root { --ink: #000; } p { color: var(--ink); }\n}\n"


@pytest.mark.pure
@pytest.mark.parametrize(
    ("name", "content", "sentence"),
    [
        ("base.css", "p { color: var(--inc); }", "No rule defines --inc"),
        ("base.css", 'p { background: url("gone.svg"); }', "base.css refers to gone.svg"),
        ("main.css", '@layer base;\n@import url("gone.css") layer(base);\n', "does not import"),
        ("main.css", '@layer base;\n@import url("base.css") layer(top);\n', "gives no place to the layers"),
        ("more.css", "p { margin: 0; }", "main.css does not import"),
    ],
)
def test_a_broken_style_sheet_stops_the_start(sheets, name, content, sentence):
    (sheets / name).write_text(content)

    with pytest.raises(BrokenStylesheet, match=sentence):
        joined(sheets)


@pytest.mark.pure
def test_an_import_of_nothing_stops_the_start(sheets):
    (sheets / "base.css").unlink()

    with pytest.raises(BrokenStylesheet, match="There is no style sheet"):
        joined(sheets)


@pytest.mark.pure
def test_vendored_files_are_as_they_came():
    manifest = json.loads((STATIC / "vendor/manifest.json").read_text())
    listed = {name: digest for package in manifest for name, digest in package["files"].items()}
    held = {
        path.relative_to(STATIC / "vendor").as_posix(): hashlib.sha256(path.read_bytes()).hexdigest()
        for path in project_files()
        if path.is_relative_to(STATIC / "vendor") and path.name != "manifest.json"
    }

    assert held == listed
    assert all(package["licence"] and package["version"] for package in manifest)
    assert all(any("LICENSE" in name for name in package["files"]) for package in manifest)


@pytest.mark.pure
def test_the_icons_that_are_vendored_are_the_ones_in_use():
    packages = tomllib.loads((ROOT / "tools/vendor.toml").read_text())["package"]
    vendored = {name.removesuffix(".svg") for package in packages for name in package["files"] if name.endswith("svg")}
    templates = "".join(path.read_text() for path in template_files())
    code = "".join(path.read_text() for path in python_files("app/web"))

    assert set(ICON_NAME.findall(templates)) - vendored == set(), "not vendored"
    assert {name for name in vendored if f'"{name}"' not in templates + code} == set(), "vendored for nothing"


@pytest.mark.pure
def test_templates_use_no_class_that_has_no_rule():
    """A part is changed where it is, and no page gets a class of its own."""
    rules = set(CLASS_RULE.findall(joined(STATIC / "css")))
    guilty = set()
    for path in template_files():
        for value in CLASSES.findall(IN_JINJA.sub(" ", path.read_text())):
            guilty |= {f"{here(path)}: {name}" for name in value.split() if name not in rules}

    assert guilty == set()


def test_files_are_served_for_ever_under_names_that_hold_their_hash(client):
    page = client.get("/privacy").text
    sheet = re.search(r'rel="stylesheet" href="(/assets/site\.[0-9a-f]{10}\.css)"', page)[1]
    font = re.search(r'rel="preload" href="([^"]+\.woff2)"', page)[1]

    answer = client.get(sheet, headers={"Accept-Encoding": "gzip"})

    assert answer.headers["Cache-Control"] == "public, max-age=31536000, immutable"
    assert answer.headers["Content-Encoding"] == "gzip"
    assert "Set-Cookie" not in answer.headers
    assert font in client.get(sheet).text
    assert client.get(font).content_type == "font/woff2"
    assert client.get("/assets/site.0000000000.css").status_code == 404


def test_a_page_carries_the_icons_it_uses_and_no_others(app):
    with app.test_request_context():
        drawn = icon("check")
        sprite = icon_sprite()

    assert 'href="#i-check"' in drawn
    assert sprite.count("<symbol") == 1


def test_an_unknown_icon_is_a_fault(app):
    with app.test_request_context(), pytest.raises(UnknownIcon, match="no icon 'dragon'"):
        icon("dragon")


@pytest.mark.parametrize(("place", "part"), [("ask", "questions/_similar.html"), ("thread", "questions/_beside.html")])
def test_what_a_script_puts_into_a_page_finds_its_icons_there(sign_in, place, part):
    author = PersonFactory()
    question = QuestionFactory(author=author)
    page = sign_in(author).get("/questions/ask" if place == "ask" else f"/questions/{question.id}/{question.slug}").text

    drawn = set(ICON_NAME.findall((ROOT / "templates" / part).read_text()))

    assert drawn
    assert {name for name in drawn if f'<symbol id="i-{name}"' not in page} == set()
