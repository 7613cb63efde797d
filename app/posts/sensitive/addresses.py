"""Addresses of machines and of people, and names of hosts."""

from __future__ import annotations

import re
from collections.abc import Collection, Iterator
from ipaddress import IPv4Address, IPv4Network, IPv6Address, IPv6Network, ip_address

from app.posts.sensitive.finding import Detector, Kind, Span

IPV4 = re.compile(r"(?<![\w.])\d{1,3}(?:\.\d{1,3}){3}(?![\w]|\.\w)")
IPV6 = re.compile(r"(?<![\w:.])[0-9A-Fa-f]{1,4}:[0-9A-Fa-f:]{1,35}(?:\d{1,3}(?:\.\d{1,3}){3})?(?![\w:]|\.\d)")
MAC = re.compile(
    r"(?<![0-9A-Za-z:.-])(?:[0-9A-Fa-f]{2}:(?:[0-9A-Fa-f]{2}:){4}[0-9A-Fa-f]{2}"
    r"|[0-9A-Fa-f]{2}-(?:[0-9A-Fa-f]{2}-){4}[0-9A-Fa-f]{2}"
    r"|[0-9A-Fa-f]{4}\.[0-9A-Fa-f]{4}\.[0-9A-Fa-f]{4})(?![0-9A-Za-z]|[:.-][0-9A-Fa-f])"
)
# The first digit tells who gave the name out; others of eight pairs are fingerprints and dumps.
WWN = re.compile(r"(?<![0-9A-Za-z:-])[1256][0-9A-Fa-f](?::[0-9A-Fa-f]{2}){7}(?![0-9A-Za-z]|:[0-9A-Fa-f])")
EMAIL = re.compile(
    r"(?<![\w.%+-])[A-Za-z0-9][A-Za-z0-9._%+-]{0,63}@((?:[A-Za-z0-9-]{1,63}\.){1,8}[A-Za-z]{2,24})(?![\w@-]|\.\w)"
)

# Nobody's: this machine, everybody, groups, documentation, and measurements between two devices.
NOBODYS = [
    IPv4Network(network)
    for network in (
        "0.0.0.0/8",
        "127.0.0.0/8",
        "169.254.0.0/16",
        "192.0.0.0/24",
        "192.0.2.0/24",
        "198.18.0.0/15",
        "198.51.100.0/24",
        "203.0.113.0/24",
        "224.0.0.0/3",
    )
]
OWN_NETWORKS = [IPv4Network(one) for one in ("10.0.0.0/8", "172.16.0.0/12", "192.168.0.0/16", "100.64.0.0/10")]
# Resolvers that everybody asks, and what people write when they mean any address.
KNOWN_TO_ALL = frozenset(
    "1.1.1.1 1.0.0.1 8.8.8.8 8.8.4.4 9.9.9.9 149.112.112.112 208.67.222.222 208.67.220.220 4.2.2.2 1.2.3.4 1.3.6.1 "
    "2606:4700:4700::1111 2606:4700:4700::1001 2001:4860:4860::8888 2001:4860:4860::8844 2620:fe::fe".split()
)
# Of the whole of IPv6 only these are given to anybody; Scope::Name in a program is in neither.
GLOBAL_V6, LOCAL_V6 = IPv6Network("2000::/3"), IPv6Network("fc00::/7")
DOCUMENTATION_V6 = [IPv6Network("2001:db8::/32"), IPv6Network("3fff::/20")]

VERSION_WORD = (
    r"(?:version|ver|release|releases|firmware|fw|build|bios|driver|patch|rev|revision|upgraded?|updated?|downgraded?"
    r"|software|section|chapter|fabric os|fos|ios|pan-os|ontap|oracle|library|lib|package|kernel|v|r)"
)
VERSION_JUST_BEFORE = re.compile(
    rf"(?i)(?<![a-z]){VERSION_WORD}[\"']?[ \t]{{0,4}}[:=.#§]?[ \t]{{0,4}}[\"'(]?$|§[ \t]?$"
)
VERSION_NEAR = re.compile(rf"(?i)(?<![a-z]){VERSION_WORD}(?![a-z])")
VERSION_JUST_AFTER = re.compile(r"(?i)[\"')]?[ \t](?:firmware|release|build|driver|version|patch)(?![a-z])")
NEAR = 40
# The parts of a version are small, and so are those of numbered sections. Few addresses are like that; they are taken
# for one only where the text speaks of addresses.
LARGEST_OF_VERSION = 60
ADDRESS_NEAR = re.compile(
    r"(?i)(?<![a-z])(?:ip|ipv4|address|addr|host|hosts|server|gateway|gw|dns|ping|inet|route|via|subnet|peer|client|from"
    r"|connect|connected|source|src|destination|dst|remote|ssh|telnet|traceroute|nslookup)(?![a-z])|[@=/\[]$"
)
PORT_OR_NETWORK = re.compile(r":\d{2,5}\b|/(?:1[6-9]|2\d|3[0-2])\b")
# Blocks of this size belong to carriers and to the plan of the internet.
BLOCK = re.compile(r"/(?:\d|1[0-5])(?!\d)")

SAMPLE_MACS = frozenset("000000000000 ffffffffffff aabbccddeeff 001122334455 123456789abc deadbeefcafe".split())
# Groups, spanning tree, and the range for documentation.
GROUP_MACS = ("01005e", "3333", "0180c2", "01000c", "00005e0053")

