"""Reading people."""

from __future__ import annotations

from collections.abc import Collection, Sequence

from sqlalchemy import ColumnElement, Select, and_, func, literal, or_, select, union_all

from app.kernel import clock
from app.kernel.db import db
from app.kernel.errors import RuleBroken
from app.people.addresses import seal
from app.people.handles import LONGEST, skeleton
from app.people.models import Canary, HeldHandle, Identity, KeptHandle, Person, PersonRole, Role

# The owner of what nobody has.
HELD = 0


def with_handle(handle: str) -> Select[Person]:
    """The person called `handle`, in whatever capitals."""
    return select(Person).where(Person.handle_skeleton == skeleton(handle), func.lower(Person.handle) == handle.lower())


def with_page(handle: str) -> Select[Person]:
    """The person called `handle`, if they have a page that others may read.

    Nobody has one before they confirm their address: by looking for it, whoever registers an address that is not
    theirs would learn whether it was in use already. Imported authors have no address.
    """
    return with_handle(handle).where(_has_page())


def _has_page() -> ColumnElement[bool]:
    return Person.confirmed_at.is_not(None) | Person.email.is_(None)


def find_by_handle_ever(handle: str) -> Person | None:
    """Whoever has this handle, or had it once, if they have a page that others may read (see `with_page`).

    A former handle is found by its skeleton: nobody else can have been called anything that looks like it.
    """
    person = db.session.scalar(with_page(handle))
    if person is None:
        kept = select(KeptHandle.person_id).where(KeptHandle.skeleton == skeleton(handle))
        person = db.session.scalar(select(Person).where(Person.id.in_(kept)))
    return person


def ids_by_handle_ever(handles: Collection[str]) -> dict[str, int]:
    """As find_by_handle_ever, for many at once and in two queries: the ids of the people, by the handle as given."""
    if not handles:
        return {}
    seen = {handle: skeleton(handle) for handle in handles}
    # Kept handles first, so that whoever has a handle now comes before whoever had one that looks like it.
    had = select(KeptHandle.skeleton, KeptHandle.person_id).where(KeptHandle.skeleton.in_(seen.values()))
    owners = {kept: person_id for kept, person_id in db.session.execute(had) if person_id is not None}
    found = {handle: owners[seen[handle]] for handle in handles if seen[handle] in owners}
    has = select(func.lower(Person.handle), Person.id).where(Person.handle_skeleton.in_(seen.values()), _has_page())
    present = {handle: person_id for handle, person_id in db.session.execute(has)}
    return found | {handle: present[handle.lower()] for handle in handles if handle.lower() in present}


def former_handles_of(person: Person) -> Sequence[str]:
    """The other handles that the person had, the last one first."""
    had = select(KeptHandle.handle).where(
        KeptHandle.person_id == person.id, func.lower(KeptHandle.handle) != person.handle.lower()
    )
    return db.session.scalars(had.order_by(KeptHandle.kept_since.desc(), KeptHandle.skeleton)).all()


def with_handle_beginning(prefix: str) -> Select[Person]:
    """Those whose handle, present or former, begins with `prefix`, and who can be addressed, by present handle."""
    # The last letter may melt into one with the next, as r and n do; without it, the index of skeletons finds them.
    start = skeleton(prefix).rstrip("rv")
    alike = Person.handle_skeleton.between(start, start + "z" * LONGEST)
    begins = func.lower(Person.handle).startswith(prefix.lower(), autoescape=True)
    had = select(KeptHandle.person_id).where(
        KeptHandle.skeleton.between(start, start + "z" * LONGEST),
        func.lower(KeptHandle.handle).startswith(prefix.lower(), autoescape=True),
    )
    return (
        select(Person)
        .where(or_(and_(alike, begins), Person.id.in_(had)), Person.active, Person.confirmed_at.is_not(None))
        .where(_is_somebody())
        .order_by(Person.handle_skeleton)
    )


