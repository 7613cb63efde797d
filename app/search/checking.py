"""Whether what was looked for stands in what the viewer may read now.

The index follows a deleted answer or an edit by seconds, or not at all while its worker stands still. So what it
proposes is looked at again, in the texts of the database: a word that stood only in what is gone finds nothing.
"""

from __future__ import annotations

import time
from collections.abc import Collection, Iterable, Iterator, Mapping, Sequence
from itertools import takewhile

from app.people.models import Person
from app.search import texts
from app.search.engines.clauses import wanted
from app.search.language import Query
from app.search.sought import Text, clause_stands, closely, complete, partial, quickly

READ_CLOSELY = 300_000
"""Characters that one search may take apart into words; what it would find only behind them, it does not find."""

SECONDS = 1.0
"""Of the processor. Ordinary threads take a hundredth of it; of those that were made to take long, the rest is left."""


def has_words(query: Query, texts: Iterable[str], *, every: bool = True) -> bool:
    """True when all wanted words and phrases of `query` stand in `texts`, which are Markdown or plain.

    A word may stand anywhere, or one of those that say the same; a phrase in one of the texts. With `every` False, one
    of the words is enough, and all of the phrases.
    """
    asked = wanted(query)
    sought, read = complete(asked) if every else partial(asked), [Text(text) for text in texts]
    return sought.stands(read, quickly) or sought.stands(read, closely)


def kept(ids: Collection[int], query: Query, viewer: Person | None, *, some: Collection[int] = ()) -> set[int]:
    """Those of the threads `ids`, which `viewer` may see, where the wanted words stand in what `viewer` may read.

    Of those in `some`, one of the words is enough. Unwanted words are not looked for. Two queries at most.
    """
    asked = wanted(query)
    if not ids or not asked.clauses:
        return set(ids)
    all_of_it, some_of_it = complete(asked), partial(asked)
    sought = {each: some_of_it if each in some else all_of_it for each in ids}
    ends = time.thread_time() + SECONDS
    first = _read(texts.beginnings(ids, viewer))
    found = {each for each in _until(ends, ids) if sought[each].stands(first.get(each, ()), quickly)}
    rest = [each for each in ids if each not in found]
    if not rest:
        return found
    whole = _read(texts.whole(rest, viewer))
    found |= {each for each in _until(ends, rest) if sought[each].stands(whole.get(each, ()), quickly)}
    near = _first_of({each: whole[each] for each in rest if each in whole and each not in found})
    return found | {each for each in _until(ends, near) if sought[each].stands(whole[each], closely)}


def without_unwanted(ids: Collection[int], query: Query, viewer: Person | None) -> set[int]:
    """Those of the threads `ids` where no unwanted word or phrase stands in what `viewer` may read. One query."""
    unwanted = wanted(query).unwanted
    if not ids or not unwanted:
        return set(ids)
    whole = _read(texts.whole(ids, viewer))
    return {each for each in _first_of(whole) if not any(clause_stands(one, whole[each], closely) for one in unwanted)}


def _read(found: texts.Texts) -> dict[int, list[Text]]:
    return {thread: [Text(text) for text in said] for thread, said in found.items()}


def _until(ends: float, threads: Iterable[int]) -> Iterator[int]:
    """The threads that there is time for: until this moment of time.thread_time()."""
    return takewhile(lambda _each: time.thread_time() < ends, threads)


def _first_of(threads: Mapping[int, Sequence[Text]]) -> list[int]:
    """As many of the threads as may be read closely."""
    room, first = READ_CLOSELY, []
    for thread, said in threads.items():
        room -= sum(len(text.source) for text in said)
        if room >= 0:
            first.append(thread)
    return first
