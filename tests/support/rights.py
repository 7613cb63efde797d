"""Who gets what: every route of the site, asked for by everybody."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import dataclass
from datetime import timedelta

from flask import Flask
from sqlalchemy import select
from werkzeug.routing import Rule
from werkzeug.test import TestResponse

from app.accounts.models import Account
from app.desk.replies import ReplyDraft, write_reply
from app.exchange.webhooks import add_webhook
from app.kernel import clock
from app.kernel.db import db, write
from app.kernel.events import OutboxMessage
from app.marks.actions import Finding, mark_answer
from app.marks.models import Mark
from app.notifications.kinds import Kind
from app.notifications.models import Notice
from app.outcomes.models import Opportunity
from app.people import passkeys, sessions
from app.people.invitations import last_invitations_of, make_invitation
from app.people.letters import LetterKind
from app.people.models import Letter, Person, ProfileLink
from app.people.passkeys import Party
from app.posts.bodies import prepare_body
from app.posts.drafts import Place, save_draft
from app.questions import actions
from app.questions.models import Answer, Question
from app.search import saved
from app.topics.models import Tag
from tests.support.account_world import CLOSE_TO_ACCOUNT, owner, request_to_sales
from tests.support.authenticator import Device
from tests.support.client import SiteClient, signed_in
from tests.support.factories import (
    AccountFactory,
    AdminFactory,
    AnswerFactory,
    CommentFactory,
    ExpertFactory,
    PersonFactory,
    ProductFactory,
    QuestionFactory,
    SalesFactory,
    StewardFactory,
)
from tests.support.meetings import WHY, office_hour
from tests.support.meetings import ask as ask_to_meet
from tests.support.uploads import upload

UNSAFE = {"POST", "PUT", "PATCH", "DELETE"}
MAKERS: dict[str, Callable[[], Person] | None] = {
    "guest": None,
    "member": PersonFactory.create,
    "author": PersonFactory.create,
    "expert": ExpertFactory.create,
    "steward": StewardFactory.create,
    "sales": SalesFactory.create,
    "admin": AdminFactory.create,
}
ROLES = tuple(MAKERS)
# Where a placeholder stands for something else than it does in most routes.
OWN_VALUES = {"/feeds/experts/<handle>.atom": {"handle": "ruth-keeper"}, "/admin/texts/<name>": {"name": "privacy"}}

Rights = dict[tuple[str, str], dict[str, str]]


@dataclass
class World:
    """A small community, what the placeholders of routes stand for in it, and a form that fits every route."""

    reader: Person | None
    values: dict[str, object]
    form: dict[str, str]
    # In which the reader is signed in.
    browser: SiteClient | None = None


def make_world(role: str) -> World:
    """An edited question with an accepted answer and a comment. "author" asked it; everybody else is a bystander."""
    AdminFactory.create(name="Ruth Keeper")
    account = AccountFactory.create(name="Oakridge Clinics", domains=["oakridge.example"])
    asker = PersonFactory.create(name="Ines Asker", account=account)
    product = ProductFactory.create(name="Array Two", slug="array-two")
    question = QuestionFactory.create(author=asker, product=product, tags=["replication"])
    _edit(question, asker)
    answer = AnswerFactory.create(question=question, accepted=True)
    comment = CommentFactory.create(post=question, author=asker)
    reader = asker if role == "author" else _reader(role, account)
    values: dict[str, object] = {
        "account_id": account.id,
        "answer_id": answer.id,
        "comment_id": comment.id,
        "draft_id": _draft(asker),
        "file_token": upload(asker).token,
        "filename": "css/main.css",
        "handle": asker.handle,
        "kind": "outdated",
        "letter_id": _stuck_letter(asker),
        "link_id": _link(asker),
        "mark_id": _mark(answer, question),
        "message_id": _stuck_message(),
        "name": "replication",
        "notice_id": _notice(asker, question),
        "number": 1,
        "post_id": question.id,
        "original_id": question.id,
        "part": "unanswered",
        "opportunity_id": _opportunity(account.id),
        "passkey_id": _passkey(asker),
        "person_id": asker.id,
        "question_id": question.id,
        "reply_id": _shared_reply(),
        "request_id": _meeting(asker),
        "search_id": _kept_search(asker),
        "session_id": _session(asker),
        "invitation_id": _invitation(asker),
        "introduction_id": request_to_sales(asker),
        "slot_id": office_hour(capacity=2).id,
        "slug": "array-two",
        "tag_id": db.session.scalars(select(Tag.id).where(Tag.name == "replication")).one(),
        "token": "not-a-token",
        "waiting_id": QuestionFactory.create(author=asker, title="Why does nobody answer this one?").id,
        "touch_id": 1,
        "version_id": 1,
        "webhook_id": _webhook(),
        "year": clock.now().year,
    }
    return World(reader=reader, values=values, form=_form(answer))


def _reader(role: str, account: Account) -> Person | None:
    if role == "sales":
        # Whoever in sales looks after nothing meets only what is not there.
        return owner(account)
    if role in CLOSE_TO_ACCOUNT:
        return CLOSE_TO_ACCOUNT[role](account)
    maker = MAKERS[role]
    return maker() if maker else None


def _form(answer: Answer) -> dict[str, str]:
    """One form with the fields of all forms: a route reads its own, and meets the rule behind them."""
    return {
        "answer": str(answer.id),
        "at": "14:30",
        "contact": "+49 30 5550 4321, afternoons",
        "outcome": "spoke",
        "wish": "introduce",
        "body": "Look at the schedule of the snapshots: they run at two as well.",
        "day": f"{clock.now() + timedelta(days=7):%Y-%m-%d}",
        "expert": str(answer.author_id),
        "kind": "works",
        "name": "Ines Asker",
        "note": "The answer says by now from when on.",
        "minutes": "30",
        "place": "question",
        "purpose": "visit",
        "q": "replication stalls",
        "reason": "It holds for every array that I have seen.",
        "revision": "2",
        "tags": "replication",
        "telling": "on",
        "theme": "dark",
        "up_to": "1",
        "title": "Why does replication of the second volume stop at night?",
        "words": "You saved my night.",
        "until": f"{clock.now() + timedelta(days=7):%Y-%m-%d}",
        "value": "1",
        "why": WHY,
        "zone": "Europe/Berlin",
    }


def _mark(answer: Answer, question: Question) -> int:
    """A warning by somebody else."""
    warning = Finding(kind="outdated", sentence="Since version 2.0 it is otherwise.")
    with write():
        mark_answer(answer, question, warning, by=PersonFactory.create())
    return db.session.scalars(select(Mark.id)).one()


def _link(person: Person) -> int:
    """A page of the person's own elsewhere."""
    with write():
        link = ProfileLink(person_id=person.id, url="https://ines.example/about")
        db.session.add(link)
    return link.id


