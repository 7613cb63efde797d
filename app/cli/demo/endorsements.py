"""Who in the demo says what its experts know: the content of endorsements.toml.

An expert is endorsed for what they have answered on, so this comes after what follows from the year has been counted.
"""

from __future__ import annotations

import tomllib
from datetime import datetime, timedelta

from sqlalchemy import select

from app.cli.demo import marks
from app.cli.demo.content import CONTENT
from app.kernel import clock
from app.kernel.db import db, write
from app.people.models import Person
from app.reputation.endorsements import endorse
from app.topics.models import Tag


def endorse_experts(now: datetime) -> None:
    """Let the demo's people endorse its experts; what was said already is not said again."""
    content = tomllib.loads((CONTENT / "endorsements.toml").read_text(encoding="utf-8"))
    with write():
        ours = select(Person).where(Person.id.in_(marks.marked()[marks.PERSON]))
        people = {person.handle: person for person in db.session.scalars(ours)}
        tags = {tag.name: tag for tag in db.session.scalars(select(Tag))}
        for entry in content["endorsement"]:
            for number, handle in enumerate(entry["by"]):
                with clock.at(now - timedelta(days=entry["ago"] - number)):
                    endorse(people[entry["expert"]], tags[entry["tag"]], by=people[handle])
