"""Proving what is kept of people: their expertise by topic, when and how soon they answer, and recognition."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from typing import Any

from sqlalchemy import select

from app.kernel.db import db
from app.posts.models import Post
from app.reputation import recognition, weighing
from app.reputation.models import Answering, Recognition, TopicExpertise


def differences() -> Iterator[str]:
    """One sentence for every figure that is not what it counts. To be asked when nothing waits in the outbox."""
    now, before = weighing.weighed_now(), weighing.weighed_before()
    for answer_id, tag_id in sorted({(one.answer_id, one.tag_id) for one in now ^ before}):
        yield f"What answer {answer_id} adds to its author's expertise on topic {tag_id} is not kept as it is."
    yield from _different(weighing.topics_counted(), _kept_topics(), lambda key: f"person {key[0]} on topic {key[1]}")
    yield from _different(_answering_now(), _kept_answering(), lambda key: f"how soon person {key} answers")
    found = {key: one for key, one in recognition.found_out().items() if one != recognition.NOTHING}
    yield from _different(found, _kept_recognition(), lambda key: f"the recognition of person {key}")


def _different(counted: Mapping[Any, object], kept: Mapping[Any, object], name: Callable[[Any], str]) -> Iterator[str]:
    for key in sorted(counted.keys() | kept.keys()):
        if counted.get(key) != kept.get(key):
            yield f"What is kept of {name(key)} is not what it counts."


def _kept_topics() -> dict[weighing.PersonTopic, weighing.OnTopic]:
    columns = [getattr(TopicExpertise, name) for name in weighing.OnTopic._fields]
    rows = db.session.execute(select(TopicExpertise.person_id, TopicExpertise.tag_id, *columns))
    return {(row[0], row[1]): weighing.OnTopic(*row[2:]) for row in rows}


def _answering_now() -> dict[int, weighing.Pace]:
    authors = db.session.scalars(select(Post.author_id).where(Post.kind == "answer").distinct()).all()
    found = ((person_id, weighing.answering_now(person_id)) for person_id in authors)
    return {person_id: pace for person_id, pace in found if pace is not None}


def _kept_answering() -> dict[int, weighing.Pace]:
    rows = db.session.execute(select(Answering.person_id, Answering.last_answer_at, Answering.pace_seconds))
    return {person_id: (at, seconds) for person_id, at, seconds in rows}


def _kept_recognition() -> dict[int, recognition.Found]:
    columns = [getattr(Recognition, name) for name in recognition.Found._fields]
    rows = db.session.execute(select(Recognition.person_id, *columns))
    kept = {row[0]: recognition.Found(*row[1:]) for row in rows}
    return {person_id: found for person_id, found in kept.items() if found != recognition.NOTHING}
