"""Markdown to HTML to safe HTML. Runs in the render pool only: on hostile text it may take for ever.

What Markdown makes is cleaned by an allow-list without id, style or class (but for `language-*`), and only then
dressed for the page.
"""

from __future__ import annotations

import re
from collections.abc import Callable
from functools import cache
from hashlib import sha256

from bleach.sanitizer import Cleaner
from markdown import Markdown
from markdown.extensions.sane_lists import SaneListExtension
from markdown.extensions.tables import TableExtension

from app.kernel.text.dialect import HouseStyle
from app.kernel.text.dress import dress
from app.kernel.text.files import OWN_PICTURE
from app.kernel.text.linking import is_safe_address, link
from app.kernel.text.notes import RESERVED

ALLOWED_TAGS = frozenset(
    {
        "a",
        "blockquote",
        "br",
        "code",
        "del",
        "em",
        "h1",
        "h2",
        "h3",
        "h4",
        "h5",
        "h6",
        "hr",
        "img",
        "li",
        "ol",
        "p",
        "pre",
    }
    | {"span", "strong", "table", "tbody", "td", "th", "thead", "tr", "ul"}
)
ALLOWED_SCHEMES = frozenset({"http", "https", "mailto"})

LANGUAGE_CLASS = re.compile(r"language-[A-Za-z0-9#+-]{1,30}")


def to_html(source: str) -> str:
    """Safe HTML of one Markdown text with plain line ends and no control characters."""
    converter = _converter()
    try:
        page = link(clean(converter.reset().convert(source)))
        return dress(page, prefix=_prefix_of(source)).translate(RESERVED)
    except Exception:
        # What was interrupted half-way keeps its state, so the next text gets new ones.
        _converter.cache_clear()
        _cleaner.cache_clear()
        raise


def _prefix_of(source: str) -> str:
    """What tells the ids of this text from those of others on the same page."""
    return sha256(source.encode(errors="replace")).hexdigest()[:8]


def clean(page: str) -> str:
    """`page` with nothing in it but what the allow-list names."""
    return _cleaner().clean(page)


def to_html_all(sources: list[str]) -> list[str | None]:
    """Safe HTML of each text, None for one that cannot be rendered."""
    return [_to_html_or_none(source) for source in sources]


def prepare() -> None:
    """Get everything ready, so that the first text is as quick as the others."""
    to_html("Ready.")


def _to_html_or_none(source: str) -> str | None:
    try:
        return to_html(source)
    except Exception:  # noqa: BLE001 - one text that breaks the parser must not take the others with it
        return None


@cache
def _converter() -> Markdown:
    return Markdown(extensions=[TableExtension(use_align_attribute=True), SaneListExtension(), HouseStyle()])


@cache
def _cleaner() -> Cleaner:
    return Cleaner(tags=ALLOWED_TAGS, attributes=ALLOWED_ATTRIBUTES, protocols=ALLOWED_SCHEMES)


def _allow_on_link(tag: str, name: str, value: str) -> bool:
    return name == "title" or (name == "href" and is_safe_address(value))


def _allow_on_picture(tag: str, name: str, value: str) -> bool:
    return name in {"alt", "title"} or (name == "src" and OWN_PICTURE.fullmatch(value) is not None)


def _allow_on_code(tag: str, name: str, value: str) -> bool:
    return name == "title" or (name == "class" and LANGUAGE_CLASS.fullmatch(value) is not None)


def _allow_on_cell(tag: str, name: str, value: str) -> bool:
    return name == "align" and value in {"left", "center", "right"}


def _allow_on_list(tag: str, name: str, value: str) -> bool:
    return name == "start" and value.isascii() and value.isdigit() and len(value) < 10


ALLOWED_ATTRIBUTES: dict[str, list[str] | Callable[[str, str, str], bool]] = {
    "a": _allow_on_link,
    "img": _allow_on_picture,
    "code": _allow_on_code,
    "th": _allow_on_cell,
    "td": _allow_on_cell,
    "ol": _allow_on_list,
}
