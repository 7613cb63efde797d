"""flask import stackexchange: what becomes of a dump."""

from __future__ import annotations

from datetime import UTC, datetime
from pathlib import Path

import pytest
from flask import Flask
from sqlalchemy import func, select

from app.affinity import models as affinity
from app.cli.recount import find_differences
from app.kernel.db import db
from app.kernel.events import OutboxMessage, deliver_pending
from app.people.models import Person
from app.posts.models import Comment, ImportedRecord, Post, Revision, VoteTally
from app.questions.models import Answer, Question
from app.reputation.models import ReputationEntry
from app.topics.models import Tag
from tests.cli.importing.dumps import answer, comment, question, user, version, vote, write_dump
from tests.support.factories import PersonFactory

pytestmark = pytest.mark.one_database

TABLES = [Person, Post, Question, Answer, Revision, Comment, VoteTally, Tag, ImportedRecord, OutboxMessage]


@pytest.fixture
def site(tmp_path: Path) -> Path:
    """A small site: one question with two answers, its history, comments and votes."""
    return write_dump(
        tmp_path / "pumps.example",
        Users=[user(-1, "Community"), user(1, "Ann Able"), user(2, "Ben Baker"), user(3, "Ann Able")],
        Posts=[
            question(1, Score=2, AcceptedAnswerId=12, Title="Why  does it hum?", LastEditorUserId=3),
            answer(11, 1, Score=-1),
            answer(12, 1, OwnerUserId=3, CreationDate="2016-12-07T09:30:00.250"),
            {"Id": 20, "PostTypeId": 5, "CreationDate": "2016-12-06T17:10:44.557", "Body": "", "Score": 0},
        ],
        PostHistory=[
            version(1, 1, 2, "Why does it hum?", RevisionGUID="first"),
            version(2, 1, 1, "Why?", RevisionGUID="first"),
            version(3, 1, 3, "<pump>", RevisionGUID="first"),
            version(
                4, 1, 5, "Why does *it* hum?", UserId=3, Comment="emphasis", CreationDate="2016-12-08T10:00:00.000"
            ),
            version(5, 11, 2, "Look at the **bearing**."),
            version(6, 1, 10, '{"Voters":[]}'),
        ],
        Comments=[comment(1, 1), comment(2, 12, UserId=1, CreationDate="2016-12-09T09:00:00.100")],
        Votes=[
            vote(1, 1, 2),
            vote(2, 1, 2),
            vote(3, 1, 2),
            vote(4, 1, 3),
            vote(5, 11, 3),
            vote(6, 12, 1),
            vote(7, 1, 8),
        ],
        PostLinks=[{"Id": 1, "PostId": 1, "RelatedPostId": 99, "LinkTypeId": 3, "CreationDate": "2016-12-09T00:00:00"}],
        Tags=[{"Id": 1, "TagName": "pump", "Count": 1}],
        Badges=[{"Id": 1, "UserId": 1, "Name": "Editor"}],
    )


def everything() -> dict[str, list[tuple[object, ...]]]:
    """Every row of every table that an import writes."""
    db.session.rollback()
    return {
        model.__tablename__: [
            tuple(row) for row in db.session.execute(select(model.__table__).order_by(*model.__table__.primary_key))
        ]
        for model in TABLES
    }


def local(kind: str, source_id: int) -> int:
    rows = select(ImportedRecord.local_id).where(
        ImportedRecord.kind == kind, ImportedRecord.source_id == str(source_id)
    )
    return db.session.scalars(rows).one()


def post_of(model: type[Post], source_id: int) -> Post:
    return db.session.get_one(model, local("post", source_id))


def test_a_thread_comes_with_all_that_belongs_to_it(run_import, site):
    done = run_import(site)

    asked = post_of(Question, 1)
    assert done.exit_code == 0
    assert (asked.title, asked.slug, asked.body) == ("Why does it hum?", "why-does-it-hum", "Why does *it* hum?")
    assert "<em>it</em>" in asked.body_html
    assert asked.created_at == asked.asked_at == datetime(2016, 12, 6, 17, 10, 44, 557_000, UTC)
    assert asked.edited_at == datetime(2016, 12, 8, 10, 0, tzinfo=UTC)
    assert (asked.helpful_count, asked.unhelpful_count, asked.score) == (3, 1, 2)
    assert (asked.answer_count, asked.comment_count) == (2, 1)
    assert asked.accepted_answer_id == local("post", 12)
    assert asked.accepted_at == datetime(2016, 12, 9, tzinfo=UTC)
    assert (asked.last_activity_kind, asked.last_activity_by_id) == ("commented", local("person", 1))
    assert asked.last_activity_at == datetime(2016, 12, 9, 9, 0, 0, 100_000, UTC)
    assert asked.author_id == local("person", 1)
    assert asked.source == "pumps.example"
    answers = {local("post", 11): "Look at the **bearing**.", local("post", 12): "Look at the bearing."}
    assert {one.id: one.body for one in db.session.scalars(select(Answer))} == answers
    assert post_of(Answer, 11).score == -1
    tags = db.session.scalars(select(Tag.name).order_by(Tag.name)).all()
    assert tags == ["noise", "pump"]


