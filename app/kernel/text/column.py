"""The column type of rendered text."""

from __future__ import annotations

from typing import Any

from sqlalchemy import Dialect, Text
from sqlalchemy.types import TypeDecorator, TypeEngine

from app.kernel.text.rendered import RenderedHtml


class RenderedHtmlColumn(TypeDecorator[RenderedHtml]):
    """A column of rendered bodies: takes nothing but RenderedHtml, and gives it back as such."""

    impl = Text
    cache_ok = True

    def process_bind_param(self, value: RenderedHtml | None, dialect: Dialect) -> str | None:
        """Refuse text that did not come from the renderer with a TypeError."""
        if value is not None and not isinstance(value, RenderedHtml):
            raise TypeError("A stored body must come from app.kernel.text.render().")
        return None if value is None else str(value)

    def process_result_value(self, value: str | None, dialect: Dialect) -> RenderedHtml | None:
        """Only rendered text was ever stored, so what comes back is rendered text."""
        return None if value is None else RenderedHtml(value)

    def coerce_compared_value(self, op: Any, value: Any) -> TypeEngine[Any]:
        """Let a query compare the column with any text."""
        return self if isinstance(value, RenderedHtml) else Text()
