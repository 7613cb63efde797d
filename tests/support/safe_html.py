"""What a browser would make of rendered text, and whether any of it could do harm."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Iterator
from xml.etree.ElementTree import Element

import html5lib

OWN_CLASSES = {
    "button": {"button quiet small needs-js"},
    "div": {"scroller", "notes"},
    "figure": {"code"},
    "h3": {"aloud"},
    "span": {
        f"hl-{kind}"
        for kind in ("added", "comment", "key", "keyword", "name", "number", "output", "prompt", "removed", "string")
    },
}
ATTRIBUTES = {
    "a": {"href", "title", "rel", "id", "aria-label"},
    "button": {"class", "type", "data-copy"},
    "code": {"class"},
    "div": {"class", "role", "aria-label", "tabindex"},
    "figure": {"class"},
    "h3": {"class"},
    "img": {"src", "alt", "title", "loading"},
    "li": {"id"},
    "ol": {"start"},
    "pre": {"tabindex", "role", "aria-label"},
    "span": {"class"},
    "td": {"align"},
    "th": {"scope", "align"},
}
HEADINGS = {"h3", "h4", "h5", "h6"}
TABLE_PARTS = {"table", "tbody", "thead", "tr"}
PLAIN_TAGS = (
    {"blockquote", "br", "del", "details", "em", "figcaption", "hr", "p", "strong", "summary", "sup", "ul"}
    | HEADINGS
    | TABLE_PARTS
)
SKIPPED_BY_BROWSERS = re.compile(r"[\x00-\x20\x7f]")


def elements_of(page: str) -> Iterator[Element]:
    """Every element that an HTML5 parser finds in `page`."""
    for element in html5lib.parseFragment(page, namespaceHTMLElements=False).iter():
        if element.tag != "DOCUMENT_FRAGMENT":
            yield element


def ids_of(page: str) -> list[str]:
    """Every id in `page`, in order."""
    return [element.attrib["id"] for element in elements_of(page) if "id" in element.attrib]


def harm_in(page: str) -> list[str]:
    """Say what in `page` should not be there; an empty list for safe text."""
    found = [f"id {name!r} twice" for name, times in Counter(ids_of(page)).items() if times > 1]
    for element in elements_of(page):
        if element.tag not in PLAIN_TAGS and element.tag not in ATTRIBUTES:
            found.append(f"element {element.tag}")
            continue
        found += [
            f"{element.tag} {name}={value!r}"
            for name, value in element.attrib.items()
            if not _is_harmless(str(element.tag), str(name), value)
        ]
    return found


def _is_harmless(tag: str, name: str, value: str) -> bool:
    if name not in ATTRIBUTES.get(tag, set()):
        return False
    if name == "class":
        language = tag == "code" and re.fullmatch(r"language-[A-Za-z0-9#+-]+", value)
        return bool(language) or value in OWN_CLASSES.get(tag, set())
    if name == "id":
        return re.fullmatch(r"note(?:ref)?-[0-9a-f]{8}(?:-[0-9]+){1,2}", value) is not None
    if name == "src":
        return value.startswith("/files/") and ".." not in value
    return name != "href" or _is_harmless_address(value)


def _is_harmless_address(address: str) -> bool:
    seen = SKIPPED_BY_BROWSERS.sub("", address).replace("\\", "/").lower()
    if seen.startswith("/"):
        return not seen.startswith("//")
    return seen.startswith(("http://", "https://", "mailto:", "#"))
