"""People, companies and posts for tests, made by the same actions as on the site.

`AnswerFactory()` makes an answer with everything it needs, and commits it. What matters to a test is said in the
call: `AnswerFactory(question=question, author=expert, at=yesterday)`. Inside `with write():` a factory joins that
transaction. Nothing is delivered: call `deliver_pending()` for what others make of it.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from contextlib import contextmanager, nullcontext
from datetime import datetime
from functools import cache
from typing import Any, ClassVar, TypeVar

import time_machine
from factory.base import Factory
from factory.declarations import LazyAttribute, Sequence, SubFactory
from flask_security import hash_password
from sqlalchemy import select

from app.accounts import actions as accounts
from app.accounts.models import Account, AccountDomain
from app.affinity.models import Pledge
from app.kernel.db import db, is_writing, write
from app.kernel.settings import settings
from app.people import actions as people
from app.people.models import Person, Role
from app.posts.bodies import Body, prepare_body, prepare_comment
from app.posts.models import Comment, Post
from app.questions import actions as questions
from app.questions.models import Answer, Question, Visibility
from app.topics.models import Product, ProductVersion

Thing = TypeVar("Thing")

COMPANY = "northwind.example"
DISTINCT = "abcdefghjkmpqtuxyz"

_bodies: dict[tuple[Callable[[str], Body], str], Body] = {}


class ActionFactory(Factory[Thing]):
    """Makes things with `make`, at the moment `at` if one is given."""

    class Meta:
        abstract = True

    make: ClassVar[Callable[..., Any]]
    at: datetime | None = None

    @classmethod
    def _create(cls, model_class: type[Any], *args: Any, at: datetime | None = None, **fields: Any) -> Any:
        prepared = cls._prepare(fields)
        with time_machine.travel(at, tick=False) if at else nullcontext(), _writing():
            made = cls.make(**prepared)
            db.session.flush()
        return made

    @classmethod
    def _prepare(cls, fields: dict[str, Any]) -> dict[str, Any]:
        """What is done before the transaction opens: rendering and hashing."""
        return fields


class AccountFactory(ActionFactory[Account]):
    """A customer company with one domain, unless `domains` names others."""

    class Meta:
        model = Account

    name = Sequence(lambda number: f"Customer {_letters(number).title()}")
    domains = LazyAttribute(lambda account: [f"{account.name.lower().replace(' ', '-')}.example"])
    size_band = "m"

    @staticmethod
    def make(*, name: str, domains: list[str], size_band: str | None) -> Account:
        return accounts.add_account(name, domains=domains, size_band=size_band)


class PersonFactory(ActionFactory[Person]):
    """A member with a confirmed address. `account` makes it an address of that customer; `password` a way in."""

    class Meta:
        model = Person

    name = Sequence(lambda number: f"Ana {_letters(number).title()}")
    handle = LazyAttribute(lambda person: person.name.lower().replace(" ", "-"))
    address = None
    password = None
    job_title = ""
    account = None
    confirmed = True
    roles: tuple[Role, ...] = ()

    @classmethod
    def _prepare(cls, fields: dict[str, Any]) -> dict[str, Any]:
        account, password = fields.pop("account"), fields.pop("password")
        domain = _domain(account, fields["roles"])
        return {
            **fields,
            "password_hash": _hashed(password) if password else None,
            "address": fields["address"] or f"{fields['handle']}@{domain}",
        }

    @staticmethod
    def make(*, confirmed: bool, roles: tuple[Role, ...], **fields: Any) -> Person:
        new = people.NewPerson(**fields, is_employee=bool(roles))
        person = people.add_person(new, brands=settings().brand_names)
        for role in roles:
            people.grant_role(person, role)
        if confirmed:
            people.confirm_address(person)
            accounts.map_by_address(person, company_domains=settings().company_domains)
        return person


class ExpertFactory(PersonFactory):
    """An employee who answers under a handle of their own."""

    job_title = "Storage architect"
    roles = (Role.EXPERT,)


class StewardFactory(PersonFactory):
    """An employee who keeps the place good."""

    roles = (Role.STEWARD,)


class SalesFactory(PersonFactory):
    """An employee who reads the reports of the accounts they look after, and has promised what that takes."""

    roles = (Role.SALES,)
    pledged = True
    looks_after: tuple[Account, ...] = ()

    @staticmethod
    def make(*, confirmed: bool, roles: tuple[Role, ...], **fields: Any) -> Person:
        pledged, looks_after = fields.pop("pledged"), fields.pop("looks_after")
        person = PersonFactory.make(confirmed=confirmed, roles=roles, **fields)
        if pledged:
            db.session.add(Pledge(person_id=person.id))
        for account in looks_after:
            accounts.add_owner(account, person)
        return person


class AdminFactory(PersonFactory):
    """Whoever runs the site."""

    roles = (Role.ADMIN,)


class ProductFactory(ActionFactory[Product]):
    """Something the company makes, with two versions."""

    class Meta:
        model = Product

    name = Sequence(lambda number: f"Array {_letters(number).upper()}")
    slug = LazyAttribute(lambda product: product.name.lower().replace(" ", "-"))
    versions = ("1.0", "2.0")

    @staticmethod
    def make(*, name: str, slug: str, versions: tuple[str, ...]) -> Product:
        product = Product(name=name, slug=slug, versions=[ProductVersion(name=version) for version in versions])
        db.session.add(product)
        return product


class QuestionFactory(ActionFactory[Question]):
    """A question; its author is a new member unless one is given."""

    class Meta:
        model = Question

    author = SubFactory(PersonFactory)
    title = Sequence(lambda number: f"Why does replication of volume {number} stop at night?")
    body = "Every night at two the replication stops.\n\nWhat should I look at first?"
    tags = ("replication",)
    product = None
    product_version = ""
    involved: tuple[questions.Involved, ...] = ()
    visibility = Visibility.PUBLIC

    @classmethod
    def _prepare(cls, fields: dict[str, Any]) -> dict[str, Any]:
        return {**fields, "body": _prepared(prepare_body, fields["body"]), "tags": list(fields["tags"])}

    @staticmethod
    def make(*, author: Person, **draft: Any) -> Question:
        return questions.ask_question(questions.Draft(**draft), by=author)


class AnswerFactory(ActionFactory[Answer]):
    """An answer by an expert, to a new question unless one is given; `accepted` by whoever asked."""

    class Meta:
        model = Answer

    question = SubFactory(QuestionFactory)
    author = SubFactory(ExpertFactory)
    body = "Look at the schedule of the snapshots: they run at two as well."
    accepted = False

    @classmethod
    def _prepare(cls, fields: dict[str, Any]) -> dict[str, Any]:
        return {**fields, "body": _prepared(prepare_body, fields["body"])}

    @staticmethod
    def make(*, question: Question, author: Person, body: Body, accepted: bool) -> Answer:
        answer = questions.answer_question(question, body, by=author)
        if accepted:
            asker = db.session.get_one(Person, question.author_id)
            questions.accept_answer(question, answer, by=asker)
        return answer


class CommentFactory(ActionFactory[Comment]):
    """A remark below `post`: a question or an answer."""

    class Meta:
        model = Comment

    post = SubFactory(QuestionFactory)
    author = SubFactory(PersonFactory)
    body = "Which version is this?"

    @classmethod
    def _prepare(cls, fields: dict[str, Any]) -> dict[str, Any]:
        return {**fields, "body": _prepared(prepare_comment, fields["body"])}

    @staticmethod
    def make(*, post: Post, author: Person, body: Body) -> Comment:
        question = db.session.get_one(Question, post.thread_id)
        return questions.comment_on(post, question, body, by=author)


@cache
def _hashed(password: str) -> str:
    """Hashing is slow on purpose; tests need no salt of its own for each person."""
    return str(hash_password(password))


@contextmanager
def _writing() -> Iterator[None]:
    """The open write transaction, or one of our own."""
    if is_writing():
        yield
        return
    with write():
        yield


def _prepared(prepare: Callable[[str], Body], source: str) -> Body:
    """The body as `prepare` makes it. Thousands of posts say the same: a text is rendered once in a process."""
    known = _bodies.get((prepare, source))
    if known is not None:
        return known
    body = prepare(source)
    # What was shown as written, because the machine was busy, is tried again by the next.
    if not body.plain:
        _bodies[prepare, source] = body
    return body


def _domain(account: Account | None, roles: tuple[Role, ...]) -> str:
    if account is not None:
        domains = select(AccountDomain.domain).where(AccountDomain.account_id == account.id)
        return db.session.scalars(domains.order_by(AccountDomain.domain)).first() or COMPANY
    return COMPANY if roles else "somewhere.example"


def _letters(number: int) -> str:
    """A name for a number, in letters that no other letter or digit looks like: similar handles are refused."""
    letters = ""
    rest = number + len(DISTINCT) ** 3
    while rest:
        rest, letter = divmod(rest, len(DISTINCT))
        letters = DISTINCT[letter] + letters
    return letters
