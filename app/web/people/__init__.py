"""Joining, signing in and out, and everybody's own settings."""

from __future__ import annotations

from flask import Flask, render_template
from flask.typing import ResponseReturnValue

from app.people.invitations import InvitationOver
from app.people.tokens import LinkOver
from app.web.people import (
    again,
    away,
    company,
    handle,
    invitations,
    joining,
    passkey_questions,
    privacy,
    profile,
    resetting,
    second_factor,
    second_step,
    settings,
    signed_in,
    signing_in,
    wiring,
)


def register(app: Flask) -> None:
    """Wire sign-in, and add its pages."""
    wiring.register(app)
    for part in (
        signing_in,
        second_step,
        passkey_questions,
        again,
        second_factor,
        joining,
        resetting,
        profile,
        privacy,
        settings,
        handle,
        signed_in,
        invitations,
        away,
    ):
        app.register_blueprint(part.blueprint)
    company.register(app)
    app.register_error_handler(LinkOver, _answer_dead_link)


def _answer_dead_link(refusal: LinkOver) -> ResponseReturnValue:
    is_invitation = isinstance(refusal, InvitationOver)
    page = render_template("people/link_over.html", sentence=refusal.sentence, is_invitation=is_invitation)
    return page, refusal.status
