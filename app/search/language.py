"""The language that people type into the search box, read into the small tree of app.search.terms.

    replication stalls             both words
    "commit barrier"               these words together
    -snapshot                      without this word (or "phrase", or filter)
    tag:networking                 about this topic
    product:"Halyard 400"          about this product, by name or by the name in its address
    author:@sanfox                 asked or answered by this person
    is:solved is:unanswered        in this state; is:expert where an expert has answered
    type:question type:answer      of this kind; article and idea are understood already, and find nothing yet
    after:2026-01-31 before:2026   asked on that day or later, or on that day or earlier; also of a month or a year

Everything else is words: an engine never sees what was typed, only the tree.
"""

from __future__ import annotations

import re
import unicodedata
from calendar import monthrange
from collections.abc import Callable
from dataclasses import dataclass
from datetime import date, timedelta

from app.search.terms import Day, Fact, Phrase, Query, Term, Word
from app.search.words import exact_forms, stems

__all__ = ["Day", "Fact", "Phrase", "Query", "Term", "Word", "parse"]

MAX_CHARACTERS = 200
MAX_TERMS = 12
"""Words and phrases of one search; filters are counted apart, so that a pasted text does not push them out."""

MAX_FILTERS = 12

TOO_LONG = f"A search ends at {MAX_CHARACTERS} characters, so the rest of this one was left out."
TOO_MANY = f"A search takes {MAX_TERMS} words, so the ones after the first {MAX_TERMS} were left out."
TOO_MANY_FILTERS = f"A search takes {MAX_FILTERS} filters, so the ones after the first {MAX_FILTERS} were left out."
ONLY_WITHOUT = "Say what to look for as well: this search only leaves things out."
TOO_COMMON = "These words stand in nearly every question. Add one that belongs to yours: a product, an error, a part."
NOT_CLOSED = "A quotation mark was not closed, so the words after it were searched one by one."
NO_SUCH_FILTER = "There is no filter {}:, so that was searched as words. There are {}."
NO_SUCH_VALUE = "{}: takes {}; what you typed there was searched as words."
NONE_YET = "There are no {}s here yet, so type:{} finds nothing."


@dataclass(frozen=True)
class Operator:
    """What may stand before a colon: how its value is read (None for a bad one), and in words what it takes."""

    read: Callable[[str], Fact | Day | None]
    takes: str


KINDS_TO_COME = ("article", "idea")

STATES = ("solved", "unanswered", "expert")
"""What `is:` takes. Each is a token of app.search.facts, a condition of app.search.filters and a choice of facets."""


def _name(kind: str) -> Callable[[str], Fact | None]:
    """Anything that something may be called."""
    return lambda value: Fact(kind, value) if value else None


def _topic(value: str) -> Fact | None:
    """Names of topics have hyphens where words of several have spaces."""
    return Fact("tag", value.replace(" ", "-")) if value else None


def _handle(value: str) -> Fact | None:
    return Fact("author", f"@{value.removeprefix('@')}") if _HANDLE.fullmatch(value) else None


def _one_of(kind: str, *values: str) -> Callable[[str], Fact | None]:
    return lambda value: Fact(kind, value) if value in values else None


def _first_day(value: str) -> Day | None:
    period = _period(value)
    return Day("after", period[0]) if period else None


def _last_day(value: str) -> Day | None:
    period = _period(value)
    return Day("before", period[1]) if period else None


def _period(value: str) -> tuple[date, date] | None:
    """The first and the last day of a day, month or year."""
    if not _PERIOD.fullmatch(value):
        return None
    year, month, day = (int(part) for part in f"{value}-0-0".split("-")[:3])
    last_month = month or 12
    try:
        first = date(year, month or 1, day or 1)
        return first, date(year, last_month, day or monthrange(year, last_month)[1])
    except ValueError:
        return None


_A_DAY = "a day such as 2026-01-31, a month such as 2026-01, or a year"

OPERATORS: dict[str, Operator] = {
    "tag": Operator(_topic, "the name of a topic"),
    "author": Operator(_handle, "a handle such as @name"),
    "product": Operator(_name("product"), "the name of a product"),
    "is": Operator(_one_of("is", *STATES), f"{', '.join(STATES[:-1])} or {STATES[-1]}"),
    "type": Operator(_one_of("type", "question", "answer", *KINDS_TO_COME), "question, answer, article or idea"),
    "after": Operator(_first_day, _A_DAY),
    "before": Operator(_last_day, _A_DAY),
}
"""What may stand before a colon; the value comes in lower case and on one line."""

_FILTERS = " and".join(", ".join(f"{name}:" for name in OPERATORS).rsplit(",", 1))

