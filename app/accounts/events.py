"""What happened to accounts that others may react to."""

from dataclasses import dataclass

from app.kernel.events import Event


@dataclass(frozen=True, kw_only=True)
class DomainChanged(Event):
    """A mail domain stands for another account than before, or for none. `after` is how far people were asked."""

    name = "accounts.domain_changed"

    domain: str
    after: int = 0
