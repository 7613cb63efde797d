"""Scripts that others made find what they import beside them: browsers know no packages."""

import pytest

from tools.vendor import UnresolvedImport, check_imports, with_imports

pytestmark = pytest.mark.pure


@pytest.mark.parametrize(
    ("script", "served"),
    [
        ('import Box from "box-nav";', 'import Box from "./box.js";'),
        ("import 'box-nav'", "import './box.js'"),
        ('export { Box } from "box-nav"', 'export { Box } from "./box.js"'),
        ('const box = await import("box-nav");', 'const box = await import("./box.js");'),
        ('import Box from "./other.js";', 'import Box from "./other.js";'),
    ],
)
def test_the_name_of_a_package_becomes_the_name_of_a_file(script, served):
    assert with_imports(script, {"box-nav": "./box.js"}) == served


@pytest.mark.parametrize("name", ["box-nav", "./gone.js", "/box.js", "../box.js"])
def test_an_import_that_leads_nowhere_is_refused(tmp_path, name):
    (tmp_path / "menu.js").write_text(f'import Box from "{name}";')

    with pytest.raises(UnresolvedImport, match=r"menu\.js imports"):
        check_imports(tmp_path)


def test_an_import_of_a_file_beside_it_is_fine(tmp_path):
    (tmp_path / "menu.js").write_text('import Box from "./box.js";')
    (tmp_path / "box.js").write_text("export default 1;")

    check_imports(tmp_path)
