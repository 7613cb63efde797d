"""Fetching files: who may, how, and what browsers are told."""

from __future__ import annotations

import re

import pytest

from app.kernel.db import db, write
from app.posts.models import Attachment
from app.questions import actions as questions
from app.questions.models import Question, Visibility
from app.web.files.fetching import disposition, safe_file_name
from app.web.files.sizes import in_bytes
from tests.support.factories import AccountFactory, ExpertFactory, PersonFactory, QuestionFactory, SalesFactory
from tests.support.uploads import LOG, mention, picture, upload

pytestmark = pytest.mark.one_database

UNKNOWN = "0" * 32
VIDEO = b"\0\0\0\x20ftypisom" + b"\0" * 100
# The reference of a request, and the token of a form.
ONCE = re.compile(rb'[2-9A-Z]{4}-[2-9A-Z]{4}|name="csrf_token" value="[^"]+"')


@pytest.fixture
def owner():
    return PersonFactory(account=AccountFactory())


@pytest.fixture
def public(owner):
    """A log that a public question names."""
    made = upload(owner)
    QuestionFactory(author=owner, body=mention(made))
    return made


@pytest.fixture
def confidential(owner):
    """A log that only a question to the asker's company and our experts names."""
    made = upload(owner, b"0123456789", "secret.log")
    QuestionFactory(author=owner, body=mention(made), visibility=Visibility.COMPANY)
    return made


def test_everybody_fetches_what_a_public_post_names(client, sign_in, public):
    for browser in (client, sign_in(PersonFactory())):
        for path in (f"/files/{public.token}", public.address, f"/files/{public.token}/whatever.html"):
            answer = browser.get(path)
            assert (answer.status_code, answer.data, answer.mimetype) == (200, LOG, "text/plain")


def test_browsers_are_told_to_run_nothing_of_it(client, public):
    headers = client.get(public.address).headers
    assert headers["Content-Security-Policy"] == "default-src 'none'; sandbox"
    assert headers["X-Content-Type-Options"] == "nosniff"
    assert headers["Cross-Origin-Resource-Policy"] == "same-origin"
    assert (
        headers["Content-Disposition"] == "attachment; filename=\"replication.log\"; filename*=UTF-8''replication.log"
    )


def test_pictures_are_shown_and_videos_are_played_by_the_page(client, sign_in, owner):
    image, video = upload(owner, picture(), "a.png"), upload(owner, VIDEO, "a.mp4")
    question = QuestionFactory(author=owner, body=f"{mention(image)} {mention(video)}")

    shown, saved = client.get(image.address), client.get(video.address)

    assert (shown.mimetype, saved.mimetype) == ("image/png", "video/mp4")
    assert shown.headers["Content-Disposition"].startswith("inline; ")
    assert saved.headers["Content-Disposition"].startswith("attachment; ")
    page = client.get(f"/questions/{question.id}/{question.slug}").text
    assert f'<video controls preload="metadata" src="{video.address}"' in page


def test_a_page_that_is_called_a_log_is_handed_out_as_text(sign_in, owner):
    answer = sign_in(owner).get(upload(owner, b"<script>alert(1)</script>", "page.log").address)
    assert answer.mimetype == "text/plain"
    assert answer.headers["Content-Disposition"].startswith("attachment; ")


@pytest.mark.parametrize("method", ["GET", "HEAD"])
@pytest.mark.parametrize("headers", [{}, {"Range": "bytes=0-3"}, {"If-None-Match": "*"}, {"If-None-Match": "tag"}])
def test_what_one_may_not_see_is_like_what_is_not_there(client, sign_in, confidential, method, headers):
    if headers.get("If-None-Match") == "tag":
        headers = {"If-None-Match": f'"{confidential.sha256}"'}
    unknown_token = confidential.token.translate(str.maketrans("0123456789", "1234567890"))
    strangers = [client, *(sign_in(one) for one in (PersonFactory(account=AccountFactory()), SalesFactory()))]
    for browser in strangers:
        for suffix in ("", "/secret.log", "/thumbnail"):
            hidden = browser.open(f"/files/{confidential.token}{suffix}", method=method, headers=headers)
            unknown = browser.open(f"/files/{unknown_token}{suffix}", method=method, headers=headers)
            assert hidden.status_code == unknown.status_code == 404
            told = [
                ONCE.sub(b"", answer.data.replace(token.encode(), b""))
                for answer, token in ((hidden, confidential.token), (unknown, unknown_token))
            ]
            assert told[0] == told[1]
            assert dict(hidden.headers) == dict(unknown.headers)


@pytest.mark.parametrize("token", ["x", UNKNOWN[:-1], UNKNOWN.upper(), "..", "%00", "a" * 5000])
def test_what_can_be_no_token_is_not_there(client, token):
    assert client.get(f"/files/{token}/a.log").status_code in {404, 308}


def test_those_who_may_read_the_question_fetch_its_file(sign_in, owner, confidential):
    account_colleague = PersonFactory(account=owner_account(owner))
    for reader in (owner, account_colleague, ExpertFactory()):
        assert sign_in(reader).get(confidential.address).data == b"0123456789"


def owner_account(owner):
    from app.accounts.models import Account, Membership

    membership = db.session.query(Membership).filter_by(person_id=owner.id).one()
    return db.session.get_one(Account, membership.account_id)


