"""Sending files in: with a plain form, from a script, too large, too often, and when the disk is full."""

from __future__ import annotations

import gzip
import io
import json
import re
import zipfile
from pathlib import Path

import pytest
from PIL import Image
from sqlalchemy import func, select, update

from app.kernel import files
from app.kernel.db import db, write
from app.posts import attachments
from app.posts.kinds import WRONG_KIND
from app.posts.models import Attachment, StoredFile
from app.posts.rules import QUOTA
from tests.support.client import signed_in
from tests.support.factories import PersonFactory
from tests.support.uploads import LOG, picture, site_store, upload

pytestmark = pytest.mark.one_database

MEGABYTE = 1024 * 1024
JSON = {"Accept": "application/json"}


@pytest.fixture
def owner():
    return PersonFactory()


@pytest.fixture
def browser(sign_in, owner):
    return sign_in(owner)


@pytest.fixture(autouse=True)
def empty_store(clean_start):
    store = site_store()
    for found in list(store):
        store.delete(found.name)


def send(browser, content=LOG, name="replication.log", *, headers=JSON, path="/files", **fields):
    """Send a form as browsers write it."""
    for meant, written in (('"', "%22"), ("\r", "%0D"), ("\n", "%0A")):
        name = name.replace(meant, written)
    parts = [f'--b\r\nContent-Disposition: form-data; name="{key}"\r\n\r\n{value}' for key, value in fields.items()]
    parts.append(f'--b\r\nContent-Disposition: form-data; name="file"; filename="{name}"\r\n\r\n')
    body = "\r\n".join(parts).encode() + content + b"\r\n--b--\r\n"
    return browser.post(path, data=body, content_type="multipart/form-data; boundary=b", headers=headers)


def count(model):
    return db.session.scalar(select(func.count()).select_from(model))


def files_on_disk():
    return len(list(site_store()))


def test_a_script_is_told_what_to_write_into_the_text(browser):
    answer = send(browser, picture(), "array front.png")

    made = db.session.scalars(select(Attachment)).one()
    assert answer.status_code == 201
    assert answer.json == {
        "markdown": f"![array front.png](/files/{made.token}/array-front.png)",
        "url": f"/files/{made.token}/array-front.png",
        "name": "array front.png",
    }
    assert answer.location == answer.json["url"]
    assert browser.get(answer.location).mimetype == "image/png"


def test_a_plain_form_leads_to_the_line_to_copy(browser):
    page = browser.get("/files/new")
    assert 'enctype="multipart/form-data"' in page.text

    answer = send(browser, headers={})

    made = db.session.scalars(select(Attachment)).one()
    assert (answer.status_code, answer.location) == (303, f"/files/new?sent={made.token}")
    page = browser.get(answer.location).text
    assert "<bdi>replication.log</bdi> is here" in page
    assert f"[replication.log](/files/{made.token}/replication.log)" in page


def test_a_form_sent_twice_keeps_one_file(browser):
    for _ in range(2):
        send(browser, headers={}, idempotency_key="from-one-page")
    assert (count(Attachment), count(StoredFile), files_on_disk()) == (1, 1, 1)


def test_a_form_sent_twice_with_another_file_keeps_the_first(browser):
    first = send(browser, b"one", idempotency_key="from-one-page").json
    assert send(browser, b"other", idempotency_key="from-one-page").json == first
    assert (count(Attachment), files_on_disk()) == (1, 1)


def test_the_same_file_twice_takes_its_room_on_disk_once(browser):
    assert send(browser).json["url"] != send(browser).json["url"]
    assert (count(Attachment), count(StoredFile), files_on_disk()) == (2, 1, 1)


@pytest.mark.parametrize("accept", ["text/html,application/xhtml+xml,*/*;q=0.8", "*/*", ""])
def test_whoever_does_not_ask_for_json_gets_pages(browser, accept):
    assert send(browser, headers={"Accept": accept}).status_code == 303
    refused = send(browser, b"x", "a.exe", headers={"Accept": accept})
    assert refused.status_code == 415
    assert WRONG_KIND in refused.text
    assert 'action="/files"' in refused.text


