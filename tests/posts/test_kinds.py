"""Which files are taken, as what, and under which name."""

from __future__ import annotations

import gzip
import io
import zipfile

import html5lib
import pytest

from app.kernel.errors import TooLarge, WrongKind
from app.kernel.text import render
from app.posts import attachments, kinds
from app.posts.kinds import MISNAMED, WRONG_KIND, Kind, clean_name, first_lines, kind_of
from app.posts.models import Attachment
from tests.support.uploads import LOG, picture

pytestmark = pytest.mark.pure

MEGABYTE = 1024 * 1024
MP4 = b"\0\0\0\x20ftypisom\0\0\2\0isomiso2avc1mp41" + b"\0" * 400
WEBM = (
    b"\x1a\x45\xdf\xa3\x9f\x42\x86\x81\x01\x42\xf7\x81\x01\x42\xf2\x81\x04\x42\xf3\x81\x08\x42\x82\x84webm"
    + b"\0" * 400
)
MATROSKA = WEBM.replace(b"\x84webm", b"\x88matroska")
HTML = b"<!doctype html><script>alert(1)</script>"
SVG = b"<svg xmlns='http://www.w3.org/2000/svg'><script>alert(1)</script></svg>"


def gzipped(content):
    """Without the time of packing: the names of tests hold these bytes, and every process has to find the same."""
    return gzip.compress(content, mtime=0)


def zipped():
    out = io.BytesIO()
    with zipfile.ZipFile(out, "w") as archive:
        archive.writestr("a.log", LOG)
    return out.getvalue()


@pytest.mark.parametrize(
    ("name", "content", "kind", "media_type"),
    [
        ("a.png", picture("PNG"), Kind.IMAGE, None),
        ("A.JPG", picture("JPEG"), Kind.IMAGE, None),
        ("shot.png", picture("WEBP"), Kind.IMAGE, None),
        ("a.gif", picture("GIF"), Kind.IMAGE, None),
        ("a.b.log", LOG, Kind.TEXT, "text/plain"),
        ("page.log", HTML, Kind.TEXT, "text/plain"),
        ("a.json", b"{}", Kind.TEXT, "application/json"),
        ("a.csv", b"a;b", Kind.TEXT, "text/csv"),
        ("bomb.log", gzipped(b"0" * 10_000_000), Kind.TEXT, "text/plain"),
        ("a.zip", zipped(), Kind.ARCHIVE, "application/zip"),
        ("support.tar.gz", gzipped(LOG), Kind.ARCHIVE, "application/gzip"),
        ("a.mp4", MP4, Kind.VIDEO, "video/mp4"),
        ("a.webm", WEBM, Kind.VIDEO, "video/webm"),
        ("../../etc/a.txt", b"", Kind.TEXT, "text/plain"),
    ],
)
def test_name_and_content_say_together_what_a_file_is(name, content, kind, media_type):
    known = kind_of(name, content[: kinds.HEAD_BYTES], len(content))
    assert known.kind is kind
    assert media_type in {None, known.media_type}


@pytest.mark.parametrize(
    "name", ["a.svg", "a.html", "a.xhtml", "a.pdf", "a.php", "a.js", "a.exe", "a.png.php", "a", "", ".", "a.log ;x"]
)
@pytest.mark.parametrize("content", [picture("PNG"), LOG])
def test_no_other_kind_is_taken_whatever_it_holds(name, content):
    with pytest.raises(WrongKind) as refused:
        kind_of(name, content, len(content))
    assert refused.value.sentence == WRONG_KIND


