"""How a member wants to be reached: sealed under a key of its own, and opened on one page alone."""

from __future__ import annotations

from app.kernel import sealing

USE = "contact of a request"


def seal(contact: str) -> str:
    """`contact` so that the database alone does not give it away."""
    return sealing.seal(contact, use=USE)


def open_contact(sealed: str) -> str:
    """What the member wrote; "" for a request that has ended. Raises SealBroken."""
    return sealing.open_sealed(sealed, use=USE) if sealed else ""