def called(words: str) -> Select[str, str, bool]:
    """Handle, name, and whether they are an expert: of those whose handle, or of experts one of whose names, begins so.

    Members are found by their handles alone, as nobody is to read a list of their names. Experts come first. In any
    capitals; only people who can be addressed.
    """
    is_expert = Person.id.in_(select(PersonRole.person_id).where(PersonRole.role == Role.EXPERT))
    begins = or_(
        func.lower(Person.handle).startswith(words.lower(), autoescape=True),
        is_expert & func.lower(Person.name).startswith(words.lower(), autoescape=True),
        is_expert & func.lower(Person.name).contains(f" {words.lower()}", autoescape=True),
    )
    return (
        select(Person.handle, Person.name, is_expert.label("is_expert"))
        .where(begins, Person.active, Person.confirmed_at.is_not(None), _is_somebody())
        .order_by(is_expert.desc(), Person.name, Person.id)
    )


def _is_somebody() -> ColumnElement[bool]:
    """Not one of those who are there to show a leak: they are found by nobody and listed nowhere."""
    return Person.id.not_in(select(Canary.person_id))


def with_sign_in_key(key: str) -> Select[Person]:
    """The person whose signed-in browsers hold `key`; nobody once they are deactivated or have changed it."""
    return select(Person).where(Person.fs_uniquifier == key, Person.active)


def find_by_address(address: str) -> Person | None:
    """The person with this address, or None (also when it is no address at all)."""
    try:
        sealed = seal(address)
    except RuleBroken:
        return None
    return db.session.scalar(select(Person).where(Person.email == sealed))


def has_company_sign_in(person: Person) -> bool:
    """True when a company's own sign-in vouches for the person."""
    linked = select(Identity.id).where(Identity.person_id == person.id, Identity.ended_at.is_(None))
    return db.session.scalar(linked.limit(1)) is not None


def is_handle_taken(handle: str, *, by_other_than: Person | None = None) -> bool:
    """True when somebody has, or had, this handle or one that looks like it; with `by_other_than`, somebody else.

    One statement asks for both, so that a handle on its way from the one to the other is missed in neither. One that
    is held for a while is taken for everybody.
    """
    seen = skeleton(handle)
    held = select(literal(HELD)).where(HeldHandle.skeleton == seen, HeldHandle.until > clock.now())
    has = select(Person.id.label("owner_id")).where(Person.handle_skeleton == seen)
    had = select(KeptHandle.person_id.label("owner_id")).where(KeptHandle.skeleton == seen)
    owners = set(db.session.scalars(union_all(has, had, held)))
    return not owners <= ({by_other_than.id} if by_other_than else set())


def is_employees_handle(seen: str, *, but: Person | None = None) -> bool:
    """True when somebody else than `but` who holds a role has a handle with this skeleton."""
    same = employees().where(Person.handle_skeleton == seen)
    owner = db.session.scalar(same.with_only_columns(Person.id))
    return owner is not None and (but is None or owner != but.id)


def names_of_employees(wanted: Collection[str]) -> set[str]:
    """Those of these skeletons of names (app.people.names) that an employee's name has too."""
    same = employees().where(Person.name_skeleton.in_(wanted)).with_only_columns(Person.name_skeleton)
    return set(db.session.scalars(same))


def employees() -> Select[Person]:
    """Everybody who holds a role."""
    return select(Person).where(Person.id.in_(select(PersonRole.person_id)))


def experts() -> Select[Person]:
    """Everybody who answers for the company under a handle of their own."""
    return select(Person).where(Person.id.in_(select(PersonRole.person_id).where(PersonRole.role == Role.EXPERT)))


def first_experts(limit: int) -> Sequence[Person]:
    """The experts who have been here longest."""
    return db.session.scalars(experts().order_by(Person.id).limit(limit)).all()


def count_experts() -> int:
    """How many people answer for the company."""
    rows = select(func.count()).select_from(PersonRole).where(PersonRole.role == Role.EXPERT)
    return db.session.scalar(rows) or 0


def has_admin() -> bool:
    """False on a fresh installation, and where every admin was deactivated: the first-run page makes one then."""
    rows = select(PersonRole.id).join(Person, Person.id == PersonRole.person_id)
    return db.session.scalar(rows.where(PersonRole.role == Role.ADMIN, Person.active).limit(1)) is not None