def test_the_history_is_kept_and_its_newest_version_is_the_post(run_import, site):
    run_import(site)

    rows = select(Revision).order_by(Revision.number)
    first, second = db.session.scalars(rows).all()
    assert (first.title, first.body, first.tags, first.reason) == ("Why?", "Why does it hum?", "pump", "")
    assert (first.number, first.editor_id) == (1, local("person", 1))
    assert (second.title, second.body, second.tags) == ("Why does it hum?", "Why does *it* hum?", "pump noise")
    assert (second.number, second.editor_id, second.reason) == (2, local("person", 3), "emphasis")
    assert post_of(Question, 1).revision_number == 2


def test_authors_become_members_who_cannot_sign_in(run_import, site):
    run_import(site)

    people = {person.handle: person for person in db.session.scalars(select(Person))}
    assert set(people) == {"member-community", "ann-able", "ann-able-3", "ben-baker"}
    for person in people.values():
        assert not person.can_sign_in
        assert not person.active
        assert person.email is None
        assert person.password is None
        assert not person.is_employee
        assert person.joined_at == datetime(2016, 12, 6, 17, 10, 44, 557_000, UTC)


def test_nothing_is_earned_and_every_kept_number_is_right(run_import, site):
    run_import(site)
    deliver_pending()

    assert list(find_differences()) == []
    assert db.session.scalar(select(func.count()).select_from(ReputationEntry)) == 0
    for table in db.metadata.tables.values():
        if table.name.startswith(affinity.__name__.split(".")[1]):
            assert db.session.scalar(select(func.count()).select_from(table)) == 0, table.name
    names = db.session.scalars(select(OutboxMessage.name).distinct()).all()
    assert names == ["questions.threads_imported"]


def test_what_was_left_out_is_reported_with_its_reason(run_import, site):
    done = run_import(site)

    assert done.report["taken"] == {
        "accepted answers": 1,
        "answers": 2,
        "comments": 2,
        "members": 4,
        "questions": 1,
        "versions of posts": 2,
        "votes": 5,
    }
    assert sum(done.skipped("posts").values()) == 1
    assert sum(done.skipped("votes").values()) == 1
    assert sum(done.skipped("history").values()) == 1
    assert sum(done.skipped("links").values()) == 1
    assert "neither a question nor an answer" in done.output


def test_a_second_import_changes_nothing_also_from_the_archive(run_import, site, tmp_path):
    run_import(site)
    before = everything()

    again = run_import(site)
    py7zr = pytest.importorskip("py7zr")
    with py7zr.SevenZipFile(tmp_path / "other-name.7z", "w") as packed:
        packed.writeall(site, "")
    packed_again = run_import(tmp_path / "other-name.7z")

    assert everything() == before
    for done in (again, packed_again):
        assert done.exit_code == 0
        assert done.report["taken"] == {}
        assert done.report["already_here"] == {"answers": 2, "comments": 2, "members": 4, "questions": 1}


@pytest.mark.both_databases
def test_a_dry_run_writes_nothing_and_reports_the_same(run_import, site):
    before = everything()

    dry = run_import(site, "--dry-run")

    assert everything() == before
    assert dry.output.startswith("Would take")
    real = run_import(site)
    assert {**dry.report, "dry_run": False} == real.report


