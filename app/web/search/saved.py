"""Searches that readers keep: the list, and what can be done with each. What is somebody else's is not there."""

from __future__ import annotations

import time
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from urllib.parse import urlencode

from flask import Blueprint, flash, render_template, request
from flask.typing import ResponseReturnValue

from app.http import login_required, one_or_404, see_other, signed_in_person
from app.kernel import clock
from app.kernel.db import db, write
from app.kernel.errors import Malformed
from app.notifications import actions as notifications
from app.people.models import Person
from app.search import saved, saved_news
from app.search.models import SavedSearch
from app.search.port import IndexUnavailable
from app.web.security.limits import limit

blueprint = Blueprint("saved_searches", __name__, url_prefix="/searches")

LIST = "/searches"
SECONDS_TO_COUNT = 1.0


@dataclass(frozen=True)
class Kept:
    """A search in the list. `new` is how many threads are new since it was last opened, None where nobody counted."""

    search: SavedSearch
    new: int | None

    @property
    def feed(self) -> str:
        return f"/search.atom?{urlencode({'q': self.search.query})}"

    @property
    def new_words(self) -> str:
        """ "3 new", "100 or more new", or "" for none."""
        if not self.new:
            return ""
        return f"{self.new} or more new" if self.new >= saved_news.MOST_NEW else f"{self.new} new"


@blueprint.get("")
@login_required
def index() -> ResponseReturnValue:
    """What the reader keeps, the latest first, with what is new in each."""
    person = signed_in_person()
    rows = saved.mine(person).order_by(SavedSearch.saved_at.desc(), SavedSearch.id.desc())
    kept = list(_counted(db.session.scalars(rows).all(), person))
    return render_template("search/saved.html", kept=kept, most=saved.MOST_SAVED)


@blueprint.post("")
@limit("deeds")
@login_required
def save() -> ResponseReturnValue:
    """Keep the search `q`; one that is kept already stays."""
    with write():
        query = saved.save(request.form.get("q", ""), by=signed_in_person()).query
    flash("Kept. Your inbox says when there are new questions; all that you keep stands in your menu.", "good")
    return see_other(f"/search?{urlencode({'q': query})}")


@blueprint.get("/<int:search_id>")
@login_required
def open_search(search_id: int) -> ResponseReturnValue:
    """Go to what a search finds, the newest first; by that it is looked at."""
    with write():
        search = _own(search_id)
        saved.look_at(search)
        notifications.mark_search_read(signed_in_person(), search.id)
        address = address_of(search)
    return see_other(address)


@blueprint.post("/<int:search_id>/telling")
@limit("deeds")
@login_required
def set_telling(search_id: int) -> ResponseReturnValue:
    """Tell the reader of new questions (`telling` is "on"), or no more ("off")."""
    telling = request.form.get("telling", "")
    if telling not in {"on", "off"}:
        raise Malformed("Say whether you want to be told of new questions: on or off.")
    with write():
        saved.set_telling(_own(search_id), is_told=telling == "on")
    return see_other(LIST)


@blueprint.delete("/<int:search_id>")
@blueprint.post("/<int:search_id>/remove")
@limit("deeds")
@login_required
def remove(search_id: int) -> ResponseReturnValue:
    """Keep a search no longer."""
    with write():
        saved.remove(_own(search_id))
    flash("You keep this search no longer, and what you were told of it is gone from your inbox.", "good")
    return see_other(LIST)


def address_of(search: SavedSearch) -> str:
    """What a search finds, the newest first."""
    return f"/search?{urlencode({'q': search.query, 'sort': 'newest'})}"


def _own(search_id: int) -> SavedSearch:
    """A search of the reader's own. Raises NotFound for everybody else's."""
    return one_or_404(saved.mine(signed_in_person()), id=search_id)


def _counted(searches: Sequence[SavedSearch], person: Person) -> Iterator[Kept]:
    """The searches with what is new in them; none of them is counted after SECONDS_TO_COUNT, or without an index."""
    newest, ends = saved_news.newest_thread(), time.monotonic() + SECONDS_TO_COUNT
    for search in searches:
        if newest is None or newest <= search.looked_at:
            yield Kept(search, 0)
        elif time.monotonic() > ends:
            yield Kept(search, None)
        else:
            yield Kept(search, _count(search, person))


def _count(search: SavedSearch, person: Person) -> int | None:
    try:
        return len(saved_news.new_threads(search, person, since=search.looked_at, until=clock.now()))
    except IndexUnavailable:
        return None
