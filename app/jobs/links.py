"""Reading the pages that people link, a few at a time."""

from __future__ import annotations

from app.kernel.db import db, write
from app.people import links

# Each takes ten seconds at the longest.
AT_ONCE = 5


def check_due_links() -> int:
    """Read the pages that are due, and say of each link whether it is proven. Returns how many were read."""
    due = links.due_checks(AT_ONCE)
    for check in due:
        # Nothing is held open while somebody else's server takes its time.
        db.session.rollback()
        problem = links.find_problem(check)
        with write():
            links.settle(check, problem)
    return len(due)