def _session(person: Person) -> int:
    """Another browser of the person."""
    with write():
        kept = sessions.Kept(data="{}", person_key=person.fs_uniquifier)
        sessions.keep(sessions.new_id(), kept, sender=sessions.Sender(), is_new=True)
    return sessions.of_person(person)[0].id


def _invitation(person: Person) -> int:
    """A link by which somebody may join."""
    with write():
        make_invitation(person, None, "for a colleague")
    return last_invitations_of(person)[0].id


def _shared_reply() -> int:
    """A reply template of some expert, for all of them."""
    draft = ReplyDraft(title="Ask for the version", body="Which version of {product} is it?", shared=True)
    with write():
        return write_reply(draft, by=ExpertFactory.create()).id


def _passkey(person: Person) -> int:
    """A passkey of the person."""
    device = Device()
    answer = device.make("a challenge", Party("localhost", "http://localhost:8000", "Northwind"))
    with write():
        passkeys.add(person, "Telephone", device.handle, answer)
    return passkeys.own(person)[0].id


def _notice(person: Person, question: Question) -> int:
    """Something that the person was told of."""
    with write():
        notice = Notice(person_id=person.id, kind=Kind.ANSWERED, cause="answer:0", question_id=question.id)
        notice.post_id = question.id
        db.session.add(notice)
    return notice.id


