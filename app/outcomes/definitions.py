"""What we call a lead: versions that hold once sales and marketing have both signed, and checks against them."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from sqlalchemy import Select, select
from sqlalchemy.orm import joinedload, selectinload

from app.kernel import clock
from app.kernel.db import db
from app.kernel.errors import NotAllowed, NotFound, RuleBroken
from app.kernel.turns import take_turn
from app.outcomes import rules
from app.outcomes.models import LeadCheck, LeadDefinition, LeadItem, MarketingSigner, Opportunity, Result, Side
from app.people import audit
from app.people.models import Person, Role

# Proposed where there is no version yet: after the items that B. Carroll publishes, most of them required.
FIRST_ITEMS: Sequence[tuple[str, bool]] = (
    ("The company is one of those we can serve well: size, trade and country fit", True),
    ("Somebody there asked us themselves: for an introduction, a meeting or a price. Never concluded from posts", True),
    ("The problem they want solved has a name, and we can solve it", True),
    ("Somebody who decides or pays takes part, and has said so themselves", True),
    ("They want to compare what there is within three months", False),
    ("They want to decide within six months", False),
    ("They are ready to meet us within two weeks", True),
)
FIRST_WHY = "So that both of us mean the same when we say “lead”."


@dataclass(frozen=True)
class Standing:
    """What both sides say of one item: True, False, or None where a side has not said anything."""

    item: LeadItem
    sales: bool | None
    marketing: bool | None

    @property
    def holds(self) -> bool:
        """True where both say so."""
        return bool(self.sales and self.marketing)


def may_define(person: Person | None) -> bool:
    """True for sales, and for whom an admin named to sign for marketing."""
    return person is not None and (person.holds(Role.SALES) or is_signer(person))


def is_signer(person: Person) -> bool:
    """True for whom an admin named to sign for marketing, while they work here and are let in."""
    return person.active and person.is_employee and db.session.get(MarketingSigner, person.id) is not None


def signers() -> Sequence[Person]:
    """Whoever signs for marketing, by name."""
    rows = select(Person).join(MarketingSigner, MarketingSigner.person_id == Person.id)
    return db.session.scalars(rows.order_by(Person.name, Person.id)).unique().all()


def name_signer(person: Person, *, by: Person) -> None:
    """Let somebody of ours sign for marketing. Naming them again changes nothing."""
    if not person.is_employee:
        raise RuleBroken(f"@{person.handle} does not work here.")
    take_turn("marketing signers", 0)
    if db.session.get(MarketingSigner, person.id) is None:
        db.session.add(MarketingSigner(person_id=person.id))
        db.session.flush()
        audit.note("definition.signer_named", by=by, about=person)


def unname_signer(person: Person, *, by: Person) -> None:
    """Let somebody sign for marketing no more. What they have signed stays."""
    named = db.session.get(MarketingSigner, person.id)
    if named is not None:
        db.session.delete(named)
        db.session.flush()
        audit.note("definition.signer_unnamed", by=by, about=person)


def versions() -> Select[LeadDefinition]:
    """Every version with its items, the newest first."""
    return select(LeadDefinition).options(selectinload(LeadDefinition.items)).order_by(LeadDefinition.id.desc())


def numbers(all_versions: Sequence[LeadDefinition]) -> dict[int, int]:
    """The number under which people know each version that came to hold, by id: 1 is the first one."""
    held = [one for one in all_versions if one.in_force_at is not None]
    held.sort(key=lambda one: (one.in_force_at, one.id))
    return {one.id: number for number, one in enumerate(held, 1)}


def names_of(all_versions: Sequence[LeadDefinition]) -> dict[int, str]:
    """The names of whoever proposed or signed these versions, by id, in one query."""
    ids = {number for one in all_versions for number in (one.proposed_by_id, one.sales_by_id, one.marketing_by_id)}
    rows = select(Person.id, Person.name).where(Person.id.in_({number for number in ids if number}))
    return {number: name for number, name in db.session.execute(rows)}


def in_force() -> LeadDefinition | None:
    """The version that holds now: the last one that both sides have signed."""
    rows = versions().where(LeadDefinition.in_force_at.is_not(None)).order_by(None)
    return db.session.scalars(rows.order_by(LeadDefinition.in_force_at.desc(), LeadDefinition.id.desc())).first()


def proposed() -> LeadDefinition | None:
    """The proposal that waits for signatures; there is one at most."""
    waiting = LeadDefinition.in_force_at.is_(None), LeadDefinition.withdrawn_at.is_(None)
    return db.session.scalars(versions().where(*waiting)).first()


def propose(items: Sequence[tuple[str, bool]], why: str, *, by: Person) -> LeadDefinition:
    """Propose a version; it holds once both sides have signed. Raises RuleBroken while another one waits."""
    _check_may_define(by)
    why, kept = rules.clean_why(why), rules.clean_items(list(items))
    take_turn("lead definition", 0)
    if proposed() is not None:
        raise RuleBroken("Another proposal waits for signatures. Sign or withdraw it first.")
    definition = LeadDefinition(why=why, proposed_by_id=by.id)
    definition.items = [
        LeadItem(place=place, words=words, required=required) for place, (words, required) in enumerate(kept)
    ]
    db.session.add(definition)
    db.session.flush()
    audit.note("definition.proposed", by=by, version=definition.id)
    return definition


def sign(definition_id: int, side: Side, *, by: Person) -> LeadDefinition:
    """Sign a proposal for one side; with the second signature it holds. Raises NotFound for one that is not there."""
    definition = _taken(definition_id, by)
    rules.check_can_sign(definition, side, by, is_signer=is_signer(by))
    now = clock.now()
    if side == Side.SALES:
        definition.sales_by_id, definition.sales_at = by.id, now
    else:
        definition.marketing_by_id, definition.marketing_at = by.id, now
    if definition.sales_at and definition.marketing_at:
        definition.in_force_at = now
    db.session.flush()
    audit.note("definition.signed", by=by, version=definition.id, side=side.value)
    return definition


def withdraw(definition_id: int, *, by: Person) -> None:
    """Take a proposal back that does not hold yet: anybody of either side may, and the history says who."""
    definition = _taken(definition_id, by)
    rules.check_is_proposed(definition)
    definition.withdrawn_at = clock.now()
    db.session.flush()
    audit.note("definition.withdrawn", by=by, version=definition.id)


def check(opportunity: Opportunity, holds: Mapping[int, bool], side: Side, *, by: Person) -> None:
    """Say for one side which items of the version in force hold, by item id. The caller has checked who may see it.

    Nobody speaks for both sides of one opportunity. What was said under an older version stays with that version.
    """
    if side == Side.SALES:
        rules.check_in_sales(by)
    elif not is_signer(by):
        raise NotAllowed("Only whom an admin named for it checks for marketing.")
    take_turn("opportunity", opportunity.id)
    definition = in_force()
    known = {item.id for item in definition.items} if definition else set()
    if not set(holds) <= known:
        raise RuleBroken("What we call a lead has changed meanwhile. Look at the new version, then check again.")
    stored = _stored(opportunity.id, known)
    if any(row.by_id == by.id and row.side != side for row in stored.values()):
        raise RuleBroken("You have checked it for the other side. Two people have to agree, one of each.")
    for item_id, value in holds.items():
        _say(
            stored.get((item_id, side)) or LeadCheck(opportunity_id=opportunity.id, item_id=item_id, side=side),
            value,
            by,
        )
    db.session.flush()
    audit.note("opportunity.checked", by=by, opportunity=opportunity.id, name=opportunity.name, side=side.value)


def standings(opportunity: Opportunity, definition: LeadDefinition) -> list[Standing]:
    """What both sides say of each item of a version."""
    stored = _stored(opportunity.id, {item.id for item in definition.items})
    said = {key: row.holds for key, row in stored.items()}
    return [
        Standing(item, said.get((item.id, Side.SALES)), said.get((item.id, Side.MARKETING)))
        for item in definition.items
    ]


def is_lead(all_standing: Sequence[Standing]) -> bool:
    """True where both sides say yes to every required item."""
    return all(one.holds for one in all_standing if one.item.required)


def for_marketing() -> Select[Opportunity]:
    """Open opportunities of which sales has checked something under the version in force, the newest first."""
    definition = in_force()
    ids = [item.id for item in definition.items] if definition else []
    by_sales = select(LeadCheck.opportunity_id).where(LeadCheck.item_id.in_(ids), LeadCheck.side == Side.SALES)
    rows = select(Opportunity).where(Opportunity.result == Result.OPEN, Opportunity.id.in_(by_sales))
    return rows.options(joinedload(Opportunity.account)).order_by(Opportunity.id.desc())


def _say(row: LeadCheck, holds: bool, by: Person) -> None:
    row.holds, row.by_id, row.at = holds, by.id, clock.now()
    db.session.add(row)


def _stored(opportunity_id: int, item_ids: set[int]) -> dict[tuple[int, str], LeadCheck]:
    rows = select(LeadCheck).where(LeadCheck.opportunity_id == opportunity_id, LeadCheck.item_id.in_(item_ids))
    return {(row.item_id, row.side): row for row in db.session.scalars(rows)}


def _taken(definition_id: int, by: Person) -> LeadDefinition:
    """The version with this id, as it is by now, while others wait."""
    _check_may_define(by)
    take_turn("lead definition", 0)
    rows = versions().where(LeadDefinition.id == definition_id).execution_options(populate_existing=True)
    found = db.session.scalars(rows).first()
    if found is None:
        raise NotFound
    return found


def _check_may_define(person: Person) -> None:
    if not may_define(person):
        raise NotAllowed("Sales and marketing agree on this; ask an admin to name you for marketing.")
