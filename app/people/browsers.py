"""Browsers in words, for the people who use them: "Firefox on Linux". What cannot be told is not guessed."""

from __future__ import annotations

import re

UNKNOWN = "An unknown browser"

# The order matters: nearly all of them claim to be Safari, and most of those to be Chrome.
_BROWSERS = (
    ("Edge", re.compile(r"\bEdg(?:e|A|iOS)?/")),
    ("Opera", re.compile(r"\b(?:OPR|OPT|OPX|Opera)[/ ]")),
    ("Samsung Internet", re.compile(r"\bSamsungBrowser/")),
    ("Vivaldi", re.compile(r"\bVivaldi/")),
    ("Firefox", re.compile(r"\b(?:Firefox|FxiOS)/")),
    ("Chrome", re.compile(r"\b(?:Chrome|Chromium|HeadlessChrome|CriOS)/")),
    ("Safari", re.compile(r"\bVersion/[\d.]+.* Safari/")),
)
_SYSTEMS = (
    ("iPhone", re.compile(r"\biPhone\b")),
    ("iPad", re.compile(r"\biPad\b")),
    ("Android", re.compile(r"\bAndroid\b")),
    ("ChromeOS", re.compile(r"\bCrOS\b")),
    ("Windows", re.compile(r"\bWindows\b")),
    ("macOS", re.compile(r"\bMac OS X\b|\bMacintosh\b")),
    ("Linux", re.compile(r"\bLinux\b|\bX11\b")),
)
HANDHELDS = ("iPhone", "iPad", "Android")
# More than this of a header is not looked at.
LONGEST_READ = 500


def browser_in_words(user_agent: str) -> str:
    """The kind of browser and of system that the header User-Agent names, as far as it does."""
    said = user_agent[:LONGEST_READ]
    browser = next((name for name, sign in _BROWSERS if sign.search(said)), None)
    system = next((name for name, sign in _SYSTEMS if sign.search(said)), None)
    if browser is None:
        return f"{UNKNOWN} on {system}" if system else UNKNOWN
    return f"{browser} on {system}" if system else browser


def is_handheld(browser: str) -> bool:
    """True for a telephone or a tablet, by its words."""
    return browser.endswith(tuple(f" on {system}" for system in HANDHELDS))
