"""What no route does: say an address, let sales write to somebody, or have somebody asked to ask."""

from __future__ import annotations

import re
from collections.abc import Sequence

import pytest
from flask import Flask
from sqlalchemy import func, select

from app.introductions.models import Introduction
from app.kernel.db import db
from app.kernel.events import deliver_pending
from app.notifications.models import Notice
from app.people.letters import LetterKind
from app.people.models import Letter, Person, PersonRole
from app.web.site.mail_kinds import MAIL_KINDS
from tests.support.leaks import leaks_in
from tests.support.rights import UNSAFE, World, ask, endpoints, make_world

pytestmark = pytest.mark.one_database


SENDERS = ("guest", "member", "expert", "steward", "sales", "owner", "lead", "admin")
IN_SALES = {"sales", "owner", "lead"}
# Forms that write to the reader themselves, or end a session, are sent after all others.
LATER = ("/sales/introductions", "/settings", "/reset", "/sign-")
# One person's address, for an admin who said by pressing a button that they want to see it.
ASKED_FOR = {"/admin/people/<handle>/address"}
LISTING = re.compile(r"/(members|users|contacts|newsletters?|campaigns?|broadcasts?|mailings?)\b")


def test_every_kind_of_mail_is_told():
    assert set(MAIL_KINDS) == set(LetterKind)
    assert len(set(MAIL_KINDS.values())) == len(MAIL_KINDS)


def test_the_promise_tells_every_kind_of_mail(client):
    page = client.get("/promise").text

    assert [words for words in MAIL_KINDS.values() if words not in page] == []


def test_no_page_is_called_like_a_list_of_members(app: Flask):
    assert {rule.rule for rule in app.url_map.iter_rules() if LISTING.search(rule.rule)} == set()


@pytest.mark.parametrize("role", SENDERS)
def test_no_form_says_an_address_or_writes_for_sales_or_asks_them_for_somebody_else(app: Flask, role: str):
    world = make_world(role)
    asked, letters = asked_of_sales(), db.session.scalar(select(func.count(Letter.id)))

    leaks = send_forms(app, world, "")
    # A member asks for themselves; nobody who works here makes or changes a request.
    assert asked_of_sales() == asked or role == "member"

    leaks |= send_forms(app, world, "/sales/introductions")
    if role in IN_SALES:
        deliver_pending()
        assert told_by(world.reader) == []
        assert db.session.scalar(select(func.count(Letter.id))) == letters

    asked = asked_of_sales()
    leaks |= send_forms(app, world, "/settings") | send_forms(app, world, "/reset")
    assert asked_of_sales() == asked

    leaks |= send_forms(app, world, "/sign-")
    assert leaks <= (ASKED_FOR if role == "admin" else set())


def send_forms(app: Flask, world: World, begins: str) -> set[str]:
    """Send every form whose path begins so, or none of LATER for ""; the routes that answer with an address."""
    leaks = set()
    for rule, method in endpoints(app):
        if method in UNSAFE and next((path for path in LATER if rule.rule.startswith(path)), "") == begins:
            response = ask(app, world, rule, method)
            if leaks_in(response.data, world.reader, response.request.path):
                leaks.add(rule.rule)
    return leaks


def asked_of_sales() -> list[tuple[int, str, str]]:
    """Every request to sales, as it stands."""
    db.session.expire_all()
    rows = select(Introduction).order_by(Introduction.id)
    return [(one.id, one.words, one.contact) for one in db.session.scalars(rows)]


def told_by(person: Person | None) -> Sequence[str]:
    """What members were told because of this person, but what became of their own requests."""
    assert person is not None
    works_here = select(PersonRole.person_id)
    told = select(Notice.kind).where(Notice.by_id == person.id, Notice.introduction_id.is_(None))
    return db.session.scalars(told.where(Notice.person_id.not_in(works_here))).all()
