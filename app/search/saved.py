"""Searches that people keep, to come back to them and to be told of new threads. The caller holds the transaction."""

from __future__ import annotations

from sqlalchemy import Select, func, select

from app.kernel import clock
from app.kernel.db import db
from app.kernel.errors import RuleBroken
from app.kernel.turns import take_turn
from app.people.models import Person
from app.people.rules import check_takes_part
from app.search.language import MAX_CHARACTERS, Query, parse
from app.search.models import SavedSearch

MOST_SAVED = 30

NOTHING_TO_LOOK_FOR = "This search looks for nothing yet. Type a word that stands in what you look for, then keep it."
TOO_LONG = f"A search can be kept up to {MAX_CHARACTERS} characters. Leave out a word, then keep it."
TOO_MANY = f"You keep {MOST_SAVED} searches, and no more fit. Remove one that you do not need, then keep this one."


def mine(person: Person) -> Select[SavedSearch]:
    """The searches that somebody keeps."""
    return select(SavedSearch).where(SavedSearch.person_id == person.id)


def is_kept(query: Query, person: Person) -> bool:
    """Whether somebody keeps this search already."""
    same = mine(person).where(SavedSearch.query == str(query)).with_only_columns(SavedSearch.id)
    return db.session.scalar(same) is not None


def save(typed: str, *, by: Person) -> SavedSearch:
    """Keep a search; one that is kept already stays as it is. Raises RuleBroken for nothing, too long and too many."""
    check_takes_part(by)
    query = in_the_language(typed)
    take_turn("saved searches", by.id)
    found = db.session.scalar(mine(by).where(SavedSearch.query == query))
    if found is not None:
        return found
    kept = mine(by).with_only_columns(func.count(SavedSearch.id))
    if (db.session.scalar(kept) or 0) >= MOST_SAVED:
        raise RuleBroken(TOO_MANY)
    made = SavedSearch(person_id=by.id, query=query)
    db.session.add(made)
    db.session.flush()
    return made


def in_the_language(typed: str) -> str:
    """What was typed as the language writes it. Raises RuleBroken where that looks for nothing, or is too long."""
    query = parse(typed)
    if not query.wanted:
        raise RuleBroken(NOTHING_TO_LOOK_FOR)
    text = str(query)
    # A quotation mark that was missing is written out, and may be one too many.
    if len(text) > MAX_CHARACTERS:
        raise RuleBroken(TOO_LONG)
    return text


def look_at(search: SavedSearch) -> None:
    """Note that its owner has opened it: what is there now is new no longer, and nobody is told of it any more."""
    search.looked_at = clock.now()


def set_telling(search: SavedSearch, *, is_told: bool) -> None:
    """Let new threads make a notice from now on, or let them not."""
    if is_told and not search.is_told:
        search.told_until = clock.now()
    search.is_told = is_told


def remove(search: SavedSearch) -> None:
    """Keep it no longer. What was told of it goes with it."""
    db.session.delete(search)
