"""How reputation, expertise and recognition follow what happens to posts."""

from __future__ import annotations

from app.accounts import tree
from app.accounts.events import AccountMoved
from app.curation.events import ThreadsMerged
from app.kernel.events import on
from app.marks.events import AnswerThanked, MarksChanged, MarkSettled, MistakeOwned
from app.people.events import PersonActivated, PersonDeactivated, RolesChanged
from app.posts.events import PostDeleted, PostEdited, PostRestored, VoteChanged
from app.questions.events import AcceptanceChanged, AnswerPosted, QuestionAsked, ThreadsImported, VisibilityChanged
from app.reputation import badges, ledger, recognition, sums, weighing
from app.reputation.events import ReckoningDue, WeighingDue
from app.topics.events import TagRenamed


@on(QuestionAsked)
def follow_question(event: QuestionAsked) -> None:
    """The first public post of somebody who was invited earns points for who invited them."""
    ledger.settle_invitations([event.author_id])


@on(AnswerPosted)
def follow_answer(event: AnswerPosted) -> None:
    ledger.settle_invitations([event.author_id])
    weighing.settle_threads([event.question_id])


@on(VoteChanged)
def follow_vote(event: VoteChanged) -> None:
    ledger.settle_vote(event.post_id, event.voter_id)
    if event.post_id != event.question_id:
        weighing.settle_judgement(event.question_id)


@on(AcceptanceChanged)
def follow_acceptance(event: AcceptanceChanged) -> None:
    ledger.settle_acceptance(event.question_id)
    weighing.settle_judgement(event.question_id)


@on(PostEdited)
def follow_edit(event: PostEdited) -> None:
    """A question that is edited may have other topics now."""
    if event.post_id == event.question_id:
        weighing.settle_judgement(event.question_id)


@on(TagRenamed)
def follow_topic(event: TagRenamed) -> None:
    weighing.settle_topic(event.tag_id)


@on(PostDeleted)
def follow_deletion(event: PostDeleted) -> None:
    ledger.settle_post(event.post_id)
    _follow_threads([event.question_id])


@on(PostRestored)
def follow_restoration(event: PostRestored) -> None:
    ledger.settle_post(event.post_id)
    _follow_threads([event.question_id])


@on(MistakeOwned)
def follow_owned_mistake(event: MistakeOwned) -> None:
    ledger.settle_post(event.answer_id)
    weighing.settle_judgement(event.question_id)
    recognition.settle_answer(event.answer_id)


@on(MarksChanged)
def follow_marks(event: MarksChanged) -> None:
    recognition.settle_answer(event.answer_id)


@on(MarkSettled)
def follow_settled_mark(event: MarkSettled) -> None:
    recognition.settle_answer(event.answer_id)


@on(AnswerThanked)
def follow_thanks(event: AnswerThanked) -> None:
    recognition.settle_answer(event.answer_id)


@on(VisibilityChanged)
def follow_visibility(event: VisibilityChanged) -> None:
    ledger.settle_threads([event.question_id])
    _follow_threads([event.question_id])


@on(ThreadsMerged)
def follow_merger(event: ThreadsMerged) -> None:
    ledger.settle_threads([event.question_id, event.original_id])
    _follow_threads([event.question_id, event.original_id])


@on(ThreadsImported)
def follow_import(event: ThreadsImported) -> None:
    ledger.settle_threads(event.question_ids)
    _follow_threads(event.question_ids)


@on(WeighingDue)
def follow_upgrade(event: WeighingDue) -> None:
    _follow_threads(event.question_ids)


@on(ReckoningDue)
def follow_new_kinds(event: ReckoningDue) -> None:
    """What earned nothing until the tables came that keep it."""
    ledger.settle_posts(event.post_ids)
    badges.settle_people(event.person_ids)


@on(RolesChanged)
def follow_roles(event: RolesChanged) -> None:
    ledger.settle_votes_of(event.person_id)
    ledger.settle_thanks_to(event.person_id)
    sums.settle_board(event.person_id)


@on(PersonDeactivated)
def follow_departure(event: PersonDeactivated) -> None:
    _follow_person(event.person_id)


@on(PersonActivated)
def follow_return(event: PersonActivated) -> None:
    _follow_person(event.person_id)


@on(AccountMoved)
def follow_company(event: AccountMoved) -> None:
    """Whose votes and acceptances are those of one company follows who belongs to whom."""
    roots = set(tree.roots_of(event.account_ids).values())
    companies = set().union(*tree.below(roots).values())
    ledger.settle_votes_for(ledger.authors_at(companies))
    ledger.settle_acceptances_at(companies)


def _follow_person(person_id: int) -> None:
    ledger.settle_votes_of(person_id)
    ledger.settle_invitations([person_id])


def _follow_threads(question_ids: list[int]) -> None:
    weighing.settle_threads(question_ids)
    recognition.settle_threads(question_ids)
