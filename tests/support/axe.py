"""axe-core in the page under test: WCAG 2.2 A and AA."""

from __future__ import annotations

from importlib.resources import files
from typing import Any

from playwright.sync_api import Page

STANDARDS = ["wcag2a", "wcag2aa", "wcag21a", "wcag21aa", "wcag22aa"]


def axe(page: Page, *, only: str | None = None) -> list[str]:
    """What axe-core finds wrong with the page as it stands, one line each; an empty list is what we want.

    `only` names one of axe-core's rules, such as "color-contrast".
    """
    # Handed to the page by the debugger and not by a script element, which the site's policy forbids.
    if not page.evaluate("'axe' in window"):
        page.evaluate(f"() => {{ {_script()}\n }}")
    chosen = {"type": "rule", "values": [only]} if only else {"type": "tag", "values": STANDARDS}
    options = {"runOnly": chosen, "resultTypes": ["violations"]}
    result: dict[str, Any] = page.evaluate("options => axe.run(document, options)", options)
    return [
        f"{violation['id']}: {violation['help']} at {' '.join(map(str, node['target']))}"
        for violation in result["violations"]
        for node in violation["nodes"]
    ]


def _script() -> str:
    return files("axe_playwright_python").joinpath("axe.min.js").read_text()
