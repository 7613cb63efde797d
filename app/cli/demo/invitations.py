"""Whom the demo's people invited: colleagues who joined by a link, and one who has not used it yet."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from datetime import timedelta
from functools import partial

from app.cli.demo.content import Community
from app.cli.demo.desk import Planned
from app.cli.demo.timeline import joining_time
from app.people import invitations
from app.people.models import Person

# Who invites, whom, and for whom the link is in the words of whoever made it.
JOINED = (
    ("martak", "gwanjiru", "Grace, who comes to us from the ward desk"),
    ("martak", "tashdown", "Tom from imaging"),
)
WAITING = ("martak", "The new colleague on the night shift")
BEFORE_JOINING = timedelta(hours=2)
AFTER_JOINING = timedelta(minutes=1)
MADE = timedelta(days=-3)


class InvitationDeeds:
    """Plans the deeds. `everybody` is by handle, and fills up while the year is written."""

    def __init__(self, community: Community, everybody: Mapping[str, Person]) -> None:
        self._joined = {person.handle: joining_time(person.joined, person.handle) for person in community.people}
        self._everybody = everybody
        self._tokens: dict[str, str] = {}

    def planned(self) -> Iterator[Planned]:
        """Each deed with the time at which it is written."""
        for by, handle, note in JOINED:
            yield self._joined[handle] - BEFORE_JOINING, partial(self._invite, by, handle, note)
            yield self._joined[handle] + AFTER_JOINING, partial(self._use, handle)
        by, note = WAITING
        yield MADE, partial(self._invite, by, "", note)

    def _invite(self, by: str, handle: str, note: str) -> None:
        self._tokens[handle] = invitations.make_invitation(self._everybody[by], None, note)

    def _use(self, handle: str) -> None:
        person = self._everybody[handle]
        invitations.note_registration(person, invitations.open_invitation(self._tokens[handle]))
        invitations.use_pending(person)
