"""The texts of a dump in the Markdown of this site.

Markdown of a dump may hold some HTML, which is never read as such here: simple marks become Markdown, the rest stays
the text it is. Texts of which a dump has only the HTML are turned into Markdown, in a process that is bounded in time
and memory, because the HTML is a stranger's.
"""

from __future__ import annotations

import html
import re
import warnings
from collections.abc import Callable, Sequence
from functools import cache

from bs4 import MarkupResemblesLocatorWarning, Tag
from markdownify import MarkdownConverter

from app.kernel.bounded import BoundedPool, Overrun
from app.kernel.text.fences import Fence, split_fences

SECONDS = 3.0
MEGABYTES = 256
TEXTS_AT_ONCE = 16

# Every repetition has a bound, so that the time stays proportional to the length of the text.
_ADDRESS = r"""(?:https?:)?//[^\s"'<>]{1,1000}"""
_COMMENT = re.compile(r"<!--[^<>\n]{0,300}-->\n?")
_BREAK = re.compile(r"<br ?/?>[ \t]{0,20}\n?", re.IGNORECASE)
_RULE = re.compile(r"^ {0,3}<hr ?/?>[ \t]{0,20}$", re.IGNORECASE | re.MULTILINE)
_KEY = re.compile(r"<(kbd|code|tt)>([^<>`\n]{1,300})</\1>", re.IGNORECASE)
_RAISED = re.compile(r"<(sup|sub)>([^<>\n]{1,300})</\1>", re.IGNORECASE)
_STRONG = re.compile(r"</?(?:b|strong)>", re.IGNORECASE)
_EMPHASIS = re.compile(r"</?(?:i|em)>", re.IGNORECASE)
_STRUCK = re.compile(r"</?(?:s|strike|del)>", re.IGNORECASE)
_PLAIN = re.compile(r"</?(?:sup|sub|span|div|p|font|center|small|big|u|ins)(?: [^<>\n]{0,300})?>", re.IGNORECASE)
_LINK = re.compile(
    rf"""<a [^<>\n]{{0,300}}?href=["']({_ADDRESS})["'][^<>\n]{{0,300}}>([^<>\n]{{1,500}})</a>""", re.IGNORECASE
)
_PICTURE = re.compile(rf"""<img [^<>\n]{{0,300}}?src=["']({_ADDRESS})["']([^<>\n]{{0,500}})>""", re.IGNORECASE)
_ALT = re.compile(r"""\balt=["']([^"'\[\]]{0,200})["']""", re.IGNORECASE)
_TAG_MARK = re.compile(r"\[(?:meta-)?tag:([^\s\[\]]{1,60})\]")
_SPOILER = re.compile(r"^( {0,3}>) ?! ?", re.MULTILINE)
_NO_SCHEME = re.compile(r"(\]\(|\]: {0,3})//(?=[\w-])")
_PRE_OPEN = re.compile(r"<pre\b[^<>\n]{0,200}>(?:<code\b[^<>\n]{0,200}>)?", re.IGNORECASE)
_PRE_CLOSE = re.compile(r"(?:</code>)?</pre>", re.IGNORECASE)
_INDENTED = re.compile(r"(?: {4}|\t)")
_LIST_ITEM = re.compile(r" {0,3}(?:[-*+]|\d{1,9}\.) ")
_MARKUP = re.compile(r"<[^<>]{0,2000}>")

_HIGH = str.maketrans("0123456789+-()n", "⁰¹²³⁴⁵⁶⁷⁸⁹⁺⁻⁽⁾ⁿ")
_LOW = str.maketrans("0123456789+-()", "₀₁₂₃₄₅₆₇₈₉₊₋₍₎")
_HAS_HIGH = frozenset("0123456789+-()n")
_HAS_LOW = frozenset("0123456789+-()")


def _prepare() -> None:
    """A text may look like the name of a file or an address; it is neither, and no warning is due."""
    warnings.simplefilter("ignore", MarkupResemblesLocatorWarning)


_pool = BoundedPool(seconds=SECONDS, megabytes=MEGABYTES, prepare=_prepare)


def tidy(source: str) -> str:
    """Markdown of a dump in the Markdown of this site. Code stays untouched."""
    text = source.replace("\r\n", "\n").replace("\r", "\n").strip("\n")
    text = _fence_preformatted(text)
    parts = (_fenced_lines(part) if isinstance(part, Fence) else _tidy_prose(part) for part in split_fences(text))
    return "\n".join(parts).strip("\n")


def tidy_remark(source: str) -> str:
    """The text of a comment: one paragraph, whose marks Markdown knows."""
    return _TAG_MARK.sub(r"`\1`", " ".join(source.split()))


def from_html_many(pages: Sequence[str]) -> list[str]:
    """Each of `pages` in Markdown. One that takes more than SECONDS to convert is stripped to its words."""
    made: list[str] = []
    batches = [list(pages[start : start + TEXTS_AT_ONCE]) for start in range(0, len(pages), TEXTS_AT_ONCE)]
    for batch, texts in zip(batches, _pool.run_all(_from_html_all, batches), strict=True):
        # One page of a batch that overran is to blame; alone, each has its own time.
        made += [_from_html_alone(page) for page in batch] if isinstance(texts, Overrun) else texts
    return made


def _from_html_alone(page: str) -> str:
    try:
        return _pool.run(_from_html, page)
    except Overrun:
        return _words_of(page)


def _from_html_all(pages: list[str]) -> list[str]:
    return [_from_html(page) for page in pages]


