"""Looking for everything at once."""

from __future__ import annotations

from bisect import bisect_right
from collections.abc import Collection, Iterator

from app.posts.sensitive import addresses, credentials, serials
from app.posts.sensitive.finding import Finding, Span
from app.posts.sensitive.masking import MASKED, Masks

LONGEST_BEFORE = 40
LONGEST_SHOWN = 60
LONGEST_AFTER = 30


def find_sensitive(text: str, own_domains: Collection[str] = (), masks: Masks | None = None) -> list[Finding]:
    """Everything in `text` that others may have no business to see, in its order, none overlapping another.

    `own_domains` are the mail domains of the author's company. Texts of one post share `masks`.
    """
    masks = masks or Masks([text])
    spans = sorted(_apart(text, own_domains), key=lambda span: span.start)
    ends = [place for place, letter in enumerate(text) if letter == "\n"] if spans else []
    return [
        Finding(
            kind=span.kind,
            line=bisect_right(ends, span.start) + 1,
            start=span.start,
            end=span.end,
            shown=_shown(text, span),
            value=span.value,
            mask=masks.mask_for(span.kind, span.value),
        )
        for span in spans
    ]


def _apart(text: str, own_domains: Collection[str]) -> Iterator[Span]:
    """What all detectors find; where two find the same place, the later one keeps what is before it."""
    taken = bytearray(len(text))
    for masked in MASKED.finditer(text):
        taken[masked.start() : masked.end()] = b"\1" * (masked.end() - masked.start())
    detectors = (
        credentials.private_keys,
        credentials.tokens,
        credentials.hashes,
        credentials.communities,
        credentials.passwords,
        credentials.assigned,
        addresses.email_addresses(own_domains),
        addresses.host_names(own_domains),
        addresses.hardware_addresses,
        addresses.ip_addresses,
        serials.serial_numbers,
    )
    for detect in detectors:
        for found in detect(text):
            span = _free_part(found, taken, text)
            if span.end > span.start:
                taken[span.start : span.end] = b"\1" * (span.end - span.start)
                yield span


def _free_part(span: Span, taken: bytearray, text: str) -> Span:
    end = taken.find(1, span.start, span.end)
    return span if end < 0 else span._replace(end=end, value=text[span.start : end])


def _shown(text: str, span: Span) -> tuple[str, str, str]:
    before = text[max(0, span.start - LONGEST_BEFORE) : span.start].rpartition("\n")[2]
    inner = " ".join(text[span.start : min(span.end, span.start + LONGEST_SHOWN)].split())
    after = text[span.end : span.end + LONGEST_AFTER].partition("\n")[0].rstrip("\r")
    return before, inner + ("…" if span.end - span.start > LONGEST_SHOWN else ""), after
