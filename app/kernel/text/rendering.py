"""Rendering within bounds: a text that is too hard is shown as it was written."""

from __future__ import annotations

import logging
import re
from collections.abc import Iterator, Sequence
from html import escape
from itertools import chain

from app.kernel.bounded import BoundedPool, Overrun
from app.kernel.text import markup
from app.kernel.text.limits import is_too_hard
from app.kernel.text.rendered import Rendered, RenderedHtml

SECONDS = 3.0
MEGABYTES = 256
# Two, so that a text which uses up its three seconds does not hold up everybody else's.
WORKERS = 2
BATCH = 16

# Control characters, halves of surrogate pairs and non-characters: no reader can see them, databases refuse some.
INVISIBLE = re.compile("[\x00-\x08\x0b\x0c\x0e-\x1f\x7f\ud800-\udfff\ufffe\uffff]")

_pool = BoundedPool(seconds=SECONDS, megabytes=MEGABYTES, workers=WORKERS, prepare=markup.prepare)
_log = logging.getLogger(__name__)


def render(source: str) -> Rendered:
    """Turn Markdown into safe HTML; never raises.

    Takes at most about 3.2 seconds, twice that when other texts keep every worker busy. A text over the limits, or
    one that cannot be rendered in time and memory, falls back to its own words, escaped.
    """
    text = tidy(source)
    if is_too_hard(text):
        return _as_written(text)
    return _rendered_alone(text)


def render_many(sources: Sequence[str]) -> list[Rendered]:
    """Render each of `sources`, in order, with all workers at once: for importers and other long lists."""
    texts = [tidy(source) for source in sources]
    easy = [text for text in texts if not is_too_hard(text)]
    batches = [easy[start : start + BATCH] for start in range(0, len(easy), BATCH)]
    pages = chain.from_iterable(_rendered_batches(batches))
    return [_as_written(text) if is_too_hard(text) else next(pages) for text in texts]


def tidy(source: str) -> str:
    """`source` with plain line ends and without characters that cannot be seen."""
    return INVISIBLE.sub("", source.replace("\r\n", "\n").replace("\r", "\n"))


def _rendered_batches(batches: Sequence[list[str]]) -> Iterator[list[Rendered]]:
    for batch, pages in zip(batches, _pool.run_all(markup.to_html_all, batches), strict=True):
        if isinstance(pages, Overrun):
            # One text of the batch is to blame; alone, each has its own three seconds.
            yield [_rendered_alone(text) for text in batch]
        else:
            yield [_rendered(page, text) for page, text in zip(pages, batch, strict=True)]


def _rendered_alone(text: str) -> Rendered:
    try:
        return _rendered(_pool.run(markup.to_html, text), text)
    except Exception as error:  # noqa: BLE001 - whatever a hostile text breaks, its author must not lose it
        _log.warning("A text of %d characters is shown as written: %s", len(text), type(error).__name__)
        return _as_written(text)


def _rendered(page: str | None, text: str) -> Rendered:
    return _as_written(text) if page is None else Rendered(html=RenderedHtml(page), fell_back=False)


def _as_written(text: str) -> Rendered:
    html = f'<pre tabindex="0" role="region" aria-label="Text as it was written">{escape(text)}</pre>'
    return Rendered(html=RenderedHtml(html), fell_back=True)
