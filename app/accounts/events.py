"""What happened to accounts that others may react to."""

from dataclasses import dataclass

from app.kernel.events import Event


@dataclass(frozen=True, kw_only=True)
class DomainChanged(Event):
    """A mail domain stands for another account than before, or for none. `after` is how far people were asked."""

    name = "accounts.domain_changed"

    domain: str
    after: int = 0


@dataclass(frozen=True, kw_only=True)
class AccountMoved(Event):
    """An account is a subsidiary of another one than before, or of none.

    `account_ids` begins with it; what stood right above it and what stands there now follow, where anything does.
    """

    name = "accounts.account_moved"

    account_ids: list[int]


@dataclass(frozen=True, kw_only=True)
class OwnersChanged(Event):
    """Somebody looks after these accounts from now on, stands in, or does so no more; who does stands in the table."""

    name = "accounts.owners_changed"

    account_ids: list[int]


@dataclass(frozen=True, kw_only=True)
class MembershipEnded(Event):
    """Somebody belongs to an account no more; they may belong to another one by now."""

    name = "accounts.membership_ended"

    person_id: int
