"""“I was wrong”: what it does to text, votes, warnings and reputation, and that it never costs the author."""

from __future__ import annotations

import pytest
from sqlalchemy import func, select

from app.cli.recount import find_differences
from app.kernel.db import db, write
from app.kernel.errors import ChangedMeanwhile, NotAllowed, RuleBroken
from app.kernel.events import OutboxMessage, deliver_pending
from app.marks.actions import CORRECTED, Confession, own_mistake
from app.marks.change import changed_part
from app.marks.models import Correction, Mark
from app.people.models import Person, Role
from app.posts.actions import vote
from app.posts.bodies import prepare_body
from app.posts.models import Attachment, Revision, Vote
from app.posts.queries import votes_of
from app.questions.actions import accept_answer, edit_answer
from app.questions.attached import attachments_visible_to
from app.questions.models import Answer, Question
from app.reputation.models import ReputationTotal
from app.reputation.queries import cost_of_votes
from tests.support.factories import AnswerFactory, ExpertFactory, PersonFactory, StewardFactory
from tests.support.uploads import mention, picture, upload

NEW = "Let both arrays send a keepalive; the size of the window plays no part."
REASON = "I first wrote that a smaller window helps. It does not."


def confess(answer: Answer, *, by: Person, text: str = NEW, reason: str = REASON, **more: object) -> None:
    changed, body = changed_part(answer.body, text), prepare_body(text)
    revision = more.pop("revision_number", answer.revision_number)
    confession = Confession(body=body, reason=reason, revision_number=revision, changed=changed, **more)
    with write():
        own_mistake(answer, db.session.get_one(Question, answer.question_id), confession, by=by)


def cast(answer: Answer, value: int, *, by: Person) -> None:
    with write():
        vote(answer, value, by=by)


def points_of(person: Person) -> int:
    return db.session.scalar(select(ReputationTotal.points).where(ReputationTotal.person_id == person.id)) or 0


@pytest.fixture
def author() -> Person:
    return ExpertFactory()


@pytest.fixture
def answer(author: Person) -> Answer:
    return AnswerFactory(author=author)


def test_three_votes_for_and_four_against_come_to_thirty_after_the_correction(answer, author):
    for value in (1, 1, 1, -1, -1, -1, -1):
        cast(answer, value, by=PersonFactory())
    deliver_pending()
    assert points_of(author) == 22

    confess(answer, by=author)
    deliver_pending()

    assert points_of(author) == 30
    assert (answer.helpful_count, answer.unhelpful_count) == (3, 0)
    assert list(find_differences()) == []


def test_the_old_text_stays_with_the_reason_and_the_thanks(answer, author):
    before, old_html, helper = answer.body, answer.body_html, PersonFactory()

    confess(answer, by=author, thanks=helper)

    correction = db.session.scalars(select(Correction)).one()
    assert (correction.reason, correction.thanks_id, correction.old_html) == (REASON, helper.id, old_html)
    assert answer.body == NEW
    assert answer.corrected_at == correction.made_at
    old = db.session.scalars(select(Revision).where(Revision.number == correction.old_revision)).one()
    assert old.body == before


def test_whoever_voted_against_the_old_text_may_judge_the_new_one(answer, author):
    voter = PersonFactory()
    cast(answer, -1, by=voter)
    confess(answer, by=author)
    deliver_pending()
    assert votes_of(voter, [answer.id]) == {}
    assert (points_of(author), points_of(voter)) == (0, 0)

    cast(answer, -1, by=voter)
    deliver_pending()

    assert (answer.unhelpful_count, points_of(author), cost_of_votes(voter)) == (1, -2, -1)
    assert db.session.scalar(select(func.count(Vote.id))) == 1
    cast(answer, 0, by=voter)
    assert answer.unhelpful_count == 0
    assert list(find_differences()) == []


def test_what_was_said_against_the_old_text_is_settled_and_the_rest_stays(answer, author, mark):
    for kind in ("works", "fails", "outdated", "dangerous"):
        mark(answer, kind, by=PersonFactory())

    confess(answer, by=author)

    notes = dict(db.session.execute(select(Mark.kind, Mark.settled_note)).all())
    assert notes == {"works": "", "fails": CORRECTED, "outdated": CORRECTED, "dangerous": CORRECTED}
    assert (answer.works_people, answer.fails_people, answer.outdated_voices, answer.dangerous_voices) == (1, 0, 0, 0)
    assert list(find_differences()) == []


def test_acceptance_stays_and_everybody_is_told(answer, author):
    question = db.session.get_one(Question, answer.question_id)
    with write():
        accept_answer(question, answer, by=db.session.get_one(Person, question.author_id))

    confess(answer, by=author)

    assert question.accepted_answer_id == answer.id
    assert "marks.mistake_owned" in db.session.scalars(select(OutboxMessage.name)).all()


def test_it_works_once_for_each_answer(answer, author):
    confess(answer, by=author)

    with pytest.raises(RuleBroken, match="once already"):
        confess(answer, by=author, text="Neither of the two is right: replace the cable between the sites.")


def test_a_small_repair_is_no_correction_unless_a_steward_makes_it(answer, author):
    nearly = answer.body.replace("at two as well", "at two too")
    with pytest.raises(RuleBroken, match="plain edit"):
        confess(answer, by=author, text=nearly)

    steward = StewardFactory(roles=(Role.EXPERT, Role.STEWARD))
    own = AnswerFactory(author=steward)
    confess(own, by=steward, text=own.body.replace("at two as well", "at two too"))
    assert own.corrected_at is not None


@pytest.mark.parametrize(
    ("old", "new", "part"),
    [
        ("", "", 0.0),
        ("one two", "one two", 0.0),
        ("one two", "one  two", 0.0),
        ("one two", "six two", 0.5),
        ("one", "one two three four", 12 / 15),
        ("one two", "", 1.0),
    ],
)
def test_how_much_of_a_text_changed(old, new, part):
    assert changed_part(old, new) == pytest.approx(part)


def test_nobody_says_for_another_that_they_were_wrong(answer, author):
    with pytest.raises(NotAllowed, match="Only the person who wrote"):
        confess(answer, by=StewardFactory())
    with pytest.raises(RuleBroken, match="Thank somebody else"):
        confess(answer, by=author, thanks=author)
    with pytest.raises(RuleBroken, match="what was wrong"):
        confess(answer, by=author, reason="Sorry.")


def test_an_edit_in_between_is_not_written_over(answer, author):
    with write():
        edit_answer(answer, prepare_body("Look at the snapshots first."), by=StewardFactory(), revision_number=1)

    with pytest.raises(ChangedMeanwhile):
        confess(answer, by=author, revision_number=1)
    assert db.session.scalars(select(Correction)).all() == []


def test_the_struck_text_goes_on_showing_its_files(author):
    shown, taken_out = upload(author, picture(), "a.png"), upload(author)
    answer = AnswerFactory(author=author, body=f"{mention(taken_out)} It is this lamp.")
    edit_answer_to(answer, f"{mention(shown)} It is this lamp.", by=author)
    confess(answer, by=author)
    edit_answer_to(answer, f"{NEW} Both of them.", by=author)

    assert set(db.session.scalars(attachments_visible_to(None).with_only_columns(Attachment.token))) == {shown.token}


def edit_answer_to(answer: Answer, text: str, *, by: Person) -> None:
    body = prepare_body(text)
    with write():
        edit_answer(answer, body, by=by, revision_number=answer.revision_number)
