"""Markdown as this site reads it: no raw HTML, code fences with captions, pictures from here only, footnotes.

Where the parser differs from CommonMark without need, it is brought nearer; docs/writing.md lists what remains.
"""

from __future__ import annotations

import html
import re
from collections.abc import Callable
from string import punctuation
from typing import Any
from xml.etree.ElementTree import Element, SubElement  # noqa: TID251 - the parser's own tree; no XML is read

from markdown import Markdown
from markdown.blockprocessors import HashHeaderProcessor, SetextHeaderProcessor
from markdown.extensions import Extension
from markdown.inlinepatterns import (
    BACKTICK_RE,
    ESCAPE_RE,
    IMAGE_LINK_RE,
    LINK_RE,
    BacktickInlineProcessor,
    EscapeInlineProcessor,
    ImageInlineProcessor,
    InlineProcessor,
    LinkInlineProcessor,
    SimpleTagInlineProcessor,
    SubstituteTagInlineProcessor,
)
from markdown.preprocessors import Preprocessor
from markdown.treeprocessors import Treeprocessor
from markdown.util import ETX, HTML_PLACEHOLDER, STX, AtomicString, code_escape

from app.kernel.text.fences import Fence, split_fences
from app.kernel.text.files import OWN_PICTURE
from app.kernel.text.linking import is_safe_address
from app.kernel.text.nesting import indent_lists
from app.kernel.text.notes import REFERENCE, RESERVED, SECTION, Notes, mark
from app.kernel.text.spacing import separate_blocks

PUT_ASIDE = re.compile(f"{STX}(?:([0-9]+)|[^{ETX}]*){ETX}")
CODE_MARK = HTML_PLACEHOLDER.partition("%")[0]

STRUCK_OUT = r"(~~)(?=\S)([^~]+)~~"
BROKEN_LINE = r"\\\n"
AUTOLINK = r"<((?:https?://|mailto:)[^<>\s\x02]*)>"
AUTOMAIL = r"<([A-Za-z0-9.!#$%&'*+/=?^_`{|}~-]+@[A-Za-z0-9](?:[A-Za-z0-9.-]*[A-Za-z0-9])?)>"


class HouseStyle(Extension):
    """The parser with everything that makes it ours."""

    def extendMarkdown(self, md: Markdown) -> None:
        """Change the parser `md`."""
        md.ESCAPED_CHARS = list(punctuation)
        md.preprocessors.deregister("html_block")
        notes = Notes()
        md.preprocessors.register(Lines(md, notes), "normalize_whitespace", 30)
        _read_blocks(md)
        _read_words(md)
        md.inlinePatterns.register(NoteReference(REFERENCE.pattern, notes), "note", 175)
        md.treeprocessors.register(PlaceNotes(md, notes), "place_notes", 40)
        # Before the words are read, while an item is its text and its blocks.
        md.treeprocessors.register(SpaceLists(md), "space_lists", 30)
        # After every other change to the tree, when addresses are final.
        md.treeprocessors.register(NameLinks(md), "name_links", -10)


def _read_blocks(md: Markdown) -> None:
    blocks = md.parser.blockprocessors
    blocks.register(Heading(md.parser), "hashheader", 70)
    blocks.register(UnderlinedHeading(md.parser), "setextheader", 60)


def _read_words(md: Markdown) -> None:
    words = md.inlinePatterns
    words.deregister("html")
    words.register(CodeSpan(BACKTICK_RE), "backtick", 190)
    words.register(Escape(ESCAPE_RE, md), "escape", 180)
    words.register(Link(LINK_RE, md), "link", 160)
    words.register(Picture(IMAGE_LINK_RE, md), "image_link", 150)
    words.register(Autolink(AUTOLINK), "autolink", 120)
    words.register(Automail(AUTOMAIL), "automail", 110)
    words.register(SubstituteTagInlineProcessor(BROKEN_LINE, "br"), "broken_line", 181)
    words.register(SimpleTagInlineProcessor(STRUCK_OUT, "del"), "struck_out", 50)


class Lines(Preprocessor):
    """Takes code and notes out of the text; in the rest, expands tabs and brings the blocks into place."""

    def __init__(self, md: Markdown, notes: Notes) -> None:
        super().__init__(md)
        self._notes = notes

    def run(self, lines: list[str]) -> list[str]:
        """The lines for the parser, with a mark for each block of code."""
        # The characters that mark what was put aside; nobody else may write them.
        source = "\n".join(lines).replace(STX, "").replace(ETX, "").translate(RESERVED)
        parts = (self._stash(part) if isinstance(part, Fence) else part for part in split_fences(source))
        text = "\n".join(parts).expandtabs(self.md.tab_length)
        prose = [line if line.strip(" ") else "" for line in text.split("\n")]
        left = self._notes.take_from(prose)
        self._notes.sources = [_in_place(note) for note in self._notes.sources]
        return [*_in_place(left), "", ""]

    def _stash(self, fence: Fence) -> str:
        language = f' class="language-{fence.language}"' if fence.language else ""
        caption = f' title="{html.escape(fence.caption)}"' if fence.caption else ""
        mark = self.md.htmlStash.store(f"<pre><code{language}{caption}>{html.escape(fence.code)}\n</code></pre>")
        start = f"{fence.quotes} " if fence.quotes else ""
        indent = " " * fence.indent if fence.in_list or fence.items else ""
        return f"{start}\n{start}{indent}{mark}\n{start}"


