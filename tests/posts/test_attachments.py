"""Files that people attach: what is kept, how much, where it is listed, and when it goes."""

from __future__ import annotations

import io
import json
import os
from concurrent.futures import ThreadPoolExecutor
from datetime import timedelta

import pytest
from sqlalchemy import func, select, update

from app.jobs.files import sweep_files
from app.kernel import clock
from app.kernel.db import db, write
from app.kernel.errors import NotAllowed, RuleBroken
from app.people.models import Person
from app.posts import attachments
from app.posts.bodies import prepare_body
from app.posts.models import Attachment, PostAttachment, SavedDraft, StoredFile
from app.posts.rules import QUOTA
from app.questions import actions as questions
from app.questions.models import Answer, Question
from tests.support.factories import AnswerFactory, PersonFactory, QuestionFactory
from tests.support.uploads import LOG, mention, picture, site_store, upload

MEGABYTE = 1024 * 1024


@pytest.fixture(autouse=True)
def empty_store(clean_start):
    """Other tests leave files in the store of the site."""
    store = site_store()
    for found in list(store):
        store.delete(found.name)


def files_on_disk():
    return {found.name for found in site_store()}


def count(model):
    return db.session.scalar(select(func.count()).select_from(model))


def person(person_id):
    return db.session.get_one(Person, person_id)


def edit(answer, text, *, by):
    body = prepare_body(text)
    with write():
        now = db.session.get_one(Answer, answer.id)
        questions.edit_answer(now, body, by=person(by.id), revision_number=now.revision_number)


def delete(attachment, *, by):
    with write():
        attachments.delete_attachment(db.session.get_one(Attachment, attachment.id), by=person(by.id))


def test_a_log_is_stored_as_it_is():
    owner = PersonFactory()
    made = upload(owner)
    with site_store().open(attachments.stored_name(made)) as file:
        assert file.read() == LOG
    assert (made.owner_id, made.name, made.size, made.kind) == (owner.id, "replication.log", len(LOG), "text")
    assert made.first_lines.startswith("2026-03-12 02:00:01 replication stops")
    assert len(made.token) == 32


def test_a_picture_is_stored_drawn_anew():
    hidden = b"<script>alert(1)</script>"
    made = upload(PersonFactory(), picture("JPEG") + hidden, "a.png")
    with site_store().open(attachments.stored_name(made)) as file:
        assert hidden not in file.read()
    assert (made.media_type, made.width, made.height) == ("image/jpeg", 40, 30)


def test_a_picture_that_cannot_be_drawn_leaves_nothing():
    before = files_on_disk()
    with pytest.raises(RuleBroken):
        upload(PersonFactory(), picture("PNG", (900, 900))[:700], "a.png")
    assert (files_on_disk(), count(Attachment)) == (before, 0)


def test_the_same_bytes_are_kept_once_under_tokens_of_their_own():
    one, other = upload(PersonFactory()), upload(PersonFactory())
    assert one.token != other.token
    assert one.sha256 == other.sha256
    assert count(StoredFile) == 1


def test_whose_bytes_were_there_already_is_known():
    owner = PersonFactory()
    prepared = [attachments.prepare("a.log", io.BytesIO(LOG), site_store()) for _ in range(2)]
    with write():
        for one in prepared:
            attachments.attach(one, by=owner)
    assert [attachments.is_kept(one) for one in prepared] == [True, False]


def test_nobody_keeps_more_than_the_quota():
    owner = PersonFactory()
    upload(owner)
    with write():
        db.session.execute(update(Attachment).values(size=QUOTA - len(LOG)))
    upload(owner)
    with pytest.raises(RuleBroken, match="That is more than you may keep"):
        upload(owner)
    assert attachments.bytes_kept_by(owner) == QUOTA
    upload(PersonFactory())


