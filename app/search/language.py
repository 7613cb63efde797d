"""The language that people type into the search box, and the small tree it is read into.

    replication stalls          both words
    "commit barrier"            these words together
    -snapshot                   without this word (or "phrase", or tag:name)
    tag:networking              with this fact: tag, author, product, is, type
    after:2026-01-31            asked on that day or later; before: that day or earlier

Everything else is words: an engine never sees what was typed, only the tree.
"""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Callable
from dataclasses import dataclass, replace
from datetime import date
from typing import Self

from app.search.words import exact_forms, stems

MAX_CHARACTERS = 200
MAX_TERMS = 12

TOO_LONG = f"A search ends at {MAX_CHARACTERS} characters, so the rest of this one was left out."
TOO_MANY = f"A search takes {MAX_TERMS} words, so the ones after the first {MAX_TERMS} were left out."
ONLY_WITHOUT = "Say what to look for as well: this search only leaves things out."
TOO_COMMON = "These words stand in nearly every question. Add one that belongs to yours: a product, an error, a part."


@dataclass(frozen=True)
class Word:
    """One word or code-like token, as typed. `also`: other words that say the same, added by app.search.synonyms."""

    text: str
    also: tuple[str, ...] = ()

    def __str__(self) -> str:
        return self.text


@dataclass(frozen=True)
class Phrase:
    """Words that must stand together, in this order."""

    text: str

    def __str__(self) -> str:
        return f'"{self.text}"'


@dataclass(frozen=True)
class Fact:
    """Something that the thread must be: `tag:networking`, `author:@sanfox`, `product:x`, `is:solved`, `type:answer`.

    `value` is as typed, in lower case; `key` is what the index holds for it, once app.search.facts has looked it up
    (the number of a person, the name of a tag behind its synonym).
    """

    kind: str
    value: str
    key: str = ""

    def __str__(self) -> str:
        value = f'"{self.value}"' if " " in self.value else self.value
        return f"{self.kind}:{value}"

    @property
    def token(self) -> str:
        """The token among the facts of a thread."""
        return f"{self.kind}:{self.key or self.value}"


@dataclass(frozen=True)
class Day:
    """Asked on `day` or later (`kind` "after"), or on `day` or earlier ("before")."""

    kind: str
    day: date

    def __str__(self) -> str:
        return f"{self.kind}:{self.day.isoformat()}"


Term = Word | Phrase | Fact | Day


@dataclass(frozen=True)
class Query:
    """What somebody looks for: every `wanted` term, none of the `unwanted`.

    `remarks` are sentences for the reader about what could not be taken as typed. `str(query)` is the
    query in the language again, and parsing that gives the same terms. Words that stand in every
    question are left out.
    """

    wanted: tuple[Term, ...] = ()
    unwanted: tuple[Term, ...] = ()
    remarks: tuple[str, ...] = ()

    def __str__(self) -> str:
        return " ".join([*map(str, self.wanted), *(f"-{term}" for term in self.unwanted)])

    @property
    def words(self) -> tuple[Word, ...]:
        return tuple(term for term in self.wanted if isinstance(term, Word))

    @property
    def phrases(self) -> tuple[Phrase, ...]:
        return tuple(term for term in self.wanted if isinstance(term, Phrase))

    @property
    def facts(self) -> tuple[Fact, ...]:
        """The facts that are asked for."""
        return tuple(term for term in self.wanted if isinstance(term, Fact))

    @property
    def tags(self) -> tuple[str, ...]:
        """The names of the tags that are asked for."""
        return tuple(fact.key or fact.value for fact in self.facts if fact.kind == "tag")

    def with_term(self, term: Term) -> Self:
        """The same query, narrowed by one more term."""
        return self if term in self.wanted else replace(self, wanted=(*self.wanted, term))

    def without_term(self, term: Term) -> Self:
        """The same query without `term`, wanted or unwanted."""
        return replace(
            self,
            wanted=tuple(each for each in self.wanted if each != term),
            unwanted=tuple(each for each in self.unwanted if each != term),
        )


OPERATORS: dict[str, Callable[[str], Term]] = {
    "tag": lambda value: Fact("tag", unicodedata.normalize("NFC", value.lower())),
}
"""What may stand before a colon. A name that is not here makes no operator: `foo:bar` is a word."""

_TERM = re.compile(
    rf"""
    (?P<minus>-(?=[^\s-]))?                       # a single hyphen; two begin an option such as --force
    (?:
        (?P<operator>{"|".join(OPERATORS)}):(?P<value>[^\s"]+)
      | "(?P<phrase>[^"]*)"?                      # a quotation that is never closed ends with the text
      | (?P<word>[^\s"]+)
    )
    """,
    re.VERBOSE | re.IGNORECASE,
)
_CURLY_QUOTES = str.maketrans("“”„‟«»＂", '"""""""')


def parse(typed: str) -> Query:
    """Read what was typed. Any text gives a query; at worst one with nothing wanted, or with a remark."""
    text, was_cut = _shortened(typed)
    wanted: dict[Term, None] = {}
    unwanted: dict[Term, None] = {}
    remarks = [TOO_LONG] if was_cut else []
    for match in _TERM.finditer(text):
        side = unwanted if match["minus"] else wanted
        term = _term(match)
        if term is None or term in side:
            continue
        if len(wanted) + len(unwanted) == MAX_TERMS:
            remarks.append(TOO_MANY)
            break
        side[term] = None
    if text and not wanted:
        remarks.append(ONLY_WITHOUT if unwanted else TOO_COMMON)
    return Query(tuple(wanted), tuple(unwanted), tuple(remarks))


def _shortened(typed: str) -> tuple[str, bool]:
    """The text without control characters and cut to length, at the end of a word where there is one."""
    text = _cleaned(typed.strip()[: MAX_CHARACTERS + 1])
    if len(text) <= MAX_CHARACTERS:
        return text, False
    kept = text[:MAX_CHARACTERS]
    whole_words = kept if text[MAX_CHARACTERS].isspace() else kept.rpartition(" ")[0]
    return whole_words or kept, True


def _cleaned(text: str) -> str:
    """Straight quotes, Unicode form NFC; control characters and lone surrogates, which no form sends, become spaces."""
    visible = (" " if unicodedata.category(each) in {"Cc", "Cs"} else each for each in text)
    return unicodedata.normalize("NFC", "".join(visible)).translate(_CURLY_QUOTES)


def _term(match: re.Match[str]) -> Term | None:
    """The term, or None for one that finds nothing: bare punctuation, or a word that stands everywhere."""
    if match["operator"]:
        return OPERATORS[match["operator"].lower()](match["value"])
    term = Word(match["word"]) if match["word"] else Phrase(" ".join(match["phrase"].split()))
    return term if stems(term.text) or exact_forms(term.text) else None