EXAMPLE_DOMAINS = re.compile(
    r"(?:[\w-]{1,63}\.){0,8}(?:example(?:\.\w{1,63})?|test|invalid|localhost|localdomain|(?:my|your|some)?(?:own)?"
    r"(?:domain|company|email|mail|server|host|site|organi[sz]ation|org)\.\w{1,63}|(?:foo|bar|baz|acme|contoso|abc|xyz)\.\w{1,63})"
)
# What stands before the @ of a mailbox that belongs to nobody in particular, or to a program.
NOBODYS_MAILBOXES = frozenset(
    "noreply no-reply donotreply postmaster abuse webmaster hostmaster support info security sales contact help git hg "
    "svn me you name user username someone somebody email mail myname yourname mymail youremail myemail email_name "
    "email_addr email_address first.last firstname.lastname".split()
)
# `getty@tty1.service` is a unit, `logo@2x.png` a file.
NOT_DOMAINS = frozenset(
    "service socket timer target mount device scope slice path journal png jpg jpeg gif svg webp js ts css py json "
    "log".split()
)
# Names that a company shows to everybody.
SHOWN_HOSTS = frozenset("www docs support help community blog status download downloads kb forum shop".split())


def ip_addresses(text: str) -> Iterator[Span]:
    """IPv4 and IPv6 addresses that somebody has."""
    for found in IPV4.finditer(text):
        address = _v4(found.group())
        if address and _is_somebodys(address, text, found):
            kind = Kind.PRIVATE_ADDRESS if any(address in network for network in OWN_NETWORKS) else Kind.PUBLIC_ADDRESS
            yield Span(kind, *found.span(), str(address))
    for found in IPV6.finditer(text):
        written = found.group().rstrip(":") if not found.group().endswith("::") else found.group()
        v6 = _v6(written)
        if v6:
            kind = Kind.PRIVATE_ADDRESS if v6 in LOCAL_V6 else Kind.PUBLIC_ADDRESS
            yield Span(kind, found.start(), found.start() + len(written), str(v6))


def hardware_addresses(text: str) -> Iterator[Span]:
    """MAC addresses, and world wide names of storage ports."""
    for found in WWN.finditer(text):
        yield Span(Kind.WWN, *found.span(), found.group().lower())
    for found in MAC.finditer(text):
        value = re.sub(r"[^0-9a-f]", "", found.group().lower())
        is_number = "." in found.group() and value.isdigit()
        if value not in SAMPLE_MACS and not value.startswith(GROUP_MACS) and not is_number:
            yield Span(Kind.MAC, *found.span(), value)


def email_addresses(own_domains: Collection[str]) -> Detector:
    """Addresses of people; at the author's own company also those of functions."""

    def find(text: str) -> Iterator[Span]:
        for found in EMAIL.finditer(text):
            address = found.group().lower()
            mailbox, _, domain = address.rpartition("@")
            is_own = any(domain == own or domain.endswith(f".{own}") for own in own_domains)
            if is_own or _is_a_persons(mailbox, domain):
                yield Span(Kind.EMAIL, *found.span(), address)

    return find


def host_names(own_domains: Collection[str]) -> Detector:
    """Hosts of the author's own company, but for the domain itself and for hosts that it shows to everybody."""
    domains = "|".join(re.escape(domain) for domain in sorted(own_domains))
    pattern = re.compile(rf"(?i)(?<![\w.@-])(?:[a-z0-9_-]{{1,63}}\.){{1,8}}(?:{domains})(?![\w-]|\.\w)")

    def find(text: str) -> Iterator[Span]:
        for found in pattern.finditer(text) if own_domains else ():
            if found.group().lower().partition(".")[0] not in SHOWN_HOSTS:
                yield Span(Kind.HOST, *found.span(), found.group().lower())

    return find


def _v4(written: str) -> IPv4Address | None:
    parts = [int(part) for part in written.split(".")]
    return IPv4Address(bytes(parts)) if max(parts) <= 255 else None


def _v6(written: str) -> IPv6Address | None:
    try:
        address = ip_address(written)
    except ValueError:
        return None
    is_given = address in GLOBAL_V6 or address in LOCAL_V6
    is_sample = any(address in network for network in DOCUMENTATION_V6) or str(address) in KNOWN_TO_ALL
    return address if isinstance(address, IPv6Address) and is_given and not is_sample else None


def _is_somebodys(address: IPv4Address, text: str, found: re.Match[str]) -> bool:
    if str(address) in KNOWN_TO_ALL or any(address in network for network in NOBODYS):
        return False
    return not _is_block(address, text, found.end()) and not _is_version(address, text, found)


def _is_block(address: IPv4Address, text: str, end: int) -> bool:
    """True for 10.0.0.0/8 and other blocks that everybody's networks are part of."""
    is_all = any(text.startswith(f"/{one.prefixlen}", end) and address == one.network_address for one in OWN_NETWORKS)
    return is_all or bool(BLOCK.match(text, end))


def _is_version(address: IPv4Address, text: str, found: re.Match[str]) -> bool:
    """True where the words around four numbers say that they are a version, or nothing says that they are not."""
    before = text[max(0, found.start() - NEAR) : found.start()].rpartition("\n")[2]
    if VERSION_JUST_BEFORE.search(before) or VERSION_JUST_AFTER.match(text, found.end()):
        return True
    is_small = max(address.packed) <= LARGEST_OF_VERSION and address not in OWN_NETWORKS[0]
    if not is_small or PORT_OR_NETWORK.match(text, found.end()):
        return False
    return bool(VERSION_NEAR.search(before)) or not ADDRESS_NEAR.search(before)


def _is_a_persons(mailbox: str, domain: str) -> bool:
    if mailbox in NOBODYS_MAILBOXES or domain.rpartition(".")[2] in NOT_DOMAINS:
        return False
    return not EXAMPLE_DOMAINS.fullmatch(domain)
