"""flask demo: a year that looks lived, loaded once, and taken away without a trace."""

from __future__ import annotations

import re
import shutil
from collections import Counter
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from functools import partial
from pathlib import Path
from typing import Any

import pytest
from click.testing import Result
from flask import Flask
from sqlalchemy import func, select

from app.accounts.models import Account, AccountOwner, Membership, SalesLead
from app.affinity import look_proof
from app.affinity.actions import record_view
from app.affinity.figures import from_text
from app.affinity.ledger import desired_rows, stored_rows
from app.affinity.models import AffinityEvent, AffinitySnapshot, ReportView
from app.affinity.pledges import has_pledged
from app.affinity.queries import latest
from app.cli.demo.content import Community, read_community
from app.cli.demo.loading import Progress, load_community
from app.cli.demo.timeline import Timeline, mondays_before, voting_time
from app.cli.recount import find_differences
from app.desk.models import Greeting
from app.jobs.words import count_words
from app.kernel import clock, events
from app.kernel.db import Timestamp, db, write
from app.kernel.settings import settings
from app.marks.models import Thanks
from app.meetings.models import MeetingRequest
from app.notifications.models import Notice
from app.people import trail_proof
from app.people.models import Letter, Person, PersonRole
from app.people.passwords import is_right_password
from app.people.queries import find_by_address
from app.posts.actions import vote
from app.posts.bodies import prepare_body
from app.posts.models import Comment, Post, Vote
from app.questions.actions import Draft, accept_answer, answer_question, edit_question
from app.questions.models import Answer, Question
from app.reputation.models import ReputationTotal
from app.search import engines
from app.search.engines import site_index
from app.search.index_progress import pending_count as search_pending_count
from app.search.language import parse
from app.search.queries import find
from app.topics.models import Product, Tag
from tests.support.factories import (
    AccountFactory,
    AnswerFactory,
    CommentFactory,
    ExpertFactory,
    PersonFactory,
    QuestionFactory,
)

pytestmark = pytest.mark.one_database

LOADED_AT = datetime(2026, 7, 15, 16, 20, tzinfo=UTC)
COMMUNITY = read_community()
# What follows from rows that are gone, and is forgotten by itself.
OUTBOX = {"outbox_messages", "outbox_deliveries", "search_pending_threads", "search_index_progress"}

# Times that are meant to lie ahead.
PLANNED = {"away_until"}

Tables = dict[str, list[tuple[Any, ...]]]


@contextmanager
def no_bar(label: str, length: int) -> Iterator[Progress]:
    yield lambda steps: None


def load(community: Community = COMMUNITY, *, at: datetime = LOADED_AT) -> bool:
    with clock.at(at):
        return load_community(community, no_bar)


def a_part(questions: int = 6) -> Community:
    """The whole community with its first few questions: enough where the year does not matter."""
    return replace(COMMUNITY, questions=COMMUNITY.questions[:questions])


@pytest.fixture
def demo(app: Flask) -> Callable[..., Result]:
    """`demo("remove")` runs the command."""
    return lambda *arguments, **options: app.test_cli_runner().invoke(args=["demo", *arguments], **options)


def load_part() -> Path:
    """A part of the demo; the folder that holds the files of the site with it."""
    load(a_part())
    files = settings().instance.with_name("part of the demo")
    shutil.rmtree(files, ignore_errors=True)
    shutil.copytree(settings().instance, files)
    return files


@pytest.fixture
def part(once: Callable[[Callable[[], Path]], Path]) -> None:
    """A site onto which a part of the demo was loaded, with its files."""
    files = once(load_part)
    shutil.rmtree(settings().instance)
    shutil.copytree(files, settings().instance)
    # What was read of an index that is gone is not to be believed.
    engines._index_at.cache_clear()


def count(model: type[Any], *conditions: Any) -> int:
    return db.session.scalar(select(func.count()).select_from(model).where(*conditions)) or 0


def person(handle: str) -> Person:
    return db.session.scalars(select(Person).where(Person.handle == handle)).one()