def test_uploads_at_once_never_exceed_the_quota(app):
    owner_id = PersonFactory().id
    upload(person(owner_id))
    with write():
        db.session.execute(update(Attachment).values(size=99 * MEGABYTE))
    prepared = [attachments.prepare("a.log", io.BytesIO(os.urandom(MEGABYTE // 4)), site_store()) for _ in range(20)]

    def send(one):
        with app.app_context():
            try:
                with write():
                    attachments.attach(one, by=person(owner_id))
            except RuleBroken:
                return False
            return True

    with ThreadPoolExecutor(20) as threads:
        taken = list(threads.map(send, prepared))

    assert sum(taken) == 4
    assert attachments.bytes_kept_by(person(owner_id)) == QUOTA


def test_a_post_lists_the_files_that_its_text_names_but_pictures(queries):
    owner = PersonFactory()
    log, image = upload(owner), upload(owner, picture(), "a.png")
    question = QuestionFactory(author=owner, body=f"{mention(log)} ![](/files/{image.token}/a.png)")
    bare = QuestionFactory()
    posts = [db.session.get_one(Question, one.id) for one in (question, bare)]
    with queries() as seen:
        found = attachments.shown_below(posts)
    assert {post_id: [one.token for one in listed] for post_id, listed in found.items()} == {question.id: [log.token]}
    assert len(seen) == 1


def test_what_was_taken_out_is_not_listed():
    owner = PersonFactory()
    answer = AnswerFactory(author=owner, body=mention(upload(owner)))
    edit(answer, "Nothing to see.", by=owner)
    assert attachments.shown_below([db.session.get_one(Answer, answer.id)]) == {}


def test_the_owner_deletes_what_is_not_in_use():
    owner = PersonFactory()
    made = upload(owner)
    answer = AnswerFactory(author=owner, body=mention(made))
    assert attachments.in_use([made]) == {made.id}
    with pytest.raises(RuleBroken, match="Take it out of the text"):
        delete(made, by=owner)
    edit(answer, "It was the wrong log.", by=owner)
    with pytest.raises(NotAllowed):
        delete(made, by=PersonFactory())

    delete(made, by=owner)

    assert count(Attachment) == count(PostAttachment) == 0
    sweep_files()
    assert count(StoredFile) == 0
    assert files_on_disk() == set()


def test_what_a_deleted_post_names_is_in_use():
    owner = PersonFactory()
    made = upload(owner)
    question = QuestionFactory(author=owner, body=mention(made))
    with write():
        questions.delete_question(db.session.get_one(Question, question.id), by=person(owner.id))
    assert attachments.in_use([made]) == {made.id}


def test_what_nobody_published_goes_after_two_days(travel_to):
    now = clock.now()
    owner = PersonFactory()
    stays = upload(owner, b"in a post", "a.log")
    drafted = upload(owner, b"in a draft", "b.log")
    once_named = upload(owner, b"in an older text", "c.log")
    upload(owner, b"nowhere", "d.log")
    QuestionFactory(author=owner, body=mention(stays))
    edit(AnswerFactory(author=owner, body=mention(once_named)), "Another text.", by=owner)
    with write():
        db.session.add(SavedDraft(person_id=owner.id, place="question", fields=json.dumps({"body": mention(drafted)})))
    kept = {one.name for one in (stays, drafted, once_named)}

    travel_to(now + timedelta(hours=47))
    sweep_files()
    assert count(Attachment) == 4

    travel_to(now + timedelta(hours=49))
    sweep_files()
    assert set(db.session.scalars(select(Attachment.name))) == kept
    assert count(StoredFile) == len(files_on_disk()) == 3


def test_bytes_stay_while_anybody_attaches_them(travel_to):
    now = clock.now()
    upload(PersonFactory())
    owner = PersonFactory()
    stays = upload(owner)
    QuestionFactory(author=owner, body=mention(stays))
    travel_to(now + timedelta(hours=49))
    sweep_files()
    assert (count(Attachment), count(StoredFile), len(files_on_disk())) == (1, 1, 1)


def test_deleting_a_post_keeps_its_files(travel_to):
    now = clock.now()
    owner = PersonFactory()
    question = QuestionFactory(author=owner, body=mention(upload(owner)))
    with write():
        questions.delete_question(db.session.get_one(Question, question.id), by=person(owner.id))
    travel_to(now + timedelta(days=400))
    sweep_files()
    assert (count(Attachment), len(files_on_disk())) == (1, 1)


def test_files_without_a_row_go_after_an_hour(travel_to):
    now = clock.now()
    made = upload(PersonFactory())
    site_store().put(io.BytesIO(b"the site died before it wrote the row"))
    sweep_files()
    assert len(files_on_disk()) == 2
    travel_to(now + timedelta(hours=2))
    sweep_files()
    assert files_on_disk() == {attachments.stored_name(made)}
