"""How follows and notices follow what happens. Each reaction reads how things stand now.

Deleting and restoring posts needs no reaction: the inbox asks what is still there whenever it is read. An import tells
nobody, and nobody follows by it.
"""

from __future__ import annotations

from datetime import datetime

from app.accounts.events import OwnersChanged
from app.affinity.events import AlertsChanged, LookAsked
from app.curation.events import (
    DuplicateConfirmed,
    DuplicateProposed,
    OpeningProposed,
    QuestionClosed,
    QuestionReopened,
    ThreadsMerged,
)
from app.desk.events import AskedForMore, ExpertCalled, InvitationAnswered, NewcomerWelcomed
from app.introductions.events import IntroductionChanged
from app.kernel.events import on
from app.marks.events import AnswerThanked, MarksChanged, MarkSettled, MistakeOwned, RecommendationChanged
from app.meetings.events import MeetingChanged
from app.notifications import (
    alerts,
    endorsements,
    introductions,
    looking,
    meetings,
    safety,
    said,
    searches,
    threads,
    verdicts,
)
from app.people.events import SignedInFromTwoPlaces
from app.posts.events import CommentDeleted, CommentPosted, PostEdited
from app.questions.events import AcceptanceChanged, AnswerPosted, QuestionAsked, VisibilityChanged
from app.reputation.events import ExpertEndorsed
from app.search.events import SearchFoundMore


@on(QuestionAsked)
def tell_of_question(event: QuestionAsked) -> None:
    said.settle_question(event.question_id)


@on(AnswerPosted)
def tell_of_answer(event: AnswerPosted) -> None:
    said.settle_answer(event.answer_id)


@on(CommentPosted)
def tell_of_comment(event: CommentPosted) -> None:
    said.settle_comment(event.comment_id)


@on(CommentDeleted)
def take_comment_back(event: CommentDeleted) -> None:
    said.settle_comment(event.comment_id)


@on(PostEdited)
def tell_of_edit(event: PostEdited) -> None:
    said.settle_edits(event.post_id)


@on(AcceptanceChanged)
def tell_of_acceptance(event: AcceptanceChanged) -> None:
    verdicts.settle_acceptance(event.question_id)


@on(MarksChanged)
def tell_of_marks(event: MarksChanged) -> None:
    verdicts.settle_warnings(event.answer_id)


@on(MarkSettled)
def tell_of_settled_mark(event: MarkSettled) -> None:
    verdicts.settle_warnings(event.answer_id)


@on(RecommendationChanged)
def tell_of_recommendation(event: RecommendationChanged) -> None:
    verdicts.settle_recommendations(event.answer_id)


@on(AnswerThanked)
def tell_of_thanks(event: AnswerThanked) -> None:
    verdicts.settle_thanks(event.answer_id, event.person_id)


@on(MistakeOwned)
def tell_of_owned_mistake(event: MistakeOwned) -> None:
    verdicts.settle_correction(event.answer_id)


@on(ExpertCalled)
def tell_of_call(event: ExpertCalled) -> None:
    threads.settle_calls(event.question_id)


@on(InvitationAnswered)
def tell_of_answer_to_call(event: InvitationAnswered) -> None:
    threads.settle_calls(event.question_id)


@on(LookAsked)
def tell_of_look(event: LookAsked) -> None:
    looking.settle_look(event.question_id)


@on(AskedForMore)
def tell_of_request_for_more(event: AskedForMore) -> None:
    threads.settle_request_for_more(event.question_id, event.by_id)


@on(NewcomerWelcomed)
def tell_of_welcome(event: NewcomerWelcomed) -> None:
    threads.settle_welcome(event.person_id)


@on(DuplicateProposed)
def tell_of_proposal(event: DuplicateProposed) -> None:
    threads.settle_proposal(event.question_id)


@on(DuplicateConfirmed)
def tell_of_duplicate(event: DuplicateConfirmed) -> None:
    threads.settle_proposal(event.question_id)
    threads.settle_state(event.question_id)
    threads.settle_original(event.original_id)


@on(ThreadsMerged)
def tell_of_merger(event: ThreadsMerged) -> None:
    threads.settle_proposal(event.question_id)
    threads.settle_state(event.question_id)
    threads.settle_original(event.original_id)


@on(QuestionClosed)
def tell_of_closure(event: QuestionClosed) -> None:
    threads.settle_proposal(event.question_id)
    threads.settle_state(event.question_id)


@on(QuestionReopened)
def tell_of_reopening(event: QuestionReopened) -> None:
    threads.settle_state(event.question_id)


@on(OpeningProposed)
def tell_of_proposed_opening(event: OpeningProposed) -> None:
    threads.settle_opening(event.question_id)


@on(VisibilityChanged)
def take_proposed_opening_back(event: VisibilityChanged) -> None:
    threads.settle_opening(event.question_id)


@on(ExpertEndorsed)
def tell_of_endorsement(event: ExpertEndorsed) -> None:
    endorsements.settle_endorsement(event.expert_id, event.tag_id, event.by_id)


@on(SignedInFromTwoPlaces)
def tell_of_two_places(event: SignedInFromTwoPlaces) -> None:
    safety.settle_two_places(event.sign_in_id)


@on(MeetingChanged)
def tell_of_meeting(event: MeetingChanged) -> None:
    meetings.settle_meeting(event.request_id)


@on(IntroductionChanged)
def tell_of_introduction(event: IntroductionChanged) -> None:
    introductions.settle_introduction(event.introduction_id)


@on(OwnersChanged)
def tell_new_owners_of_requests(event: OwnersChanged) -> None:
    introductions.settle_requests_to(event.account_ids)


@on(OwnersChanged)
def tell_new_owners_of_alerts(event: OwnersChanged) -> None:
    alerts.settle_alerts_on_reports_of(event.account_ids)


@on(AlertsChanged)
def tell_of_alerts(event: AlertsChanged) -> None:
    alerts.settle_alerts_of(event.account_id)


@on(SearchFoundMore)
def tell_of_search(event: SearchFoundMore) -> None:
    searches.settle_search(event.search_id, event.count, datetime.fromisoformat(event.until))