def _in_place(lines: list[str]) -> list[str]:
    return separate_blocks(indent_lists(lines, code_mark=CODE_MARK))


class NoteReference(InlineProcessor):
    """The reference to a footnote, if there is one of that name."""

    def __init__(self, pattern: str, notes: Notes) -> None:
        super().__init__(pattern)
        self._notes = notes

    def handleMatch(self, m: re.Match[str], data: str) -> Any:
        """The mark of the note and where it stands in `data`."""
        number = self._notes.number(m[1])
        return (None, None, None) if number is None else (mark(number), m.start(), m.end())


class PlaceNotes(Treeprocessor):
    """Sets the footnotes below the text, each after a paragraph that marks its beginning."""

    def __init__(self, md: Markdown, notes: Notes) -> None:
        super().__init__(md)
        self._notes = notes

    def run(self, root: Element) -> None:
        """Change the tree in place."""
        for lines in self._notes.sources:
            SubElement(root, "p").text = SECTION
            self.md.parser.parseChunk(root, "\n".join(lines))


class Heading(HashHeaderProcessor):
    """A line that starts with number signs and a space: "#5 fails" is a sentence."""

    RE = re.compile(r"(?:^|\n) {0,3}(?P<level>#{1,6})(?P<header>(?: [^\n]*?)?)(?: #+)? *(?:\n|$)")


class UnderlinedHeading(SetextHeaderProcessor):
    """A line over a line of dashes or equals signs, unless it is an item of a list or a quotation."""

    RE = re.compile(r"(?! {0,3}(?:>|(?:[-*+]|\d{1,9}\.) ))[^\n]*\n {0,3}(?:=+|-+) *(?:\n|$)")


class CodeSpan(BacktickInlineProcessor):
    """Code between backticks. One space goes at each end where both are there, and a line end is a space."""

    def handleMatch(self, m: re.Match[str], data: str) -> Any:
        """The element and where it stands in `data`."""
        made, start, end = super().handleMatch(m, data)
        if start is not None and end is not None and not isinstance(made, str) and made is not None:
            ticks = len(data[start:end]) - len(data[start:end].lstrip("`"))
            made.text = AtomicString(code_escape(_code_words(data[start + ticks : end - ticks])))
        return made, start, end


def _code_words(text: str) -> str:
    text = text.replace("\n", " ")
    return text[1:-1] if text.startswith(" ") and text.endswith(" ") and text.strip(" ") else text


class Escape(EscapeInlineProcessor):
    """A mark after a backslash stands for itself."""

    def handleMatch(self, m: re.Match[str], data: str) -> Any:
        """The sign, as the parser puts it aside, and where it stands in `data`."""
        if m[1] == "&":
            # The parser would read it together with what follows.
            return self.md.htmlStash.store("&amp;"), m.start(), m.end()
        return super().handleMatch(m, data)


class Followed(LinkInlineProcessor):
    """What has an address that can be followed; anything else is words with brackets, and stays as it was typed."""

    def getLink(self, data: str, index: int) -> tuple[str, str | None, int, bool]:
        """The address, the title, where the link ends in `data`, and whether it is one."""
        address, title, end, is_link = super().getLink(data, index)
        return address, title, end, is_link and is_safe_address(PUT_ASIDE.sub(_sign, address))


def _sign(aside: re.Match[str]) -> str:
    """The sign that the parser put aside."""
    return chr(int(aside[1])) if aside[1] else "&"


class Link(Followed):
    """A link."""


class Picture(Followed, ImageInlineProcessor):
    """A picture, or what becomes a link to one."""


class Autolink(InlineProcessor):
    """An address in angle brackets."""

    def handleMatch(self, m: re.Match[str], data: str) -> Any:
        """The element and where it stands in `data`."""
        return _linked(m[1], m[1]), m.start(), m.end()


class Automail(InlineProcessor):
    """A mail address in angle brackets."""

    def handleMatch(self, m: re.Match[str], data: str) -> Any:
        """The element and where it stands in `data`."""
        return _linked(f"mailto:{m[1]}", m[1]), m.start(), m.end()


def _linked(address: str, words: str) -> Element:
    link = Element("a", href=address)
    link.text = AtomicString(words)
    return link


class SpaceLists(Treeprocessor):
    """Makes all items of a list paragraphs where one is; and code in a quotation no part of a paragraph."""

    def run(self, root: Element) -> None:
        """Change the tree in place."""
        for paragraph in root.iter("p"):
            if paragraph.text and paragraph.text.strip().startswith(CODE_MARK):
                paragraph.text = paragraph.text.strip()
        for kind in ("ul", "ol"):
            for items in root.iter(kind):
                if any(_is_paragraph(child) for item in items for child in item):
                    _space(items)


def _is_paragraph(block: Element) -> bool:
    return block.tag == "p" and not (block.text or "").startswith(CODE_MARK)


def _space(items: Element) -> None:
    for item in items:
        if item.text and item.text.strip():
            paragraph = Element("p")
            paragraph.text, item.text = item.text, ""
            item.insert(0, paragraph)


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