def _kept_search(person: Person) -> int:
    """A search that the person keeps."""
    with write():
        return saved.save("replication", by=person).id


def _meeting(person: Person) -> int:
    """What the person has asked of an expert who is nobody's reader."""
    return ask_to_meet(office_hour(capacity=1), person).id


def _opportunity(account_id: int) -> int:
    """Something that the account may buy."""
    with write():
        opportunity = Opportunity(account_id=account_id, name="Replace the old array", opened_at=clock.now())
        db.session.add(opportunity)
    return opportunity.id


def _edit(question: Question, author: Person) -> None:
    """A second revision of what somebody asked."""
    body = prepare_body("Every night at two the replication stops, since Sunday.")
    draft = actions.Draft(title=question.title, body=body, tags=["replication"])
    with write():
        actions.edit_question(question, draft, by=author, revision_number=1)


def _draft(person: Person) -> int:
    """Something that was typed and not posted."""
    with write():
        draft = save_draft(Place.read("question"), {"title": "Why does it stop?"}, by=person)
    assert draft is not None
    return draft.id


def _stuck_letter(person: Person) -> int:
    """A letter that could not be sent."""
    with write():
        letter = Letter(person_id=person.id, kind=LetterKind.CONFIRM, dead_at=clock.now())
        db.session.add(letter)
    return letter.id


def _webhook() -> int:
    with write():
        return add_webhook("https://crm.example.com/hook", by=AdminFactory.create())[0].id


def _stuck_message() -> int:
    """An event that one of its reactions could not take."""
    moment = clock.now()
    with write():
        message = OutboxMessage(name="tests.stuck", payload="{}", recorded_at=moment, due_at=moment)
        message.settled_at = message.dead_at = moment
        db.session.add(message)
    return message.id


def endpoints(site: Flask) -> Iterator[tuple[Rule, str]]:
    """Every route with each of its methods, those that read before those that write."""
    pairs = [
        (rule, method)
        for rule in site.url_map.iter_rules()
        for method in sorted((rule.methods or set()) - {"HEAD", "OPTIONS"})
    ]
    return iter(sorted(pairs, key=lambda pair: (pair[1] in UNSAFE, pair[0].endpoint, pair[0].rule, pair[1])))


def address(rule: Rule, world: World) -> str:
    """The path of a route in this world."""
    unknown = rule.arguments - set(world.values)
    assert not unknown, f"tests/support/rights.py does not say what {unknown} of {rule.rule} stands for."
    values = {**world.values, **OWN_VALUES.get(rule.rule, {})}
    built = rule.build({name: values[name] for name in rule.arguments})
    assert built is not None
    return str(built[1])


def ask(site: Flask, world: World, rule: Rule, method: str) -> TestResponse:
    """Ask for a route as the world's reader, with a form that fits and a valid token.

    Where a form has ended the session that it was sent in, what follows begins another.
    """
    browser = world.browser or browser_of(site, world.reader)
    response = browser.open(address(rule, world), method=method, data=world.form if method == "POST" else None)
    world.browser = browser if browser.is_signed_in() else None
    return response


def browser_of(site: Flask, reader: Person | None) -> SiteClient:
    """A browser of this reader's; a guest's has no history."""
    browser = signed_in(site, reader) if reader else site.test_client()
    assert isinstance(browser, SiteClient)
    return browser


def judged(response: TestResponse) -> str:
    """What the reader met: "yes", "sign in", "no", "hidden", or "refused" where only the (empty) form was wrong."""
    assert response.status_code < 500, f"{response.request.method} {response.request.path}: {response.status}"
    to_sign_in = response.status_code in {302, 303} and (response.location or "").startswith("/sign-in")
    if response.status_code == 401 or to_sign_in:
        return "sign in"
    by_status = {403: "no", 404: "hidden"}
    return by_status.get(response.status_code, "refused" if response.status_code >= 400 else "yes")
