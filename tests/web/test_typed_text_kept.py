"""Every form with a text, sent so that it is refused: the page says why, and still has what was typed."""

from __future__ import annotations

import importlib
import pkgutil
from dataclasses import replace
from html import unescape

import pytest
from flask_wtf import FlaskForm
from wtforms import EmailField, Field, HiddenField, PasswordField, StringField
from wtforms.fields.core import UnboundField

import app.web
from app.accounts.models import Account
from app.kernel import clock
from app.kernel.db import db
from app.meetings.models import MeetingRequest, MeetingSlot
from app.people.models import Person
from app.questions.models import Answer
from app.web.errors import OPEN_TOO_LONG
from app.web.people.proving import PROOF_LASTS, SHOW_AND_SEND_AGAIN
from app.web.ui.refusals import TYPED
from tests.support.account_world import owner
from tests.support.client import signed_in
from tests.support.factories import AdminFactory, ExpertFactory, PersonFactory, QuestionFactory, StewardFactory
from tests.support.rights import address, endpoints, make_world

# Who sends which forms. Those that stand in no role: who offers a time, who was asked for one, who wrote the answer.
SENDERS = {
    "member": """
        /answers/<int:answer_id>/marks
        /answers/<int:answer_id>/thanks
        /posts/<int:post_id>/comments
        /promise/requests
        /questions/<int:question_id>/answers
        /questions/<int:question_id>/duplicate
        /questions/<int:question_id>/duplicate/refusal
        /questions/<int:question_id>/taking/remove
        /questions/ask
        /settings/handle
        /settings/invitations
        /settings/links
        /settings/profile
        /settings/second-factor/passkeys
        /sign-up
    """,
    "author": """
        /meetings/<int:request_id>/note
        /posts/<int:post_id>/edit
        /promise/requests/<int:introduction_id>
        /questions/<int:question_id>/audience
        /questions/<int:question_id>/closure
        /questions/<int:question_id>/experts
    """,
    "expert": """
        /answers/<int:answer_id>/recommendation
        /desk/replies
        /meetings/offer
        /posts/<int:post_id>/split
        /questions/<int:question_id>/topics
        /settings/away
    """,
    "steward": """
        /desk/replies/<int:reply_id>/edit
        /desk/votes
        /marks/<int:mark_id>/settlement
        /products/<slug>/edit
        /products/new
        /questions/<int:question_id>/assignment
        /questions/<int:question_id>/lock
        /questions/<int:question_id>/merger
        /tags/<name>/edit
        /tags/<name>/stewards
        /tags/<name>/taking-in
    """,
    "sales": """
        /sales/introductions/<int:introduction_id>/end
        /sales/outcomes/<int:opportunity_id>
        /sales/outcomes/<int:opportunity_id>/close
        /sales/outcomes/<int:opportunity_id>/stage
        /sales/outcomes/<int:opportunity_id>/touches
        /sales/outcomes/new
    """,
    "admin": """
        /admin/accounts/<int:account_id>
        /admin/accounts/<int:account_id>/domains
        /admin/accounts/<int:account_id>/owners
        /admin/accounts/new
        /admin/accounts/shared-domains
        /admin/choices
        /admin/invitations
        /admin/marketing
        /admin/people/<handle>/account
        /admin/people/<handle>/contractor
        /admin/people/<handle>/leads
        /admin/people/find
        /admin/texts/<name>
        /admin/topics/<int:tag_id>/stewards
        /admin/webhooks
    """,
    "answerer": "/answers/<int:answer_id>/correction",
    "offering": "/meetings/slots/<int:slot_id>/edit /meetings/slots/<int:slot_id>/withdraw",
    "asked": "/meetings/<int:request_id>/decline /meetings/<int:request_id>/propose",
}
# An admin's text may be longest of all; a field of one line need not be.
LONGER_THAN_ANY = {"body": 60_000}
TOO_LONG = 2_500


def is_text(name: str, kind: type[Field]) -> bool:
    """Whether somebody types a text into it, and not by which they come in."""
    others = HiddenField, PasswordField, EmailField
    return issubclass(kind, StringField) and not issubclass(kind, others) and name not in {"ask", "code"}


@pytest.fixture
def read(monkeypatch):
    """The names of the texts that forms have read since it was last cleared."""
    names = set()
    make = FlaskForm.__init__

    def noted(form, *args, **kwargs):
        make(form, *args, **kwargs)
        names.update(field.name for field in form if field.raw_data and is_text(field.name, type(field)))

    monkeypatch.setattr(FlaskForm, "__init__", noted)
    return names


