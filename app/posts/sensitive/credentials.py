"""Keys, tokens and passwords, and hashes that a password can be found from."""

from __future__ import annotations

import re
from collections.abc import Iterator

from app.posts.sensitive.finding import Kind, Span
from app.posts.sensitive.values import is_placeholder, looks_random

# The first line of a private key: PEM of every kind, OpenSSH, PGP, SSH2, and PuTTY's own.
KEY_BEGINS = re.compile(
    r"-{4,5} ?BEGIN (?:[A-Z0-9]{1,12} ){0,4}PRIVATE KEY(?: BLOCK)? ?-{4,5}|Private-Lines: \d{1,3}(?=\r?\n)"
)
KEY_ENDS = re.compile(r"-{4,5} ?END |Private-MAC:")
KEY_MATERIAL = re.compile(r"[A-Za-z0-9+/=]{16,200}")
LONGEST_KEY = 12_000

# Each begins with what its issuer puts in front of it, so that nothing else looks like it.
TOKENS = re.compile(
    r"(?:(?<![A-Za-z0-9_-])|(?<=%[0-9A-Fa-f]{2}))(?:"
    r"(?:AKIA|ASIA)[0-9A-Z]{16}"
    r"|gh[pousr]_[A-Za-z0-9]{36,255}|github_pat_[A-Za-z0-9_]{22,255}"
    r"|gl(?:pat|dt|ft|rt|ptt|cbt|soat|agent|imt|oas)-[A-Za-z0-9_-]{20,255}"
    r"|xox[abeoprs]-[A-Za-z0-9-]{10,255}|xapp-\d-[A-Za-z0-9-]{20,255}"
    r"|AIza[A-Za-z0-9_-]{35}|ya29\.[A-Za-z0-9_-]{20,255}|GOCSPX-[A-Za-z0-9_-]{20,40}"
    r"|[rs]k_(?:live|test)_[A-Za-z0-9]{16,255}"
    r"|sk-(?:ant-|proj-|svcacct-)?[A-Za-z0-9_-]{32,255}"
    r"|npm_[A-Za-z0-9]{36}|pypi-AgE[A-Za-z0-9_-]{50,255}|dckr_pat_[A-Za-z0-9_-]{20,60}"
    r"|SG\.[A-Za-z0-9_-]{16,32}\.[A-Za-z0-9_-]{32,64}"
    r"|do[opr]_v1_[a-f0-9]{64}|hv[bsr]\.[A-Za-z0-9_-]{20,255}|dapi[a-f0-9]{32}|gl(?:sa|c)_[A-Za-z0-9_=]{30,255}"
    r"|\d{8,10}:AA[A-Za-z0-9_-]{33}|[a-f0-9]{32}-us\d{1,2}"
    r"|eyJ[A-Za-z0-9_-]{8,2000}\.[A-Za-z0-9_-]{8,4000}(?:\.[A-Za-z0-9_-]{0,1000})?"
    r")(?![A-Za-z0-9])"
)
TOKENS_IN_ADDRESSES = re.compile(
    r"hooks\.slack\.com/services/([A-Za-z0-9/]{20,100})|[?&]sig=([A-Za-z0-9%+/=]{40,200})"
    r"|(?:AccountKey|SharedAccessKey)=([A-Za-z0-9+/]{40,100}={0,2})"
)
HEADERS = re.compile(
    r"(?i)\b(?:(?:proxy-)?authorization|x-api-key|x-auth-token|private-token|x-vault-token|(?:set-)?cookie)[\"']?"
    r"[ \t]{0,8}[:=][ \t]{0,8}[\"']?(?:(?:bearer|basic|token|digest|apikey|negotiate|ntlm)[ \t]{1,8})?"
    r"([^\s\"'<>‹›][^\r\n\"'‹›]{7,3999})"
)
BEARERS = re.compile(r"(?i)\bbearer[ \t]{1,8}([A-Za-z0-9._~+/=-]{20,4000})")

