"""What experts are told of those who say that they know a topic."""

from __future__ import annotations

from app.kernel.db import db
from app.kernel.turns import take_turn
from app.notifications import ledger
from app.notifications.kinds import Kind
from app.notifications.ledger import Cause
from app.reputation.models import Endorsement
from app.topics.models import Tag


def settle_endorsement(expert_id: int, tag_id: int, by_id: int) -> None:
    """An expert is told of an endorsement, and of one that was taken back no longer."""
    take_turn("notices of people", expert_id)
    name = f"endorsement:{expert_id}:{tag_id}:{by_id}"
    given, tag = db.session.get(Endorsement, (expert_id, tag_id, by_id)), db.session.get(Tag, tag_id)
    if given is None or tag is None:
        ledger.take_back(name)
        return
    told = {expert_id: Kind.ENDORSED}
    ledger.tell(None, Cause(key=name, at=given.made_at, by_id=by_id, about_id=expert_id, told=told, words=tag.name))
