"""Comments that became a question of their own."""

from __future__ import annotations

from datetime import UTC, datetime

import pytest

from app.curation.splits import chosen, moved_from, prepare_split, split_comments
from app.curation.standing import standing_of
from app.kernel.db import db
from app.kernel.errors import ChangedMeanwhile, NotAllowed, RuleBroken
from app.posts.actions import delete_comment
from app.posts.attachments import is_named_in
from app.posts.models import Attachment, Post, PostAttachment, StoredFile
from app.questions import queries
from app.questions.actions import change_visibility
from app.questions.models import LinkKind, Question, Visibility
from tests.curation.deeds import asker_of, done, wrong_numbers
from tests.support.factories import (
    AccountFactory,
    AnswerFactory,
    CommentFactory,
    ExpertFactory,
    PersonFactory,
    ProductFactory,
    QuestionFactory,
    SalesFactory,
    StewardFactory,
)

TITLE = "Does the second site need its own licence?"
WRITTEN = datetime(2026, 3, 12, 9, 30, tzinfo=UTC)


def split(post, question, comments, by=None, title=TITLE):
    prepared = prepare_split(title, ["licensing"], chosen(post, [comment.id for comment in comments]))
    return done(split_comments, post, question, prepared, by=by or StewardFactory())


def test_the_author_of_the_first_comment_asks_as_they_were_then():
    account = AccountFactory(name="Fernhill Hospitals")
    product = ProductFactory()
    question = QuestionFactory(product=product, product_version="1.0")
    answer = AnswerFactory(question=question)
    author = PersonFactory(account=account, job_title="Engineer")
    first = CommentFactory(post=answer, author=author, body="And the licence?\nFor *both*?", at=WRITTEN)
    second = CommentFactory(post=answer, body="I wonder too.")
    kept = CommentFactory(post=answer, body="Thanks.")
    new = split(answer, question, [second, first])

    assert (new.author_id, new.author_title, new.author_employer) == (author.id, "Engineer", "Fernhill Hospitals")
    assert (new.asked_at, new.product_id, new.product_version) == (WRITTEN, product.id, "1.0")
    assert new.body.startswith(f"@{author.handle} wrote on 12 March 2026:\n\n> And the licence?\n> For *both*?\n\n@")
    assert "<blockquote>" in new.body_html
    assert answer.comment_count == 1
    assert (first.moved_to_id, second.moved_to_id, kept.moved_to_id) == (new.id, new.id, None)
    assert queries.linked_questions(new, None) == [(question, LinkKind.RELATED)]
    assert [line.entry.done for line in standing_of(question, None).record] == ["split_off"]
    assert [line.entry.done for line in standing_of(new, None).record] == ["split_from"]
    assert wrong_numbers() == []


def test_the_thread_says_where_comments_went_to_those_who_may_read_there():
    question, steward = QuestionFactory(), StewardFactory()
    new = split(question, question, [CommentFactory(post=question) for _ in range(3)])
    [moved] = moved_from([question.id], None)[question.id]
    assert (moved.count, moved.question) == (3, new)

    done(change_visibility, new, Visibility.COMPANY, by=steward)

    assert moved_from([question.id], None) == {}
    assert len(moved_from([question.id], steward)) == 1


@pytest.mark.parametrize("maker", [PersonFactory, SalesFactory])
def test_members_do_not_split(maker):
    question = QuestionFactory()
    comment = CommentFactory(post=question)

    with pytest.raises(NotAllowed):
        split(question, question, [comment], by=maker())
    with pytest.raises(NotAllowed):
        split(question, question, [comment], by=asker_of(question))
    assert split(question, question, [comment], by=ExpertFactory()).id != question.id


def test_what_is_confidential_stays_with_the_company_that_can_read_it():
    account = AccountFactory()
    asker, colleague = PersonFactory(account=account), PersonFactory(account=account)
    question = QuestionFactory(author=asker, visibility=Visibility.COMPANY)
    new = split(question, question, [CommentFactory(post=question, author=ExpertFactory())])

    assert new.visibility == Visibility.COMPANY
    for person, sees in ((asker, True), (colleague, True), (PersonFactory(account=AccountFactory()), False)):
        found = db.session.scalar(queries.visible_to(person).where(Question.id == new.id))
        assert (found is not None) == sees
    assert wrong_numbers() == []


def test_a_company_that_is_withheld_stays_withheld():
    asker = PersonFactory(account=AccountFactory())
    question = QuestionFactory(author=asker)
    comment = CommentFactory(post=question, author=asker)
    done(change_visibility, question, Visibility.PUBLIC, by=asker, company_withheld=True)
    new = split(question, question, [comment])

    assert new.company_withheld
    assert new.author_employer == ""


def test_files_that_the_comments_name_come_along():
    question, author = QuestionFactory(), PersonFactory()
    comment = CommentFactory(post=question, author=author, body=f"See [the log](/files/{'a' * 32}/log.txt).")

    def keep():
        db.session.add(StoredFile(sha256="0" * 64, stored_as="f", size=3))
        db.session.flush()
        file = {"owner_id": author.id, "sha256": "0" * 64, "name": "log.txt", "kind": "text", "size": 3}
        kept = Attachment(token="a" * 32, media_type="text/plain", **file)
        db.session.add(kept)
        db.session.flush()
        db.session.add(PostAttachment(post_id=question.id, attachment_id=kept.id))

    done(keep)
    new = split(question, question, [comment])

    rows = db.session.query(Post.id).join(PostAttachment).join(Attachment).where(is_named_in(Post))
    assert rows.all() == [(new.id,)]


def test_comments_that_went_away_meanwhile_are_not_split_off():
    question = QuestionFactory()
    comment = CommentFactory(post=question)
    prepared = prepare_split(TITLE, ["licensing"], chosen(question, [comment.id]))
    done(delete_comment, comment, question, by=StewardFactory())

    with pytest.raises(ChangedMeanwhile):
        done(split_comments, question, question, prepared, by=StewardFactory())


def test_something_has_to_be_chosen_and_not_too_much():
    question = QuestionFactory()
    for ids in ([], list(range(1, 30))):
        with pytest.raises(RuleBroken, match="Choose"):
            chosen(question, ids)
    with pytest.raises(RuleBroken, match="at least"):
        split(question, question, [CommentFactory(post=question)], title="Short")
