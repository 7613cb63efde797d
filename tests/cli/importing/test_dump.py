"""Finding and unpacking a dump, whoever packed it."""

from __future__ import annotations

import struct
import subprocess
import sys
import zlib
from pathlib import Path

import py7zr
import pytest

from app.cli.importing.dump import open_dump
from app.cli.importing.refusal import DumpRefused
from tests.cli.importing.dumps import question, user, write_dump

pytestmark = pytest.mark.pure


def pack(archive: Path, **entries: bytes | str) -> Path:
    with py7zr.SevenZipFile(archive, "w") as packed:
        for name, content in entries.items():
            packed.writestr(content, name)
    return archive


@pytest.fixture
def instance(tmp_path: Path) -> Path:
    return tmp_path / "instance"


def refusal(path: Path, instance: Path) -> str:
    with pytest.raises(DumpRefused) as refused, open_dump(path, instance):
        pass
    sentence = str(refused.value)
    assert sentence.endswith(".")
    assert "\n" not in sentence
    return sentence


def test_a_folder_may_hold_other_files_and_names_in_any_case(tmp_path, instance):
    folder = write_dump(tmp_path / "site", Posts=[question(1)], Users=[user(1)])
    (folder / "Posts.xml").rename(folder / "POSTS.XML")
    (folder / "readme.txt").write_text("hello")
    (folder / "Extra.xml").write_text("<extra/>")
    (folder / "Votes.xml").mkdir()

    with open_dump(folder, instance) as dump:
        assert {name: path.name for name, path in dump.files.items()} == {
            "posts.xml": "POSTS.XML",
            "users.xml": "Users.xml",
        }
        assert dump.label == "site"


def test_an_archive_is_unpacked_into_a_private_folder_that_goes_away(tmp_path, instance):
    archive = pack(tmp_path / "iot.stackexchange.com.7z", **{"Posts.xml": "<posts/>", "notes.txt": "x", "Tags.xml": ""})

    with open_dump(archive, instance) as dump:
        assert set(dump.files) == {"posts.xml", "tags.xml"}
        assert dump.files["posts.xml"].read_text() == "<posts/>"
        assert dump.workspace.parent == instance
        assert dump.workspace.stat().st_mode & 0o077 == 0
        assert dump.label == "iot.stackexchange.com"
    assert [path.name for path in instance.iterdir()] == ["import.lock"]


def test_a_folder_of_archives_is_one_dump(tmp_path, instance):
    folder = tmp_path / "stackoverflow"
    folder.mkdir()
    pack(folder / "stackoverflow.com-Posts.7z", **{"Posts.xml": "<posts/>"})
    pack(folder / "stackoverflow.com-Users.7z", **{"Users.xml": "<users/>"})

    with open_dump(folder, instance) as dump:
        assert set(dump.files) == {"posts.xml", "users.xml"}


def climbing_archive(path: Path) -> Path:
    """An archive whose file wants to stand two folders further up. The packer refuses to make one, so it is forged."""
    with py7zr.SevenZipFile(path, "w") as packed:
        packed.set_encoded_header_mode(False)
        packed.writestr("<posts/>", "AA/AA/Posts.xml")
    raw = bytearray(path.read_bytes().replace("AA/AA".encode("utf-16-le"), "../..".encode("utf-16-le")))
    offset, size = struct.unpack_from("<QQ", raw, 12)
    struct.pack_into("<L", raw, 28, zlib.crc32(raw[32 + offset : 32 + offset + size]))
    struct.pack_into("<L", raw, 8, zlib.crc32(raw[12:32]))
    path.write_bytes(raw)
    with py7zr.SevenZipFile(path) as forged:
        assert forged.getnames() == ["../../Posts.xml"]
    return path


def test_names_that_climb_out_of_the_archive_write_nothing_outside(tmp_path, instance):
    archive = climbing_archive(tmp_path / "evil.7z")
    before = set(tmp_path.rglob("*"))

    refusal(archive, instance)

    assert set(tmp_path.rglob("*")) - before == {instance, instance / "import.lock"}


def test_an_archive_that_grows_beyond_measure_is_refused_before_it_is_unpacked(tmp_path, instance):
    archive = pack(tmp_path / "bomb.7z", **{"Posts.xml": "<posts/>", "zeros.bin": bytes(150_000_000)})

    assert archive.stat().st_size < 200_000
    assert "grow" in refusal(archive, instance)


def test_a_locked_archive_says_so(tmp_path, instance):
    archive = tmp_path / "locked.7z"
    with py7zr.SevenZipFile(archive, "w", password="secret") as packed:
        packed.writestr("<posts/>", "Posts.xml")

    assert "password" in refusal(archive, instance)


@pytest.mark.parametrize("keep", [10, 40, 200])
def test_a_damaged_archive_says_so(tmp_path, instance, keep):
    archive = pack(tmp_path / "cut.7z", **{"Posts.xml": "<posts>" + "".join(map(str, range(5_000))) + "</posts>"})
    archive.write_bytes(archive.read_bytes()[:keep])

    assert "damaged" in refusal(archive, instance)


def test_a_flipped_bit_is_noticed(tmp_path, instance):
    archive = pack(tmp_path / "bit.7z", **{"Posts.xml": "<posts>" + "".join(map(str, range(5_000))) + "</posts>"})
    raw = bytearray(archive.read_bytes())
    raw[len(raw) // 2] ^= 1
    archive.write_bytes(raw)

    refusal(archive, instance)


def test_other_files_and_places_are_refused(tmp_path, instance):
    (tmp_path / "notes.txt").write_text("not an archive")
    (tmp_path / "empty").mkdir()

    assert "damaged or not a 7z archive" in refusal(tmp_path / "notes.txt", instance)
    assert "holds no Posts.xml" in refusal(tmp_path / "empty", instance)
    assert "neither a folder nor a file" in refusal(tmp_path / "nowhere", instance)


def test_an_archive_without_posts_or_with_them_twice_is_refused(tmp_path, instance):
    assert "holds no Posts.xml" in refusal(pack(tmp_path / "users.7z", **{"Users.xml": "<users/>"}), instance)
    twice = pack(tmp_path / "twice.7z", **{"Posts.xml": "<posts/>", "old/posts.xml": "<posts/>"})
    assert "twice" in refusal(twice, instance)


def test_one_import_at_a_time(tmp_path, instance):
    folder = write_dump(tmp_path / "site", Posts=[])
    code = f"import fcntl, sys; lock = open({str(instance / 'import.lock')!r}, 'w'); fcntl.flock(lock, fcntl.LOCK_EX)"
    instance.mkdir()
    other = subprocess.Popen(
        [sys.executable, "-c", f"{code}; print('locked', flush=True); sys.stdin.read()"],
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
    )
    assert other.stdin
    assert other.stdout
    try:
        assert other.stdout.readline() == b"locked\n"
        assert "Another import is running" in refusal(folder, instance)
    finally:
        other.communicate()
    (instance / "import-left-behind").mkdir()
    with open_dump(folder, instance):
        assert not (instance / "import-left-behind").exists()
