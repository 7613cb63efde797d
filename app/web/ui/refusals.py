"""What a page of refusal says: what it is, and what to do."""

from __future__ import annotations

import re
from dataclasses import dataclass
from urllib.parse import unquote

from flask import g, make_response, render_template, request
from flask.wrappers import Response
from werkzeug.exceptions import HTTPException

from app.kernel.errors import Busy, Refusal, RuleBroken, TooOften
from app.web.security.requests import reference

WORDS = re.compile(r"[^\W\d_]{3,}")
MOST_WORDS = 8
# A form may have several of one kind: "words-0", "words-1".
NUMBER = re.compile(r"-\d+$")
# Where a draft is kept goes by the same name as where a meeting is, and nobody typed it.
PLACE_OF_A_DRAFT = re.compile(r"question|(?:answer|edit):\d+")
# Every field that somebody types a text into, and what to call it where the form itself cannot be shown again. What is
# not named here is never shown: passwords and codes least of all.
TYPED = {
    "about": "About you",
    "account": "The account",
    "amount": "The amount",
    "body": "Your text",
    "call_url": "The address of the call",
    "city": "Your city",
    "contact": "How to reach you",
    "contractor_reason": "The reason",
    "crm_id": "The CRM id",
    "currency": "The currency",
    "description": "The description",
    "domain": "The domain",
    "domains": "The domains",
    "environment": "The environment",
    "handle": "The handle",
    "honest_advice": "Your advice",
    "interests": "Your interests",
    "job_title": "The job title",
    "languages": "The languages",
    "learning": "What you are learning",
    "log": "The log",
    "name": "The name",
    "note": "The note",
    "other": "The other one",
    "others": "Other products",
    "parent": "What it is part of",
    "place": "The place",
    "question_template": "The template for questions",
    "reason": "The reason",
    "sentence": "Your sentence",
    "sign_up_domains": "The domains",
    "stage": "The stage",
    "stewards": "The stewards",
    "synonyms": "Other names",
    "tags": "The topics",
    "thanks": "Whom to thank",
    "title": "The title",
    "tried": "What you tried",
    "url": "The address",
    "vendor": "The vendor",
    "verdict": "Your verdict",
    "version": "The version",
    "versions": "The versions",
    "why": "Why",
    "words": "Your words",
}


# Refusals that a form shows above itself, with everything that was typed.
KEPT_IN_THE_FORM = (RuleBroken, TooOften, Busy)


@dataclass(frozen=True)
class Text:
    """Title and advice for one status. `finds` is True where a search may find what was meant."""

    title: str
    advice: str
    finds: bool = False


TEXTS = {
    400: Text("We cannot read this", "Something in the address or in the form is broken. Go back and try it again."),
    401: Text("Sign in first", "Reading and searching need no account. Writing does, so that everybody has a name."),
    403: Text("This is not yours to do", "You may read this, but only somebody else can change it."),
    404: Text(
        "This page is not here",
        "Either it never was, or it is only for people of one company. For your safety and theirs we give the same "
        "answer to both.",
        finds=True,
    ),
    405: Text("This address cannot do that", "It exists, but not for what your browser asked of it.", finds=True),
    409: Text("Somebody changed this meanwhile", "Look at what they wrote, then make your change again."),
    413: Text("That is too large", "Go back, make it shorter or smaller, and send it again. Nothing was saved."),
    415: Text("We cannot use this kind of file", "Go back and choose another kind. Nothing was saved."),
    422: Text("We cannot take this as it is", "Go back, mend it, and send it again. Nothing was saved."),
    429: Text("That was quick", "You have done this many times in a short while. Wait a little, then go on."),
    500: Text(
        "This is our fault",
        "Something here broke, and it has been written down. What you typed is still in the form: go back and try it "
        "again in a minute.",
    ),
    503: Text("We are busy", "We cannot do this right now. Go back and try it again in a minute."),
    507: Text("We have no room left", "Nothing was saved. Go back and try it again later."),
}


def refusal_page(status: int, sentence: str = "", *, retry_after: int | None = None, way_on: str = "") -> Response:
    """The page for `status`; `sentence` says more exactly what is wrong. `retry_after` in seconds.

    `way_on` is where whoever is signed in shows once more who they are.
    """
    text = TEXTS.get(status, TEXTS[500])
    g.without_reader = status >= 500
    page = render_template(
        "errors/page.html",
        text=text,
        status=status,
        sentence=sentence,
        way_on=way_on,
        words=_words_of_the_address() if text.finds else "",
        typed=typed_text(),
        reference=reference(),
    )
    return _answer(page, status, retry_after)


def answer_refused(page: str, refusal: Refusal) -> Response:
    """The page with the form that was refused, under the status of the refusal."""
    return _answer(page, refusal.status, refusal.retry_after)


def answer_form(page: str, refusal: Refusal | None, status: int = 200) -> Response:
    """The page with a form: as `answer_refused` where something was refused, else under `status`."""
    return answer_refused(page, refusal) if refusal else make_response(page, status)


def _answer(page: str, status: int, retry_after: int | None) -> Response:
    response = make_response(page, status)
    if retry_after is not None:
        response.headers["Retry-After"] = str(retry_after)
    return response


def typed_text() -> list[tuple[str, str]]:
    """What stood in the form that was refused, field by field with what each is called, so that it is not lost."""
    if request.method != "POST":
        return []
    try:
        sent = [(NUMBER.sub("", name), value.strip()) for name, value in request.form.items(multi=True)]
    except HTTPException:
        return []
    typed = [(name, value) for name, value in sent if value and name in TYPED]
    return [(TYPED[name], value) for name, value in typed if name != "place" or not PLACE_OF_A_DRAFT.fullmatch(value)]


def _words_of_the_address() -> str:
    return " ".join(WORDS.findall(unquote(request.path))[:MOST_WORDS])