def test_a_log_of_ten_megabytes_goes_in_and_comes_out(browser):
    content = (LOG * (10 * MEGABYTE // len(LOG) + 1))[: 10 * MEGABYTE]
    answer = send(browser, content)
    assert answer.status_code == 201
    assert browser.get(answer.location).data == content


def test_a_log_of_more_is_refused_with_a_sentence(browser):
    answer = send(browser, b"x" * (10 * MEGABYTE + 1))
    assert answer.status_code == 413
    assert answer.mimetype == "application/problem+json"
    assert answer.json["title"] == "This file is larger than 10 MB. Send the part that matters, or compress it."
    assert (count(Attachment), files_on_disk()) == (0, 0)


def test_what_is_larger_than_anything_we_take_is_not_read(browser):
    answer = browser.post(
        "/files",
        headers=JSON,
        content_type="multipart/form-data; boundary=x",
        environ_overrides={"CONTENT_LENGTH": str(101 * MEGABYTE)},
    )
    assert answer.status_code == 413
    assert "larger than 100 MB" in answer.json["title"]


@pytest.mark.parametrize("path", ["/questions/ask", "/files/new", "/settings/profile", "/preview"])
def test_other_addresses_take_no_more_than_they_did(browser, path):
    assert send(browser, b"x" * (MEGABYTE + 1), path=path).status_code in {405, 413}


def test_fifty_one_parts_are_refused(browser):
    fields = {f"field-{number}": "x" for number in range(51)}
    assert send(browser, **fields).status_code == 413
    assert send(browser, headers={}, **fields).status_code == 413


@pytest.mark.parametrize(
    ("name", "content"),
    [
        ("a.svg", b"<svg xmlns='http://www.w3.org/2000/svg'><script>alert(1)</script></svg>"),
        ("a.html", b"<script>alert(1)</script>"),
        ("a.xhtml", b"<html xmlns='http://www.w3.org/1999/xhtml'/>"),
        ("a.php", b"<?php evil() ?>"),
        ("a.js", b"alert(1)"),
        ("a.pdf", b"%PDF-1.7"),
        ("a.png", b"<svg xmlns='http://www.w3.org/2000/svg'/>"),
        ("a.png", b"<script>alert(1)</script>"),
        ("a.jpg", b"alert(1)"),
    ],
)
def test_what_is_no_picture_is_none_whatever_the_request_says(browser, name, content):
    answer = browser.post("/files", data={"file": (io.BytesIO(content), name, "image/png")}, headers=JSON)
    assert answer.status_code == 415
    assert (count(Attachment), files_on_disk()) == (0, 0)


@pytest.mark.parametrize("kind", ["PNG", "JPEG", "WEBP", "GIF"])
def test_a_picture_that_is_a_page_or_a_program_too_is_only_a_picture(browser, kind):
    program = io.BytesIO()
    with zipfile.ZipFile(program, "w") as archive:
        archive.writestr("Evil.class", b"evil")
    hidden = b"<html><script>alert(1)</script></html>" + program.getvalue()

    answer = send(browser, picture(kind) + hidden, f"a.{kind.lower()}")
    fetched = browser.get(answer.location)

    assert fetched.mimetype == f"image/{kind.lower()}"
    assert b"script" not in fetched.data
    assert b"Evil" not in fetched.data
    assert Image.open(io.BytesIO(fetched.data)).size == (40, 30)


@pytest.mark.parametrize(("size", "mode"), [((9000, 9000), "1"), ((20000, 20000), "1")])
def test_a_small_file_with_an_enormous_picture_is_refused(browser, size, mode):
    out = io.BytesIO()
    Image.new(mode, size).save(out, "PNG")
    answer = send(browser, out.getvalue(), "a.png")
    assert answer.status_code == 422
    assert "20 million pixels" in answer.json["title"]
    assert (count(Attachment), files_on_disk()) == (0, 0)


def test_archives_and_what_unpacks_to_much_stay_as_they_are(browser):
    bomb = gzip.compress(b"0" * 50_000_000)
    for name in ("bomb.gz", "bomb.log"):
        answer = send(browser, bomb, name)
        fetched = browser.get(answer.location, headers={"Accept-Encoding": "gzip"})
        assert fetched.data == bomb
        assert fetched.headers["Content-Disposition"].startswith("attachment")
        assert "Content-Encoding" not in fetched.headers
    assert set(db.session.scalars(select(Attachment.first_lines))) == {""}


def test_a_picture_forgets_where_it_was_taken(browser):
    about = Image.Exif()
    about[0x8825] = {1: "N", 2: (52.0, 31.0, 12.0)}
    about[0x010F] = "Secret camera"
    answer = send(browser, picture("JPEG", exif=about), "a.jpg")
    fetched = browser.get(answer.location).data
    assert b"Exif" not in fetched
    assert b"Secret" not in fetched


@pytest.mark.parametrize("fields", [{}, {"file": ""}, {"other": "x"}])
def test_a_form_without_a_file_is_refused(browser, fields):
    answer = browser.post("/files", data=fields, content_type="multipart/form-data", headers=JSON)
    assert (answer.status_code, answer.json["title"]) == (422, "Choose a file first.")


def test_guests_are_asked_to_sign_in_before_anything_is_received(client, monkeypatch):
    monkeypatch.setattr(files.LocalFiles, "receive", None)
    large = b"x" * (2 * MEGABYTE)
    answer = send(client, large)
    assert (answer.status_code, answer.mimetype) == (401, "application/problem+json")
    assert "Sign in first" in answer.json["title"]
    assert send(client, large, headers={}).status_code == 401
    assert client.get("/files/new").location == "/sign-in?next=/files/new"


def test_what_is_refused_is_read_to_its_end_so_that_the_browser_listens(client):
    sent = io.BytesIO(b"x" * MEGABYTE * 3)
    answer = client.post(
        "/files",
        input_stream=sent,
        content_length=MEGABYTE * 3,
        content_type="multipart/form-data; boundary=b",
        headers=JSON,
    )
    assert answer.status_code == 401
    assert sent.tell() == MEGABYTE * 3


def test_without_a_token_nothing_is_taken(browser):
    data = {"file": (io.BytesIO(LOG), "a.log")}
    answer = browser.post("/files", data=data, headers=JSON, csrf=False)
    assert answer.status_code == 400
    assert "load it again" in answer.json["title"]
    assert (count(Attachment), files_on_disk()) == (0, 0)


def test_more_than_the_quota_is_refused_and_leaves_nothing(browser, owner):
    upload(owner)
    with write():
        db.session.execute(update(Attachment).values(size=QUOTA - 10))
    answer = send(browser, b"x" * 11, "a.log")
    assert answer.status_code == 422
    assert "100 MB" in answer.json["title"]
    assert (count(Attachment), files_on_disk()) == (1, 1)
    page = send(browser, b"x" * 11, "a.log", headers={})
    assert page.status_code == 422
    assert "100 MB of 100 MB used" in page.text


def test_on_a_full_disk_uploads_are_refused_and_pages_go_on(browser, monkeypatch):
    def full(self, size):
        raise files.NoRoom(files.NO_ROOM)

    monkeypatch.setattr(files.LocalFiles, "check_room", full)
    answer = send(browser)
    assert (answer.status_code, answer.json["title"]) == (507, files.NO_ROOM)
    page = send(browser, headers={})
    assert page.status_code == 507
    assert "no room" in page.text
    assert browser.get("/questions").status_code == 200


@pytest.mark.parametrize("place", ["receive", "put"])
def test_a_disk_that_fills_up_meanwhile_leaves_no_half_file(browser, monkeypatch, place):
    fill_up(monkeypatch, place)
    answer = send(browser, b"x" * MEGABYTE)
    assert (answer.status_code, answer.json["title"]) == (507, files.NO_ROOM)
    assert send(browser, b"x" * MEGABYTE, headers={}).status_code == 507
    assert (count(Attachment), files_on_disk()) == (0, 0)
    monkeypatch.undo()
    assert send(browser, b"x" * MEGABYTE).status_code == 201


def fill_up(monkeypatch, place):
    """Let the store write to the device that is always full."""
    if place == "receive":
        monkeypatch.setattr(files.LocalFiles, "receive", lambda self: files._Incoming(io.FileIO("/dev/full", "r+")))
        return

    def write_to_full(content, path, name):
        path.write_bytes(b"half")
        with Path("/dev/full").open("wb") as full:
            full.write(content.read())

    monkeypatch.setattr(files, "_write", write_to_full)


def test_ten_files_a_minute_are_enough(app_with, owner):
    browser = signed_in(app_with(rate_limits=True), owner)
    answers = [send(browser, b"x").status_code for _ in range(11)]
    assert answers == [201] * 10 + [429]
    refused = send(browser, b"x")
    assert refused.json["title"].startswith("That was 10 files in a minute.")
    assert int(refused.headers["Retry-After"]) > 0


def test_names_are_shown_as_they_were_typed(browser):
    name = '../../<script>alert(1)</script> "x" & \u202egpj.log'
    answer = send(browser, LOG, name)
    assert answer.status_code == 201
    assert answer.json["name"] == name
    for path in ("/files", "/files/new"):
        page = browser.get(path).text
        assert "<script>alert" not in page
        assert "<bdi>../../&lt;script&gt;alert(1)&lt;/script&gt; &#34;x&#34; &amp; \u202egpj.log</bdi>" in page


def test_every_hostile_name_is_taken_and_shown(browser, owner, hostile_strings):
    for text in hostile_strings:
        answer = send(browser, b"x", f"{text}.log")
        assert answer.status_code == 201, text
        fetched = browser.get(answer.location)
        assert fetched.status_code == 200
        assert not re.search(r"[\x00-\x1f\x7f]", fetched.headers["Content-Disposition"])


@pytest.fixture
def hostile_strings():
    """Strings that have broken other software."""
    return [
        "undefined", "'; DROP TABLE attachments; --", "{{ 7*7 }}", "${jndi:ldap://x}", "%00", "%2e%2e%2f", "..\\..\\x",
        "Ω≈ç√∫˜µ≤≥÷", "田中さんにあげて下さい", "👾 🙇 💁", "\u200b\u200c\u200d", "\ufeff", "ث\u202bمن", "Z̮̞̠͙͔ͅ",
        "con", "aux", "a:b", "`touch /tmp/x`", "<b>bold</b>", "\u2028line", "=HYPERLINK(1)", "~~~",
        "[a](javascript:alert(1))", 'say "no"', "two\r\nlines", "a\\",
    ]  # fmt: skip


def test_a_name_may_be_long(browser):
    answer = send(browser, b"x", "x" * 4096 + ".log")
    assert answer.status_code == 201
    assert len(answer.json["name"]) == 150
    assert json.dumps(answer.json["name"]).endswith('.log"')


def test_no_transaction_is_open_while_a_file_is_received_and_stored(browser, monkeypatch):
    open_during = {}
    for step in ("receive", "put"):
        real = getattr(files.LocalFiles, step)

        def watched(self, *given, step=step, real=real):
            stored = real(self, *given)
            open_during[step] = db.session().in_transaction()
            return stored

        monkeypatch.setattr(files.LocalFiles, step, watched)

    assert send(browser).status_code == 201
    assert open_during == {"receive": False, "put": False}


def test_of_two_files_in_one_form_the_first_is_taken(browser):
    both = {"file": [(io.BytesIO(b"first"), "one.log"), (io.BytesIO(b"second"), "two.log")]}
    answer = browser.post("/files", data=both, headers=JSON)
    assert answer.json["name"] == "one.log"
    assert browser.get(answer.location).data == b"first"


def test_a_file_that_is_missing_is_not_there(browser):
    answer = send(browser)
    store = site_store()
    store.delete(attachments.stored_name(db.session.scalars(select(Attachment)).one()))
    assert browser.get(answer.location).status_code == 404