# A name that says what is given to it, and what is given: quoted, or up to the next space.
ASSIGNMENTS = re.compile(
    r"(?i)(?:(?P<token>(?:api|access|account|auth|private)[_ -]?key|secret[_ -]?(?:access[_ -]?)?key"
    r"|(?:api|auth|access|refresh|bearer|session)?[_-]?token)"
    r"|pass(?:word|wd|phrase|code)|\bpass|pwd|\bpsk|pre-?shared[_ -]?key|secret)"
    r"(?:\[\d{0,3}\])?[\"']?(?P<sign>[ \t]{0,8}(?:=>|:=|=|:)[ \t]{0,8}|[ \t](?:is|was)[ \t])"
    r"(?:\"(?P<double>[^\"\r\n]{4,200})\"|'(?P<single>[^'\r\n]{4,200})'|(?P<bare>[^\s\"'`<>,;&‹›]{4,200}))"
)
SHORTEST_TOKEN = 16
FEWEST_BLANKS = 3
# What may stand in front of such a name in a file of settings: "spring.datasource.".
LONGEST_NAME = 60
IN_ADDRESSES = re.compile(
    r"(?<![A-Za-z0-9+.-])[A-Za-z][A-Za-z0-9+.-]{1,20}://[^\s:/@\"'<>]{0,64}:([^\s/@\"'<>]{1,200})@(?=[\w\[])"
)
# Command lines and configurations of network devices, where no sign stands between the name and the secret.
IN_COMMANDS = re.compile(
    r"(?:\benable[ \t](?:secret|password)(?:[ \t]level[ \t]\d{1,2})?(?:[ \t]\d)?"
    r"|\busername[ \t]\S{1,64}[ \t][^\n]{0,80}?(?:password|secret)(?:[ \t]\d)?"
    r"|\bneighbor[ \t]\S{1,45}[ \t]password(?:[ \t]\d)?"
    r"|\bcrypto[ \t]isakmp[ \t]key(?:[ \t]\d)?"
    r"|\b(?:tacacs|radius)(?:-server)?[ \t][^\n]{0,80}?key(?:[ \t]\d)?"
    r"|\bpre-shared-key[ \t](?:ascii-text[ \t]|local[ \t]|remote[ \t])?(?:\d[ \t])?"
    r"|\bset[ \t](?:password|passwd|psksecret|passphrase|secret|key|auth-pwd|priv-pwd)[ \t]ENC"
    r"|\bsshpass[ \t]-p"
    r"|\bcurl[ \t][^\n]{0,200}?(?:-u|--user)[ \t][\"']?[^\s:\"']{1,64}:"
    r"|\bmosquitto_(?:pub|sub)[ \t][^\n]{0,200}?-P"
    r"|\bmysql(?:dump|admin)?[ \t][^\n]{0,200}?[ \t]-p(?=\S)"
    r"|\bWiFi\.begin\([ \t]{0,4}\"[^\"\n]{0,64}\",)"
    r"[ \t]{0,4}[\"']?([^\s\"'‹›]{2,200})"
)
# `--password hunter2`, and the second word of `key 7 094F471A1A0A`: only values that no sentence would have.
IN_OPTIONS = re.compile(
    r"(?<![\w-])--(?:password|passwd|pass|secret|token|api-key)[ =][\"']?([^\s\"'‹›]{4,200})"
    r"|\b(?:password|passwd|secret|key|key-string|md5)[ \t][0-9][ \t]([^\s\"'‹›]{6,200})"
)
HASHES = re.compile(
    r"(?<![\w$])(?:\$(?:1|5|6|7|8|9|14|y|gy|apr1|sha1|argon2(?:id|i|d))\$[A-Za-z0-9./,=+$-]{20,300}"
    r"|\$2[abxy]?\$\d\d\$[A-Za-z0-9./]{53}|\$9\$[A-Za-z0-9./-]{8,300})"
    r"|\{(?:S?SHA(?:256|512)?|S?MD5|CRYPT)\}[A-Za-z0-9+/=$.]{20,300}"
    r"|(?<![\w:])[0-9a-fA-F]{32}:[0-9a-fA-F]{32}(?![\w])"
)
COMMUNITIES = re.compile(
    r"(?i)\bsnmp-server[ \t](?:community|host[ \t]\S{1,64}[ \t](?:traps[ \t]|informs[ \t])?version[ \t](?:1|2c))[ \t]"
    r"([^\s\"'‹›]{2,64})"
    r"|\br[ow]community6?[ \t]([^\s\"'‹›]{2,64})"
    r"|\bcom2sec6?[ \t]{1,8}\S{1,64}[ \t]{1,8}\S{1,64}[ \t]{1,8}([^\s\"'‹›]{2,64})"
    r"|-v[ \t]?(?:1|2c)[ \t](?:-\w[ \t]\S{1,30}[ \t]){0,3}-c[ \t][\"']?([^\s\"'‹›]{2,64})"
    r"|-c[ \t][\"']?([^\s\"'‹›]{2,64})[\"']?[ \t]-v[ \t]?(?:1|2c)\b"
    r"|\bcommunity(?:[ \t_-]?(?:string|name))?[\"']?[ \t]{0,4}[:=][ \t]{0,4}[\"']?([^\s\"'‹›,;]{2,64})"
)
# What every device is delivered with is known to everybody.
DELIVERED_COMMUNITIES = frozenset({"public", "private"})


def private_keys(text: str) -> Iterator[Span]:
    """What stands between the first and the last line of a private key; a first line alone is no key."""
    position = 0
    while found := KEY_BEGINS.search(text, position):
        end = _end_of_key(text, found.end())
        position = max(end, found.end())
        if end > found.end():
            yield _trimmed(text, Kind.PRIVATE_KEY, found.end(), end)


