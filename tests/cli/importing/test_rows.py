"""Reading one file of a dump: rows come out whole, and whatever is not a dump is refused in one sentence."""

from __future__ import annotations

import tracemalloc
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from app.cli.importing.refusal import DumpRefused
from app.cli.importing.rows import CHUNK_BYTES, LONGEST_ROW_BYTES, rows_of
from tests.cli.importing.dumps import write_file

pytestmark = pytest.mark.pure

HEAD = '<?xml version="1.0" encoding="utf-8"?>\n'
BILLION_LAUGHS = (
    "<!DOCTYPE posts [<!ENTITY a 'ha'>"
    + "".join(f"<!ENTITY {after} '{f'&{before};' * 10}'>" for before, after in zip("abcdefg", "bcdefgh", strict=True))
    + "]>"
)


@pytest.fixture
def posts(tmp_path: Path):
    def write(content: str | bytes) -> Path:
        path = tmp_path / "Posts.xml"
        path.write_bytes(content if isinstance(content, bytes) else content.encode())
        return path

    return write


def refusal(path: Path) -> str:
    with pytest.raises(DumpRefused) as refused:
        list(rows_of(path, "posts"))
    sentence = str(refused.value)
    assert sentence.startswith("Posts.xml")
    assert sentence.count("\n") == 0
    return sentence


def test_rows_come_in_order_with_their_attributes(tmp_path):
    path = write_file(tmp_path / "Posts.xml", [{"Id": 1, "Title": 'a < b & "c"'}, {"Id": 2, "Body": "one\ntwo"}])

    assert list(rows_of(path, "posts")) == [{"Id": "1", "Title": 'a < b & "c"'}, {"Id": "2", "Body": "one\ntwo"}]


@pytest.mark.parametrize("encoding", ["utf-8", "utf-8-sig", "utf-16"])
def test_a_byte_order_mark_and_utf_16_are_read(posts, encoding):
    content = '<?xml version="1.0"?><posts><row Title="Größe"/></posts>'.encode(encoding)

    assert list(rows_of(posts(content), "posts")) == [{"Title": "Größe"}]


def test_a_file_without_rows_is_fine(posts):
    assert list(rows_of(posts(HEAD + "<posts />"), "posts")) == []


def test_references_that_xml_forbids_are_left_out_and_counted(posts):
    mended = []
    path = posts(HEAD + '<posts><row Body="a&#x0E;b&#0;c&#x1F;d&#xFFFF;e&#xA;f&#233;"/></posts>')

    rows = list(rows_of(path, "posts", on_mended=lambda: mended.append(1)))

    assert rows == [{"Body": "abcde\nfé"}]
    assert len(mended) == 4


@given(st.integers(min_value=0, max_value=40))
def test_a_reference_may_be_cut_in_two_by_the_end_of_a_chunk(tmp_path_factory, shift):
    start = HEAD + '<posts><row Body="'
    filler = "x" * (CHUNK_BYTES - len(start) - shift)
    path = tmp_path_factory.mktemp("rows") / "Posts.xml"
    path.write_text(start + filler + '&#x0E;&#xA;&amp;&#x1F600;"/></posts>')

    assert list(rows_of(path, "posts")) == [{"Body": f"{filler}\n&\U0001f600"}]


def test_progress_hears_of_every_byte(tmp_path):
    path = write_file(tmp_path / "Posts.xml", [{"Id": number, "Body": "x" * 500} for number in range(1_000)])
    heard = []

    list(rows_of(path, "posts", progress=heard.append))

    assert sum(heard) == path.stat().st_size


def test_memory_does_not_grow_with_the_file(tmp_path):
    path = write_file(tmp_path / "Posts.xml", ({"Id": number, "Body": "x" * 900} for number in range(20_000)))
    rows = rows_of(path, "posts")
    next(rows)
    tracemalloc.start()
    for _ in rows:
        pass
    _, peak = tracemalloc.get_traced_memory()
    tracemalloc.stop()

    assert peak < 2_000_000 < path.stat().st_size


@pytest.mark.parametrize("cut", [5, 30, 60, 2_000, -2, -9, -30])
def test_a_truncated_file_is_called_truncated(tmp_path, posts, cut):
    whole = write_file(tmp_path / "Posts.xml", [{"Id": number, "Body": "x" * 50} for number in range(100)])

    assert "truncated" in refusal(posts(whole.read_bytes()[:cut]))


def test_an_empty_file_is_called_empty(posts):
    assert "is empty" in refusal(posts(""))


@pytest.mark.parametrize(
    "doctype",
    [
        BILLION_LAUGHS,
        '<!DOCTYPE posts [<!ENTITY secret SYSTEM "file:///etc/passwd">]>',
        '<!DOCTYPE posts SYSTEM "http://127.0.0.1:9/evil.dtd">',
        '<!DOCTYPE posts [<!ENTITY % more SYSTEM "http://127.0.0.1:9/evil.dtd"> %more;]>',
        "<!DOCTYPE posts>",
    ],
)
def test_document_types_and_entities_are_refused(posts, doctype):
    assert "document type" in refusal(posts(HEAD + doctype + '<posts><row Id="1"/></posts>'))


@pytest.mark.parametrize(
    ("content", "why"),
    [
        ("<users><row/></users>", "begins with <users>"),
        ("<html><body>Not found</body></html>", "begins with <html>"),
        ("<posts><post/></posts>", "where a row should be"),
        ("<posts><row><row/></row></posts>", "hold other elements"),
        ("<posts><row Id='1' Id='2'/></posts>", "not well-formed"),
        ("<posts><row Body='&undefined;'/></posts>", "not well-formed"),
        ("<posts><row Body='a < b'/></posts>", "not well-formed"),
        ("<posts></posts><posts></posts>", "not well-formed"),
        ("<posts><row Body='\x0e'/></posts>", "not well-formed"),
        ("<posts><row Body='\0'/></posts>", "not well-formed"),
        ("Id,Title\n1,Not XML at all\n", "not well-formed"),
    ],
)
def test_what_is_not_a_dump_is_refused(posts, content, why):
    assert why in refusal(posts(content))


@pytest.mark.parametrize(
    "content",
    [
        '<?xml version="1.0" encoding="utf-8"?><posts><row Title="Größe"/></posts>'.encode("latin-1"),
        b'<?xml version="1.0" encoding="utf-7"?><posts><row Title="x"/></posts>',
        b'<?xml version="1.0" encoding="nonsense"?><posts><row Title="x"/></posts>',
        b'<?xml version="1.0" encoding="shift_jis"?><posts><row Title="x"/></posts>',
        b"PK\x03\x04" + bytes(range(256)),
    ],
)
def test_other_encodings_are_refused(posts, content):
    refusal(posts(content))


@pytest.mark.parametrize(
    "content",
    [
        f'<posts><row Body="{"x" * 10_000_000}"/></posts>',
        f"<posts>{'x' * 10_000_000}</posts>",
        f"<posts><!--{'x' * 10_000_000}--></posts>",
        "<posts>" + "<?x y?>" * 1_000_000 + "</posts>",
        f"<{'p' * 10_000_000}/>",
    ],
)
def test_what_never_comes_to_an_end_is_refused(posts, content):
    assert f"more than {LONGEST_ROW_BYTES // 2**20} MB" in refusal(posts(content))


def test_attributes_without_end_are_refused(posts):
    rows = "".join(f'<row a{number}="1"/>' for number in range(1_000))

    assert "kinds of attributes" in refusal(posts(f"<posts>{rows}</posts>"))
