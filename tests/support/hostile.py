"""Texts that break what does not expect them: markup, control characters, scripts of the world, formulas, commands.

Beside our own there may be a folder of data with a longer list; where it is not, tests run with ours.
"""

from __future__ import annotations

import itertools
import json
import random
from collections.abc import Iterator, Sequence

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


def hostile_queries(common: Sequence[str], count: int = 500) -> list[str]:
    """What can be typed into the search box to make an engine work hard or trip, always the same.

    `common` are words that stand in many threads, at least 26: beginnings of them, as many as fit, in every syntax.
    """
    kinds = (_beginnings(common), _at_the_limits(common), _in_other_syntaxes(common), hostile_strings())
    found = dict.fromkeys(itertools.chain(*kinds))
    chance = random.Random(count)
    while len(found) < count:
        pieces = (chance.choice(SYNTAX).format(*chance.sample(common, 2)) for _ in range(chance.randint(1, 14)))
        found[" ".join(pieces)] = None
    return list(found)[:count]


SYNTAX = (
    "{0}",
    "-{0}",
    '"{0} {1}"',
    '-"{0} {1}"',
    "{0}*",
    "tag:{0}",
    "-tag:{0}",
    "{0}:{1}",
    "{0}-{1}",
    "{0}/{1}.{0}",
    "is:solved",
    "author:@{0}",
    "after:2024-01-01",
    '"',
    "({0} OR",
    "NEAR({0} {1}, 5)",
)


def _beginnings(common: Sequence[str]) -> Iterator[str]:
    for word in common[:26]:
        yield from (f"{word[:1]}*", f"{word[:2]}*", f"{word[:3]}*", f"*{word[1:]}", word[:1])


def _at_the_limits(common: Sequence[str]) -> Iterator[str]:
    """As long as can be, and a little longer: characters, words, quotation marks."""
    for form in ("{0}", "-{0}", '"{0}"', "tag:{0}", "{0}*", '"{0} {0}"', "{0}-{0}", "{0}.{0}"):
        for many in (11, 12, 13, 40):
            yield " ".join(form.format(word) for word in common[:many])
    for character in ('"', "-", "*", "'", "(", "a", "日", "\u0301", "😀", "\x00", "\u202e", ":", "/", "\\", "%", "_"):
        yield from (character * 200, f"{character} " * 100, character * 10_000)
    yield '"a' * 100
    yield '"' * 200 + common[0]
    yield f'"{" ".join(common)}"'
    yield " ".join([common[0]] * 100)


def _in_other_syntaxes(common: Sequence[str]) -> Iterator[str]:
    """What means something to an engine, or to a database."""
    one, two, three = common[:3]
    for form in (
        "{0} AND {1}",
        "{0} OR {1}",
        "NOT {0}",
        "{0} NEAR/2 {1}",
        "title:{0}",
        "title:[a TO z]",
        "{{title tags}}: {0}",
        "^{0}",
        "{0} + {1}",
        "{0}~2",
        "{0}^9",
        "{0} & {1} | !{2}",
        "{0}:*",
        "{0} <-> {1}",
        "{0} <5> {1}",
        "!!{0}",
        "{0}'; DROP SCHEMA search CASCADE; --",
        "{0}') UNION SELECT 1 --",
        "$${0}$$",
        "{0}\\",
        "rank MATCH 'bm25(10.0)'",
        "fact:{0}",
        "id:1",
        "-*",
        "* *",
        "tag:",
        "before:0000-00-00 after:9999-12-31",
        "after:2024-02-30",
        "author:@",
        "is:",
        "type:article",
    ):
        yield form.format(one, two, three)
