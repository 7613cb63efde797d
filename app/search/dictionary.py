"""The words as they are written in public threads, with the number of threads: for spelling, and for ending words.

The table is made anew every night, and new words enter it with their threads. So a word may outlive its thread for
a day: whatever is proposed from here has to be looked for first.
"""

from __future__ import annotations

import re
import threading
from bisect import bisect_left
from collections import Counter, defaultdict
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta
from functools import cached_property, lru_cache
from typing import TypeVar

from sqlalchemy import delete, select
from sqlalchemy.dialects import postgresql, sqlite

from app.kernel import clock
from app.kernel.db import db
from app.posts.sensitive import find_sensitive
from app.search.models import DictionaryWord, IndexProgress
from app.search.port import Change, Thread
from app.search.words import STOP_WORDS, exact_forms, pieces, stem

SHORTEST = 3
LONGEST = 40
LONGEST_OF_ONE_THREAD = 25
"""Letters of a word that stands in a single thread: a longer one is a key, a path or a slip."""

MOST_WORDS = 100_000
"""Words that are kept, those of most threads first."""

SHORTEST_BEGINNING = 2
"""Letters that words of one stem have in common: with fewer, a tenth of all words and more would be compared."""

AT_ONCE = 1_000
OLDEST_COPY = timedelta(minutes=10)
SECONDS_A_WORD = 0.01
"""How old the copy of a process may be for each of its words: what takes longer to load is loaded less often."""

Item = TypeVar("Item")

_WORD = re.compile(r"[^\W\d_]+(?:'[^\W\d_]+)*")
_CODE = re.compile(r"(?:--?|/)?\w[\w.+#/-]*")
_HOST = re.compile(r"(?i)[\w-]+(?:\.[\w-]+)+\.[a-z]{2,}(?:[:/].*)?")
_AROUND = "()[]{}<>,.;:!?*'\"`"


def words_in(changes: Iterable[Change]) -> Counter[str]:
    """The words of these threads, each with how many of them have it. Needs neither a transaction nor the database."""
    found: Counter[str] = Counter()
    for thread in changes:
        if isinstance(thread, Thread):
            found.update(words_of((thread.title, *thread.tags, *thread.texts)))
    return found


def words_of(texts: Iterable[str]) -> set[str]:
    """Words and code tokens of one thread, in small letters, without whatever looks secret or private."""
    text = _without_addresses(_without_sensitive("\n".join(texts)))
    words = (piece.lower().replace("’", "'") for piece in pieces(text))
    codes = (form for form in exact_forms(text) if _is_code(form))
    return {word for word in (*words, *codes) if _is_kept(word)}


def add_words(words: Mapping[str, int]) -> None:
    """Keep words that are new, and larger counts of known ones. The caller holds the write transaction.

    Doing it twice changes nothing: it is no sum, and the nightly count puts right what is too small.
    """
    rows = [{"word": word, "threads": words[word]} for word in sorted(words) if _is_worth_keeping(word, words[word])]
    insert = postgresql.insert if db.engine.dialect.name == "postgresql" else sqlite.insert
    adding = insert(DictionaryWord)
    larger = adding.on_conflict_do_update(
        index_elements=["word"],
        set_={"threads": adding.excluded.threads},
        where=DictionaryWord.threads < adding.excluded.threads,
    )
    for some in _batches(rows):
        db.session.execute(larger, some)


@dataclass(frozen=True)
class Recount:
    """What the table has to become, in steps that may each be a transaction of their own."""

    gone: list[str]
    counts: list[tuple[str, int]]

    def steps(self) -> Iterator[Recount]:
        """Parts of it that take a moment each."""
        for gone in _batches(self.gone):
            yield Recount(gone, [])
        for counts in _batches(self.counts):
            yield Recount([], counts)


def counted_words() -> dict[str, int]:
    """What the table says now."""
    return {word: threads for word, threads in db.session.execute(select(DictionaryWord.word, DictionaryWord.threads))}


def recount(before: Mapping[str, int], counted: Counter[str]) -> Recount:
    """How to get from `before`, the table when the count began, to what was `counted` in all threads since."""
    kept = {word: count for word, count in counted.most_common(MOST_WORDS) if _is_worth_keeping(word, count)}
    changed = sorted(word for word, count in kept.items() if before.get(word) != count)
    return Recount(sorted(before.keys() - kept.keys()), [(word, kept[word]) for word in changed])


def apply_step(step: Recount) -> None:
    """Bring the table closer to a recount. The caller holds the write transaction."""
    written = [word for word, _count in step.counts]
    db.session.execute(delete(DictionaryWord).where(DictionaryWord.word.in_([*step.gone, *written])))
    add_words(dict(step.counts))


def is_due(moment: datetime) -> bool:
    """True where the words were not counted since `moment`, and there is an index at all."""
    progress = db.session.get(IndexProgress, 1)
    return progress is not None and (progress.words_counted_at is None or progress.words_counted_at < moment)


