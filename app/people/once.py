"""What may be used once: an authorization code, the state of a sign-in, a logout token."""

from __future__ import annotations

import hashlib
from datetime import datetime

from sqlalchemy import delete
from sqlalchemy.exc import IntegrityError

from app.kernel import clock
from app.kernel.db import db
from app.people.models import UsedToken


def use_once(kind: str, value: str, *, until: datetime) -> bool:
    """True for the first use of `value`, in the open write transaction; False for every other one until `until`.

    Whoever asks makes sure that nobody believes it after that.
    """
    row = UsedToken(token_hash=hashlib.sha256(f"{kind} {value}".encode()).hexdigest(), until=until)
    try:
        with db.session.begin_nested():
            db.session.add(row)
    except IntegrityError:
        return False
    return True


def drop_old() -> None:
    """Forget what nobody believes any more anyway."""
    db.session.execute(delete(UsedToken).where(UsedToken.until < clock.now()))
