"""The codes of an authenticator app, worked out from RFC 6238 itself and not by what the site uses."""

from __future__ import annotations

import base64
import hashlib
import hmac
import re
import struct

from app.kernel import clock

STEP_SECONDS = 30


def code_at(key: bytes, seconds: float, digits: int = 6) -> str:
    """The code for a moment (Unix time), with SHA-1."""
    counter = struct.pack(">Q", int(seconds) // STEP_SECONDS)
    mac = hmac.new(key, counter, hashlib.sha1).digest()
    start = mac[-1] & 0x0F
    number = struct.unpack(">I", mac[start : start + 4])[0] & 0x7FFFFFFF
    return f"{number % 10**digits:0{digits}}"


def code_now(letters: str, later: float = 0) -> str:
    """The code that an app with this key ("VX2V-4C3B-…") shows, `later` seconds from now."""
    bare = letters.replace("-", "").replace(" ", "")
    key = base64.b32decode(bare + "=" * (-len(bare) % 8))
    return code_at(key, clock.now().timestamp() + later)


def letters_on(page: str) -> str:
    """The key that a page shows for typing."""
    found = re.search(r'<code class="key">([A-Z2-7-]+)</code>', page)
    assert found is not None, page
    return found[1]


def codes_on(page: str) -> list[str]:
    """The recovery codes that a page shows."""
    return re.findall(r"<code>([0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{4})</code>", page)
