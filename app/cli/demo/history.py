"""The demo's year, written by the actions that the pages use, each at its own time."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from functools import partial

from sqlalchemy import select

from app.accounts import actions as accounts
from app.accounts.models import Account, Ownership
from app.affinity.models import Pledge
from app.cli.demo.content import (
    Community,
    DemoAnswer,
    DemoPerson,
    DemoPost,
    DemoProduct,
    DemoQuestion,
    DemoTag,
    DemoText,
)
from app.cli.demo.desk import DeskDeeds
from app.cli.demo.findings import FindingDeeds
from app.cli.demo.invitations import InvitationDeeds
from app.cli.demo.kindness import KindnessDeeds
from app.cli.demo.marks import ACCOUNT, COMMENT, DEFINITION, PERSON, POST, PRODUCT, TAG, Mark
from app.cli.demo.meetings import MeetingDeeds
from app.cli.demo.outcomes import OutcomeDeeds
from app.cli.demo.personal import PersonalDeeds
from app.cli.demo.timeline import Timeline, joining_time, voting_time
from app.kernel import clock
from app.kernel.db import db
from app.kernel.settings import settings
from app.people import actions as people
from app.people.models import Person, Role
from app.posts import actions as posts
from app.posts.bodies import Body
from app.posts.models import Post
from app.posts.rules import HELPFUL, UNHELPFUL
from app.questions import actions as questions
from app.questions.models import Answer, Intent, Question, Visibility
from app.topics import actions as topics
from app.topics.models import Product, ProductVersion, Tag, TagSteward, TagSynonym


@dataclass(frozen=True)
class Deed:
    """Something that somebody did at some moment."""

    at: datetime
    do: Callable[[], None]

    def happen(self) -> None:
        """Let it happen at its moment, in the open write transaction."""
        with clock.at(self.at):
            self.do()


@dataclass(frozen=True, kw_only=True)
class Prepared:
    """What is made before the transaction: bodies by the key of their text, password hashes and photos by handle."""

    bodies: Mapping[str, Body]
    password_hashes: Mapping[str, str]
    photos: Mapping[str, str]


# Questions under this tag were asked before a decision.
THINKING = "thinking-about"


# When those in sales promised to contact nobody because of a report; it holds for a year.
PLEDGED = timedelta(days=-40)


class History:
    """Plans the deeds of a community, and keeps what they made."""

    def __init__(self, community: Community, prepared: Prepared, timeline: Timeline) -> None:
        self._community = community
        self._prepared = prepared
        self._timeline = timeline
        self._joined = {person.handle: joining_time(person.joined, person.handle) for person in community.people}
        self._deeds: list[Deed] = []
        self._accounts: dict[str, Account] = {}
        self._products: dict[str, Product] = {}
        self._people: dict[str, Person] = {}
        self._questions: dict[str, Question] = {}
        self._answers: dict[str, Answer] = {}
        self.marks: list[Mark] = []

    def plan(self) -> list[Deed]:
        """Every deed, in the order of time; those of the same moment in the order of the content."""
        self._plan(min(person.joined for person in self._community.people), self._open_site)
        for person in self._community.people:
            self._plan(self._joined[person.handle], partial(self._join, person))
            if person.role == Role.SALES:
                self._plan(PLEDGED, partial(self._pledge, person.handle))
        for question in self._community.questions:
            self._plan_question(question)
        desk = DeskDeeds(self._community, self._people, self._questions)
        findings = FindingDeeds(self._community, self._prepared.bodies, self._people, self._answers)
        meetings = MeetingDeeds(self._people, self._timeline.today)
        personal = PersonalDeeds(self._community, self._people)
        invitations = InvitationDeeds(self._community, self._people)
        kindness = KindnessDeeds(self._community, self._people, self._answers)
        outcomes = OutcomeDeeds(self._accounts, self._people, partial(self._mark, DEFINITION))
        for deeds in (personal, desk, findings, meetings, invitations, kindness, outcomes):
            for written, do in deeds.planned():
                self._plan(written, do)
        return sorted(self._deeds, key=lambda deed: deed.at)

    def _plan(self, written: timedelta, do: Callable[[], None]) -> None:
        self._deeds.append(Deed(self._timeline.at(written), do))

    def _plan_question(self, question: DemoQuestion) -> None:
        self._plan(question.at, partial(self._ask, question))
        self._plan_echo(question, question)
        for answer in question.answers:
            self._plan(answer.at, partial(self._answer, answer, question))
            self._plan_echo(answer, question)
            if answer.accepted_at is not None:
                self._plan(answer.accepted_at, partial(self._accept, answer, question))

    def _plan_echo(self, post: DemoPost, question: DemoQuestion) -> None:
        """Plan what others say to a post: comments and votes."""
        for comment in post.comments:
            self._plan(comment.at, partial(self._comment, comment, post, question))
        for value, voters in ((HELPFUL, post.helpful), (UNHELPFUL, post.not_helpful)):
            for voter in voters:
                at = voting_time(post.at, self._joined[voter], f"{post.key} {voter}")
                self._plan(at, partial(self._vote, post, value, voter))

    def _open_site(self) -> None:
        """Add what is there before anybody comes: companies, products and tags."""
        for one in self._community.accounts:
            account = accounts.add_account(one.name, domains=one.domains, size_band=one.size)
            self._accounts[one.key] = account
            self._mark(ACCOUNT, one.key, account.id)
        for product in self._community.products:
            self._products[product.slug] = self._product(product)
        self._describe_tags()

    def _product(self, demo: DemoProduct) -> Product:
        """The product; one of the same name that is here already serves as well."""
        same = (Product.slug == demo.slug) | (Product.name == demo.name)
        product = db.session.scalar(select(Product).where(same))
        if product is None:
            product = Product(slug=demo.slug, name=demo.name, vendor=demo.vendor, description=demo.description)
            product.versions = [ProductVersion(name=name, end_of_life_on=_ends(demo, name)) for name in demo.versions]
            db.session.add(product)
            db.session.flush()
            self._mark(PRODUCT, demo.slug, product.id)
        return product

    def _describe_tags(self) -> None:
        """Add the tags that are not here yet; those that are keep their words."""
        described = {tag.name: tag.description for tag in self._community.tags}
        here = set(db.session.scalars(select(Tag.name).where(Tag.name.in_(described))))
        made = {tag.name: tag for tag in topics.tags_named([name for name in described if name not in here])}
        for demo in self._community.tags:
            if demo.name in made:
                self._describe(made[demo.name], demo, made)

    def _describe(self, tag: Tag, demo: DemoTag, made: dict[str, Tag]) -> None:
        tag.description, tag.question_template = demo.description, demo.template
        tag.parent_id = made[demo.parent].id if demo.parent in made else None
        db.session.add_all(TagSynonym(name=name, tag_id=tag.id) for name in demo.synonyms)
        self._mark(TAG, tag.name, tag.id)

    def _look_after_topics(self, handle: str, person: Person) -> None:
        """Whoever looks after topics does so from the day they join."""
        names = [demo.name for demo in self._community.tags if handle in demo.stewards]
        for tag_id in db.session.scalars(select(Tag.id).where(Tag.name.in_(names))):
            db.session.add(TagSteward(tag_id=tag_id, person_id=person.id))

    def _join(self, demo: DemoPerson) -> None:
        new = people.NewPerson(
            handle=demo.handle,
            name=demo.name,
            address=demo.address,
            password_hash=self._prepared.password_hashes.get(demo.handle),
            job_title=demo.title,
            is_employee=demo.role is not None,
        )
        person = people.add_person(new, brands=settings().brand_names)
        person.about = demo.about
        person.photo = self._prepared.photos.get(demo.handle)
        if demo.role is not None:
            people.grant_role(person, Role(demo.role))
        people.confirm_address(person)
        accounts.map_by_address(person, company_domains=settings().company_domains)
        self._people[demo.handle] = person
        self._mark(PERSON, demo.handle, person.id)
        self._look_after_accounts(demo.handle, person)
        self._look_after_topics(demo.handle, person)

    def _look_after_accounts(self, handle: str, person: Person) -> None:
        """As owner or standing in, from the day they join."""
        for role in Ownership:
            mine = (self._accounts[one.key] for one in self._community.accounts if getattr(one, role) == handle)
            for account in mine:
                accounts.add_owner(account, person, role)

    def _pledge(self, handle: str) -> None:
        db.session.add(Pledge(person_id=self._people[handle].id))

    def _ask(self, demo: DemoQuestion) -> None:
        draft = questions.Draft(
            title=demo.title,
            body=self._prepared.bodies[demo.key],
            tags=list(demo.tags),
            product=self._products[demo.product] if demo.product else None,
            product_version=demo.version,
            involved=[questions.Involved(name=name, version=version) for name, version in demo.involved],
            visibility=Visibility.COMPANY if demo.audience == "company" else Visibility.PUBLIC,
            company_withheld=demo.audience == "withheld",
            intent=Intent.THINKING if THINKING in demo.tags else Intent.PROBLEM,
        )
        question = questions.ask_question(draft, by=self._people[demo.author])
        self._questions[demo.key] = question
        self._mark(POST, demo.key, question.id)

    def _answer(self, demo: DemoAnswer, question: DemoQuestion) -> None:
        body, author = self._prepared.bodies[demo.key], self._people[demo.author]
        asked, advice = self._questions[question.key], demo.honest_advice
        answer = questions.answer_question(asked, body, by=author, honest_advice=advice)
        self._answers[demo.key] = answer
        self._mark(POST, demo.key, answer.id)

    def _accept(self, demo: DemoAnswer, question: DemoQuestion) -> None:
        asker = self._people[question.author]
        questions.accept_answer(self._questions[question.key], self._answers[demo.key], by=asker)

    def _comment(self, demo: DemoText, post: DemoPost, question: DemoQuestion) -> None:
        body, author = self._prepared.bodies[demo.key], self._people[demo.author]
        comment = questions.comment_on(self._post(post), self._questions[question.key], body, by=author)
        self._mark(COMMENT, demo.key, comment.id)

    def _vote(self, post: DemoPost, value: int, voter: str) -> None:
        posts.vote(self._post(post), value, by=self._people[voter])

    def _post(self, demo: DemoPost) -> Post:
        return self._questions.get(demo.key) or self._answers[demo.key]

    def _mark(self, kind: str, key: str, row: int) -> None:
        self.marks.append((kind, key, row))


def _ends(product: DemoProduct, version: str) -> date | None:
    """The day on which the support of a version ends, counted from today."""
    days = product.ends.get(version)
    return None if days is None else (clock.now() + timedelta(days=days)).date()
