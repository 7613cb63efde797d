"""Texts that break what does not expect them: markup, control characters, scripts of the world, formulas, commands.

Beside our own there may be a folder of data with a longer list; where it is not, tests run with ours.
"""

from __future__ import annotations

import json

from app.config import ROOT

LONGER_LIST = ROOT.parent / "shared" / "data" / "hostile" / "blns.json"
OWN = (
    "</script><script>alert(1)</script>",
    "</title></textarea><img src=x onerror=alert(2)>",
    '"><svg onload=alert(3)> \' autofocus onfocus=alert(4) x="',
    "<!-- --!> <![CDATA[ ]]> <?xml version='1.0'?>",
    "javascript:alert(5) [link](javascript:alert(6)) ![x](data:text/html;base64,PHN2Zz4=)",
    "&lt;b&gt; &amp;amp; &#60;script&#62; \\u003cscript\\u003e",
    "\u202eright to left\u202c \u2066isolated\u2069 zero\u200bwidth\u200djoined \ufeff",
    "\x01\x02\x07\x08\x0b\x0c\x1b[31m \x7f\x85\x9b \ufffe\uffff",
    "line\u2028separator\u2029paragraph",
    "{{ 7 * 7 }} {% raw %} ${7*7} #{7*7} %s %n %(name)s {0.__class__}",
    "'; DROP TABLE posts; -- \" OR 1=1",
    "=cmd|' /C calc'!A0 @SUM(1+1)*cmd",
    "😀 👩‍👩‍👧‍👦 🏳️‍🌈 Z̸̡a̶l̷g̴o̵ ﷽ 田中さん اردو Ελληνικά ไทย",
    "`` ` ``` ~~~ | a | b | *_**__ > # 1. - [ ] <br>",
)


def hostile_strings() -> list[str]:
    """All of them that can be sent as UTF-8, and none that is empty."""
    more = json.loads(LONGER_LIST.read_text(encoding="utf-8")) if LONGER_LIST.exists() else []
    sendable = (text.encode("utf-8", "ignore").decode() for text in (*OWN, *more))
    return [text for text in dict.fromkeys(sendable) if text.strip()]
