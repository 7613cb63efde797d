"""How text becomes what an index holds: stems of its words, and code-like tokens as they are typed.

Documents, questions to the index and the marking of found words all go through this module, so they
cannot disagree about what a word is.
"""

from __future__ import annotations

import re
import unicodedata
from functools import lru_cache
from typing import NamedTuple

from whoosh.lang.snowball.english import EnglishStemmer

MOST_INNER_PARTS = 4
SHORTEST_HUMP = 3
MOST_CHUNKS = 60_000
LONGEST_CHUNK = 40
"""Characters of a chunk that is remembered; a longer one, an address or a blob, is hardly met again."""

LONGEST_TOKEN = 80
"""Characters kept of one token; a longer one is a key or a blob, and its head is enough to find it."""

# Scripts that write no spaces: each character is a piece, and a word of several is found as a phrase.
_UNSPACED = "\u3040-\u30ff\u3400-\u9fff\uf900-\ufaff"
_HUMP = re.compile(r"(?<=[a-z])(?=[A-Z])|(?<=[A-Z])(?=[A-Z][a-z])")
_DIGITS = re.compile(r"(?<=[a-z])(?=\d)|(?<=\d)(?=[a-z])")
_UNSPACED_LETTER = re.compile(f"[{_UNSPACED}]")
_LETTERS = rf"[^\W_{_UNSPACED}]"
_PIECE = re.compile(rf"[{_UNSPACED}]|v?(?:\d+\.)+\d+|{_LETTERS}+(?:['’]{_LETTERS}+)*", re.IGNORECASE)
_ENGLISH = re.compile(r"[a-z]+")
_POSSESSIVE = re.compile(r"['’]s$")

# Not whoosh.lang.porter, which gives "replicated" and "replication" different stems.
_stemmer = EnglishStemmer()

_EDGES = "\"'`“”‘’«»()[]{}<>,;:!?…*_=|&\\^"
_TAIL = _EDGES + "./-"
_BREAKS = re.compile(r"[/:=,;()\[\]{}<>\"'`|&\\]+")

STOP_WORDS = frozenset(
    {
        "a",
        "an",
        "and",
        "any",
        "are",
        "as",
        "at",
        "be",
        "been",
        "but",
        "by",
        "can",
        "could",
        "did",
        "do",
        "does",
        "for",
        "from",
        "had",
        "has",
        "have",
        "how",
        "i",
        "if",
        "im",
        "in",
        "into",
        "is",
        "it",
        "its",
        "me",
        "my",
        "not",
        "of",
        "on",
        "or",
        "our",
        "so",
        "some",
        "than",
        "that",
        "the",
        "their",
        "them",
        "then",
        "there",
        "these",
        "they",
        "this",
        "to",
        "was",
        "we",
        "were",
        "what",
        "when",
        "where",
        "which",
        "who",
        "why",
        "will",
        "with",
        "would",
        "you",
        "your",
    }
)
"""Words that stand in nearly every question; they are neither kept nor looked for."""


def piece_at(text: str, start: int) -> str:
    """The word that begins at `start`, LONGEST_TOKEN characters of it at most; empty where none does."""
    found = _PIECE.match(text, start, start + LONGEST_TOKEN)
    return found[0] if found else ""


def begins_word(text: str, start: int) -> bool:
    """True where no letter or digit stands before `start`, or the script writes no spaces."""
    return not text[start - 1 : start].isalnum() or bool(_UNSPACED_LETTER.match(text, start))


def pieces(text: str) -> list[str]:
    """The words of `text` as they are written, without the ending of a possessive."""
    return [_POSSESSIVE.sub("", piece) for piece in _PIECE.findall(_composed(text))]


class Tokens(NamedTuple):
    """The stems of a text in order, and what else it is found by, each once: exact forms and parts of joined words."""

    stems: list[str]
    others: list[str]


def tokens(text: str) -> Tokens:
    """What an index holds of a text. Takes about 0.1 ms for 250 words, as most chunks between spaces come again."""
    found: list[str] = []
    others: list[str] = []
    for words, forms in map(_chunks.__getitem__, text.split()):
        found += words
        if forms:
            others += forms
    return Tokens(found, list(dict.fromkeys(others)))


