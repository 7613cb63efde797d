"""Colours in code.

The languages are those whose lexers were measured: on 12,000 hostile characters in lines of 400, none of them takes
longer than the time below from one token to the next. Nothing is guessed: code without a language stays plain.
"""

from __future__ import annotations

import html
import re
from collections.abc import Iterable, Iterator
from functools import cache
from time import thread_time
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from pygments.lexer import Lexer

# Of all code of a text together.
MAX_CODE = 12_000
# Of the processor, so that a text written while the machine is busy has its colours too.
SECONDS = 0.5
# Lexers read ahead to the end of a line or of a run of spaces, again and again.
HARD = re.compile(r"[^\n]{401}|\s{100}")
MAX_PIECES = MAX_CODE + 1_000
MAX_SPANS = 3_000

LEXERS = {
    alias: name
    for name, aliases in {
        "apacheconf": "apache apacheconf htaccess",
        "bash": "bash sh shell zsh ksh",
        "bat": "bat batch cmd",
        "c": "c h",
        "cpp": "cpp c++ hpp",
        "csharp": "c# csharp cs",
        "css": "css",
        "diff": "diff patch",
        "docker": "docker dockerfile",
        "go": "go golang",
        "html": "html",
        "http": "http",
        "ini": "ini cfg conf",
        "java": "java",
        "javascript": "javascript js",
        "json": "json",
        "make": "make makefile",
        "nginx": "nginx",
        "perl": "perl",
        "powershell": "powershell ps1 pwsh posh",
        "properties": "properties",
        "python": "python py python3",
        "rust": "rust rs",
        "sql": "sql mysql postgresql",
        "terraform": "terraform hcl tf",
        "toml": "toml",
        "typescript": "typescript ts",
        "xml": "xml",
        "yaml": "yaml yml",
    }.items()
    for alias in aliases.split()
}
SESSIONS = {"console", "session", "shell-session", "terminal"}
PROMPT = re.compile(r"(?:\[[^\]\n]{1,80}\] ?|PS [^>\n]{0,120}|[\w.@:~/\\()-]{0,80})[$#>] ")

# A class counts for the kinds below it too; what stands nowhere here stays plain.
CLASSES = {
    "Comment": "hl-comment",
    "Comment.Preproc": "hl-keyword",
    "Comment.PreprocFile": "hl-string",
    "Generic.Deleted": "hl-removed",
    "Generic.Heading": "hl-name",
    "Generic.Inserted": "hl-added",
    "Generic.Subheading": "hl-name",
    "Keyword": "hl-keyword",
    "Keyword.Constant": "hl-number",
    "Literal.Number": "hl-number",
    "Literal.String": "hl-string",
    "Name.Attribute": "hl-key",
    "Name.Class": "hl-name",
    "Name.Decorator": "hl-name",
    "Name.Function": "hl-name",
    "Name.Tag": "hl-key",
    "Name.Variable": "hl-key",
    "Operator.Word": "hl-keyword",
}

Pieces = Iterable[tuple[str, str]]


class Colours:
    """What is left for one text to spend on colours."""

    def __init__(self) -> None:
        self._room = MAX_CODE
        self._seconds = SECONDS

    def lines(self, code: str, language: str) -> list[str]:
        """The lines of `code` as HTML, coloured where `language` is known and the code is neither long nor hard.

        `code` has no line end at its end.
        """
        if language in SESSIONS:
            return _lines(_session(code))
        if language not in LEXERS or len(code) > self._room or HARD.search(code):
            return _plain(code)
        lexer = _lexer(LEXERS[language])
        self._room -= len(code)
        began = thread_time()
        try:
            pieces = _tokens(code, lexer, until=began + self._seconds)
            return _lines(pieces) if pieces else _plain(code)
        finally:
            self._seconds -= thread_time() - began


def _plain(code: str) -> list[str]:
    return _escaped(code).split("\n")


def _session(code: str) -> Iterator[tuple[str, str]]:
    """Commands after their prompts, and what was answered."""
    lines = code.split("\n")
    prompts = [PROMPT.match(line) for line in lines]
    answer = "hl-output" if any(prompts) else ""
    for number, (line, prompt) in enumerate(zip(lines, prompts, strict=True)):
        if number:
            yield "", "\n"
        if prompt:
            yield "hl-prompt", prompt[0]
            yield "", line[prompt.end() :]
        else:
            yield answer, line


def _tokens(code: str, lexer: Lexer, *, until: float) -> list[tuple[str, str]]:
    """The pieces of `code` with their classes; none when the time is up or the lexer changed the text."""
    pieces: list[tuple[str, str]] = []
    for kind, text in lexer.get_tokens(code):
        pieces.append((_class_of(str(kind)), text))
        # Some lexers can be made to say the same thing over and over.
        if thread_time() > until or len(pieces) > MAX_PIECES:
            return []
    if "".join(text for _, text in pieces) != code + "\n":
        return []
    last, text = pieces[-1]
    return [*pieces[:-1], (last, text.removesuffix("\n"))]


@cache
def _lexer(name: str) -> Lexer:
    # Few texts hold code, and no process that only serves pages renders any: so not before the first.
    from pygments.lexers import get_lexer_by_name

    return get_lexer_by_name(name, stripnl=False)


@cache
def _class_of(kind: str) -> str:
    """The class for a kind such as `Token.Name.Function.Magic`."""
    path = kind.split(".")[1:]
    names = (".".join(path[:length]) for length in range(len(path), 0, -1))
    return next((CLASSES[name] for name in names if name in CLASSES), "")


def _lines(pieces: Pieces) -> list[str]:
    """The pieces as lines of HTML, none of which leaves a tag open; past MAX_SPANS, they go on without tags."""
    lines, spans = [""], 0
    for name, text in _joined(pieces):
        for number, part in enumerate(text.split("\n")):
            if number:
                lines.append("")
            if name and part.strip() and spans < MAX_SPANS:
                spans += 1
                lines[-1] += f'<span class="{name}">{_escaped(part)}</span>'
            else:
                lines[-1] += _escaped(part)
    return lines


def _joined(pieces: Pieces) -> Iterator[tuple[str, str]]:
    """Neighbours of the same class in one piece."""
    before, texts = "", list[str]()
    for name, text in pieces:
        if name != before:
            yield before, "".join(texts)
            before, texts = name, []
        texts.append(text)
    yield before, "".join(texts)


def _escaped(text: str) -> str:
    return html.escape(text, quote=False)
