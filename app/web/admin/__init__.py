"""For whoever runs the site: people, companies, topics, choices, texts, and how the site is."""

from __future__ import annotations

from flask import Flask

from app.web.admin import (
    account_deeds,
    account_import,
    accounts,
    choices,
    first_run,
    health,
    invitations,
    marketing,
    outbox,
    people,
    person_companies,
    person_deeds,
    shared_domains,
    start,
    texts,
    topics,
    trail,
    webhooks,
)

PARTS = (
    start,
    first_run,
    people,
    person_deeds,
    person_companies,
    invitations,
    accounts,
    account_deeds,
    account_import,
    shared_domains,
    topics,
    choices,
    texts,
    health,
    outbox,
    webhooks,
    marketing,
    trail,
)


def register(app: Flask) -> None:
    """Add the pages."""
    for part in PARTS:
        app.register_blueprint(part.blueprint)