def everything() -> Tables:
    """Every row of every table that readers can see something of."""
    db.session.rollback()
    tables = (table for table in db.metadata.sorted_tables if table.name not in OUTBOX)
    return {table.name: sorted(map(tuple, db.session.execute(select(table))), key=repr) for table in tables}


def rows_in(tables: Tables) -> dict[str, int]:
    return {name: len(rows) for name, rows in tables.items() if rows}


def assert_all_agrees() -> None:
    """Every kept number is what it counts, and affinity knows of each thread what stands there."""
    assert list(find_differences()) == []
    ids = db.session.scalars(select(Question.id)).all()
    assert desired_rows(ids) == stored_rows(ids).keys()


def latest_moments() -> dict[str, datetime]:
    """The latest time in each column of times."""
    columns = [
        column
        for table in db.metadata.sorted_tables
        if table.name not in OUTBOX
        for column in table.columns
        if isinstance(column.type, Timestamp) and column.name not in PLANNED
    ]
    found = {str(column): db.session.scalar(select(func.max(column))) for column in columns}
    return {name: moment for name, moment in found.items() if moment}


@pytest.mark.both_databases
def test_the_whole_year_is_there_and_everything_follows_from_it(demo):
    load()

    assert count(Question) == 80
    assert count(Answer) == sum(len(question.answers) for question in COMMUNITY.questions)
    assert count(Comment) == sum(len(post.comments) for post in COMMUNITY.posts())
    assert count(Vote) == sum(len(post.helpful + post.not_helpful) for post in COMMUNITY.posts())
    assert count(Question, Question.accepted_answer_id.is_not(None)) == 49
    assert_the_people_are_there()
    assert_the_times_are_right()
    assert_all_agrees()
    assert find(parse('"commit barrier"'), None).total >= 1
    assert events.pending_count() == search_pending_count() == 0
    assert events.dead_letters() == []
    assert_experts_have_earned()
    assert_affinity_is_as_expected()
    assert_sign_ins_work()
    assert_inboxes_hold_a_week_of_news()
    assert_meetings_are_there()
    assert_newcomers_and_thanks_are_there()

    before = everything()
    result = demo("load")
    assert result.exit_code == 0
    assert "loaded already" in result.output
    assert everything() == before


def assert_the_people_are_there() -> None:
    current = select(Membership.account_id, func.count()).where(Membership.until.is_(None))
    members = current.group_by(Membership.account_id)
    numbers = [number for _account, number in db.session.execute(members)]
    assert sorted(numbers, reverse=True) == [10, 7, 5, 3, 2, 1, 1, 1]
    assert Counter(db.session.scalars(select(PersonRole.role))) == {"expert": 8, "steward": 2, "sales": 2, "admin": 1}
    assert count(Person) == 43
    assert_two_people_look_after_them(Counter(dict(db.session.execute(members).all())))
    photos = db.session.scalars(select(Person.photo).where(Person.photo.is_not(None))).all()
    assert len(photos) == len({*photos}) >= 30
    assert all((settings().photos_path / name).stat().st_size > 1_000 for name in photos if name)


def assert_two_people_look_after_them(members: Counter[int]) -> None:
    assert count(AccountOwner) == 9
    assert count(SalesLead) == 0
    owned: dict[tuple[str, str], list[int]] = {}
    for row in db.session.scalars(select(AccountOwner).where(AccountOwner.until.is_(None))):
        key = db.session.get_one(Person, row.person_id).handle, row.role
        owned.setdefault(key, []).append(members[row.account_id])
    assert {key: sorted(numbers, reverse=True) for key, numbers in owned.items()} == {
        ("nadiar", "owner"): [10, 5, 3, 1, 1],
        ("callumreid", "owner"): [7, 2, 1],
        ("callumreid", "backup"): [1],
    }
    assert has_pledged(person("nadiar"))
    assert has_pledged(person("callumreid"))


