"""What a command says where the database or a file cannot be used: one sentence on standard error, and exit code 1."""

import errno
import sys
from pathlib import Path

import click
import pytest
from click.testing import CliRunner
from sqlalchemy import text

from app.cli.faults import tell_in_sentences
from app.jobs import doctor
from app.kernel.db import db, write
from app.kernel.errors import Busy

pytestmark = pytest.mark.one_database

COMMANDS = (
    "affinity events --account 1",
    "affinity report",
    "account add Kestrel --domain kestrel-shipping.example",
    "audit verify",
    "recount",
    "reputation verify",
    "worker --once",
)
GONE = ("accounts", "audit_entries", "posts", "reputation_totals", "outbox_messages")


@pytest.fixture
def flask(app):
    runner = app.test_cli_runner()
    return lambda words: runner.invoke(args=words.split())


def take_tables_away():
    with write():
        for table in GONE:
            db.session.execute(text(f"ALTER TABLE {table} RENAME TO {table}_of_before"))


@pytest.mark.parametrize("words", COMMANDS)
def test_tables_of_another_version_are_named_with_what_mends_them(flask, words):
    take_tables_away()
    with write():
        db.session.execute(text("UPDATE alembic_version SET version_num = '0003'"))
    wanted = doctor.tables().says

    ran = flask(words)

    assert (ran.exit_code, ran.stdout) == (1, "")
    assert ran.stderr == f"Error: The tables of the database cannot be used. {wanted}\n"
    assert "of version 0003" in wanted
    assert "`flask db upgrade`" in wanted


def test_a_database_without_tables_says_how_to_make_them(flask):
    take_tables_away()
    with write():
        db.session.execute(text("DELETE FROM alembic_version"))

    ran = flask("affinity report")

    assert ran.stderr.endswith("There are none yet: run `flask db upgrade`.\n")


def test_what_the_database_could_not_do_is_told_in_its_words(flask):
    take_tables_away()

    ran = flask("affinity report")

    assert (ran.exit_code, ran.stderr) == (1, "Error: The database could not do this: no such table: accounts.\n")


def test_a_port_that_there_is_not_is_refused(flask):
    refused = flask("serve --port 65536")

    assert (refused.exit_code, "is not in the range 1<=x<=65535" in refused.stderr) == (2, True)


def test_a_report_that_could_not_be_written_is_refused_before_the_import(flask, tmp_path):
    refused = flask(f"import stackexchange {tmp_path} --report {tmp_path / 'nowhere' / 'report.json'}")

    assert (refused.exit_code, refused.stdout) == (2, "")
    assert refused.stderr.endswith(f"There is no folder {tmp_path / 'nowhere'} that can be written to.\n")


def test_a_refusal_that_a_command_does_not_expect_is_told_too():
    ran = CliRunner().invoke(command_that_raises(Busy("We cannot save right now.")))

    assert (ran.exit_code, ran.stderr) == (1, "Error: We cannot save right now.\n")


def test_bytes_that_are_no_text_are_refused(flask):
    ran = flask("person grant \udcff steward")

    assert (ran.exit_code, ran.stderr) == (1, "Error: Something that was typed is not text in UTF-8.\n")


@pytest.mark.parametrize("is_kept_back", [False, True])
def test_a_full_disk_behind_standard_output_is_told(monkeypatch, is_kept_back):
    @click.command("print")
    def command():
        sys.stdout.write("a line\n")
        if not is_kept_back:
            sys.stdout.flush()

    tell_in_sentences(command)
    with Path("/dev/full").open("w") as full:
        monkeypatch.setattr(sys, "stdout", full)
        with pytest.raises(click.ClickException) as told:
            command.main([], standalone_mode=False)

    assert told.value.exit_code == 1
    assert told.value.message == "Not everything could be written: No space left on device."


def test_a_file_that_the_disk_has_no_room_for_is_named():
    ran = CliRunner().invoke(command_that_raises(OSError(errno.ENOSPC, "No space left on device", "a.csv")))

    assert ran.exit_code == 1
    assert ran.stderr == "Error: Not everything could be written: No space left on device (a.csv).\n"


@pytest.mark.parametrize(
    "fault",
    [KeyError("a fault"), UnicodeEncodeError("ascii", "é", 0, 1, "not in range"), OSError(errno.EIO, "Input/output")],
)
def test_a_fault_of_the_program_stays_one(fault):
    assert CliRunner().invoke(command_that_raises(fault)).exception is fault


def command_that_raises(error):
    @click.command("broken")
    def broken():
        raise error

    tell_in_sentences(broken)
    return broken