def tokens(text: str) -> Iterator[Span]:
    """Access tokens of well-known shapes, and whatever stands in headers that carry them."""
    for found in TOKENS.finditer(text):
        yield _span(Kind.TOKEN, found, 0)
    for found in TOKENS_IN_ADDRESSES.finditer(text):
        yield _span(Kind.TOKEN, found, found.lastindex or 0)
    for pattern in (HEADERS, BEARERS):
        for found in pattern.finditer(text):
            value = found.group(1)
            if not is_placeholder(value) and (looks_random(value) or " " not in value[:SHORTEST_TOKEN]):
                yield _trimmed(text, Kind.TOKEN, *found.span(1))


def passwords(text: str) -> Iterator[Span]:
    """Passwords in addresses, command lines and configurations."""
    for pattern in (IN_ADDRESSES, IN_COMMANDS):
        for found in pattern.finditer(text):
            if not is_placeholder(found.group(1)):
                yield _span(Kind.PASSWORD, found, 1)
    for found in IN_OPTIONS.finditer(text):
        group = found.lastindex or 0
        if not is_placeholder(found.group(group)) and looks_random(found.group(group)):
            yield _span(Kind.PASSWORD, found, group)


def assigned(text: str) -> Iterator[Span]:
    """Passwords and tokens that are given to a name: `password = "..."`, `api_key: ...`."""
    for found in ASSIGNMENTS.finditer(text):
        if _is_secret(text, found):
            group = next(name for name in ("double", "single", "bare") if found.group(name))
            yield _span(Kind.TOKEN if found.group("token") else Kind.PASSWORD, found, group)


def hashes(text: str) -> Iterator[Span]:
    """Hashes as configurations and password files hold them; those of short passwords are soon reversed."""
    return (_span(Kind.HASH, found, 0) for found in HASHES.finditer(text))


def communities(text: str) -> Iterator[Span]:
    """SNMP communities in configurations and command lines."""
    for found in COMMUNITIES.finditer(text):
        group = found.lastindex or 0
        value = found.group(group)
        named = group == COMMUNITIES.groups
        if value.lower() in DELIVERED_COMMUNITIES or is_placeholder(value) or (named and not looks_random(value)):
            continue
        yield _span(Kind.COMMUNITY, found, group)


def _is_secret(text: str, found: re.Match[str]) -> bool:
    quoted, bare = found.group("double") or found.group("single"), found.group("bare")
    value = quoted or bare
    if is_placeholder(value):
        return False
    if found.group("token"):
        return len(value) >= SHORTEST_TOKEN and looks_random(value) and " " not in value
    if quoted:
        # Two or three plain words are more often a label: "Confirm password".
        return " " not in value or value.count(" ") >= FEWEST_BLANKS or looks_random(value)
    return looks_random(value) or _is_whole_line(text, found)


def _is_whole_line(text: str, found: re.Match[str]) -> bool:
    """A plain word counts only as in a file of settings: `password=geheim`, and nothing behind it."""
    if " " in found.group("sign") and ":" not in found.group("sign"):
        return False
    before = text[max(0, found.start() - LONGEST_NAME) : found.start()].rpartition("\n")[2]
    is_end = text[found.end() : found.end() + 1] in {"", "\n", "\r", "&"}
    is_line = len(before.split()) <= 1 and len(before) < LONGEST_NAME
    return is_end and is_line and found.group()[0].islower() and found.group("bare").isalpha()


def _end_of_key(text: str, start: int) -> int:
    """Where the key ends whose first line ends at `start`; `start` itself where no key follows."""
    limit = start + LONGEST_KEY
    last_line = KEY_ENDS.search(text, start, limit)
    if last_line:
        return last_line.start() if KEY_MATERIAL.search(text, start, last_line.start()) else start
    # Cut off by whoever copied it: the key is the lines that look like one.
    end = start
    for line in text[start:limit].splitlines(keepends=True):
        if line.strip(" \t\r\n>") and not KEY_MATERIAL.fullmatch(line.strip(" \t\r\n>")):
            break
        end += len(line)
    return end if text[start:end].strip(" \t\r\n>") else start


def _trimmed(text: str, kind: Kind, start: int, end: int) -> Span:
    """A span without the blanks around it, and without the marks of a quotation or of literal line ends."""
    inner = text[start:end]
    start += len(inner) - len(inner.lstrip(" \t\r\n>"))
    end -= len(inner) - len(inner.rstrip(" \t\r\n>"))
    return Span(kind, start, end, text[start:end])


def _span(kind: Kind, found: re.Match[str], group: int | str) -> Span:
    start, end = found.span(group)
    return Span(kind, start, end, found.group(group))
