"""The store of uploads on a local disk: whole files or none, and room left for the database."""

from __future__ import annotations

import errno
import hashlib
import io
import os
from collections import namedtuple
from datetime import timedelta
from pathlib import Path

import pytest

from app.config import UnsafeSetting, read_settings
from app.kernel import clock, files
from app.kernel.errors import NoRoom
from app.kernel.files import LocalFiles, file_store

pytestmark = pytest.mark.pure

GIGABYTE = 1024**3
Usage = namedtuple("Usage", "total used free")
KEYS = {"SECRET_KEY": "0123456789abcdefghijklmnopqrstuvwxyz", "ADDRESS_KEY": "zyxwvutsrqponmlkjihgfedcba9876543210"}


@pytest.fixture
def folder(tmp_path):
    return tmp_path / "files"


@pytest.fixture
def store(folder):
    return LocalFiles(folder)


class Breaking(io.BytesIO):
    """Gives some bytes, then the system's error."""

    def __init__(self, error_number):
        super().__init__(b"x" * 100)
        self.error_number = error_number

    def read(self, size=-1):
        if data := super().read(50):
            return data
        raise OSError(self.error_number, os.strerror(self.error_number))


def test_what_is_put_is_found_again_under_a_random_name(store, folder):
    stored = store.put(io.BytesIO(b"two lines\nof a log\n"))

    with store.open(stored.name) as file:
        assert file.read() == b"two lines\nof a log\n"
    assert (stored.size, stored.sha256) == (19, hashlib.sha256(b"two lines\nof a log\n").hexdigest())
    assert len(stored.name) == 32
    assert store.put(io.BytesIO(b"two lines\nof a log\n")).name != stored.name
    assert all(path.stat().st_mode & 0o111 == 0 for path in folder.iterdir())


def test_a_file_is_gone_once_it_is_deleted(store):
    name = store.put(io.BytesIO(b"x")).name
    store.delete(name)
    store.delete(name)

    with pytest.raises(FileNotFoundError):
        store.open(name)
    assert list(store) == []


@pytest.mark.parametrize("name", ["../secret", "/etc/passwd", "", ".", "A" * 32, "0" * 31, "0" * 32 + "\n"])
def test_names_that_the_store_did_not_give_lead_nowhere(store, folder, name):
    folder.mkdir()
    (folder.parent / "secret").write_text("x")
    with pytest.raises(FileNotFoundError):
        store.open(name)
    store.delete(name)
    assert (folder.parent / "secret").exists()


@pytest.mark.parametrize("error_number", [errno.ENOSPC, errno.EDQUOT])
def test_a_disk_that_fills_up_leaves_no_half_file(store, folder, error_number):
    with pytest.raises(NoRoom):
        store.put(Breaking(error_number))
    assert list(folder.iterdir()) == []


def test_another_fault_leaves_no_half_file_either(store, folder):
    with pytest.raises(OSError, match="Input/output"):
        store.put(Breaking(errno.EIO))
    assert list(folder.iterdir()) == []


def test_leftovers_of_a_crash_are_listed_with_the_files(store, folder):
    kept = store.put(io.BytesIO(b"x")).name
    (folder / f"{'a' * 32}.part").write_bytes(b"half")
    (folder / "notes.txt").write_text("an operator's own")

    assert {found.name for found in store} == {kept, f"{'a' * 32}.part"}
    assert all(clock.now() - found.stored_at < timedelta(minutes=1) for found in store)
    store.delete(f"{'a' * 32}.part")
    assert {path.name for path in folder.iterdir()} == {kept, "notes.txt"}


def test_what_comes_in_lies_in_the_folder_without_a_name(store, folder):
    with store.receive() as incoming:
        incoming.write(b"x" * 100_000)
        incoming.seek(0)
        assert list(folder.iterdir()) == []
        assert store.put(incoming).size == 100_000


@pytest.mark.skipif(not Path("/dev/full").exists(), reason="needs a device that is always full")
def test_a_disk_that_fills_up_while_receiving_is_said_so():
    incoming = files._Incoming(io.FileIO("/dev/full", "r+"))
    with pytest.raises(NoRoom):
        incoming.write(b"x" * 10_000_000)
    incoming.close()


@pytest.mark.parametrize(
    ("total", "free", "size", "has_room"),
    [
        pytest.param(1000 * GIGABYTE, 3 * GIGABYTE, GIGABYTE // 2, True, id="large disk, above 2 GB"),
        pytest.param(1000 * GIGABYTE, 2 * GIGABYTE, 1, False, id="large disk, at 2 GB"),
        pytest.param(10 * GIGABYTE, 1.2 * GIGABYTE, 1, True, id="small disk, above a tenth"),
        pytest.param(10 * GIGABYTE, 1.2 * GIGABYTE, GIGABYTE // 2, False, id="small disk, at a tenth"),
    ],
)
def test_uploads_end_before_the_disk_is_full(store, monkeypatch, total, free, size, has_room):
    monkeypatch.setattr(files.shutil, "disk_usage", lambda path: Usage(total, total - free, free))
    if has_room:
        store.check_room(size)
    else:
        with pytest.raises(NoRoom):
            store.check_room(size)


def test_the_setting_names_a_folder(tmp_path):
    given = {**KEYS, "INSTANCE": str(tmp_path)}
    assert read_settings(given).files_url == f"file:{tmp_path / 'files'}"
    store = file_store(f"file:{tmp_path / 'elsewhere'}")
    store.put(io.BytesIO(b"x"))
    assert len(list((tmp_path / "elsewhere").iterdir())) == 1


@pytest.mark.parametrize("address", ["s3://bucket", "file:", "", "/srv/files", "https://files.example"])
def test_any_other_storage_stops_the_start(tmp_path, address):
    with pytest.raises(UnsafeSetting, match="FILES_URL"):
        read_settings({**KEYS, "INSTANCE": str(tmp_path), "FILES_URL": address})
