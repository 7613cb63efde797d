"""Links: those an author wrote are marked, those that stand in the text as bare addresses and @handles are made.

Works on what the cleaner wrote: every tag has one form, and neither text nor attributes hold an angle bracket.
"""

from __future__ import annotations

import html
import re
from collections.abc import Iterator
from urllib.parse import urlsplit

from app.kernel.text.notes import MARKED

TAG = re.compile(r"(<[^>]*>)")
NAME = re.compile(r"</?([a-z0-9]+)")
HREF = re.compile(r' href="([^"]*)"')
UNLINKED = {"a", "code", "pre"}

# A browser reads a backslash as a slash and skips control characters, so neither may stand in an address.
UNSAFE_IN_ADDRESS = re.compile(r"[\x00-\x20\x7f\\]")
OWN_ADDRESS = re.compile(r"/(?!/)|#")
OUTSIDE_ADDRESS = re.compile(r"https?://[^/?#]|mailto:[^/]", re.IGNORECASE)
# An address stops before the punctuation of the sentence in which it stands; a handle is not part of a mail address,
# of a path or of a package's name.
LINKED = re.compile(
    r"(?P<address>\b[Hh][Tt][Tt][Pp][Ss]?://[^\s<>\"'`|\\]*[^\s<>\"'`|\\.,;:!?*_~])"
    r"|(?<![^\s(\[{\"'*~,;:!?–—])@(?P<handle>[A-Za-z][A-Za-z0-9_-]{2,29})(?![\w@/-]|\.\w)"
)
OUTSIDE_LINK_REL = "nofollow ugc noopener"


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


def link(page: str) -> str:
    """`page` with its links marked, links to nowhere taken out, and addresses and handles in the text linked."""
    return "".join(_parts(page))


def _parts(page: str) -> Iterator[str]:
    around: list[str] = []
    goes_nowhere = False
    for part in TAG.split(page):
        name = NAME.match(part)
        if name is None:
            # A note inside a link would be a link inside a link.
            yield MARKED.sub("", part) if around else _link_words(part)
        elif name[1] not in UNLINKED:
            yield part
        elif part.startswith("</"):
            around.pop()
            yield "" if name[1] == "a" and goes_nowhere else part
        else:
            around.append(name[1])
            goes_nowhere = name[1] == "a" and HREF.search(part) is None
            yield _marked(part) if name[1] == "a" else part


def _marked(tag: str) -> str:
    """Say of a link out of the site that it is none of our recommendations; a link to nowhere is no link."""
    address = HREF.search(tag)
    if address is None:
        return ""
    return tag if OWN_ADDRESS.match(address[1]) else f'{tag[:-1]} rel="{OUTSIDE_LINK_REL}">'


def _link_words(text: str) -> str:
    if "://" not in text and "@" not in text:
        return text
    made: list[str] = []
    words = html.unescape(text)
    at = 0
    for found in LINKED.finditer(words):
        linked = found[0] if found["handle"] else _without_brackets(found[0])
        made += [_escaped(words[at : found.start()]), _new_link(linked, handle=found["handle"])]
        at = found.start() + len(linked)
    return "".join([*made, _escaped(words[at:])])


def _without_brackets(address: str) -> str:
    """`address` without closing brackets that were not opened in it: those are around it."""
    surplus = address.count(")") - address.count("(")
    while surplus > 0 and address.endswith(")"):
        address, surplus = address[:-1], surplus - 1
    return address.rstrip(".,;:!?*_~")


def _new_link(linked: str, *, handle: str | None) -> str:
    words = _escaped(linked)
    if handle:
        return f'<a href="/@{handle}">{words}</a>'
    if not is_safe_address(linked):
        return words
    return f'<a href="{html.escape(linked)}" rel="{OUTSIDE_LINK_REL}">{words}</a>'


def _escaped(words: str) -> str:
    return html.escape(words, quote=False)