def assert_the_times_are_right() -> None:
    moments = latest_moments()
    # Only what people have agreed to lies ahead.
    ahead = {"join_invitations.good_until", "introductions.good_until"} | {
        f"meeting_{what}.{when}" for what in ("slots", "requests") for when in ("starts_at", "ends_at")
    }
    assert {name for name, moment in moments.items() if moment > LOADED_AT} == ahead
    assert LOADED_AT - moments["posts.created_at"] < timedelta(hours=3)
    first = db.session.scalar(select(func.min(Post.created_at)))
    assert first
    assert LOADED_AT - first > timedelta(days=330)
    votes = select(func.count()).select_from(Vote)
    before_the_post = votes.join(Post, Post.id == Vote.post_id).where(Vote.cast_at < Post.created_at)
    before_joining = votes.join(Person, Person.id == Vote.voter_id).where(Vote.cast_at < Person.joined_at)
    assert db.session.scalar(before_the_post) == db.session.scalar(before_joining) == 0
    since = select(func.count()).select_from(Membership).join(Person, Person.id == Membership.person_id)
    assert db.session.scalar(since.where(Membership.since != Person.joined_at)) == 0


def assert_experts_have_earned() -> None:
    experts = select(PersonRole.person_id).where(PersonRole.role == "expert")
    points = db.session.scalars(select(ReputationTotal.points).where(ReputationTotal.person_id.in_(experts))).all()
    assert len(points) == 8
    assert min(points) > 50


def assert_affinity_is_as_expected() -> None:
    reports = {}
    for snapshot in latest(select(AffinitySnapshot)).values():
        assert snapshot.taken_at == LOADED_AT
        reports[db.session.get_one(Account, snapshot.account_id).name] = (snapshot.score, from_text(snapshot.report))
    expected = {"Fernhill Hospitals": 44, "Calder & Finch": 62, "Osprey Rail": 26, "Tidewater Energy": 9}
    for name, affinity in expected.items():
        score, report = reports.pop(name)
        assert score == pytest.approx(affinity, abs=2), name
        assert report.figures is not None
    assert {report.band for _score, report in reports.values()} == {"early"}
    assert all(report.figures is None for _score, report in reports.values())
    assert count(AffinitySnapshot) == 8 * (1 + len(list(mondays_before(LOADED_AT))))


def assert_inboxes_hold_a_week_of_news() -> None:
    week_ago = LOADED_AT - timedelta(days=7)
    assert count(Notice, Notice.read_at.is_(None), Notice.made_at < week_ago) == 0
    assert count(Notice, Notice.read_at.is_(None)) > 20
    assert count(Notice, Notice.read_at.is_not(None)) > 100
    assert count(Notice, Notice.made_at > LOADED_AT) == 0


def assert_meetings_are_there() -> None:
    standings = Counter(db.session.scalars(select(MeetingRequest.standing)))
    assert standings == {"accepted": 8, "waiting": 1, "asked": 1}
    assert count(AffinityEvent, AffinityEvent.kind == "met") == 2
    assert count(Letter) == 0


def assert_newcomers_and_thanks_are_there() -> None:
    greeted = {one.person_id: one.greeted_at is not None for one in db.session.scalars(select(Greeting))}
    assert greeted == {person("siobhank").id: True, person("anilthapa").id: True, person("elinstrand").id: False}
    assert count(Thanks) == 6
    assert count(Notice, Notice.kind.in_(["thanked", "welcomed"])) == 8


def assert_sign_ins_work() -> None:
    path = settings().instance / "demo-sign-ins.txt"
    lines = [line.split() for line in path.read_text().splitlines()]
    assert path.stat().st_mode & 0o777 == 0o600
    assert Counter(role for role, _, _ in lines) == {"member": 2, "expert": 2, "sales": 2, "steward": 1, "admin": 1}
    for role, address, password in lines:
        found = find_by_address(address)
        assert found is not None
        assert found.shown_role == role
        assert is_right_password(password, found.password)
    assert count(Person, Person.password.is_not(None)) == len(lines)


@pytest.mark.both_databases
def test_removing_it_leaves_an_empty_site(demo, part):
    assert count(Post) > 10
    ids = {question.id for question in all_questions()}
    assert ids & {*site_index().query(parse("replication")).ids}

    result = demo("remove")

    assert result.exit_code == 0, result.output
    assert rows_in(everything()) == {}
    assert not ids & {*site_index().query(parse("replication")).ids}
    assert list(settings().photos_path.glob("*")) == []
    assert not (settings().instance / "demo-sign-ins.txt").exists()
    assert "not here" in demo("remove").output


