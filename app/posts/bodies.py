"""What a person wrote, checked and rendered before any transaction opens."""

from __future__ import annotations

from dataclasses import dataclass

from app.kernel.errors import RuleBroken
from app.kernel.text import MAX_SOURCE, RenderedHtml, render

LONGEST_COMMENT = 1_000


@dataclass(frozen=True)
class Body:
    """A text and what it looks like. `plain` is True where it could only be shown as it was typed."""

    source: str
    html: RenderedHtml
    renderer_version: int
    plain: bool


def prepare_body(source: str) -> Body:
    """Check and render the body of a post. Raises RuleBroken."""
    return _prepare(source, MAX_SOURCE)


def prepare_comment(source: str) -> Body:
    """Check and render a comment. Raises RuleBroken."""
    return _prepare(source, LONGEST_COMMENT)


def _prepare(source: str, longest: int) -> Body:
    # Browsers send CR LF; PostgreSQL refuses NUL.
    source = source.replace("\r\n", "\n").replace("\0", "").strip("\n")
    if not source.strip():
        raise RuleBroken("Write something first.")
    if len(source) > longest:
        raise RuleBroken(f"That is {len(source):,} characters; {longest:,} is the most. Shorten it a little.")
    rendered = render(source)
    return Body(source, rendered.html, rendered.renderer_version, rendered.fell_back)