def _from_html(page: str) -> str:
    """Runs in the bounded process."""
    try:
        return str(_converter().convert(page)).strip("\n")
    except RecursionError:
        return _words_of(page)


def _words_of(page: str) -> str:
    return html.unescape(_MARKUP.sub("", page)).strip()


class _Converter(MarkdownConverter):
    """HTML as these sites write it."""

    def convert_sup(self, el: Tag, text: str, parent_tags: set[str]) -> str:
        return _high(text)

    def convert_sub(self, el: Tag, text: str, parent_tags: set[str]) -> str:
        return _low(text)

    def convert_a(self, el: Tag, text: str, parent_tags: set[str]) -> str:
        address = str(el.get("href") or "")
        if address.startswith("//"):
            el["href"] = f"https:{address}"
        elif not address.startswith(("http://", "https://", "mailto:")):
            return text
        return str(super().convert_a(el, text, parent_tags))  # type: ignore[misc]


@cache
def _converter() -> _Converter:
    return _Converter(heading_style="atx", bullets="-", code_language_callback=_language)


def _language(block: Tag) -> str:
    for element in (block, *block.find_all("code", limit=1)):
        for name in element.get("class") or ():
            if re.fullmatch(r"lang(?:uage)?-[A-Za-z0-9#+-]{1,30}", name) and not name.endswith("-none"):
                return name.partition("-")[2]
    return ""


def _fenced_lines(fence: Fence) -> str:
    edge = f"{fence.quotes}{' ' * fence.indent}"
    start = f"{fence.quotes} " if fence.quotes else edge
    about = " ".join(word for word in (fence.language, fence.caption) if word)
    return "\n".join([f"{edge}{fence.mark}{about}", *(start + line for line in fence.lines), f"{edge}{fence.mark}"])


def _fence_preformatted(text: str) -> str:
    """Turn blocks of `<pre>` into fences, so that nothing in them is taken for Markdown."""
    parts: list[str] = []
    at = 0
    while opening := _PRE_OPEN.search(text, at):
        closing = _PRE_CLOSE.search(text, opening.end())
        if closing is None:
            break
        code = html.unescape(_MARKUP.sub("", text[opening.end() : closing.start()])).strip("\n")
        mark = "~~~~" if "```" in code else "```"
        parts += [text[at : opening.start()], f"\n\n{mark}\n{code}\n{mark}\n\n"]
        at = closing.end()
    return "".join([*parts, text[at:]])


def _tidy_prose(prose: str) -> str:
    """Tidy all but indented code, paragraph by paragraph."""
    tidied: list[str] = []
    in_list = False
    for block in re.split(r"(\n[ \t]*\n)", prose):
        if _LIST_ITEM.match(block):
            in_list = True
        elif block.strip() and not block.startswith((" ", "\t")):
            in_list = False
        is_code = bool(_INDENTED.match(block)) and not in_list
        tidied.append(block if is_code else _outside_code_spans(block, _tidy_words))
    return "".join(tidied)


def _outside_code_spans(text: str, change: Callable[[str], str]) -> str:
    """Apply `change` to all of `text` but what stands between equal runs of backticks."""
    runs = [(run.start(), run.end()) for run in re.finditer(r"`+", text)]
    closings: dict[int, list[int]] = {}
    for number, (start, end) in enumerate(runs):
        closings.setdefault(end - start, []).append(number)
    parts: list[str] = []
    at = number = 0
    while number < len(runs):
        start, end = runs[number]
        same = closings[end - start]
        same.pop(0)
        if not same:
            number += 1
            continue
        number = same[0]
        parts += [change(text[at:start]), text[start : runs[number][1]]]
        at = runs[number][1]
        number += 1
        for passed in closings.values():
            while passed and passed[0] < number:
                passed.pop(0)
    return "".join([*parts, change(text[at:])])


def _tidy_words(text: str) -> str:
    if "<" in text:
        text = _html_to_marks(text)
    text = _TAG_MARK.sub(r"`\1`", text)
    text = _NO_SCHEME.sub(r"\1https://", text)
    return _SPOILER.sub(r"\1 ", text)


def _html_to_marks(text: str) -> str:
    text = _COMMENT.sub("", text)
    text = _RULE.sub("\n---\n", text)
    text = _BREAK.sub("  \n", text)
    text = _KEY.sub(r"`\2`", text)
    text = _RAISED.sub(_raised, text)
    text = _PICTURE.sub(_picture, text)
    text = _LINK.sub(lambda link: f"[{link[2].strip()}]({_with_scheme(link[1])})", text)
    text = _STRONG.sub("**", text)
    text = _EMPHASIS.sub("*", text)
    text = _STRUCK.sub("~~", text)
    return _PLAIN.sub("", text)


def _picture(picture: re.Match[str]) -> str:
    alt = _ALT.search(picture[0])
    return f"![{alt[1] if alt else ''}]({_with_scheme(picture[1])})"


def _with_scheme(address: str) -> str:
    return f"https:{address}" if address.startswith("//") else address


def _raised(mark: re.Match[str]) -> str:
    return _high(mark[2]) if mark[1].lower() == "sup" else _low(mark[2])


def _high(text: str) -> str:
    """10<sup>6</sup> must not become 106: digits get their raised forms, other words stay as they are."""
    return text.translate(_HIGH) if _HAS_HIGH.issuperset(text) else text


def _low(text: str) -> str:
    return text.translate(_LOW) if _HAS_LOW.issuperset(text) else text