def test_it_comes_and_goes_without_a_change_to_what_others_wrote(demo):
    account = AccountFactory()
    asker, expert, voter = PersonFactory(account=account), ExpertFactory(), PersonFactory(account=account)
    answer = AnswerFactory(question=QuestionFactory(author=asker, tags=("replication",)), author=expert, accepted=True)
    CommentFactory(post=answer, author=asker)
    with write():
        vote(answer, 1, by=voter)
    events.deliver_pending()
    count_words(pause=0)
    before = everything()

    load(a_part())
    during = everything()
    assert demo("remove").exit_code == 0

    assert len(during["posts"]) > len(before["posts"])
    assert everything() == before


def test_the_same_year_again_is_the_same(demo, part):
    first = {question.title: (question.asked_at, question.helpful_count) for question in all_questions()}
    votes = sorted(db.session.scalars(select(Vote.cast_at)))
    demo("remove")

    load(a_part())

    assert first == {question.title: (question.asked_at, question.helpful_count) for question in all_questions()}
    assert votes == sorted(db.session.scalars(select(Vote.cast_at)))


def all_questions() -> list[Question]:
    return list(db.session.scalars(select(Question)))


def test_what_others_wrote_below_its_posts_goes_only_after_asking(demo, part):
    member = PersonFactory()
    AnswerFactory(question=all_questions()[0], author=member)
    CommentFactory(post=all_questions()[1], author=member)
    events.deliver_pending()
    before = everything()

    asked = demo("remove", input="n\n")

    assert asked.exit_code == 1
    assert "1 answer and 1 comment by people who are not of the demo" in asked.output
    assert everything() == before

    assert demo("remove", "--yes").exit_code == 0
    assert rows_in(everything()) == {"people": 1}
    assert_all_agrees()


@pytest.mark.both_databases
def test_what_its_people_left_in_threads_of_others_goes_and_the_threads_stay_right(demo, part):
    account = AccountFactory()
    asker = PersonFactory(account=account)
    question = QuestionFactory(author=asker, title="Which fans fit into the older chassis of ours?")
    answered_at = AnswerFactory(question=question, author=ExpertFactory()).created_at
    body = prepare_body("Ours, of the second batch.\n\nThey are on the shelf with the blue tape.")
    with write():
        answer = answer_question(question, body, by=person("sanfox"))
        accept_answer(question, answer, by=asker)
        vote(question, 1, by=person("martak"))
    CommentFactory(post=question, author=person("netowl"))
    events.deliver_pending()

    assert demo("remove").exit_code == 0

    db.session.expire_all()
    assert_all_agrees()
    assert (question.answer_count, question.comment_count, question.helpful_count) == (1, 0, 0)
    assert (question.accepted_answer_id, question.accepted_at) == (None, None)
    assert (question.last_activity_kind, question.last_activity_at) == ("answered", answered_at)
    assert count(Person) == 2
    assert count(Notice) == 1
    assert db.session.get_one(ReputationTotal, asker.id).points == 0


@pytest.mark.both_databases
def test_an_edit_by_one_of_its_stewards_stays_under_a_former_member(demo, part):
    question = QuestionFactory(author=PersonFactory(), title="Which fans fit into the older chassis of ours?")
    draft = Draft(title="Which fans fit into the Keel R12?", body=prepare_body("The older one."), tags=["cooling"])
    with write():
        edit_question(question, draft, by=person("maevekeeps"), revision_number=1)
    account = AccountFactory()
    with write():
        for seen in (account, db.session.scalars(select(Account).order_by(Account.id)).first(), None):
            db.session.add(ReportView(viewer_id=person("nadiar").id, account_id=seen and seen.id, what="report"))

    assert demo("remove").exit_code == 0

    assert_all_agrees()
    former = db.session.scalars(select(Person).where(Person.id != question.author_id)).all()
    assert [one.name for one in former] == ["Former member", "Former member"]
    assert not any(one.can_sign_in or one.is_employee or one.photo or one.about for one in former)
    assert [view.account_id for view in db.session.scalars(select(ReportView))] == [account.id]
    assert load(a_part()) is True


