"""What no route does: list members, let sales write to somebody, or have somebody asked to ask."""

from __future__ import annotations

import re

import pytest
from flask import Flask
from sqlalchemy import func, select

from app.introductions.models import Introduction
from app.kernel.db import db
from app.kernel.events import deliver_pending
from app.notifications.models import Notice
from app.people.letters import LetterKind
from app.people.models import Letter, PersonRole
from app.web.site.mail_kinds import MAIL_KINDS
from tests.support.factories import PersonFactory
from tests.support.rights import UNSAFE, ask, endpoints, make_world

pytestmark = pytest.mark.one_database


# Ten by the beginning of a handle, for whoever is signed in and knows how it begins.
MOST_TOLD = 10
LISTING = re.compile(r"/(members|users|contacts|newsletters?|campaigns?|broadcasts?|mailings?)\b")


def test_every_kind_of_mail_is_told():
    assert set(MAIL_KINDS) == set(LetterKind)
    assert len(set(MAIL_KINDS.values())) == len(MAIL_KINDS)


def test_the_promise_tells_every_kind_of_mail(client):
    page = client.get("/promise").text

    assert [words for words in MAIL_KINDS.values() if words not in page] == []


@pytest.mark.parametrize("role", ["guest", "member", "colleague", "steward", "lead", "admin"])
def test_no_route_lists_members(app: Flask, role: str):
    world = make_world(role)
    for letter in "abcdefghjkmpqt":
        PersonFactory.create(handle=f"zyx-{letter * 3}", name=f"Zyx {letter.title() * 3}")
    deliver_pending()

    listed = {
        rule.rule
        for rule, method in endpoints(app)
        if method not in UNSAFE
        if len(set(re.findall(rb"zyx-[a-z]{3}", ask(app, world, rule, method).data))) > MOST_TOLD
    }

    assert listed == set()


def test_no_page_is_called_like_a_list_of_members(app: Flask):
    assert {rule.rule for rule in app.url_map.iter_rules() if LISTING.search(rule.rule)} == set()


@pytest.mark.parametrize("role", ["sales", "owner", "lead"])
def test_sales_can_write_to_nobody(app: Flask, role: str):
    """After every form that there is, sent by sales, no member has a letter or a notice but of their own request."""
    world = make_world(role)
    assert world.reader is not None
    number = world.reader.id
    before = db.session.scalar(select(func.count(Letter.id)))
    for rule, method in endpoints(app):
        if method in UNSAFE and not rule.rule.startswith(("/sign-", "/reset", "/settings")):
            ask(app, world, rule, method)
    deliver_pending()

    works_here = select(PersonRole.person_id)
    told = select(Notice.kind).where(Notice.by_id == number, Notice.introduction_id.is_(None))
    assert db.session.scalars(told.where(Notice.person_id.not_in(works_here))).all() == []
    assert db.session.scalar(select(func.count(Letter.id))) == before


@pytest.mark.parametrize("role", ["guest", "expert", "steward", "sales", "owner", "admin"])
def test_nobody_asks_sales_for_somebody_else(app: Flask, role: str):
    """Requests are made by members for themselves: no form of anybody who works here makes or changes one."""
    world = make_world(role)
    (before,) = db.session.scalars(select(Introduction)).all()
    as_it_was = (before.id, before.words, before.contact)
    for rule, method in endpoints(app):
        if method in UNSAFE and not rule.rule.startswith(("/sales/introductions", "/sign-")):
            ask(app, world, rule, method)

    db.session.expire_all()
    assert [(one.id, one.words, one.contact) for one in db.session.scalars(select(Introduction))] == [as_it_was]
