"""The words of a text without its formatting: for excerpts, mail and search. One pass per rule, never Markdown."""

from __future__ import annotations

import html
import re

from app.kernel.text.figures import COPY_BUTTON
from app.kernel.text.rendered import RenderedHtml

BLOCK_TAG = re.compile(r"</?(?:p|pre|li|ul|ol|h[1-6]|blockquote|figure|figcaption|div|table|tr|th|td|br|hr)\b[^>]*>")
# What serves reading on the page: the beginning of a folded log, numbers of notes, ways back from them.
AIDS = re.compile(r'<summary>.*?</summary>|<sup>.*?</sup>|<a href="#noteref-[^>]*>[^<]*</a>', re.DOTALL)
TAG = re.compile(r"<[^>]*>")

# Each pattern begins with the very characters that it looks for, which is how they are found fast: a line begins with
# the break before it.
_END = r"(?=\n|\Z)"
FENCE = re.compile(r"\n[ >]*(?:`{3,}|~{3,})(?:[A-Za-z0-9#+-]+(?=[ \n]|\Z))?")
RULE = re.compile(rf"\n[ |:=*_-]++{_END}")
NOTE = re.compile(r"\[\^[^\[\]\s]{1,40}\]:?")
REFERENCE = re.compile(r"\n\[[^\[\]\n]*\]:[^\n]*")
_MARKER = r"(?:#{1,6}|[-*+]|\d{1,9}\.)[ ]"
LINE_START = re.compile(rf"\n(?:[ >]+(?:{_MARKER})?|{_MARKER})")
LINK = re.compile(r"(?:!\[|\[)([^\[\]]*)\](?:\((?:[^()]|\([^()]*\))*\)|\[[^\[\]]*\])")
AUTOLINK = re.compile(r"<((?:https?://|mailto:)[^<>\s]*)>")
EMPHASIS = re.compile(r"[*_](?:(?<![^\W_][*_])[*_]{0,2}(?=[^\s*_])|(?<=[^\s*_][*_])[*_]{0,2}(?![^\W_]))")
STRUCK_OUT = re.compile(r"~~([^~]+)~~")
ESCAPE = re.compile(r"\\([!-/:-@\[-`{-~])")

# Python refuses to read numbers of thousands of digits, and no character has one of eight.
NO_CHARACTER = re.compile(r"&(?=#[0-9]{8})")

# What each rule makes of its pattern, and two signs: without either there is nothing to find.
RULES = (
    (FENCE, "\n ", "```", "~~~"),
    (RULE, "\n ", "\n", "\n"),
    (NOTE, " ", "[^", "[^"),
    (REFERENCE, "\n ", "]:", "]:"),
    (LINE_START, "\n", "\n", "\n"),
    (LINK, r"\1", "](", "]["),
    (AUTOLINK, r"\1", "<http", "<mailto:"),
    (EMPHASIS, "", "*", "_"),
    (STRUCK_OUT, r"\1", "~~", "~~"),
    (ESCAPE, r"\1", "\\", "\\"),
)


def plain_text(text: str) -> str:
    """The words of Markdown source, or of RenderedHtml, on one line."""
    words = _words_of_html(text) if isinstance(text, RenderedHtml) else _words_of_source(text)
    return " ".join(words.split())


def _words_of_html(page: str) -> str:
    page = BLOCK_TAG.sub(" ", AIDS.sub(" ", page.replace(COPY_BUTTON, " ")))
    return _unescaped(TAG.sub("", page))


def _words_of_source(source: str) -> str:
    text = "\n" + source.replace("\r\n", "\n").expandtabs(4)
    for pattern, words, sign, other in RULES:
        if sign in text or other in text:
            text = pattern.sub(words, text)
    return _unescaped(text.replace("`", "").replace("|", " "))


def _unescaped(text: str) -> str:
    """Characters instead of what stands for them: "&" for "&amp;"."""
    return html.unescape(NO_CHARACTER.sub("&amp;", text) if "&#" in text else text)
