"""Masks keep a text readable; and looking for what to mask takes time in proportion to the text."""

from __future__ import annotations

import re
from collections.abc import Iterator
from itertools import pairwise
from re import _constants, _parser
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from app.kernel.text import MAX_SOURCE
from app.posts.sensitive import Masks, addresses, credentials, find_sensitive, mask, masking, serials
from tests.support.effort import effort

pytestmark = pytest.mark.pure

LOG = """\
10.20.30.40 node-a: lost 10.20.30.41
10.20.30.41 node-b: lost 10.20.30.40, 3C:52:82:6F:1B:0E
3c52.826f.1b0e asks ana@fernhill-hospitals.org
password: Winter2031!
"""
PIECES = [
    "10.20.30.40",
    "10.20.30.41",
    "3c:52:82:6f:1b:0e",
    "ana@fernhill-hospitals.org",
    "password=Winter2031!",
    "serial number 7CE418P0Q2",
    "‹IP address 7›",
    "‹host 1›",
    "\n",
    " and ",
    ", ",
    "node-a: ",
    "-----BEGIN PRIVATE KEY-----\n",
    "Zq7Rt2Yw9Xc4Vb6Nm1Kj3Hg5Fd8Sa0Po",
    "\n-----END PRIVATE KEY-----",
    "https://ana:tr0ub4dor@",
    "(",
    "]",
    "é",
]
HOSTILE = [
    "a",
    "1",
    "a.",
    "1.",
    "1.1.1.1 ",
    "a@",
    "a@a.",
    "aa:",
    "aa-",
    "::",
    "aaaa.",
    "-----BEGIN ",
    "-----BEGIN PRIVATE KEY-----",
    "-----BEGIN PRIVATE KEY-----\nAAAAAAAAAAAAAAAAAAAAAAAA\n",
    "Private-Lines: 1\n",
    "eyJ",
    "eyJaaaaaaaa.",
    "ghp_",
    "sk-",
    "glpat-a",
    "xoxb-1-",
    "password",
    "password=",
    "password: ",
    'password="',
    "password is ",
    "secret=a ",
    "token=aaaaaaaaaaaaaaaa1",
    "api_key:",
    "authorization: bearer ",
    "cookie:",
    "bearer ",
    "http://",
    "http://a:",
    "http://a:a@",
    "a://a:a",
    "username a ",
    "curl -u ",
    "curl x ",
    "mysql -p",
    "mosquitto_pub ",
    "radius-server ",
    "enable secret ",
    "key 7 ",
    "--password ",
    "$1$",
    "$9$aaaaaaaa",
    "{SSHA}",
    "0123456789abcdef0123456789abcdef:",
    "com2sec a ",
    "snmp-server host a ",
    "-v2c -x a ",
    "-c a ",
    "community:",
    "serial",
    "serial number ",
    "s/n:",
    "fernhill.example",
    "a.fernhill.example.",
    "‹",
    "‹IP address 1›",
    "\n",
    " ",
    "\t",
    "é",
    "\0",
]
# Usually a twentieth of a second; a pattern that goes back and forth would take minutes.
MOST = 400


def masked(text: str) -> str:
    return mask(text, find_sensitive(text))


def test_the_same_thing_has_the_same_mask_however_it_is_spelt():
    assert masked(LOG) == (
        "‹IP address 1› node-a: lost ‹IP address 2›\n"
        "‹IP address 2› node-b: lost ‹IP address 1›, ‹MAC address 1›\n"
        "‹MAC address 1› asks ‹e-mail address 1›\n"
        "password: ‹password 1›\n"
    )


def test_a_title_and_a_text_share_their_masks():
    masks = Masks()
    title, body = "Why is 10.20.30.40 down?", "Since 10.20.30.41 and 10.20.30.40 changed places."

    title_masked = mask(title, find_sensitive(title, masks=masks))
    body_masked = mask(body, find_sensitive(body, masks=masks))

    assert title_masked == "Why is ‹IP address 1› down?"
    assert body_masked == "Since ‹IP address 2› and ‹IP address 1› changed places."


def test_numbers_go_on_from_an_earlier_edit():
    assert masked("‹IP address 4› was right, 10.20.30.40 is not.") == "‹IP address 4› was right, ‹IP address 5› is not."


def test_the_frame_of_a_private_key_stays():
    key = f"-----BEGIN PRIVATE KEY-----\n{PIECES[13]}\n-----END PRIVATE KEY-----"

    assert masked(key) == "-----BEGIN PRIVATE KEY-----\n‹private key 1›\n-----END PRIVATE KEY-----"


def test_only_what_is_given_is_masked():
    findings = find_sensitive(LOG)

    assert mask(LOG, []) == LOG
    assert mask(LOG, findings[-1:]).count("‹") == 1


@given(st.lists(st.sampled_from(PIECES) | st.text(max_size=8), max_size=30).map(" ".join))
def test_findings_stand_apart_in_order_and_nothing_is_left_after_masking(text):
    findings = find_sensitive(text, ("fernhill.example",))

    assert all(first.end <= second.start for first, second in pairwise(findings))
    assert all(0 <= one.start < one.end <= len(text) for one in findings)
    assert all(one.line == text[: one.start].count("\n") + 1 for one in findings)
    assert find_sensitive(mask(text, findings), ("fernhill.example",)) == []


@pytest.mark.parametrize("piece", HOSTILE)
def test_the_longest_text_of_anything_is_soon_looked_through(piece):
    text = (piece * MAX_SOURCE)[:MAX_SOURCE]

    assert effort(lambda: find_sensitive(text, ("fernhill.example",)), enough=MOST) <= MOST


def patterns() -> Iterator[tuple[str, re.Pattern[str]]]:
    """Every pattern that is looked for in a whole text."""
    for module in (addresses, credentials, serials, masking):
        for name, value in vars(module).items():
            if isinstance(value, re.Pattern):
                yield f"{module.__name__.rpartition('.')[2]}.{name}", value


def repeats(parsed: Any) -> Iterator[int]:
    """The most that each repeat in a parsed pattern may take, at any depth."""
    for kind, argument in parsed:
        if kind in {_constants.MAX_REPEAT, _constants.MIN_REPEAT}:
            yield argument[1]
        for part in argument if isinstance(argument, (list, tuple)) else [argument]:
            for inner in part if isinstance(part, list) else [part]:
                if isinstance(inner, _parser.SubPattern):
                    yield from repeats(inner)


@pytest.mark.parametrize(("name", "pattern"), list(patterns()), ids=[name for name, _ in patterns()])
def test_no_pattern_repeats_without_a_limit(name, pattern):
    limits = list(repeats(_parser.parse(pattern.pattern, pattern.flags & ~re.UNICODE)))

    assert max(limits, default=0) < _constants.MAXREPEAT
