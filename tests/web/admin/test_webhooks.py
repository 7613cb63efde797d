"""Admins say which other systems are told about accounts."""

from __future__ import annotations

import re

import pytest
from sqlalchemy import select

from app.exchange.models import Webhook
from app.kernel.db import db
from app.people.models import AuditEntry
from tests.support.client import signed_in
from tests.support.factories import AdminFactory

pytestmark = pytest.mark.one_database


@pytest.fixture
def admin(app):
    return signed_in(app, AdminFactory())


def test_an_address_is_added_and_its_secret_shown_once(admin):
    page = admin.post("/admin/webhooks", data={"url": "https://crm.example.com/hooks/7?key=hidden"})

    (secret,) = re.findall(r"whsec_[A-Za-z0-9+/=]+", page.text)
    assert secret not in admin.get("/admin/webhooks").text
    assert "crm.example.com" in admin.get("/admin/webhooks").text
    (entry,) = db.session.scalars(select(AuditEntry).where(AuditEntry.deed == "webhooks.added"))
    assert "crm.example.com" in entry.details
    assert "hidden" not in entry.details


@pytest.mark.parametrize("url", ["", "http://crm.example.com/", "https://10.0.0.7/", "nonsense"])
def test_what_cannot_be_told_is_said_and_kept(admin, url):
    page = admin.post("/admin/webhooks", data={"url": url})

    assert page.status_code == 422
    assert f'value="{url}"' in page.text
    assert db.session.scalars(select(Webhook)).all() == []


def test_the_same_address_is_not_told_twice(admin):
    for status in (200, 422):
        assert admin.post("/admin/webhooks", data={"url": "https://crm.example.com/"}).status_code == status


def test_an_address_is_stopped(admin):
    admin.post("/admin/webhooks", data={"url": "https://crm.example.com/"})
    webhook = db.session.scalars(select(Webhook)).one()

    assert admin.post(f"/admin/webhooks/{webhook.id}/stop").status_code == 303
    assert "Nobody else is told" in admin.get("/admin/webhooks").text
    assert admin.post(f"/admin/webhooks/{webhook.id}/stop").status_code == 404