def test_what_was_looked_at_in_the_demo_is_proved_once_it_is_gone(demo, part):
    seen = db.session.scalars(select(Account)).first()
    with write():
        for account in (seen, None):
            record_view(person("nadiar"), "account" if account else "portfolio", account)

    assert demo("remove").exit_code == 0

    assert (trail_proof.first_broken(), look_proof.first_unlike()) == (None, None)
    assert [view.what for view in db.session.scalars(select(ReportView))] == ["portfolio"]


@contextmanager
def stops_at(step: str, label: str, length: int) -> Iterator[Progress]:
    """A bar at which somebody loses patience in that step."""

    def advance(steps: int) -> None:
        if label == step:
            raise KeyboardInterrupt

    yield advance


def test_a_load_that_was_stopped_can_be_loaded_again():
    for step, questions in (("Writing a year", 0), ("Counting it up", 6), ("Measuring", 6)):
        with pytest.raises(KeyboardInterrupt), clock.at(LOADED_AT):
            load_community(a_part(), partial(stops_at, step))
        assert count(Question) == questions

    assert load(a_part()) is True
    assert load(a_part()) is False
    assert count(Question) == 6
    assert count(AffinitySnapshot, AffinitySnapshot.taken_at == LOADED_AT) == 8
    assert len((settings().instance / "demo-sign-ins.txt").read_text().splitlines()) == 8
    assert_all_agrees()


def test_somebody_of_the_same_name_is_left_alone(demo):
    PersonFactory(handle="martak")
    before = everything()

    result = demo("load")

    assert result.exit_code == 1
    assert "nothing was loaded: Somebody has that handle" in result.output
    assert everything() == before


def test_tags_and_products_that_others_use_stay(demo, part):
    product = db.session.scalars(select(Product)).first()
    QuestionFactory(tags=("cooling",), product=product)

    demo("remove")

    assert list(db.session.scalars(select(Tag.name))) == ["cooling"]
    assert [one.slug for one in db.session.scalars(select(Product))] == [product.slug]
    assert_all_agrees()


@pytest.mark.pure
@pytest.mark.parametrize("hour", [0, 3, 7, 12, 18, 23])
def test_whenever_it_is_loaded_its_newest_posts_are_of_today(hour):
    now = datetime(2026, 3, 2, hour, 10, tzinfo=UTC)
    timeline = Timeline(now)
    written = sorted(text.at for text in COMMUNITY.texts())

    moments = [timeline.at(one) for one in written]

    assert moments == sorted(moments)
    assert timedelta(minutes=5) <= now - moments[-1] < timedelta(hours=1)
    assert sum(now - moment < timedelta(hours=24) for moment in moments) >= 6
    assert moments[0] == datetime(2026, 3, 2, tzinfo=UTC) + written[0]


@pytest.mark.pure
def test_votes_come_after_the_post_and_after_the_voter_and_never_late():
    for post in COMMUNITY.posts():
        for voter in post.helpful:
            at = voting_time(post.at, timedelta(days=-20), f"{post.key} {voter}")
            assert max(post.at, timedelta(days=-20)) <= at <= timedelta(hours=7)
            assert at == voting_time(post.at, timedelta(days=-20), f"{post.key} {voter}")


@pytest.mark.pure
def test_snapshots_are_of_mondays():
    moments = list(mondays_before(LOADED_AT))

    assert {moment.weekday() for moment in moments} == {0}
    assert len(moments) == 53
    assert moments[-1] < LOADED_AT <= moments[-1] + timedelta(days=7)


@pytest.mark.pure
def test_the_content_says_times_that_can_be_read():
    assert all(re.fullmatch(r"[a-z0-9/#-]{1,60}", text.key) for text in COMMUNITY.texts())
    assert len({text.key for text in COMMUNITY.texts()}) == sum(1 for _ in COMMUNITY.texts())