# Every alternative eats what it looks at, so the time to read a text grows with its length alone.
_TERM = re.compile(
    r"""
    (?P<minus>-(?=[^\s-]))?                       # a single hyphen; two begin an option such as --force
    (?:
        (?P<operator>[A-Za-z]{2,}):(?!:)          # not the drive of C:\\, not std::string
        (?: "(?P<quoted>[^"]*)" | (?P<value>[^\s"]*) )
      | "(?P<phrase>[^"]*)"
      | (?P<word>[^\s"]+)
      | "                                         # a quotation that is never closed
    )
    """,
    re.VERBOSE,
)
_HANDLE = re.compile(r"@?[a-z0-9_-]{1,40}")
_PERIOD = re.compile(r"[12][0-9]{3}(?:-(?:0[1-9]|1[0-2])(?:-[0-3][0-9])?)?")
# What somebody may have meant as a filter: not the rest of an address, of a port or of a time.
_LIKE_A_VALUE = re.compile(r"@?[^\W\d_][\w.-]*")
_CURLY_QUOTES = str.maketrans("“”„‟«»＂", '"""""""')


def parse(typed: str) -> Query:
    """Read what was typed. Any text gives a query; at worst one with nothing wanted, or with a remark."""
    text, was_cut = _shortened(typed)
    reading = _Reading()
    if was_cut:
        reading.remark(TOO_LONG)
    for match in _TERM.finditer(text):
        reading.take(match)
    if text and not reading.wanted:
        reading.remark(ONLY_WITHOUT if reading.unwanted else TOO_COMMON)
    return Query(tuple(reading.wanted), tuple(reading.unwanted), tuple(reading.remarks))


class _Reading:
    """What was read so far; dicts are used as sets that keep their order."""

    def __init__(self) -> None:
        self.wanted: dict[Term, None] = {}
        self.unwanted: dict[Term, None] = {}
        self.remarks: dict[str, None] = {}
        self._leaves_out_the_rest = False

    def remark(self, sentence: str) -> None:
        self.remarks[sentence] = None

    def take(self, match: re.Match[str]) -> None:
        """One term, or what looked like one."""
        # An option such as --force cannot be left out: a third hyphen would only be a part of it.
        leave_out = bool(match["minus"]) or (self._leaves_out_the_rest and not match[0].startswith("--"))
        if match["operator"]:
            self._take_filter(match, leave_out)
        elif match["phrase"] is not None:
            self._add_said(Phrase(_one_line(match["phrase"])), leave_out)
        elif match["word"]:
            self._add_said(Word(match["word"]), leave_out)
        else:
            self.remark(NOT_CLOSED)
            self._leaves_out_the_rest = leave_out

    def _take_filter(self, match: re.Match[str], leave_out: bool) -> None:
        name, value = match["operator"].lower(), match["quoted"] if match["quoted"] is not None else match["value"]
        operator = OPERATORS.get(name)
        if operator is None:
            self._take_unknown(match, leave_out)
        elif (term := operator.read(_plain(value))) is not None:
            self._take_fact(term, leave_out)
        else:
            self.remark(NO_SUCH_VALUE.format(name, operator.takes))
            # No piece may be read as a filter or as unwanted when the query is parsed again.
            for piece in (name, *value.replace(":", " ").split()):
                self._add_said(Word(piece.lstrip("-")), leave_out)

    def _take_unknown(self, match: re.Match[str], leave_out: bool) -> None:
        """Words as typed; somebody who pasted an address or an error is not told of filters."""
        name, quoted, value = match["operator"], match["quoted"], match["value"]
        if quoted is not None:
            self._add_said(Word(name), leave_out)
            self._add_said(Phrase(_one_line(quoted)), leave_out)
        else:
            self._add_said(Word(f"{name}:{value}"), leave_out)
        if quoted or _LIKE_A_VALUE.fullmatch(value or ""):
            self.remark(NO_SUCH_FILTER.format(name.lower(), _FILTERS))

    def _take_fact(self, term: Fact | Day, leave_out: bool) -> None:
        if isinstance(term, Day):
            self._add(_other_days(term) if leave_out else term, leave_out=False)
            return
        if term.kind == "type" and term.value in KINDS_TO_COME:
            self.remark(NONE_YET.format(term.value, term.value))
        self._add(term, leave_out)

    def _add_said(self, term: Word | Phrase, leave_out: bool) -> None:
        """Add it unless it finds nothing: bare punctuation, or a word that stands everywhere."""
        if stems(term.text) or exact_forms(term.text):
            self._add(term, leave_out)

    def _add(self, term: Term, leave_out: bool) -> None:
        side = self.unwanted if leave_out else self.wanted
        if term in side:
            return
        is_filter = isinstance(term, Fact | Day)
        others = sum(isinstance(each, Fact | Day) == is_filter for each in (*self.wanted, *self.unwanted))
        if others == (MAX_FILTERS if is_filter else MAX_TERMS):
            self.remark(TOO_MANY_FILTERS if is_filter else TOO_MANY)
        else:
            side[term] = None


def _other_days(term: Day) -> Day:
    """All the days that are not meant by `term`."""
    if term.kind == "after":
        return Day("before", term.day - timedelta(days=1))
    return Day("after", term.day + timedelta(days=1))


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


def _one_line(text: str) -> str:
    return " ".join(text.split())


def _plain(value: str) -> str:
    """A value in small letters and its one Unicode form."""
    return unicodedata.normalize("NFC", _one_line(value).lower())