def inner_parts(piece: str) -> list[str]:
    """The stems of what is joined in one piece: power and edge of PowerEdge, idrac of iDRAC9, 2 letters or more."""
    humps = [part for part in _HUMP.split(piece) if len(part) >= SHORTEST_HUMP] if not piece.islower() else []
    runs = [part for part in _DIGITS.split(piece.lower()) if len(part) > 1]
    if len(humps) > MOST_INNER_PARTS or len(runs) > MOST_INNER_PARTS:
        return []
    return [found for part in (*humps, *runs) if part != piece and (found := stem(part))]


class _Chunks(dict[str, tuple[tuple[str, ...], tuple[str, ...]]]):
    """The tokens of each chunk between spaces; no word and no exact form runs over a space.

    At worst two threads read the same chunk at once.
    """

    def __missing__(self, chunk: str) -> tuple[tuple[str, ...], tuple[str, ...]]:
        found = _read(chunk)
        if len(chunk) <= LONGEST_CHUNK:
            if len(self) >= MOST_CHUNKS:
                self.clear()
            self[chunk] = found
        return found


def _read(chunk: str) -> tuple[tuple[str, ...], tuple[str, ...]]:
    if chunk.isascii():
        core = chunk.lstrip(_EDGES).rstrip(_TAIL)
        if core.isalpha() and (core.islower() or core[1:].islower()):  # Most of all: one word, perhaps with a comma.
            one = stem(core[:LONGEST_TOKEN])
            return (one,) if one else (), ()
    chunk = _composed(chunk)
    pieces = [piece[:LONGEST_TOKEN] for piece in _PIECE.findall(chunk)]
    found = [each for piece in pieces if (each := stem(piece))]
    others = [*exact_forms(chunk), *(part for piece in pieces for part in inner_parts(piece))]
    known = set(found)
    return tuple(found), tuple(dict.fromkeys(each for each in others if each not in known))


_chunks = _Chunks()


def stems(text: str) -> list[str]:
    """The stems of the words of `text` in order, without the words that say nothing."""
    found = (stem(piece[:LONGEST_TOKEN]) for piece in _PIECE.findall(_composed(text)))
    return [each for each in found if each]


@lru_cache(maxsize=60_000)
def stem(piece: str) -> str:
    """What the index holds for one piece; empty for a stop word.

    Letters lose their case, accents and width. Only plain English words are stemmed, by Porter's
    second algorithm: a serial number has no ending to lose.
    """
    plain = _POSSESSIVE.sub("", _folded(piece)).replace("'", "").replace("’", "")
    if plain in STOP_WORDS:
        return ""
    if "." in plain:
        return plain.lstrip("v")
    return _stemmer.stem(plain) if _ENGLISH.fullmatch(plain) else plain


def exact_forms(text: str) -> list[str]:
    """The tokens of `text` that its words alone would lose: `c++`, `/dev/sda`, `ORA-00942`, `--force`.

    A token with inner breaks also gives its parts, so that `host` and `10.0.0.7` are found in
    `host=10.0.0.7:8080`. The form of a whole token comes before the forms of its parts.
    """
    found: dict[str, None] = {}
    for chunk in _composed(text).split():
        for part in (chunk, *_BREAKS.split(chunk)):
            if form := exact_form(part):
                found[form] = None
    return list(found)


def exact_form(token: str) -> str:
    """`token` as the index keeps it among the exact ones; empty where its words say all of it."""
    trimmed = token.lstrip(_EDGES).rstrip(_TAIL)
    if not trimmed or _PIECE.fullmatch(trimmed) or not _says_something(trimmed):
        return ""
    return _folded(trimmed[:LONGEST_TOKEN])


def _says_something(token: str) -> bool:
    """False for bare punctuation, which stands everywhere; letters, digits, signs and pictures count."""
    return any(unicodedata.category(character)[0] in "LNS" for character in token)


def _composed(text: str) -> str:
    return text if text.isascii() else unicodedata.normalize("NFC", text)


def _folded(text: str) -> str:
    if text.isascii():
        return text.lower()
    apart = unicodedata.normalize("NFKD", text.casefold()).casefold()
    return "".join(each for each in apart if not ("\u0300" <= each <= "\u036f" or each.isspace()))
