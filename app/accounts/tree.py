"""Companies and their subsidiaries: a tree of accounts, in which every question costs one query."""

from __future__ import annotations

from collections.abc import Collection

from sqlalchemy import CTE, Select, func, literal, or_, select
from sqlalchemy.orm import aliased

from app.accounts.events import AccountMoved
from app.accounts.models import Account
from app.kernel import events
from app.kernel.db import db
from app.kernel.errors import RuleBroken
from app.kernel.turns import take_turn

# A company, its subsidiaries, theirs, and so on: this many levels, the first one included.
DEEPEST = 5


def parents_of(account_ids: Collection[int]) -> dict[int, list[int]]:
    """The accounts above each of these, the nearest first; an account that is its own root has none."""
    found: dict[int, list[int]] = {account_id: [] for account_id in account_ids}
    line = select(Account.id.label("start"), Account.parent_id.label("id"), literal(1).label("step"))
    up = line.where(Account.id.in_(found), Account.parent_id.is_not(None)).cte("up", recursive=True)
    higher = select(up.c.start, Account.parent_id, up.c.step + 1).join(Account, Account.id == up.c.id)
    up = up.union_all(higher.where(Account.parent_id.is_not(None), up.c.step < DEEPEST))
    for start, above in db.session.execute(select(up.c.start, up.c.id).order_by(up.c.start, up.c.step)):
        found[start].append(above)
    return found


def below(account_ids: Collection[int]) -> dict[int, set[int]]:
    """Each of these accounts with everything below it."""
    found: dict[int, set[int]] = {account_id: {account_id} for account_id in account_ids}
    down = _down(found)
    for start, child in db.session.execute(select(down.c.start, down.c.id)):
        found[start].add(child)
    return found


def with_below(accounts: Select[Account]) -> Select[int]:
    """A query of the ids of these accounts and of everything below them."""
    top = accounts.with_only_columns(Account.id).cte("with_below", recursive=True)
    child = aliased(Account)
    # A union that leaves out what it has found already ends in any tree.
    return select(top.union(select(child.id).join(top, child.parent_id == top.c.id)).c.id)


def roots_of(account_ids: Collection[int]) -> dict[int, int]:
    """The account at the top of each one's tree; its own where nothing stands above it."""
    return {account_id: above[-1] if above else account_id for account_id, above in parents_of(account_ids).items()}


def family_of(account: Account) -> tuple[list[Account], list[Account]]:
    """The accounts above one, the nearest first, and those right below it, by name."""
    above = parents_of([account.id])[account.id]
    rows = select(Account).where(or_(Account.id.in_(above), Account.parent_id == account.id)).order_by(Account.name)
    found = db.session.scalars(rows).all()
    by_id = {one.id: one for one in found}
    return [by_id[one] for one in above], [one for one in found if one.parent_id == account.id]


def set_parent(account: Account, parent: Account | None) -> None:
    """Let `account` be a subsidiary of `parent`, or of nobody. Raises RuleBroken for circles and too many levels.

    Those who change the tree at the same time wait for one another: two moves that are fine each may make a circle
    together.
    """
    take_tree()
    db.session.flush()
    if parent is not None:
        _check_parent(account, parent)
    move(account, parent.id if parent is not None else None)
    db.session.flush()


def move(account: Account, parent_id: int | None) -> None:
    """Put an account below another one where it is known that it can stand there; others hear of it."""
    former, account.parent_id = account.parent_id, parent_id
    touched = [one for one in (account.id, former, parent_id) if one is not None]
    events.record(AccountMoved(account_ids=touched))


def take_tree() -> None:
    """Let everybody else who changes the tree, a name or a domain in it wait until the transaction ends."""
    take_turn("account tree", 0)


def _check_parent(account: Account, parent: Account) -> None:
    if parent.id == account.id:
        raise RuleBroken(f"{account.name} cannot be a subsidiary of itself.")
    if parent.id in below([account.id])[account.id]:
        raise RuleBroken(f"{parent.name} stands below {account.name} already, so it cannot stand above it too.")
    down = _down([account.id])
    levels_below = db.session.scalar(select(func.max(down.c.step))) or 0
    if len(parents_of([parent.id])[parent.id]) + 2 + levels_below > DEEPEST:
        raise RuleBroken(f"A tree of companies has at most {DEEPEST} levels.")


def _down(account_ids: Collection[int]) -> CTE:
    """A query of (start, id, step) for what stands below these, `step` levels down."""
    first = select(Account.parent_id.label("start"), Account.id.label("id"), literal(1).label("step"))
    down = first.where(Account.parent_id.in_(account_ids)).cte("down", recursive=True)
    child = aliased(Account)
    lower = select(down.c.start, child.id, down.c.step + 1).join(child, child.parent_id == down.c.id)
    return down.union_all(lower.where(down.c.step < DEEPEST))
