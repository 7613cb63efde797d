"""Scripts are served under names that hold their hash, and import one another by these names."""

import re

import pytest

from app.config import ROOT
from app.web.ui.assets import SameName, read_assets, script
from app.web.ui.scripts import BrokenScript, imports_of, scripts_in_order, with_served_names

pytestmark = pytest.mark.one_database

EDITOR = ROOT / "static/js/editor.js"


@pytest.fixture
def files(tmp_path):
    """`files("a.js", 'import "./b.js"')` writes a script and returns its path."""

    def write(name, text=""):
        path = tmp_path / name
        path.write_text(text)
        return path.resolve()

    return write


@pytest.mark.pure
def test_a_script_comes_after_those_it_imports(files):
    top, below = files("top.js", 'import { a } from "./below.js";'), files("below.js")

    assert scripts_in_order([top, below]) == [below, top]


@pytest.mark.pure
def test_an_import_names_what_is_served(files):
    top, below = files("top.js", "import { a } from './below.js';"), files("below.js")

    assert with_served_names(top, lambda path: f"{path.stem}.0123.js") == "import { a } from './below.0123.js';"
    assert imports_of(top) == [below]


@pytest.mark.pure
def test_an_import_of_nothing_stops_the_start(files):
    with pytest.raises(BrokenScript, match=r"top\.js imports gone\.js"):
        scripts_in_order([files("top.js", 'import "./gone.js";')])


@pytest.mark.pure
def test_scripts_that_import_one_another_stop_the_start(files):
    one, two = files("one.js", 'import "./two.js";'), files("two.js", 'import "./one.js";')

    with pytest.raises(BrokenScript, match="in a circle"):
        scripts_in_order([one, two])


@pytest.mark.pure
def test_two_files_of_one_name_stop_the_start():
    found = read_assets(ROOT / "static", "/assets")

    with pytest.raises(SameName, match=r"site\.js"):
        found.add("site.js", b"")


@pytest.mark.pure
def test_a_change_in_what_is_imported_changes_the_name_of_the_importer():
    found = read_assets(ROOT / "static", "/assets")
    served = {asset.name for asset in found.by_name.values()}
    editor = found.by_source["editor.js"]

    assert imports_of(EDITOR)
    assert set(editor.needs) <= served
    for imported in imports_of(EDITOR):
        assert f'"./{found.by_source[imported.name].name}"'.encode() in editor.content


def test_a_page_loads_a_script_once_and_all_that_it_imports_at_the_same_time(app, client):
    with app.test_request_context():
        tags, again = script("editor.js"), script("editor.js")

    addresses = re.findall(r'(?:href|src)="([^"]+)"', tags)
    assert tags.count("<script") == 1
    assert len(addresses) > 5
    assert again == ""
    for address in addresses:
        answer = client.get(address)
        assert answer.status_code == 200
        assert answer.content_type == "text/javascript; charset=utf-8"
