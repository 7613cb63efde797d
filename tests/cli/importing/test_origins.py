"""Imported texts say where they come from: what the dump says, and no more."""

from __future__ import annotations

from pathlib import Path

import html5lib
import pytest
from sqlalchemy import select

from app.kernel.db import db
from app.people.models import Person
from app.posts.models import Comment
from app.questions.models import Answer, Question
from tests.cli.importing.dumps import answer, comment, question, user, version, write_dump
from tests.support.factories import AnswerFactory, ExpertFactory

pytestmark = pytest.mark.one_database

NEWER = {"ContentLicense": "CC BY-SA 4.0"}


def dump_called(name: str, folder: Path, **more: object) -> Path:
    return write_dump(
        folder / name,
        Users=[user(1, "Ann Able"), user(2, "Ben Baker")],
        Posts=[question(1, **more), answer(11, 1, **more)],
        Comments=[comment(5, 11, **more)],
        PostHistory=[version(1, 1, 2, "One"), version(2, 1, 5, "Two", CreationDate="2016-12-08T10:00:00.000")],
    )


def page_of(client, address: str):
    return html5lib.parse(client.get(address).text, namespaceHTMLElements=False)


def words(element) -> str:
    return " ".join("".join(element.itertext()).split())


def links_on(page) -> dict[str, str]:
    """Links to other hosts, with what they say about the relation."""
    return {link.get("href"): link.get("rel") for link in page.iter("a") if link.get("href", "").startswith("http")}


def test_source_licence_and_original_stand_below_each_text(client, run_import, tmp_path):
    run_import(dump_called("pumps.stackexchange.com", tmp_path, **NEWER))
    asked = db.session.scalars(select(Question)).one()

    page = page_of(client, f"/questions/{asked.id}/{asked.slug}")

    line = "Imported from pumps.stackexchange.com, where its author published it under CC BY-SA 4.0."
    assert words(page).count(line) == 2
    assert "from pumps.stackexchange.com (CC BY-SA 4.0)" in words(page)
    licence = "https://creativecommons.org/licenses/by-sa/4.0/"
    home = "https://pumps.stackexchange.com"
    assert links_on(page) == {
        f"{home}/q/1": "nofollow ugc noopener",
        f"{home}/a/11": "nofollow ugc noopener",
        f"{home}/posts/comments/5": "nofollow ugc noopener",
        licence: "license nofollow noopener",
    }
    assert words(page_of(client, f"/posts/{asked.id}/revisions")).count(line) == 1
    replied = db.session.scalars(select(Answer)).one()
    assert "from pumps.stackexchange.com (CC BY-SA 4.0)" in words(page_of(client, f"/posts/{replied.id}/comments"))


@pytest.mark.both_databases
def test_nothing_is_said_that_the_dump_does_not_say(client, run_import, tmp_path):
    run_import(dump_called("pumps-2017", tmp_path))
    asked = db.session.scalars(select(Question)).one()

    page = page_of(client, f"/questions/{asked.id}/{asked.slug}")

    assert words(page).count("Imported from pumps-2017.") == 2
    assert "CC BY" not in words(page)
    assert links_on(page) == {}


@pytest.mark.parametrize(
    "label",
    [
        "pumps.example",
        "evil.com/stackexchange.com",
        "stackexchange.com.evil.example",
        "notstackexchange.com",
        "iot-2017",
    ],
)
def test_another_name_is_no_address(run_import, tmp_path, label):
    run_import(dump_called("dump", tmp_path), "--source", label)

    for model in (Question, Answer, Comment):
        assert db.session.scalars(select(model.source_address)).one() is None
        assert db.session.scalars(select(model.source)).one() == label


@pytest.mark.parametrize(
    "label", ["stackoverflow.com", "pt.stackoverflow.com", "meta.mathoverflow.net", "superuser.com"]
)
def test_sites_that_are_known_by_name(run_import, tmp_path, label):
    run_import(dump_called("dump", tmp_path), "--source", label)

    assert db.session.scalars(select(Question.source_address)).one() == f"https://{label}/q/1"


@pytest.mark.parametrize("licence", ["x" * 41, "CC\u202eBY", ""])
def test_a_licence_that_is_none_is_not_taken(run_import, tmp_path, licence):
    run_import(dump_called("dump", tmp_path, ContentLicense=licence))

    assert db.session.scalars(select(Question.source_licence)).one() is None


def test_an_unknown_licence_is_named_without_a_link(client, run_import, tmp_path):
    run_import(dump_called("dump", tmp_path, ContentLicense="CC BY-SA 5.0 <b>"))
    asked = db.session.scalars(select(Question)).one()

    page = page_of(client, f"/questions/{asked.id}/{asked.slug}")

    assert "under CC BY-SA 5.0 <b>." in words(page)
    assert links_on(page) == {}


def test_what_was_written_here_names_no_source(client):
    written = AnswerFactory()

    page = client.get(f"/questions/{written.question_id}").location
    assert "mported from" not in client.get(page).text


def test_authors_called_like_an_employee_keep_their_name_and_are_counted(run_import, tmp_path):
    ExpertFactory(name="Ann Ablé", handle="aable")
    dump = dump_called("dump", tmp_path)

    dry, done = run_import(dump, "--dry-run"), run_import(dump)

    assert done.changed("members") == dry.changed("members") == {"called like an employee here, which they keep": 1}
    author = db.session.scalars(select(Person).where(Person.name == "Ann Able")).one()
    assert not author.is_employee
    assert not author.can_sign_in
