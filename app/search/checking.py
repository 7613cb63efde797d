"""Whether what was looked for stands in what the viewer may read now.

The index follows a deleted answer or an edit by seconds, or not at all while its worker stands still. So what it
proposes is looked at again, in the texts of the database: a word that stood only in what is gone finds nothing.
"""

from __future__ import annotations

from collections.abc import Collection, Iterable, Mapping, Sequence

from app.people.models import Person
from app.search import texts
from app.search.language import Query
from app.search.sought import CLOSELY, QUICKLY, Sought, Text

READ_CLOSELY = 400_000
"""Characters that one search may take apart into words; what it would find only behind them, it does not find."""


def has_words(query: Query, texts: Iterable[str], *, every: bool = True) -> bool:
    """True when all wanted words and phrases of `query` stand in `texts`, which are Markdown or plain.

    A word may stand anywhere, or one of those that say the same; a phrase in one of the texts. With `every` False, one
    of the words is enough, and all of the phrases.
    """
    sought, read = Sought.of(query), [Text(text) for text in texts]
    return any(sought.stands(read, look, every=every) for look in (QUICKLY, CLOSELY))


def kept(ids: Collection[int], query: Query, viewer: Person | None, *, some: Collection[int] = ()) -> set[int]:
    """Those of the threads `ids`, which `viewer` may see, where the wanted words stand in what `viewer` may read.

    Of those in `some`, one of the words is enough. Unwanted words are not looked for. Two queries at most.
    """
    sought = Sought.of(query)
    if not ids or not sought:
        return set(ids)
    first = _read(texts.beginnings(ids, viewer))
    found = {each for each in ids if sought.stands(first.get(each, ()), QUICKLY, every=each not in some)}
    rest = [each for each in ids if each not in found]
    if not rest:
        return found
    whole = _read(texts.whole(rest, viewer))
    found |= {each for each in rest if sought.stands(whole.get(each, ()), QUICKLY, every=each not in some)}
    near = _first_of({each: whole[each] for each in rest if each in whole and each not in found})
    return found | {each for each in near if sought.stands(whole[each], CLOSELY, every=each not in some)}


def without_unwanted(ids: Collection[int], query: Query, viewer: Person | None) -> set[int]:
    """Those of the threads `ids` where no unwanted word or phrase stands in what `viewer` may read. One query."""
    sought = Sought.of(Query(wanted=query.unwanted))
    if not ids or not sought:
        return set(ids)
    whole = _read(texts.whole(ids, viewer))
    unsaid = {each: whole[each] for each in whole if not sought.has_any(whole[each], QUICKLY)}
    return {each for each in _first_of(unsaid) if not sought.has_any(whole[each], CLOSELY)}


def _read(found: texts.Texts) -> dict[int, list[Text]]:
    return {thread: [Text(text) for text in said] for thread, said in found.items()}


def _first_of(threads: Mapping[int, Sequence[Text]]) -> list[int]:
    """As many of the threads as may be read closely."""
    room, first = READ_CLOSELY, []
    for thread, said in threads.items():
        room -= sum(len(text.source) for text in said)
        if room >= 0:
            first.append(thread)
    return first
