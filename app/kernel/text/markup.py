"""Markdown to HTML to safe HTML. Runs in the render pool only: on hostile text it may take for ever.

What Markdown makes is cleaned by an allow-list without id, style or class (but for `language-*`), and only then
dressed for the page.
"""

from __future__ import annotations

import html
import re
from collections.abc import Callable, MutableMapping
from functools import cache, partial
from typing import TYPE_CHECKING, Any, cast
from urllib.parse import urlsplit

from bleach.linkifier import LinkifyFilter
from bleach.sanitizer import Cleaner
from markdown import Markdown
from markdown.extensions import Extension
from markdown.extensions.sane_lists import SaneListExtension
from markdown.extensions.tables import TableExtension
from markdown.inlinepatterns import SimpleTagInlineProcessor
from markdown.preprocessors import Preprocessor
from markdown.treeprocessors import Treeprocessor
from markdown.util import ETX, STX

from app.kernel.text.dress import dress
from app.kernel.text.fences import Fence, split_fences
from app.kernel.text.spacing import separate_blocks

if TYPE_CHECKING:
    from xml.etree.ElementTree import Element  # noqa: TID251 - the type alone, no XML is read

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
OUTSIDE_LINK_REL = "nofollow ugc noopener"

STRUCK_OUT = r"(~~)(?=\S)([^~]+)~~"
# Stops before the punctuation of the sentence in which the address stands.
BARE_ADDRESS = re.compile(r"\bhttps?://[^\s<>\"'`|\\]*[^\s<>\"'`|\\.,;:!?*_~]", re.IGNORECASE)
# A browser reads a backslash as a slash and skips control characters, so neither may stand in an address.
UNSAFE_IN_ADDRESS = re.compile(r"[\x00-\x20\x7f\\]")
OWN_ADDRESS = re.compile(r"/(?!/)|#")
OUTSIDE_ADDRESS = re.compile(r"https?://[^/?#]|mailto:[^/]", re.IGNORECASE)
OWN_PICTURE = re.compile(r"/(?:files|photos)(?:/[A-Za-z0-9_~-][A-Za-z0-9._~-]*)+")
LANGUAGE_CLASS = re.compile(r"language-[A-Za-z0-9#+-]{1,30}")


def to_html(source: str) -> str:
    """Safe HTML of one Markdown text with plain line ends and no control characters."""
    converter = _converter()
    try:
        return dress(clean(converter.reset().convert(source)))
    except Exception:
        # What was interrupted half-way keeps its state, so the next text gets new ones.
        _converter.cache_clear()
        _cleaner.cache_clear()
        raise


def clean(page: str) -> str:
    """`page` with nothing in it but what the allow-list names, bare addresses linked, and links out marked."""
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
    # The type hints of bleach do not know that None stands for no link.
    links = partial(LinkifyFilter, callbacks=[cast(Any, _mark_link)], skip_tags={"pre", "code"}, url_re=BARE_ADDRESS)
    return Cleaner(tags=ALLOWED_TAGS, attributes=ALLOWED_ATTRIBUTES, protocols=ALLOWED_SCHEMES, filters=[links])


class HouseStyle(Extension):
    """Markdown as this site reads it: no raw HTML, code fences with captions, pictures from here only."""

    def extendMarkdown(self, md: Markdown) -> None:  # noqa: N802 - the name is Markdown's
        """Change the parser `md`."""
        md.preprocessors.deregister("html_block")
        md.inlinePatterns.deregister("html")
        md.preprocessors.register(StashFences(md), "normalize_whitespace", 30)
        md.inlinePatterns.register(SimpleTagInlineProcessor(STRUCK_OUT, "del"), "struck_out", 50)
        # After every other change to the tree, when addresses are final.
        md.treeprocessors.register(NameLinks(md), "name_links", -10)


class StashFences(Preprocessor):
    """Takes the code out of the text, with its tabs; in the rest, expands tabs and separates the blocks."""

    def run(self, lines: list[str]) -> list[str]:
        """The lines for the parser, with a mark for each block of code."""
        # The two characters with which the parser marks what it has put aside; nobody else may write them.
        source = "\n".join(lines).replace(STX, "").replace(ETX, "")
        parts = (self._stash(part) if isinstance(part, Fence) else part for part in split_fences(source))
        text = "\n".join(parts).expandtabs(self.md.tab_length)
        return [*separate_blocks([line if line.strip(" ") else "" for line in text.split("\n")]), "", ""]

    def _stash(self, fence: Fence) -> str:
        language = f' class="language-{fence.language}"' if fence.language else ""
        caption = f' title="{html.escape(fence.caption)}"' if fence.caption else ""
        mark = self.md.htmlStash.store(f"<pre><code{language}{caption}>{html.escape(fence.code)}\n</code></pre>")
        # In a list, the parser wants whole steps of four spaces.
        indent = " " * (-(-fence.indent // 4) * 4 if fence.in_list else 0)
        start = f"{fence.quotes} " if fence.quotes else ""
        return f"{start}\n{start}{indent}{mark}\n{start}"


class NameLinks(Treeprocessor):
    """Turns pictures of other hosts into links, and gives a name to links without one."""

    def run(self, root: Element) -> None:
        """Change the tree in place."""
        for link in root.iter("a"):
            _replace_foreign_pictures(link, _to_words)
        _replace_foreign_pictures(root, _to_link)
        for link in root.iter("a"):
            if not "".join(link.itertext()).strip() and not any(image.get("alt") for image in link.iter("img")):
                link.text = link.get("href", "")


def _replace_foreign_pictures(parent: Element, replace: Callable[[Element], None]) -> None:
    for image in list(parent.iter("img")):
        if not OWN_PICTURE.fullmatch(image.get("src", "")):
            replace(image)


def _to_words(image: Element) -> None:
    image.tag, image.text = "span", image.get("alt")
    image.attrib.clear()


def _to_link(image: Element) -> None:
    address = image.get("src", "")
    image.tag, image.text = "a", image.get("alt")
    image.attrib.clear()
    image.set("href", address)


def is_safe_address(address: str) -> bool:
    """True for http, https, mailto, and paths and anchors of this site; `address` may hold character references."""
    plain = html.unescape(address)
    if UNSAFE_IN_ADDRESS.search(plain) or not _can_be_split(plain):
        return False
    return bool(OWN_ADDRESS.match(plain) or OUTSIDE_ADDRESS.match(plain))


def _can_be_split(address: str) -> bool:
    try:
        urlsplit(address)
    except ValueError:
        return False
    return True


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

LinkAttributes = MutableMapping[tuple[str | None, str], str]


def _mark_link(attributes: LinkAttributes, is_new: bool = False, /) -> LinkAttributes | None:
    """Say of each link out of the site that it is none of our recommendations; None for no link at all."""
    address = attributes.get((None, "href"))
    if is_new and not is_safe_address(address or ""):
        return None
    if address is None:
        attributes.pop((None, "title"), None)
    elif not OWN_ADDRESS.match(address):
        attributes[None, "rel"] = OUTSIDE_LINK_REL
    return attributes
