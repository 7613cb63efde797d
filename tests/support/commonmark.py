"""The examples of the CommonMark specification, and what two renderings of one have in common."""

from __future__ import annotations

import html
import re
from collections.abc import Iterator
from dataclasses import dataclass
from xml.etree.ElementTree import Element

import html5lib

from app.kernel.text.linking import is_safe_address

EXAMPLE = re.compile(
    r"^(?:#{1,6} +(?P<section>[^\n]*)|`{32} example\n(?P<source>.*?)^\.\n(?P<page>.*?)^`{32}$)",
    re.MULTILINE | re.DOTALL,
)
RAW_HTML_SECTIONS = {"HTML blocks", "Raw HTML"}
TAG = re.compile(r"<[a-zA-Z/!?][^>]*>")
LINK_OR_CODE = re.compile(r"<(?:https?:|/?code|/?pre)")

BLOCKS = {"p", "h", "blockquote", "ul", "ol", "li", "pre", "hr", "br", "table", "thead", "tbody", "tr", "th", "td"}
OURS_ALONE = {"figcaption", "button"}
WRAPPERS = {"figure", "div", "span", "details", "summary"}

Token = tuple[str, str]


@dataclass(frozen=True)
class Example:
    """What is written, and what the specification makes of it."""

    section: str
    source: str
    page: str

    @property
    def has_raw_html(self) -> bool:
        """True where HTML of the source stands in the page: here, it is always shown as text."""
        if self.section in RAW_HTML_SECTIONS:
            return True
        return any(tag in self.page and not LINK_OR_CODE.match(tag) for tag in TAG.findall(self.source))


def examples_in(specification: str) -> Iterator[Example]:
    """Every example, in order."""
    section = ""
    for found in EXAMPLE.finditer(specification):
        if found["source"] is None:
            section = found["section"]
        else:
            yield Example(section, found["source"].replace("→", "\t"), found["page"].replace("→", "\t"))


def meaning_of(page: str) -> list[Token]:
    """Tags and words of `page` without what we change on purpose.

    That is the levels of headings, what stands around code, the marks on links, and pictures of other hosts, which
    are links here. Links that nobody could follow from here are their words.
    """
    tokens: list[Token] = []
    root = html5lib.parseFragment(page, namespaceHTMLElements=False)
    _read_inside(root, tokens, in_code=False)
    return _tidied(_joined(tokens))


def _read(element: Element, tokens: list[Token], *, in_code: bool) -> None:
    if element.tag in OURS_ALONE:
        return
    if element.tag == "img":
        words = element.get("alt") or ""
        link = _link(element.get("src"), None)
        tokens += [("<", link), ("", words), (">", "a")] if link else [("", words)]
        return
    name = _named(element)
    if name:
        tokens.append(("<", name))
    _read_inside(element, tokens, in_code=in_code or element.tag == "pre")
    if name:
        tokens.append((">", name.split()[0]))


def _read_inside(element: Element, tokens: list[Token], *, in_code: bool) -> None:
    def words(text: str | None) -> Token:
        return ("code" if in_code else "", (text or "") if in_code else re.sub(r"\s+", " ", text or ""))

    tokens.append(words(element.text))
    for child in element:
        _read(child, tokens, in_code=in_code)
        tokens.append(words(child.tail))


def _named(element: Element) -> str:
    """The tag of `element` with what counts in it; nothing for one that does not count."""
    tag = str(element.tag)
    if tag in WRAPPERS:
        return ""
    if tag == "a":
        return _link(element.get("href"), element.get("title"))
    if tag == "code" and element.get("class"):
        return f"code {element.get('class')}"
    if tag == "ol" and element.get("start") not in {None, "1"}:
        return f"ol {element.get('start')}"
    return "h" if re.fullmatch("h[1-6]", tag) else tag


def _link(address: str | None, title: str | None) -> str:
    if address is None or not is_safe_address(address):
        return ""
    return f"a {html.unescape(address)}" + (f" ({title})" if title else "")


def _joined(tokens: list[Token]) -> list[Token]:
    joined: list[Token] = []
    for kind, text in tokens:
        if joined and kind == joined[-1][0] and kind not in {"<", ">"}:
            joined[-1] = (kind, joined[-1][1] + text)
        elif text:
            joined.append((kind, text))
    return joined


def _tidied(tokens: list[Token]) -> list[Token]:
    """The tokens without the space that a browser does not show."""
    tidied: list[Token] = []
    for number, (kind, text) in enumerate(tokens):
        words = text
        if kind == "code":
            words = text.rstrip()
        elif kind == "":
            before, after = tokens[number - 1] if number else ("<", "p"), (*tokens, (">", "p"))[number + 1]
            words = re.sub(" +", " ", text)
            words = words.lstrip() if _is_block(before) else words
            words = words.rstrip() if _is_block(after) else words
        if words:
            tidied.append((kind, words))
    return tidied


def _is_block(token: Token) -> bool:
    return token[0] in {"<", ">"} and token[1].split()[0] in BLOCKS
