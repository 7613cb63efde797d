"""How reputation follows what happens to posts."""

from __future__ import annotations

from app.curation.events import ThreadsMerged
from app.kernel.events import on
from app.marks.events import MistakeOwned
from app.people.events import RolesChanged
from app.posts.events import PostDeleted, PostRestored, VoteChanged
from app.questions.events import AcceptanceChanged, ThreadsImported, VisibilityChanged
from app.reputation import ledger


@on(VoteChanged)
def follow_vote(event: VoteChanged) -> None:
    ledger.settle_vote(event.post_id, event.voter_id)


@on(AcceptanceChanged)
def follow_acceptance(event: AcceptanceChanged) -> None:
    ledger.settle_acceptance(event.question_id)


@on(PostDeleted)
def follow_deletion(event: PostDeleted) -> None:
    ledger.settle_post(event.post_id)


@on(PostRestored)
def follow_restoration(event: PostRestored) -> None:
    ledger.settle_post(event.post_id)


@on(MistakeOwned)
def follow_owned_mistake(event: MistakeOwned) -> None:
    ledger.settle_post(event.answer_id)


@on(VisibilityChanged)
def follow_visibility(event: VisibilityChanged) -> None:
    ledger.settle_threads([event.question_id])


@on(ThreadsMerged)
def follow_merger(event: ThreadsMerged) -> None:
    ledger.settle_threads([event.question_id, event.original_id])


@on(ThreadsImported)
def follow_import(event: ThreadsImported) -> None:
    ledger.settle_threads(event.question_ids)


@on(RolesChanged)
def follow_roles(event: RolesChanged) -> None:
    ledger.settle_votes_of(event.person_id)
