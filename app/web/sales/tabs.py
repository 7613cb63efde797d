"""The pages for sales, as they stand side by side."""

from __future__ import annotations

from flask import request

from app.web.ui.sections import stands_at

TABS = (
    ("/sales", "Accounts"),
    ("/sales/summary", "The month"),
    ("/sales/outcomes", "Outcomes"),
    ("/sales/introductions", "Requests"),
    ("/sales/definition", "What a lead is"),
)


def sales_tabs() -> list[tuple[str, str, bool]]:
    """Address, words, and whether the page that is open stands there."""
    return [(path, words, _is_open(path)) for path, words in TABS]


def _is_open(path: str) -> bool:
    return request.path == path if path == TABS[0][0] else stands_at(request.path, path)