def test_a_later_edition_adds_what_is_new_and_leaves_the_rest(run_import, site):
    run_import(site)
    body_before = post_of(Answer, 12).body
    write_dump(
        site,
        Posts=[
            question(1, Score=7, AcceptedAnswerId=12, Title="Another title"),
            answer(12, 1, OwnerUserId=3, Body="<p>Changed there.</p>"),
            answer(13, 1, OwnerUserId=4),
            question(30),
        ],
        Users=[user(1, "Ann Able"), user(2, "Ben Baker"), user(3, "Ann Able"), user(4, "Cem Can")],
        Comments=[comment(1, 1), comment(3, 13)],
        PostHistory=[],
        Votes=[],
    )

    done = run_import(site)
    db.session.expire_all()

    assert done.report["taken"] == {"answers": 1, "comments": 1, "members": 1, "questions": 1}
    assert post_of(Question, 1).title == "Why does it hum?"
    assert post_of(Question, 1).answer_count == 3
    assert post_of(Answer, 12).body == body_before
    assert list(find_differences()) == []


def test_sites_with_the_same_ids_do_not_mix(run_import, site, tmp_path):
    other = write_dump(
        tmp_path / "valves.example",
        Users=[user(1, "Ann Able")],
        Posts=[question(1, CreationDate="2011-01-01T00:00:00")],
    )

    run_import(site)
    run_import(other)

    assert db.session.scalar(select(func.count()).select_from(Question)) == 2
    handles = db.session.scalars(select(Person.handle).where(Person.name == "Ann Able")).all()
    assert sorted(handles) == ["ann-able", "ann-able-1", "ann-able-3"]


def test_a_member_of_the_site_keeps_the_handle(run_import, site):
    PersonFactory(name="Ann Able", handle="Ann_Able".lower())

    run_import(site)

    assert db.session.get_one(Person, local("person", 1)).handle == "ann-able-1"


def test_posts_without_history_are_converted_from_html(run_import, tmp_path):
    body = (
        "<p>See <a href='https://example.org/x'>this</a>:</p><pre><code>a &lt; b</code></pre>"
        "<img src='https://i.example.org/p.png' alt='A pump'>"
    )
    dump = write_dump(tmp_path / "old", Users=[user(1)], Posts=[question(1, Body=body)])

    done = run_import(dump)

    asked = post_of(Question, 1)
    assert asked.body.startswith("See [this](https://example.org/x):\n\n```\na < b\n```")
    assert "<img" not in asked.body_html
    assert 'href="https://i.example.org/p.png"' in asked.body_html
    assert asked.revision_number == 1
    assert asked.edited_at is None
    assert "votes.xml" in done.report["missing_files"]


def test_a_dump_may_hold_nothing_but_posts(run_import, tmp_path):
    dump = write_dump(
        tmp_path / "posts-only", Posts=[question(1, Score=5), answer(2, 1, Score=-3, OwnerDisplayName="Zoe")]
    )

    done = run_import(dump)

    asked, replied = post_of(Question, 1), post_of(Answer, 2)
    assert (asked.score, replied.score) == (5, -3)
    names = {person.id: person.name for person in db.session.scalars(select(Person))}
    assert names[asked.author_id] == "Former member"
    assert names[replied.author_id] == "Zoe"
    assert list(find_differences()) == []
    assert sum(done.changed("votes").values()) == 2
    assert run_import(dump).report["taken"] == {}


@pytest.mark.parametrize("tags", ["<pump><noise>", "|pump|noise|", "pump noise", "<Pump><noise><noise>"])
def test_tags_of_every_year(run_import, tmp_path, tags):
    run_import(write_dump(tmp_path / "site", Posts=[question(1, Tags=tags)]))

    assert sorted(db.session.scalars(select(Tag.name))) == ["noise", "pump"]


