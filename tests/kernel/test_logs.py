"""Logs hold what is needed to find a fault, and nothing that could harm somebody."""

import io
import json
import logging
import sys

import pytest
import structlog

from app.kernel.logs import configure_logs
from tests.support.effort import effort
from tests.support.factories import PersonFactory

PASSWORD = "four words that nobody guesses"


@pytest.fixture
def logged(app_with, monkeypatch):
    """What a site writes to its log while requests run, as parsed lines."""
    root = logging.getLogger()
    before, level = root.handlers[:], root.level
    site = app_with(log_level="INFO")
    written = io.StringIO()
    monkeypatch.setattr(sys, "stderr", written)
    configure_logs("INFO", own_handler=True)

    def lines():
        return [json.loads(line) for line in written.getvalue().splitlines()]

    yield site, lines
    root.handlers[:] = before
    root.setLevel(level)


def test_each_request_is_one_line(logged):
    site, lines = logged
    site.test_client().get("/privacy?secret=1")
    (line,) = [one for one in lines() if one["event"] == "request"]

    assert line["method"] == "GET"
    assert line["route"] == "/privacy"
    assert line["status"] == 200
    assert line["place"] == "127.0.0.1"
    assert len(line["reference"]) == 9
    assert "secret" not in str(line)


def test_secrets_do_not_reach_the_log(logged):
    PersonFactory(address="marta@fernhill.example", password=PASSWORD)
    site, lines = logged
    client = site.test_client()
    client.post("/sign-in", data={"email": "marta@fernhill.example", "password": PASSWORD})
    client.get("/reset/a-token-that-nobody-may-read")
    client.get("/confirm/another-token/and-more")
    client.get("/join/a-token-that-lets-people-in")
    client.get("/search?q=what-marta-looks-for")
    written = str(lines())

    for secret in ("marta@", PASSWORD, "a-token", "another-token", "looks-for", client.get_cookie("sid").value):
        assert secret not in written
    assert "/reset/<token>" in written
    assert "/join/<token>" in written


def test_addresses_are_taken_out_wherever_they_stand(logged):
    _, lines = logged
    log = structlog.get_logger("firsthand.test")
    try:
        raise ValueError("no such person: marta@fernhill.example")
    except ValueError:
        log.exception("failed", email="x", password="y", note="for <Marta.K+1@sub.fernhill.example>")
    logging.getLogger("somewhere.else").warning("mail to marta@fernhill.example")
    logging.getLogger("somewhere.else").warning("mail to marta@fernhill-bücher.example, and x@y@fernhill.example")
    written = str(lines())

    assert "fernhill" not in written
    assert "cher" not in written
    assert written.count("(address)") >= 5
    assert "ValueError" in written


@pytest.mark.parametrize("word", ["a" * 60_000, "a@" + "b" * 60_000], ids=["one word", "half an address"])
def test_a_long_word_is_looked_through_once(logged, word):
    log = structlog.get_logger("firsthand.test")

    assert effort(lambda: log.warning(word), enough=200) <= 200


def test_a_line_cannot_start_another(logged):
    _, lines = logged
    structlog.get_logger("firsthand.test").warning('first\n{"event": "forged"}', name="x\r\ny")

    assert [one["event"] for one in lines()] == ['first\n{"event": "forged"}']


def test_a_fault_is_logged_under_the_reference_that_the_page_shows(logged):
    site, lines = logged
    site.config["PROPAGATE_EXCEPTIONS"] = False

    @site.get("/broken")
    def broken():
        raise RuntimeError("a fault of this test")

    response = site.test_client().get("/broken")
    fault = next(one for one in lines() if one["event"] == "fault")

    assert response.status_code == 500
    assert fault["reference"] in response.text
    assert "a fault of this test" not in response.text
    assert "RuntimeError: a fault of this test" in fault["exception"]