@pytest.mark.parametrize(
    ("name", "content"),
    [
        ("a.png", SVG), ("a.png", HTML), ("a.png", b"<?php evil() ?>"), ("a.jpg", zipped()), ("a.gif", b"alert(1)"),
        ("a.zip", HTML), ("a.gz", zipped()), ("a.zip", gzipped(b"x")), ("a.png", b""),
        ("a.mp4", HTML), ("a.webm", MATROSKA), ("a.mp4", MP4.replace(b"ftypisom", b"ftypheic")), ("a.webm", MP4),
    ],
)  # fmt: skip
def test_a_file_that_is_not_what_its_name_says_is_refused(name, content):
    with pytest.raises(WrongKind) as refused:
        kind_of(name, content[: kinds.HEAD_BYTES], len(content))
    assert refused.value.sentence == MISNAMED


@pytest.mark.parametrize(
    ("name", "head", "size"),
    [("a.png", picture(), 10 * MEGABYTE), ("a.log", LOG, 10 * MEGABYTE), ("a.mp4", MP4, 100 * MEGABYTE)],
)
def test_each_kind_has_its_limit(name, head, size):
    kind_of(name, head, size)
    with pytest.raises(TooLarge):
        kind_of(name, head, size + 1)


@pytest.mark.parametrize(
    ("typed", "kept"),
    [
        ("replication.log", "replication.log"),
        ("../../x.log", "../../x.log"),
        ("CON.txt", "CON.txt"),
        ("a\0.png", "a.png"),
        ('say "no".log', 'say "no".log'),
        ("two\r\nlines.log", "two  lines.log"),
        ("\u202egpj.log", "\u202egpj.log"),
        ("複製 журнал.log", "複製 журнал.log"),
        ("<script>alert(1)</script>.log", "<script>alert(1)</script>.log"),
        (" .log ", ".log"),
        ("\x07\x1b", "file"),
        ("x" * 4096 + ".log", "x" * 146 + ".log"),
    ],
)
def test_names_stay_as_typed_as_far_as_they_can_be_seen(typed, kept):
    assert clean_name(typed) == kept


@pytest.mark.parametrize(
    ("head", "shown"),
    [
        (LOG, LOG.decode().rstrip()),
        (b"", ""),
        (
            b"\n".join(b"line %d" % number for number in range(50)),
            "\n".join(f"line {number}" for number in range(20)),
        ),
        ("größer\r\nals\rvorher".encode(), "größer\nals\nvorher"),
        ("größer".encode("utf-16"), "größer"),
        ("größer".encode("utf-8-sig"), "größer"),
        (b"half a letter: \xc3", "half a letter:"),
        (b"not \xff text", "not � text"),
        (b"\x1b[31mred\x1b[0m\x07\ttab", "red\ttab"),
        (gzipped(b"0" * 9_999), ""),
        (b"x" * 5_000, "x" * 2_048),
    ],
)
def test_the_first_lines_of_a_text_can_be_read(head, shown):
    assert first_lines(head) == shown


def test_markdown_says_the_name_as_it_is():
    name = "a_b *c* [d](e) `f` <b>&amp;</b> ~~g~~ !h# \\ @i https://x.example.png"
    made = Attachment(token="0" * 32, name=name, kind="image")
    link = Attachment(token="0" * 32, name=name, kind="text")
    image = next(elements_of(render(attachments.markdown_of(made)).html, "img"))
    assert (image.get("alt"), image.get("src")) == (name, made.address)
    words = next(elements_of(render(attachments.markdown_of(link)).html, "a"))
    assert ("".join(words.itertext()), words.get("href")) == (name, link.address)


def elements_of(page, tag):
    return html5lib.parseFragment(page, namespaceHTMLElements=False).iter(tag)


@pytest.mark.parametrize(
    ("name", "address"),
    [
        ("replication log 2.log", "replication-log-2.log"),
        ("../../x.png", "x.png"),
        ("複製.png", "file.png"),
        ("a(b)'\"<c>.tar.gz", "a-b-c-.tar.gz"),
        ("x" * 146 + ".log", "x" * 60 + ".log"),
    ],
)
def test_an_address_is_plain_whatever_the_name(name, address):
    assert Attachment(token="0" * 32, name=name).address == f"/files/{'0' * 32}/{address}"
