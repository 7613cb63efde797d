"""The one door to written text: Markdown in, safe HTML or plain text out."""

from typing import TYPE_CHECKING, Any

from app.kernel.text.files import file_tokens
from app.kernel.text.limits import MAX_SOURCE
from app.kernel.text.plain import plain_text
from app.kernel.text.rendered import RENDERER_VERSION, Rendered, RenderedHtml
from app.kernel.text.rendering import render, render_many

if TYPE_CHECKING:
    from app.kernel.text.column import RenderedHtmlColumn

__all__ = [
    "MAX_SOURCE",
    "RENDERER_VERSION",
    "Rendered",
    "RenderedHtml",
    "RenderedHtmlColumn",
    "file_tokens",
    "plain_text",
    "render",
    "render_many",
]


def __getattr__(name: str) -> Any:
    """Load the column type when it is asked for: the render workers come through here too and need no database."""
    if name != "RenderedHtmlColumn":
        raise AttributeError(f"module {__name__!r} has no attribute {name!r}")
    from app.kernel.text.column import RenderedHtmlColumn

    return RenderedHtmlColumn