def note_counted() -> None:
    """The dictionary was made from all threads just now. The caller holds the write transaction."""
    progress = db.session.get(IndexProgress, 1)
    if progress is not None:
        progress.words_counted_at = clock.now()


class Dictionary:
    """A copy of the table, for looking up words by how they begin and how long they are."""

    def __init__(self, threads: Mapping[str, int]) -> None:
        self._threads = threads
        self._sorted = sorted(threads)

    def __len__(self) -> int:
        return len(self._sorted)

    def threads(self, word: str) -> int:
        """In how many threads `word` stands, just as it is written here; 0 for one that is not known."""
        return self._threads.get(word, 0)

    def threads_with_stem(self, word: str) -> int:
        """The same for the most frequent word of the same stem: who knows "replication" knows "replicated" too."""
        root = stem(word)
        # A stem may end in an i where words have a y, and in an e that some of them lose.
        begun = root[:-1] if root.endswith(("e", "i")) else root
        if len(begun) < SHORTEST_BEGINNING:
            return self.threads(word)
        alike = (each for each in self.beginning(begun) if stem(each) == root)
        return max((self._threads[each] for each in alike), default=0)

    def beginning(self, prefix: str) -> list[str]:
        """The words that begin with `prefix`, in the order of the alphabet."""
        first = bisect_left(self._sorted, prefix)
        return self._sorted[first : bisect_left(self._sorted, prefix + "\U0010ffff")]

    @cached_property
    def largest(self) -> int:
        """The threads of the most frequent word."""
        return max(self._threads.values(), default=0)

    @cached_property
    def by_length(self) -> Mapping[int, list[str]]:
        """Plain words, without code tokens, by their number of letters."""
        found: defaultdict[int, list[str]] = defaultdict(list)
        for word in self._sorted:
            if word.isalpha():
                found[len(word)].append(word)
        return found


def dictionary() -> Dictionary:
    """The words of now, or of a few minutes ago. One query, and one more where they have to be loaded."""
    return _copy.current()


def forget_words() -> None:
    """Load the words anew when they are asked for next."""
    _copy.forget()


class _Copy:
    """The dictionary of this process."""

    def __init__(self) -> None:
        self._turn = threading.Lock()
        self.forget()

    def forget(self) -> None:
        self._state: object = None
        self._applied_at: datetime | None = None
        self._loaded_at = clock.now()
        self._words = Dictionary({})

    def current(self) -> Dictionary:
        columns = (IndexProgress.applied_at, IndexProgress.build, IndexProgress.words_counted_at)
        applied_at, *state = db.session.execute(select(*columns)).first() or (None, None)
        with self._turn:
            if state != self._state or (applied_at != self._applied_at and self._is_old()):
                self._words = _load()
                self._state, self._applied_at, self._loaded_at = state, applied_at, clock.now()
            return self._words

    def _is_old(self) -> bool:
        allowed = min(OLDEST_COPY, timedelta(seconds=SECONDS_A_WORD * len(self._words)))
        return clock.now() - self._loaded_at > allowed


_copy = _Copy()


def _load() -> Dictionary:
    rows = select(DictionaryWord.word, DictionaryWord.threads)
    most = rows.order_by(DictionaryWord.threads.desc()).limit(MOST_WORDS)
    return Dictionary({word: threads for word, threads in db.session.execute(most)})


def _without_sensitive(text: str) -> str:
    parts, reached = [], 0
    for finding in find_sensitive(text):
        parts.append(text[reached : finding.start])
        reached = finding.end
    return " ".join([*parts, text[reached:]])


def _without_addresses(text: str) -> str:
    """Without pages, mail boxes, mentions and hosts: they name somebody, or somebody's machine, and not a thing."""
    return " ".join(chunk for chunk in text.split() if not _is_address(chunk))


def _is_address(chunk: str) -> bool:
    return "://" in chunk or "@" in chunk or bool(_HOST.fullmatch(chunk.strip(_AROUND)))


def _is_code(form: str) -> bool:
    return bool(_CODE.fullmatch(form)) and not _HOST.fullmatch(form)


def _is_kept(word: str) -> bool:
    if not SHORTEST <= len(word) <= LONGEST or word in STOP_WORDS:
        return False
    return bool(_WORD.fullmatch(word)) or (any(map(str.isalpha, word)) and not _is_secret(word))


@lru_cache(maxsize=50_000)
def _is_secret(word: str) -> bool:
    return bool(find_sensitive(word))


def _is_worth_keeping(word: str, threads: int) -> bool:
    return threads > 1 or len(word) <= LONGEST_OF_ONE_THREAD


def _batches(items: list[Item]) -> Iterator[list[Item]]:
    for start in range(0, len(items), AT_ONCE):
        yield items[start : start + AT_ONCE]
