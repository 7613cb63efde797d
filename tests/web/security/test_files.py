"""Files that somebody has taken out of a text, names that come apart, and keys of other forms."""

from __future__ import annotations

import io
import re

import pytest
from sqlalchemy import select

from app.kernel.db import db
from app.posts.models import Attachment
from app.web.files.fetching import disposition
from tests.support.factories import PersonFactory, QuestionFactory
from tests.support.uploads import mention, upload

pytestmark = pytest.mark.one_database

COMPATIBLE = [
    "a＂; filename=evil.exe; x=＂.txt",
    "a＼b.txt",
    "..／..∕x.txt",
    "․․／x.txt",
    "a℀b.txt",
    "ＣＯＮ.txt",
]


@pytest.mark.pure
@pytest.mark.parametrize("name", COMPATIBLE)
def test_no_letter_comes_apart_into_a_quote_or_a_path(name):
    told = disposition(Attachment(name=name, kind="text"))
    plain = re.fullmatch(r'attachment; filename="([^"\\/:%]+)"; filename\*=UTF-8\'\'[^ "\\/:;]+', told)
    assert plain is not None, told
    assert not plain[1].startswith((".", "CON."))


def test_nobody_else_brings_back_what_its_owner_has_taken_out(client, sign_in):
    owner = PersonFactory()
    made = upload(owner)
    question = QuestionFactory(author=owner, body=mention(made))
    own = sign_in(owner)
    text = {"title": question.title, "body": "It is gone.", "tags": "replication", "revision": 1}
    assert own.post(f"/posts/{question.id}/edit", data=text).status_code == 303
    remark = {"body": f"It was {made.address}."}
    assert sign_in(PersonFactory()).post(f"/posts/{question.id}/comments", data=remark).status_code == 303

    assert client.get(made.address).status_code == 404
    own.post(f"/files/{made.token}/deletion")
    assert db.session.scalars(select(Attachment)).all() == []


def test_the_key_of_another_form_makes_no_fault(sign_in):
    browser = sign_in(PersonFactory())
    asked = {"title": "Why does the fan run at full speed?", "body": "Since Sunday.", "tags": "cooling"}
    assert browser.post("/questions/ask", data={**asked, "idempotency_key": "one"}).status_code == 303

    sent = {"file": (io.BytesIO(b"10:00 fan"), "fan.log"), "idempotency_key": "one"}
    answer = browser.post("/files", data=sent, content_type="multipart/form-data")

    assert answer.status_code == 422
    assert "something else already" in answer.text
