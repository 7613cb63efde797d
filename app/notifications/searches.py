"""What people are told of new threads in the searches that they keep."""

from __future__ import annotations

from datetime import datetime

from sqlalchemy import delete, select

from app.kernel.db import db
from app.kernel.turns import take_turn
from app.notifications import ledger
from app.notifications.kinds import Kind
from app.notifications.ledger import Cause, key
from app.notifications.models import Notice
from app.search.models import SavedSearch
from app.search.saved_news import MOST_NEW


def settle_search(search_id: int, count: int, until: datetime) -> None:
    """Whoever keeps a search is told that `count` threads were new in it at the moment `until`.

    Of one search, one unread notice stands in the inbox: the last one counts all that is new. Nothing is told of what
    its owner has looked at since, or of what was told of later already.
    """
    take_turn("notices of searches", search_id)
    search = db.session.get(SavedSearch, search_id, populate_existing=True)
    if search is None or not search.is_told or search.looked_at >= until:
        return
    of_this = Notice.search_id == search_id
    if db.session.scalar(select(Notice.id).where(of_this, Notice.made_at >= until).limit(1)) is not None:
        return
    db.session.execute(delete(Notice).where(of_this, Notice.read_at.is_(None)))
    told = {search.person_id: Kind.SEARCH_FOUND_MORE}
    name, words = key("search", search_id, until), new_questions(count)
    ledger.tell(None, Cause(key=name, at=until, by_id=None, search_id=search_id, told=told, words=words))


def new_questions(count: int) -> str:
    """A number of new threads in words: "1 new question", "At least 100 new questions"."""
    least = "At least " if count >= MOST_NEW else ""
    return f"{least}{count} new question{'' if count == 1 else 's'}"
