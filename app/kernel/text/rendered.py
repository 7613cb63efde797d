"""The types of rendered text. RenderedHtml is the only text that a template may show without escaping."""

from __future__ import annotations

from dataclasses import dataclass

# Raise this when the same source gives other HTML than before; it is stored with each body.
RENDERER_VERSION = 3


class RenderedHtml(str):
    """HTML that came out of the renderer and is safe to show. Whatever is made from it is plain text again."""

    __slots__ = ()

    def __html__(self) -> str:
        """What Jinja asks for to know that the text is safe."""
        return str(self)


@dataclass(frozen=True)
class Rendered:
    """What rendering gave. `fell_back` is True when the text is shown as it was written, without its formatting."""

    html: RenderedHtml
    fell_back: bool
    renderer_version: int = RENDERER_VERSION