def test_who_may_fetch_changes_with_the_question(client, owner, confidential):
    assert client.get(confidential.address).status_code == 404
    with write():
        question = db.session.query(Question).one()
        questions.change_visibility(question, Visibility.PUBLIC, by=db.session.merge(owner))
    answer = client.get(confidential.address)
    assert answer.status_code == 200
    with write():
        question = db.session.query(Question).one()
        questions.change_visibility(question, Visibility.COMPANY, by=db.session.merge(owner))
    again = client.get(confidential.address, headers={"If-None-Match": answer.headers["ETag"]})
    assert again.status_code == 404


def test_parts_are_given(client, public):
    answer = client.get(public.address, headers={"Range": "bytes=11-18"})
    assert (answer.status_code, answer.data) == (206, LOG[11:19])
    assert answer.headers["Content-Range"] == f"bytes 11-18/{len(LOG)}"
    assert client.get(public.address, headers={"Range": "bytes=-5"}).data == LOG[-5:]
    beyond = client.get(public.address, headers={"Range": f"bytes={len(LOG)}-"})
    assert (beyond.status_code, beyond.headers["Content-Range"]) == (416, f"bytes */{len(LOG)}")
    whole = client.get(public.address)
    assert whole.headers["Accept-Ranges"] == "bytes"
    assert whole.content_length == len(LOG)
    head = client.head(public.address)
    assert (head.status_code, head.data, head.content_length) == (200, b"", len(LOG))


def test_copies_are_asked_about_each_time(client, sign_in, public, owner):
    guests, members = client.get(public.address), sign_in(PersonFactory()).get(public.address)
    assert guests.headers["Cache-Control"] == "public, max-age=0, must-revalidate"
    assert members.headers["Cache-Control"] == "private, max-age=0, must-revalidate"
    assert "Cookie" in guests.headers["Vary"]
    assert "Set-Cookie" not in guests.headers
    unchanged = client.get(public.address, headers={"If-None-Match": guests.headers["ETag"]})
    assert (unchanged.status_code, unchanged.data) == (304, b"")


def test_the_question_lists_its_files_with_their_first_lines(client, sign_in, owner, confidential):
    nasty = upload(owner, b"<script>alert(1)</script>\nnext line", "<b>x</b>.log")
    gone = upload(owner, b"another", "gone.log")
    question = QuestionFactory(author=owner, body=mention(nasty))

    page = client.get(f"/questions/{question.id}/{question.slug}").text

    assert "<bdi>&lt;b&gt;x&lt;/b&gt;.log</bdi>" in page
    assert "Text, 35 bytes" in page
    assert "&lt;script&gt;alert(1)&lt;/script&gt;\nnext line" in page
    assert gone.token not in page


def test_the_page_takes_as_many_queries_with_many_files_as_with_one(client, owner, queries):
    def queries_of(number):
        made = [upload(owner, b"%d" % one, f"{one}.log") for one in range(number)]
        question = QuestionFactory(author=owner, body="\n\n".join(mention(one) for one in made))
        address = f"/questions/{question.id}/{question.slug}"
        with queries() as seen:
            client.get(address)
        return len(seen)

    assert queries_of(1) == queries_of(12)


@pytest.mark.parametrize(
    ("name", "safe"),
    [
        ("replication.log", "replication.log"),
        ("../../x.log", "_.._x.log"),
        ("..\\..\\x.log", "_.._x.log"),
        ("CON.txt", "_CON.txt"),
        ("com1.tar.gz", "_com1.tar.gz"),
        ("console.log", "console.log"),
        (".htaccess.log", "htaccess.log"),
        ('a"b;c.log', "a_b;c.log"),
        ("a\u202egpj.log", "a_gpj.log"),
        ("a\r\nSet-Cookie: x.log", "a__Set-Cookie_ x.log"),
        ("é" * 150 + ".log", "é" * 98 + ".log"),
    ],
)
@pytest.mark.pure
def test_downloads_have_names_that_are_safe_everywhere(name, safe):
    assert safe_file_name(name) == safe


@pytest.mark.pure
def test_a_name_in_other_letters_is_given_in_both_ways():
    made = Attachment(name="größe 複製.log", kind="text")
    assert disposition(made) == (
        "attachment; filename=\"große .log\"; filename*=UTF-8''gr%C3%B6%C3%9Fe%20%E8%A4%87%E8%A3%BD.log".replace(
            "ß", ""
        )
    )
    assert disposition(Attachment(name="複製.png", kind="image")).startswith('inline; filename="file.png"; ')


@pytest.mark.pure
@pytest.mark.parametrize(
    ("size", "words"),
    [(0, "0 bytes"), (1, "1 byte"), (1023, "1023 bytes"), (1024, "1 kB"), (1536, "1.5 kB"), (10 * 1024**2, "10 MB"),
     (104_857_600, "100 MB"), (1024**2 - 1, "1,024 kB"), (5 * 1024**3, "5 GB"), (5 * 1024**4, "5,120 GB")],
)  # fmt: skip
def test_sizes_are_said_as_people_say_them(size, words):
    assert in_bytes(size) == words


def test_a_large_file_is_streamed(sign_in, owner):
    made = upload(owner, b"\0\0\0\x20ftypisom" + bytes(20 * 1024 * 1024), "a.mp4")
    answer = sign_in(owner).get(made.address, buffered=False)
    assert len(next(answer.iter_encoded())) <= 64 * 1024
    answer.close()
