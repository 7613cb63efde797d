"""Loading the demo community: its year in one transaction, and then what follows from it."""

from __future__ import annotations

import hashlib
import shutil
from collections.abc import Callable, Mapping
from contextlib import AbstractContextManager
from datetime import datetime, timedelta
from pathlib import Path

from app.affinity import actions as affinity
from app.cli.demo import marks
from app.cli.demo.content import Community
from app.cli.demo.endorsements import endorse_experts
from app.cli.demo.history import History, Prepared
from app.cli.demo.sign_ins import SignIn, make_sign_ins, sign_ins_path, write_sign_ins
from app.cli.demo.timeline import Timeline, mondays_before
from app.jobs.boards import keep_boards
from app.jobs.histories import keep_due_histories
from app.jobs.indexing import apply_pending
from app.kernel import clock, events
from app.kernel.db import db, write
from app.kernel.settings import settings
from app.kernel.text import render_many
from app.notifications import actions as notifications
from app.posts.bodies import Body
from app.search import index_progress as search

RENDERED_AT_ONCE = 64
DELIVERED_AT_ONCE = 100
# What the inboxes of the demo hold from before that is read.
NEW_FOR = timedelta(days=7)

Progress = Callable[[int], object]
Bar = Callable[[str, int], AbstractContextManager[Progress]]


def load_community(community: Community, bar: Bar) -> bool:
    """Load it; False when it is here already, and then nothing changes.

    A load that was stopped either left nothing, or all texts without what follows from them; both can be loaded
    again. `bar` shows the progress of a step of some length.
    Raises RuleBroken when somebody or something on the site has a name that the demo needs.
    """
    if marks.is_finished():
        return False
    now = clock.now()
    if not marks.is_loaded():
        _write_year(community, now, bar)
    _deliver(bar)
    endorse_experts(now)
    _deliver(bar)
    keep_boards()
    _index(bar)
    _measure_year(now, bar)
    return True


def _write_year(community: Community, now: datetime, bar: Bar) -> None:
    sign_ins = make_sign_ins(community.people)
    prepared = Prepared(
        bodies=_render(community, bar),
        password_hashes={one.handle: one.password_hash for one in sign_ins},
        photos={person.handle: _photo_name(person.face) for person in community.people if person.face},
    )
    history = History(community, prepared, Timeline(now))
    deeds = history.plan()
    with bar("Writing a year", len(deeds)) as progress, write():
        if marks.is_loaded():
            return
        for deed in deeds:
            deed.happen()
            progress(1)
        marks.keep_marks(history.marks)
        # Before the commit: a load that is stopped here leaves files that the next one replaces.
        _write_files(community, sign_ins)


def _render(community: Community, bar: Bar) -> Mapping[str, Body]:
    """The bodies of all texts, by their keys."""
    texts = list(community.texts())
    bodies: dict[str, Body] = {}
    with bar("Rendering texts", len(texts)) as progress:
        for start in range(0, len(texts), RENDERED_AT_ONCE):
            some = texts[start : start + RENDERED_AT_ONCE]
            for text, page in zip(some, render_many([text.body for text in some]), strict=True):
                bodies[text.key] = Body(text.body, page.html, page.renderer_version, page.fell_back)
            progress(len(some))
    return bodies


def _photo_name(face: Path) -> str:
    """A name as all photos have, always the same for the same face: what a stopped load has copied is not doubled."""
    return f"{hashlib.sha256(face.read_bytes()).hexdigest()[:32]}.webp"


def _write_files(community: Community, sign_ins: list[SignIn]) -> None:
    folder = settings().photos_path
    folder.mkdir(parents=True, exist_ok=True)
    for person in community.people:
        if person.face:
            shutil.copyfile(person.face, folder / _photo_name(person.face))
    write_sign_ins(sign_ins_path(settings().instance), sign_ins)


def _deliver(bar: Bar) -> None:
    """Tell everybody else of the site what happened, without waiting for the worker."""
    with bar("Counting it up", events.pending_count()) as progress:
        while delivered := events.deliver_batch(DELIVERED_AT_ONCE):
            progress(delivered)


def _index(bar: Bar) -> None:
    """Let the search find the new threads at once."""
    with bar("Indexing", search.pending_count()) as progress:
        while indexed := apply_pending():
            progress(indexed)


def _measure_year(now: datetime, bar: Bar) -> None:
    """Take the snapshots of the demo's accounts that a year would have left, and one of today."""
    marked = marks.marked()
    moments = [*mondays_before(now), now]
    measured: list[affinity.Measured] = []
    with bar("Measuring", len(moments)) as progress:
        for moment in moments:
            measured += [one for one in affinity.measure(moment) if one.account_id in marked[marks.ACCOUNT]]
            progress(1)
    db.session.expunge_all()
    with write():
        affinity.keep_snapshots(measured)
        notifications.mark_read_before(now - NEW_FOR, marked[marks.PERSON])
        marks.mark_finished()
    keep_due_histories()
    events.deliver_pending()
