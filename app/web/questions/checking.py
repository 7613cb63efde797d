"""Before a text is published, its author sees what in it looks like a secret, and decides.

`author_agrees(form, visibility)` is the door: a view that publishes asks it after the form is valid, and shows the
form again where it says no. What was decided travels with the form, for exactly the things that were shown.
"""

from __future__ import annotations

import hashlib
from collections.abc import Collection, Iterable, Iterator
from dataclasses import dataclass
from urllib.parse import urlsplit

from flask import request
from flask_wtf import FlaskForm
from wtforms import Field, HiddenField

from app.accounts.freemail import is_free_mail
from app.http import signed_in_person
from app.kernel.settings import settings
from app.people.models import Person
from app.posts.sensitive import Finding, Kind, Masks, find_sensitive, mask
from app.questions.models import Visibility

# The fields that readers will see, in the order of the form.
READ_BY_OTHERS = ("title", "body", "log", "environment", "tried", "reason", "sentence", "note")
MAIN_FIELD = "body"
# So many different things get a box of their own; the others share one.
MOST_SHOWN = 30
THE_OTHERS = "others"
MASK, KEEP = "mask", "keep"


@dataclass(frozen=True)
class Place:
    """Where a finding is: `field` is the label of the field, "" for the main text; `line` counts from 1."""

    name: str
    field: str
    line: int
    finding: Finding


@dataclass(frozen=True)
class Suspect:
    """One thing that looks like a secret, wherever it stands. `digest` names it without saying it."""

    digest: str
    places: list[Place]

    @property
    def first(self) -> Place:
        return self.places[0]


@dataclass(frozen=True)
class Caution:
    """What the author has to decide. `shown` are the digests of all of it; `readers` says who could read it."""

    suspects: list[Suspect]
    others: int
    shown: str
    readers: str


class CheckedForm(FlaskForm):
    """A form whose texts others will read. `caution` is set while its author has something to decide."""

    sensitive_kept = HiddenField()
    caution: Caution | None = None


def author_agrees(form: CheckedForm, visibility: str, *, published: Iterable[str] = ()) -> bool:
    """True when nothing in the form looks like a secret but what its author has decided to post.

    Masks what the author wants masked. What stands in `published` already is not asked about again.
    """
    domains = own_domains(signed_in_person())
    decided = set((form.sensitive_kept.data or "").split()) | _digests_in(published, domains)
    suspects = _suspects_in(form, domains)
    choice, shown = request.form.get("sensitive"), request.form.get("sensitive_shown", "").split()
    if choice in {MASK, KEEP}:
        decided.update(shown)
    if choice == MASK:
        chosen = _chosen(shown)
        _mask(form, [one for one in suspects if one.digest in chosen])
        suspects = [one for one in suspects if one.digest not in chosen]
    open_ones = [one for one in suspects if one.digest not in decided]
    form.sensitive_kept.data = " ".join(one.digest for one in suspects if one.digest in decided)
    form.caution = _caution(open_ones, visibility) if open_ones else None
    return not open_ones


def own_domains(person: Person) -> tuple[str, ...]:
    """The mail domain of the person's company; none for addresses that anybody can get."""
    domain = person.email_domain
    return (domain,) if domain and not is_free_mail(domain) else ()


def _suspects_in(form: CheckedForm, domains: Collection[str]) -> list[Suspect]:
    by_digest: dict[str, list[Place]] = {}
    for place in _places_in(form, domains):
        by_digest.setdefault(_digest(place.finding), []).append(place)
    return [Suspect(digest, places) for digest, places in by_digest.items()]


def _places_in(form: CheckedForm, domains: Collection[str]) -> Iterator[Place]:
    fields = _fields_of(form)
    masks = Masks(field.data or "" for field in fields)
    for field in fields:
        label = "" if field.name == MAIN_FIELD else field.label.text
        for finding in _found_in(field.data or "", domains, masks):
            yield Place(name=field.name, field=label, line=finding.line, finding=finding)


def _found_in(text: str, domains: Collection[str], masks: Masks | None = None) -> list[Finding]:
    here = urlsplit(settings().base_url).hostname
    found = find_sensitive(text, domains, masks)
    return [one for one in found if one.kind != Kind.HOST or one.value != here]


def _fields_of(form: CheckedForm) -> list[Field]:
    return [form[name] for name in READ_BY_OTHERS if name in form]


def _digests_in(texts: Iterable[str], domains: Collection[str]) -> set[str]:
    return {_digest(finding) for text in texts for finding in _found_in(text, domains)}


def _digest(finding: Finding) -> str:
    return hashlib.sha256(f"{finding.kind.name} {finding.value}".encode()).hexdigest()[:16]


def _chosen(shown: list[str]) -> set[str]:
    """The digests of what the author has ticked."""
    ticked = set(request.form.getlist("sensitive_mask"))
    if THE_OTHERS in ticked:
        ticked.update(shown[MOST_SHOWN:])
    return ticked


def _mask(form: CheckedForm, suspects: Iterable[Suspect]) -> None:
    places = [place for one in suspects for place in one.places]
    for field in _fields_of(form):
        found = [place.finding for place in places if place.name == field.name]
        if found:
            field.data = mask(field.data, found)


def _caution(suspects: list[Suspect], visibility: str) -> Caution:
    return Caution(
        suspects=suspects[:MOST_SHOWN],
        others=len(suspects[MOST_SHOWN:]),
        shown=" ".join(one.digest for one in suspects),
        readers=_readers(visibility),
    )


def _readers(visibility: str) -> str:
    company = settings().company_name
    if visibility == Visibility.COMPANY:
        return f"Your company and the engineers of {company} could read this."
    if visibility == Visibility.EMPLOYEES:
        return f"Everybody who works at {company} could read this."
    return "Everyone could read this."
