"""Which values are secrets, and which only stand for one: `password: <yours>` gives nothing away."""

from __future__ import annotations

import re

SHORTEST = 4
# What begins a placeholder, a variable, a path or an address instead of a secret.
NOT_A_SECRET = re.compile(r"[<$%{(\[‹*•…/~|\\]|\.{2}|[.]/|[A-Za-z]:\\|https?://|--|@\w")
FILLED_UP = re.compile(r"(?i)[x*.•?#_-]+|(?:abc)?0?12345678?9?0?")
STANDS_FOR_ONE = re.compile(
    r"(?i)(?:my|your|the|an?|new|old|some|user|db|admin|mqtt|wifi|wlan|api|auth|network|secret|super|access|client"
    r"|service|account|default)?[ _-]?(?:pass(?:word|wd|phrase|code)?s?|pwd|pw|secret|token|key|value|psk)"
    r"[ _-]?(?:here|goes here|\d)?"
)
EMPTY_WORDS = frozenset(
    "none null nil true false yes no on off empty blank unset undefined default required optional string text bool int "
    "str number example redacted removed hidden masked changed omitted censored private public unknown wrong correct "
    "incorrect invalid valid expired missing changeme change_me option flag argument parameter field prompt "
    "authentication protected encrypted hash hashed plain plaintext login username user admin root ssid and or the "
    "this that not with from for file input here base64 md5 sha1 sha256 sha512 bcrypt utf8 utf-8".split()
)
PATH_OF_NAMES = re.compile(
    r"[A-Za-z_]{1,60}(?:[.\[][\"']?[A-Za-z_]{1,60}[\"']?\]?){1,20}|[A-Za-z]{1,60}(?:_[A-Za-z]{1,60}){1,20}"
)
LETTER = re.compile(r"[^\W\d_]")
DIGIT_OR_SIGN = re.compile(r"[\d!#$%^&*?+=~@]")


def is_placeholder(value: str) -> bool:
    """True for what stands where a secret would: `****`, `<password>`, `$PASSWORD`, `os.environ["X"]`, `none`."""
    bare = value.strip("\"'`.,;:")
    if len(bare) < SHORTEST or NOT_A_SECRET.match(bare) or "(" in bare:
        return True
    if bare.lower() in EMPTY_WORDS or FILLED_UP.fullmatch(bare):
        return True
    return bool(STANDS_FOR_ONE.fullmatch(bare) or PATH_OF_NAMES.fullmatch(bare))


def looks_random(value: str) -> bool:
    """True when a value has letters and also digits or signs, as words of a sentence have not."""
    bare = value.strip("\"'`.,;:!?*")
    return bool(LETTER.search(bare) and DIGIT_OR_SIGN.search(bare))