def senders_in(world):
    """Everybody who has forms to send, by what SENDERS calls them."""
    found = {
        name: db.session.get_one(kind, world.values[key])
        for name, kind, key in (
            ("slot", MeetingSlot, "slot_id"),
            ("request", MeetingRequest, "request_id"),
            ("answer", Answer, "answer_id"),
        )
    }
    hosts = found["slot"].expert_id, db.session.get_one(MeetingSlot, found["request"].slot_id).expert_id
    people = [db.session.get_one(Person, one) for one in (*hosts, found["answer"].author_id)]
    return {
        "member": PersonFactory(),
        "author": world.reader,
        "expert": ExpertFactory(),
        "steward": StewardFactory(),
        "sales": owner(db.session.get_one(Account, world.values["account_id"])),
        "admin": AdminFactory(),
        **dict(zip(("offering", "asked", "answerer"), people, strict=True)),
    }


@pytest.mark.one_database
def test_no_form_loses_what_is_too_long(app, read):
    world = make_world("author")
    senders = senders_in(world)
    in_sales = replace(world, values={**world.values, "handle": senders["sales"].handle})
    typed = {name: f"The {name}, typed with care. " for name in TYPED}
    data = {name: text.ljust(LONGER_THAN_ANY.get(name, TOO_LONG), "z") for name, text in typed.items()}
    data["expert"] = "nobody"
    rules = {rule.rule: rule for rule, method in endpoints(app) if method == "POST"}
    lost = {}
    for sender, routes in SENDERS.items():
        browser = signed_in(app, senders[sender])
        for route in routes.split():
            read.clear()
            response = browser.post(address(rules[route], in_sales if "leads" in route else world), data=data)
            page = unescape(response.text)
            # What is refused before its form is read is shown whole.
            missing = sorted(name for name in read or TYPED if typed[name] not in page)
            says_why = 'id="errors"' in page or "<h2>What you typed</h2>" in page
            assert "Field cannot" not in page, f"{route} says it in the words of the library"
            if response.status_code not in {400, 422} or missing or not says_why:
                lost[route] = (response.status_code, missing)
    assert lost == {}


NOTE = "This is about two arrays, and the answers speak of one."


def kept(response):
    """The status of a page and whether it has the note."""
    return response.status_code, NOTE in response.text


@pytest.mark.one_database
def test_what_nobody_but_others_may_do_keeps_the_text(sign_in):
    question = QuestionFactory()

    assert kept(sign_in(PersonFactory()).post(f"/questions/{question.id}/lock", data={"note": NOTE})) == (403, True)


@pytest.mark.one_database
def test_a_page_that_was_open_for_too_long_keeps_the_text(sign_in):
    question, browser = QuestionFactory(), sign_in(StewardFactory())
    answer = browser.post(f"/questions/{question.id}/lock", data={"note": NOTE}, csrf=False)

    assert kept(answer) == (400, True)
    assert OPEN_TOO_LONG in answer.text


@pytest.mark.one_database
def test_where_a_draft_is_kept_is_nothing_that_somebody_typed(client):
    page = client.post("/questions/ask", data={"title": "Why?", "body": NOTE, "place": "question"}).text

    assert "Your text" in page
    assert "The place" not in page


@pytest.mark.one_database
def test_what_is_done_too_often_keeps_the_text(app_with):
    question, browser = QuestionFactory(), signed_in(app_with(rate_limits=True), StewardFactory())
    for _ in range(20):
        browser.post(f"/questions/{question.id}/lock")

    assert kept(browser.post(f"/questions/{question.id}/lock", data={"note": NOTE})) == (429, True)


@pytest.mark.one_database
def test_whoever_has_to_show_who_they_are_keeps_the_text(sign_in, travel_to):
    browser = sign_in(AdminFactory())
    travel_to(clock.now() + PROOF_LASTS)
    here, typed = "/admin/accounts/shared-domains", {"domain": "campus.example", "reason": NOTE}
    answer = browser.post(here, data=typed, headers={"Referer": f"http://localhost{here}"})

    assert kept(answer) == (401, True)
    assert SHOW_AND_SEND_AGAIN in answer.text
    assert f'href="/sign-in/again?next={here}"' in answer.text
    assert browser.post(here).status_code == 303


@pytest.mark.pure
def test_every_text_of_a_form_has_a_name_where_the_form_cannot_be_shown():
    for module in pkgutil.walk_packages(app.web.__path__, "app.web."):
        importlib.import_module(module.name)
    fields = {field for form in forms_of_ours(FlaskForm) for field in fields_of(form)}
    texts = {name for name, kind in fields if is_text(name, kind)}
    secrets = {name for name, kind in fields if issubclass(kind, PasswordField)} | {"code", "credential"}

    assert texts - TYPED.keys() == set()
    assert secrets & TYPED.keys() == set()


def forms_of_ours(base):
    for form in base.__subclasses__():
        if form.__module__.startswith("app."):
            yield form
        yield from forms_of_ours(form)


def fields_of(form):
    for name in dir(form):
        field = getattr(form, name)
        if isinstance(field, UnboundField):
            yield name, field.field_class
