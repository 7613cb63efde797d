"""What we know of the files of Whoosh 2.7.4, held against what its own documented calls say of the same index."""

from __future__ import annotations

import random
from pathlib import Path

import pytest
import whoosh
from hypothesis import given
from hypothesis import strategies as st
from whoosh.index import FileIndex

from app.search.engines.whoosh.files import Files
from app.search.engines.whoosh.impacts import POSTINGS_A_BLOCK, codec, encoded, schema
from app.search.engines.whoosh.segments import Segment, opened

pytestmark = pytest.mark.pure

TOKENS = {"every": 1, "third": 3, "hundredth": 100, "nearly-none": 1_999}
DOCUMENTS = 2_000


def document(number: int) -> dict[str, object]:
    weights = {token: round(random.Random(number).random(), 3) for token, gap in TOKENS.items() if number % gap == 0}
    return {
        "id": {str(number): 1.0},
        "words": weights,
        "facts": {"same": 1.0, "half": 0.5},
        "number": number * 10,
        "asked": number % 2,
        "length": 0 if number > 1_000 else 7,
        "kept": b"k%d" % number,
        "whole": b"w%d" % number if number == 5 else b"",
    }


@pytest.fixture(scope="module")
def index(tmp_path_factory: pytest.TempPathFactory) -> FileIndex:
    index = Files(tmp_path_factory.mktemp("segments")).create_index(schema())
    writer = index.writer(codec=codec())
    for number in range(DOCUMENTS):
        writer.add_document(**document(number))
    writer.commit()
    return index


@pytest.fixture(scope="module")
def segment(index: FileIndex) -> Segment:
    (segment,) = opened(index.storage, {}).values()
    return segment


def test_it_is_the_release_whose_files_we_know():
    assert whoosh.__version__ == (2, 7, 4)


@pytest.mark.parametrize(
    ("field", "token"), [*(("words", token) for token in TOKENS), ("facts", "same"), ("facts", "half")]
)
def test_blocks_hold_what_whoosh_reads_one_by_one(index, segment, field, token):
    reader = index.reader()
    matcher = reader.postings(field, encoded(token))
    expected = []
    while matcher.is_active():
        expected.append((matcher.id(), matcher.weight()))
        matcher.next()

    blocks = list(segment.blocks(field, token))

    assert [pair for block in blocks for pair in zip(*block, strict=True)] == expected
    assert segment.frequency(field, token) == len(expected)
    assert all(len(documents) <= POSTINGS_A_BLOCK for documents, _ in blocks)
    reader.close()


def test_a_token_that_is_nowhere_has_no_blocks(segment):
    assert segment.frequency("words", "nowhere") == 0
    assert list(segment.blocks("words", "nowhere")) == []


@given(within=st.sets(st.integers(0, DOCUMENTS - 1), max_size=6).map(sorted))
def test_only_blocks_that_can_hold_what_is_looked_for_are_read(segment, within):
    blocks = [documents for documents, _ in segment.blocks("words", "every", within)]

    assert {document for documents in blocks for document in documents} >= set(within)
    assert len(blocks) <= len(within)


def test_columns_are_read_whole_beyond_their_last_written_value(segment):
    assert list(segment.numbers) == [number * 10 for number in range(DOCUMENTS)]
    assert list(segment.asked) == [number % 2 for number in range(DOCUMENTS)]
    assert segment.total_length == 7 * 1_001
    assert segment.kept(1_999) == b"k1999"
    assert [segment.whole(number) for number in (4, 5)] == [b"k4", b"w5"]
    assert segment.document(19_990) == 1_999
    assert segment.document(5) is None


def test_segments_that_stay_are_kept_open_and_know_what_was_deleted(tmp_path):
    index = Files(tmp_path).create_index(schema())
    for number in (1, 2):
        writer = index.writer(codec=codec())
        writer.add_document(**document(number))
        writer.commit(merge=False)
    before = opened(index.storage, {})
    writer = index.writer(codec=codec())
    writer.delete_document(0)
    writer.add_document(**document(3))
    writer.commit(merge=False)

    after = opened(index.storage, before)

    assert [after[name] is segment for name, segment in before.items()] == [True, True]
    assert sorted(len(segment.deleted) for segment in after.values()) == [0, 0, 1]
    assert {segment.document(10) for segment in after.values()} == {None}
    assert len(after) == 3


def test_merged_segments_hold_the_same_without_what_was_deleted(tmp_path):
    index = Files(tmp_path).create_index(schema())
    for number in range(6):
        writer = index.writer(codec=codec())
        writer.add_document(**document(number))
        writer.commit(merge=False)
    writer = index.writer(codec=codec())
    writer.delete_document(2)
    writer.commit(optimize=True)

    (segment,) = opened(index.storage, {}).values()

    assert sorted(segment.numbers) == [0, 10, 30, 40, 50]
    assert segment.frequency("words", "third") == 2
    found = {
        segment.numbers[each]: weight
        for block in segment.blocks("words", "every")
        for each, weight in zip(*block, strict=True)
    }
    assert found[50] == pytest.approx(document(5)["words"]["every"])
    assert segment.whole(segment.document(50)) == b"w5"


@given(start=st.integers(-3, 40), length=st.integers(0, 40))
def test_a_part_of_a_file_gives_nothing_from_beyond_it(tmp_path_factory, start, length):
    path = tmp_path_factory.getbasetemp() / "numbers.seg"
    path.write_bytes(bytes(range(40)))
    part = Files(Path(path.parent)).open_file(path.name).subset(10, 20)
    inner = bytes(range(10, 30))

    at = max(start, 0)
    assert part.get(at, length) == inner[at : at + length]
    part.seek(at)
    assert part.read(length) == inner[at : at + length]
