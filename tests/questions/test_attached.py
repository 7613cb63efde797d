"""Who may fetch a file: its owner, and whoever may read a post whose present text names it."""

from __future__ import annotations

from sqlalchemy import func, select

from app.kernel import clock
from app.kernel.db import db, write
from app.people.models import Person
from app.posts import attachments
from app.posts.bodies import prepare_body
from app.posts.models import Attachment, PostAttachment
from app.questions import actions as questions
from app.questions.attached import attachments_visible_to
from app.questions.models import Answer, Question, Visibility
from tests.support.factories import (
    AccountFactory,
    AnswerFactory,
    CommentFactory,
    ExpertFactory,
    PersonFactory,
    QuestionFactory,
    SalesFactory,
    StewardFactory,
)
from tests.support.uploads import mention, upload


def person(owner):
    return db.session.get_one(Person, owner.id)


def tokens_seen_by(viewer):
    return set(db.session.scalars(attachments_visible_to(viewer).with_only_columns(Attachment.token)))


def edit(answer, text, *, by):
    body = prepare_body(text)
    with write():
        now = db.session.get_one(Answer, answer.id)
        questions.edit_answer(now, body, by=person(by), revision_number=now.revision_number)


def test_a_file_is_its_owners_until_a_post_names_it():
    owner, other = PersonFactory(), PersonFactory()
    made = upload(owner)
    assert tokens_seen_by(owner) == {made.token}
    for stranger in (None, other, StewardFactory()):
        assert tokens_seen_by(stranger) == set()

    QuestionFactory(author=owner, body=mention(made))

    for reader in (None, other, owner):
        assert tokens_seen_by(reader) == {made.token}


def test_nobody_publishes_what_is_not_theirs():
    owner, thief = PersonFactory(), PersonFactory()
    made = upload(owner)
    question = QuestionFactory(author=thief, body=mention(made))
    AnswerFactory(question=question, author=thief, body=mention(made))
    CommentFactory(post=question, author=thief, body=mention(made))
    assert db.session.scalar(select(func.count()).select_from(PostAttachment)) == 0
    assert tokens_seen_by(thief) == tokens_seen_by(None) == set()


def test_in_confidence_it_is_for_those_who_may_read_the_question():
    account, elsewhere = AccountFactory(), AccountFactory()
    asker, colleague = PersonFactory(account=account), PersonFactory(account=account)
    made = upload(asker)
    QuestionFactory(author=asker, body=mention(made), visibility=Visibility.COMPANY)
    for reader in (asker, colleague, ExpertFactory(), StewardFactory()):
        assert tokens_seen_by(reader) == {made.token}
    for stranger in (None, PersonFactory(), PersonFactory(account=elsewhere), SalesFactory()):
        assert tokens_seen_by(stranger) == set()


def test_in_an_answer_to_a_confidential_question_too():
    asker = PersonFactory(account=AccountFactory())
    question = QuestionFactory(author=asker, visibility=Visibility.COMPANY)
    expert = ExpertFactory()
    made = upload(expert)
    AnswerFactory(question=question, author=expert, body=mention(made))
    assert tokens_seen_by(asker) == {made.token}
    assert tokens_seen_by(None) == tokens_seen_by(PersonFactory()) == set()


def test_whoever_shows_it_twice_shows_it_where_it_is_public():
    asker = PersonFactory(account=AccountFactory())
    made = upload(asker)
    QuestionFactory(author=asker, body=mention(made), visibility=Visibility.COMPANY)
    QuestionFactory(author=asker, body=mention(made))
    assert tokens_seen_by(None) == {made.token}


def test_a_deleted_post_shows_it_to_nobody_who_does_not_see_the_post():
    owner = PersonFactory()
    made = upload(owner)
    question = QuestionFactory(author=owner, body=mention(made))
    with write():
        questions.delete_question(db.session.get_one(Question, question.id), by=person(owner))
    assert tokens_seen_by(None) == set()
    assert tokens_seen_by(StewardFactory()) == {made.token}
    with write():
        questions.restore_question(db.session.get_one(Question, question.id), by=person(owner))
    assert tokens_seen_by(None) == {made.token}


def test_whoever_takes_it_out_of_the_text_has_taken_it_from_everybody():
    owner, steward = PersonFactory(), StewardFactory()
    made = upload(owner)
    answer = AnswerFactory(author=owner, body=mention(made))
    edit(answer, "The log was the wrong one.", by=owner)
    assert tokens_seen_by(None) == tokens_seen_by(steward) == set()
    assert tokens_seen_by(owner) == {made.token}

    edit(answer, mention(made), by=steward)

    assert tokens_seen_by(None) == {made.token}


def test_an_edit_by_a_steward_keeps_it_and_adds_only_the_stewards_own():
    owner, steward, other = PersonFactory(), StewardFactory(), PersonFactory()
    theirs, own, foreign = upload(owner), upload(steward), upload(other)
    answer = AnswerFactory(author=owner, body=mention(theirs))
    edit(answer, "\n\n".join(mention(one) for one in (theirs, own, foreign)), by=steward)
    assert tokens_seen_by(None) == {theirs.token, own.token}


def test_a_comment_shows_it_while_it_stands():
    author = PersonFactory()
    made = upload(author)
    comment = CommentFactory(author=author, body=mention(made))
    assert tokens_seen_by(None) == {made.token}
    with write():
        db.session.merge(comment).deleted_at = clock.now()
    assert tokens_seen_by(None) == set()


def test_what_moves_elsewhere_keeps_its_files():
    author = PersonFactory()
    made = upload(author)
    source = QuestionFactory(author=author, body=mention(made))
    target = QuestionFactory(body=f"> {mention(made)}")
    with write():
        target, source = (db.session.get_one(Question, one.id) for one in (target, source))
        attachments.carry_over(source, target)
    with write():
        questions.delete_question(db.session.get_one(Question, source.id), by=person(author))
    assert tokens_seen_by(None) == {made.token}
