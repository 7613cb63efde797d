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

FENCE = re.compile(r"^[ >]*(?:`{3,}|~{3,})(?:[A-Za-z0-9#+-]+(?= |$))?", re.MULTILINE)
LINE_START = re.compile(r"^[ >]*(?:#{1,6} |[-*+] |\d{1,9}\. )?", re.MULTILINE)
RULE = re.compile(r"^[ |:=*_-]+$", re.MULTILINE)
LINK = re.compile(r"!?\[([^\[\]]*)\](?:\((?:[^()]|\([^()]*\))*\)|\[[^\[\]]*\])")
NOTE = re.compile(r"\[\^[^\[\]\s]{1,40}\]:?")
REFERENCE = re.compile(r"^\[[^\[\]\n]*\]:[^\n]*$", re.MULTILINE)
AUTOLINK = re.compile(r"<((?:https?://|mailto:)[^<>\s]*)>")
EMPHASIS = re.compile(r"(?<![^\W_])[*_]{1,3}(?=[^\s*_])|(?<=[^\s*_])[*_]{1,3}(?![^\W_])")
STRUCK_OUT = re.compile(r"~~([^~]+)~~")
ESCAPE = re.compile(r"\\([!-/:-@\[-`{-~])")


def plain_text(text: str) -> str:
    """The words of Markdown source, or of RenderedHtml, on one line."""
    words = _words_of_html(text) if isinstance(text, RenderedHtml) else _words_of_source(text)
    return " ".join(words.split())


def _words_of_html(page: str) -> str:
    page = BLOCK_TAG.sub(" ", AIDS.sub(" ", page.replace(COPY_BUTTON, " ")))
    return html.unescape(TAG.sub("", page))


def _words_of_source(source: str) -> str:
    text = source.replace("\r\n", "\n").expandtabs(4)
    for pattern, words in (
        (FENCE, " "),
        (RULE, " "),
        (NOTE, " "),
        (REFERENCE, " "),
        (LINE_START, ""),
        (LINK, r"\1"),
        (AUTOLINK, r"\1"),
        (EMPHASIS, ""),
        (STRUCK_OUT, r"\1"),
        (ESCAPE, r"\1"),
    ):
        text = pattern.sub(words, text)
    return html.unescape(text.replace("`", "").replace("|", " "))
