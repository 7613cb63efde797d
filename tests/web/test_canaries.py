"""An address appears in its owner's settings, and where an admin asks for one person's, which stands in the trail.

It appears nowhere else: not in a page, a report, a log or an answer.
"""

from __future__ import annotations

import re

import pytest
from flask import Flask

from app.kernel.db import db
from app.kernel.events import deliver_pending
from app.people.models import Person
from tests.support.client import signed_in
from tests.support.factories import PersonFactory
from tests.support.rights import ROLES, UNSAFE, World, ask, endpoints, make_world

# Every address of the tests' people is at one of these domains; a handle alone ("@ines-asker") is public.
CANARY = re.compile(rb"[\w.+-]+(@|%40)(oakridge|somewhere|northwind|canary)\.example", re.IGNORECASE)
OWN_SETTINGS = "/settings"
# One person's, for an admin who said by pressing a button that they want to see it.
ASKED_FOR = {"/admin/people/<handle>/address"}
COMMANDS = (
    ["affinity", "report", "--format", "json"],
    ["affinity", "report", "--format", "csv"],
    ["affinity", "events", "--account", "1"],
    ["recount"],
    ["search", "rebuild"],
    ["search", "status"],
)


@pytest.mark.parametrize("role", ROLES)
def test_no_page_shows_an_address(app: Flask, capfd: pytest.CaptureFixture[str], role: str):
    world = make_world(role)
    PersonFactory(address="eve.unmistakable@canary.example")
    deliver_pending()

    leaks = [
        (method, response.request.path)
        for rule, method in endpoints(app)
        if method not in UNSAFE
        for response in [ask(app, world, rule, method)]
        if leaks_in(response.data, world.reader, response.request.path) or CANARY.search(str(response.headers).encode())
    ]

    assert leaks == []
    assert not CANARY.search("".join(capfd.readouterr()).encode()), "An address is in the log."


@pytest.mark.parametrize("role", ["guest", "member", "admin"])
def test_no_answer_to_a_form_shows_an_address(app: Flask, role: str):
    world = make_world(role)

    for rule, method in endpoints(app):
        if method in UNSAFE:
            response = ask(app, world, rule, method)
            leaks = leaks_in(response.data, world.reader, response.request.path)
            assert not leaks or (role == "admin" and rule.rule in ASKED_FOR), rule.rule


def test_no_command_prints_an_address(app: Flask):
    make_world("sales")
    deliver_pending()
    runner = app.test_cli_runner()
    for arguments in (["affinity", "recompute"], *COMMANDS):
        result = runner.invoke(args=arguments)

        assert result.exit_code == 0, (arguments, result.output)
        assert not CANARY.search(result.output.encode()), arguments


def test_no_table_holds_an_address_in_the_open():
    make_world("member")
    deliver_pending()

    for table in db.metadata.sorted_tables:
        for row in db.session.execute(table.select()):
            assert not CANARY.search(repr(tuple(row)).encode()), table.name


@pytest.mark.parametrize("role", ["guest", "member", "sales"])
def test_nobody_comes_upon_members_who_only_read(app: Flask, role: str):
    world = make_world(role)
    quiet = [PersonFactory(handle=f"quuxling-{letter}", name=f"Quuxling {letter.upper()}") for letter in "abcdefghjkmp"]
    deliver_pending()

    met = [
        response.request.path
        for rule, method in endpoints(app)
        if method not in UNSAFE
        for response in [ask(app, world, rule, method)]
        if b"quuxling" in response.data.lower()
    ]

    assert met == []
    assert looked_up(app, world, "q") == 0
    # Whoever knows how a handle begins may address its owner; ten are the most that anybody is told of.
    assert looked_up(app, world, "quuxling") == (0 if role == "guest" else 10)
    assert len(quiet) > 10


def looked_up(app: Flask, world: World, begun: str) -> int:
    """How many members are named to the reader for the first letters of a handle, wherever one can search."""
    reader = signed_in(app, world.reader) if world.reader else app.test_client()
    searched = reader.get("/search", query_string={"q": begun}).data + reader.get(f"/experts?topic={begun}").data
    assert b"@quuxling" not in searched
    return reader.get("/editor/people", query_string={"q": begun}).data.count(b"@quuxling")


def leaks_in(data: bytes, reader: Person | None, path: str) -> list[bytes]:
    """The addresses in a page, without the reader's own in the reader's settings."""
    return [found.group() for found in CANARY.finditer(data) if not (reader and path.startswith(OWN_SETTINGS))]
