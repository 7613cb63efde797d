"""An address appears in its owner's settings, and where an admin asks for one person's, which stands in the trail.

It appears nowhere else: not in a page, a report, a log or an answer.
"""

from __future__ import annotations

import pytest
from flask import Flask
from sqlalchemy import select

from app.accounts.models import Account
from app.exchange.models import WebhookMessage
from app.jobs.worker import run_once
from app.kernel.db import db, write
from app.kernel.events import deliver_pending
from app.people.addresses import open_address
from app.people.letters import OWN_ADDRESS_NAMED, LetterKind, write_letter
from app.people.models import Person
from app.posts.actions import vote
from app.posts.models import Post
from tests.support.account_world import CLOSE_TO_ACCOUNT, CONTACT
from tests.support.client import signed_in
from tests.support.factories import PersonFactory
from tests.support.leaks import CANARY, leaks_in
from tests.support.mailbox import Mailbox
from tests.support.rights import ROLES, UNSAFE, World, ask, endpoints, make_world

pytestmark = pytest.mark.one_database


# What a member wrote of how to reach them is read by sales of their account on this page, and by nobody elsewhere.
CONTACT_READ = "/sales/introductions/"
QUIET = "abcdefghjkmpq"
READERS = (*ROLES, *CLOSE_TO_ACCOUNT)
IN_SALES = ("sales", "owner", "lead", "other sales")
COMMANDS = (
    ["affinity", "report", "--format", "json"],
    ["affinity", "report", "--format", "csv"],
    ["affinity", "events", "--account", "1"],
    ["audit", "verify"],
    ["audit", "head"],
    ["canary", "count"],
    ["recount"],
    ["search", "rebuild"],
    ["search", "status"],
)


@pytest.mark.parametrize("role", READERS)
def test_no_page_shows_an_address_or_lists_members(app: Flask, capfd: pytest.CaptureFixture[str], role: str):
    world = make_world(role)
    PersonFactory(address="eve.unmistakable@canary.example")
    quiet = [PersonFactory(handle=f"quuxling-{letter}", name=f"Quuxling {letter.upper()}") for letter in QUIET]
    deliver_pending()

    leaks, contacts, named = [], set(), set()
    for rule, method in endpoints(app):
        if method in UNSAFE:
            continue
        response = ask(app, world, rule, method)
        told = response.data + str(response.headers).encode()
        if leaks_in(told, world.reader, response.request.path):
            leaks.append(rule.rule)
        if CONTACT.split(",", maxsplit=1)[0].encode() in told:
            contacts.add(rule.rule)
        if b"quuxling" in told.lower():
            named.add(rule.rule)

    assert leaks == []
    # Nobody looks after the account in the world of "sales", so all of sales may answer.
    reads_contact = role in {"owner", "lead", "sales"}
    assert contacts == ({f"{CONTACT_READ}<int:introduction_id>"} if reads_contact else set())
    # Members who only read are come upon by nobody.
    assert named == set()
    assert looked_up(app, world, "q") == 0
    # Whoever knows how a handle begins may address its owner; ten are the most that anybody is told of.
    assert looked_up(app, world, "quuxling") == (0 if role == "guest" else 10)
    assert len(quiet) > 10
    logged = "".join(capfd.readouterr()).encode()
    assert not CANARY.search(logged), "An address is in the log."
    assert b"5550" not in logged, "How to reach a member is in the log."


def test_no_command_prints_an_address(app: Flask):
    make_world("sales")
    deliver_pending()
    runner = app.test_cli_runner()
    for arguments in (["affinity", "recompute"], *COMMANDS):
        result = runner.invoke(args=arguments)

        assert result.exit_code == 0, (arguments, result.output)
        assert not CANARY.search(result.output.encode()), arguments
    # The doctor finds faults in a site of tests, and says so without naming anybody.
    assert not CANARY.search(runner.invoke(args=["doctor", "--no-mail"]).output.encode())


def test_no_table_holds_an_address_in_the_open():
    make_world("member")
    deliver_pending()

    for table in db.metadata.sorted_tables:
        for row in db.session.execute(table.select()):
            assert not CANARY.search(repr(tuple(row)).encode()), table.name


def looked_up(app: Flask, world: World, begun: str) -> int:
    """How many members are named to the reader for the first letters of a handle, wherever one can search."""
    reader = signed_in(app, world.reader) if world.reader else app.test_client()
    searched = reader.get("/search", query_string={"q": begun}).data + reader.get(f"/experts?topic={begun}").data
    assert b"@quuxling" not in searched
    return reader.get("/editor/people", query_string={"q": begun}).data.count(b"@quuxling")


@pytest.mark.parametrize("role", [*IN_SALES, "colleague"])
def test_reports_name_no_member_who_has_not_published(app: Flask, role: str):
    """Members who only vote, follow and mark stand nowhere under /sales and /promise, not even before their company."""
    world = make_world(role)
    account = db.session.get_one(Account, world.values["account_id"])
    for letter in "abcdef":
        person = PersonFactory(handle=f"quuxling-{letter}", name=f"Quuxling {letter.upper()}", account=account)
        with write():
            vote(db.session.get_one(Post, world.values["answer_id"]), 1, by=person)
    deliver_pending()
    take_snapshot(app)

    named = [
        response.request.path
        for rule, method in endpoints(app)
        if method not in UNSAFE and rule.rule.startswith(("/sales", "/promise"))
        for response in [ask(app, world, rule, method)]
        if b"quuxling" in response.data.lower()
    ]

    assert named == []


def test_no_mail_holds_the_address_of_anybody_else(app: Flask, mailbox: Mailbox):
    """Each mail has one address in it, of whoever gets it; not in its text alone, but in all that is sent."""
    make_world("owner")
    for person in db.session.scalars(select(Person).where(Person.email.is_not(None))).all():
        for kind in LetterKind:
            if kind not in OWN_ADDRESS_NAMED and not kind.value.startswith("meeting"):
                with write():
                    write_letter(person, kind)
    run_once()

    known = {open_address(sealed).encode() for sealed in db.session.scalars(select(Person.email)) if sealed}
    assert len(mailbox) > len(known)
    for mail in mailbox:
        own = mail["To"].addresses[0].addr_spec.encode()
        assert [other for other in known - {own} if other in mail.as_bytes()] == []


def test_no_message_to_another_system_holds_an_address(app: Flask):
    make_world("owner")
    take_snapshot(app)
    deliver_pending()

    bodies = db.session.scalars(select(WebhookMessage.body)).all()
    assert not CANARY.search(repr(bodies).encode())
    assert "5550" not in repr(bodies)


def take_snapshot(app: Flask) -> None:
    assert app.test_cli_runner().invoke(args=["affinity", "recompute"]).exit_code == 0