@pytest.mark.both_databases
def test_dangling_and_unusable_rows_are_counted(run_import, tmp_path):
    dump = write_dump(
        tmp_path / "site",
        Users=[user(1), user(1, "Twice"), {"DisplayName": "No id"}, {"Id": 5}],
        Posts=[
            question(1, AcceptedAnswerId=77, OwnerUserId=404),
            question(2, Title="x" * 151),
            question(3, Title="   "),
            question(4, Body="<p>  </p>"),
            question(5, Body=f"<p>{'word ' * 7_000}</p>"),
            question(6, Body="x" * 200_000),
            question(7, AcceptedAnswerId=13, Tags="<насос><pump>", Title="Short"),
            question(8, CreationDate="never"),
            answer(11, 404),
            answer(12, 2),
            answer(13, 1),
            answer(14, 13),
            {**answer(15, 1), "ParentId": ""},
            {"Id": "x", "PostTypeId": 1},
            question(9223372036854775807),
        ],
        Comments=[
            comment(1, 404),
            comment(2, 2),
            comment(3, 1, Text=" "),
            comment(4, 1, Text="x" * 1_001),
            comment(5, 1, CreationDate=""),
            comment(6, 1, UserId=404),
            comment(7, 9223372036854775807, UserId=5),
        ],
        Votes=[vote(1, 404, 2), vote(2, 2, 2), vote(2, 2, 2)],
        PostHistory=[version(1, 404, 2, "x"), version(2, 1, 4, "Only a title"), version(3, 1, 2, "x", CreationDate="")],
    )

    done = run_import(dump)

    assert done.exit_code == 0
    assert done.skipped("questions") == {
        "with a title longer than 150 letters": 1,
        "without a title": 1,
        "without a text": 1,
        "longer than 30,000 characters": 2,
        "without a usable date": 1,
    }
    assert done.skipped("answers") == {
        "answers to a question that the dump does not hold": 3,
        "answers to a question that was left out": 1,
    }
    assert sum(done.skipped("comments").values()) == 5
    assert done.skipped("accepted answers") == {"not an answer to that question, or not in the dump": 2}
    assert done.skipped("votes") == {"an id that the file holds twice": 1, "on posts that were left out": 2}
    assert done.skipped("users") == {"an id that the file holds twice": 1, "without a usable Id": 1}
    assert done.skipped("tags") == {"names that the rules here do not allow": 1}
    assert done.report["taken"]["questions"] == 3
    assert post_of(Question, 7).title == "Short"
    assert db.session.get_one(Person, local("person", 5)).name == "Member 5"
    assert list(find_differences()) == []
    again = run_import(dump)
    assert again.report["taken"] == {}
    for kind in ("questions", "answers", "comments", "users"):
        assert again.skipped(kind) == done.skipped(kind)


@pytest.mark.parametrize(
    ("name", "taken_as"),
    [
        ("Zoë Łuczak", "Zoë Łuczak"),
        ("山田", "山田"),
        ("Bob\u202eevil", "Bobevil"),
        ("★ Star ★", "Star"),
        ("www.spam.com", "Member 1"),
        ("Official Support", "Member 1"),
        ("Northwind Support", "Member 1"),
        ("Ana Northwind", "Ana Northwind"),
        ("Pаul", "Member 1"),
        ("=HYPERLINK(1)", "HYPERLINK 1"),
        ("scott_lotus", "scott lotus"),
        ("3ventic", "3ventic"),
        ("**", "Member 1"),
        ("-- Zoë --", "Zoë --"),
        ("x" * 300, "x" * 80),
        ("", "Member 1"),
    ],
)
def test_names_follow_the_rules_of_the_forms(run_import, tmp_path, name, taken_as):
    run_import(write_dump(tmp_path / "site", Users=[{**user(1), "DisplayName": name}], Posts=[question(1)]))

    person = db.session.get_one(Person, local("person", 1))
    assert person.name == taken_as
    assert 3 <= len(person.handle) <= 30


def test_the_name_of_the_source_can_be_said(run_import, site):
    run_import(site, "--source", "pumps.stackexchange.example")

    assert set(db.session.scalars(select(Post.source))) == {"pumps.stackexchange.example"}
    assert run_import(site).report["taken"] == {}


@pytest.mark.parametrize(
    "broken", ["Badges", "Comments", "PostHistory", "PostLinks", "Posts", "Tags", "Users", "Votes"]
)
def test_a_truncated_file_of_any_kind_ends_with_one_sentence_and_nothing_written(run_import, site, broken):
    path = site / f"{broken}.xml"
    path.write_bytes(path.read_bytes()[:-15])
    before = everything()

    done = run_import(site)

    assert done.exit_code == 1
    assert done.complaint.startswith(f"{broken}.xml stops in the middle")
    assert done.complaint.count("\n") == 0
    assert done.output == ""
    assert everything() == before


def test_a_hostile_file_ends_with_one_sentence_and_nothing_written(run_import, site):
    (site / "Votes.xml").write_text(
        '<?xml version="1.0"?><!DOCTYPE votes [<!ENTITY x SYSTEM "file:///etc/passwd">]><votes><row Id="&x;"/></votes>'
    )
    before = everything()

    done = run_import(site)

    assert (done.exit_code, done.output) == (1, "")
    assert done.complaint == "Votes.xml declares a document type or entities, which no dump does."
    assert everything() == before


def test_nothing_is_left_in_the_instance_folder(run_import, site, app: Flask):
    run_import(site)

    instance = app.extensions["firsthand.settings"].instance
    assert not list(instance.glob("import-*"))
