"""Colleagues and customers say that an expert knows a topic. The caller of what changes holds the write transaction."""

from __future__ import annotations

from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass, field

from sqlalchemy import delete, select, update
from sqlalchemy.orm import joinedload

from app.accounts.queries import account_of
from app.kernel import events
from app.kernel.db import db
from app.kernel.turns import take_turn
from app.people.models import Person
from app.reputation import rules, weighing
from app.reputation.events import ExpertEndorsed
from app.reputation.models import Endorsement, TopicExpertise
from app.topics.models import Tag, TagSteward

COLLEAGUES_NAMED = 5


@dataclass
class Endorsed:
    """Who endorses an expert for a topic, as one reader sees it: `named` are colleagues, the last ones first.

    Several people of one company are one customer; customers are counted and not named.
    """

    named: list[Person] = field(default_factory=list)
    colleagues: int = 0
    customers: int = 0
    by_viewer: bool = False


def endorse(expert: Person, tag: Tag, *, by: Person) -> None:
    """Say that an expert knows a topic; said again, it changes nothing. Raises a Refusal."""
    rules.check_can_endorse(by, expert)
    take_turn(weighing.TURN, expert.id)
    rules.check_is_known(expert, answered=_has_answered(expert, tag), looks_after=_looks_after(expert, tag))
    if db.session.get(Endorsement, (expert.id, tag.id, by.id)) is not None:
        return
    account = account_of(by)
    db.session.add(
        Endorsement(
            expert_id=expert.id,
            tag_id=tag.id,
            by_id=by.id,
            by_employee=by.is_employee,
            account_id=account.id if account else None,
        )
    )
    _note_change(expert, tag, by)


def withdraw(expert: Person, tag: Tag, *, by: Person) -> None:
    """Say so no longer; what was never said is gone already."""
    take_turn(weighing.TURN, expert.id)
    given = db.session.get(Endorsement, (expert.id, tag.id, by.id))
    if given is not None:
        db.session.delete(given)
        _note_change(expert, tag, by)


def carry_over(source: Tag, target: Tag) -> None:
    """Before `target` takes `source` in, let whoever endorsed somebody for that do so for `target`."""
    of_source = select(Endorsement.expert_id, Endorsement.by_id).where(Endorsement.tag_id == source.id)
    for expert_id, by_id in db.session.execute(of_source.order_by(Endorsement.expert_id, Endorsement.by_id)).all():
        one = Endorsement.expert_id == expert_id, Endorsement.tag_id == source.id, Endorsement.by_id == by_id
        if db.session.get(Endorsement, (expert_id, target.id, by_id)) is None:
            db.session.execute(update(Endorsement).where(*one).values(tag_id=target.id))
        else:
            db.session.execute(delete(Endorsement).where(*one))
        weighing.write_topics(expert_id, [source.id, target.id])


def endorsed_for(expert: Person, known: Mapping[int, tuple[int, int]], viewer: Person | None) -> dict[int, Endorsed]:
    """Who endorses an expert, by the ids of topics; `known` has the kept numbers of colleagues and of customers.

    One query, however many endorse them: of colleagues, the last few of each topic are named.
    """
    found = {tag_id: Endorsed(colleagues=peers, customers=customers) for tag_id, (peers, customers) in known.items()}
    for one in _named(expert, found.keys()):
        named = found[one.tag_id].named
        if len(named) < COLLEAGUES_NAMED:
            named.append(one.by)
    for tag_id in _endorsed_by(viewer, expert):
        if tag_id in found:
            found[tag_id].by_viewer = True
    return found


def _named(expert: Person, tag_ids: Collection[int]) -> Sequence[Endorsement]:
    """Colleagues are few: those of one expert's topics fit into one query."""
    theirs = Endorsement.expert_id == expert.id, Endorsement.tag_id.in_(tag_ids), Endorsement.by_employee
    rows = select(Endorsement).join(Endorsement.by).where(*theirs, Person.active).options(joinedload(Endorsement.by))
    return db.session.scalars(rows.order_by(Endorsement.made_at.desc(), Endorsement.by_id)).unique().all()


def _endorsed_by(viewer: Person | None, expert: Person) -> Sequence[int]:
    if viewer is None:
        return []
    theirs = Endorsement.expert_id == expert.id, Endorsement.by_id == viewer.id
    return db.session.scalars(select(Endorsement.tag_id).where(*theirs)).all()


def _has_answered(expert: Person, tag: Tag) -> bool:
    known = db.session.get(TopicExpertise, (expert.id, tag.id), populate_existing=True)
    return known is not None and known.answers > 0


def _looks_after(expert: Person, tag: Tag) -> bool:
    """True for a steward of the topic, where everybody may know its name."""
    in_public_use = tag.question_count > 0 or tag.description != ""
    return in_public_use and db.session.get(TagSteward, (tag.id, expert.id)) is not None


def _note_change(expert: Person, tag: Tag, by: Person) -> None:
    db.session.flush()
    weighing.write_topics(expert.id, [tag.id])
    events.record(ExpertEndorsed(expert_id=expert.id, tag_id=tag.id, by_id=by.id))
