"""Kinds of browsers in words."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from app.people.browsers import browser_in_words, is_handheld

pytestmark = pytest.mark.pure

WINDOWS = "Mozilla/5.0 (Windows NT 10.0; Win64; x64)"
MAC = "Mozilla/5.0 (Macintosh; Intel Mac OS X 10_15_7)"
WEBKIT = "AppleWebKit/537.36 (KHTML, like Gecko)"


IOS = "Mozilla/5.0 (iPhone; CPU iPhone OS 17_5 like Mac OS X) AppleWebKit/605.1.15 (KHTML, like Gecko)"
PIXEL = "Mozilla/5.0 (Linux; Android 14; Pixel 8)"
CHROME = "Chrome/126.0.0.0 Safari/537.36"


@pytest.mark.parametrize(
    ("agent", "words"),
    [
        ("Mozilla/5.0 (X11; Linux x86_64; rv:128.0) Gecko/20100101 Firefox/128.0", "Firefox on Linux"),
        (f"{WINDOWS} {WEBKIT} {CHROME}", "Chrome on Windows"),
        (f"{WINDOWS} {WEBKIT} {CHROME} Edg/126.0.0.0", "Edge on Windows"),
        (f"{MAC} AppleWebKit/605.1.15 (KHTML, like Gecko) Version/17.5 Safari/605.1.15", "Safari on macOS"),
        (f"{IOS} Version/17.5 Mobile/15E148 Safari/604.1", "Safari on iPhone"),
        (f"{IOS} CriOS/126.0.6478.54 Mobile/15E148 Safari/604.1", "Chrome on iPhone"),
        (f"{PIXEL} {WEBKIT} Chrome/126.0.0.0 Mobile Safari/537.36", "Chrome on Android"),
        (f"{PIXEL} {WEBKIT} SamsungBrowser/25.0 Chrome/121.0.0.0 Safari/537.36", "Samsung Internet on Android"),
        (f"Mozilla/5.0 (X11; CrOS x86_64 14541.0.0) {WEBKIT} {CHROME}", "Chrome on ChromeOS"),
        ("Mozilla/5.0 (X11; Linux x86_64)", "An unknown browser on Linux"),
        ("curl/8.8.0", "An unknown browser"),
        ("", "An unknown browser"),
        ("x" * 100_000 + " Firefox/1", "An unknown browser"),
    ],
)
def test_browsers_in_words(agent, words):
    assert browser_in_words(agent) == words


@given(st.text())
def test_whatever_a_browser_says_fits_the_column_and_holds_nothing_of_it(agent):
    assert len(browser_in_words(agent + " Firefox/1.0")) <= 80


@pytest.mark.parametrize(("words", "expected"), [("Chrome on Android", True), ("Safari on macOS", False)])
def test_telephones_are_told_from_computers(words, expected):
    assert is_handheld(words) is expected
