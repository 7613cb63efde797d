"""What goes wrong in a command ends with one sentence on standard error and exit code 1."""

from __future__ import annotations

import errno
import os
import sys
from collections.abc import Callable
from contextlib import suppress
from typing import Any

import click
from sqlalchemy.exc import DBAPIError, OperationalError, SQLAlchemyError

from app.jobs import doctor
from app.jobs.doctor import Grade
from app.kernel.db import db
from app.kernel.errors import Refusal

# Python's reason where bytes that are no text came in by the command line or standard input.
HALF_A_SIGN = "surrogates not allowed"
# A disk that is full, also behind standard output, somebody's share of it, and a file as long as one may be.
NO_ROOM = {errno.ENOSPC, errno.EDQUOT, errno.EFBIG}


class InSentences:
    """What a command does; a database that cannot be used, a full disk and a refusal are told as ClickException."""

    def __init__(self, deed: Callable[..., Any]) -> None:
        self._deed = deed

    def __call__(self, *words: Any, **options: Any) -> Any:
        try:
            done = self._deed(*words, **options)
            _write_out()
        except Refusal as refusal:
            raise click.ClickException(refusal.sentence) from refusal
        except UnicodeEncodeError as error:
            if error.reason != HALF_A_SIGN:
                raise
            raise click.ClickException("Something that was typed is not text in UTF-8.") from error
        except DBAPIError as error:
            says = _what_is_wrong(error)
            if not says:
                raise
            raise click.ClickException(says) from error
        except OSError as error:
            if error.errno not in NO_ROOM:
                raise
            _forget_unwritten()
            place = f" ({error.filename})" if error.filename else ""
            raise click.ClickException(f"Not everything could be written: {error.strerror}{place}.") from error
        return done


def tell_in_sentences(command: click.Command) -> None:
    """Have `command`, and each one below it, tell its faults so. Commands outlive a site, so it may come again."""
    if isinstance(command, click.Group):
        for below in command.commands.values():
            tell_in_sentences(below)
    elif command.callback is not None and not isinstance(command.callback, InSentences):
        command.callback = InSentences(command.callback)


def _write_out() -> None:
    """Write what was printed and waits, while a fault can still be told. Nobody may have opened standard output."""
    if sys.stdout is not None:
        sys.stdout.flush()


def _forget_unwritten() -> None:
    """Let what standard output has no room for go nowhere, or Python tries again at its end, and fails once more."""
    try:
        _write_out()
    except OSError:
        with suppress(OSError):
            os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())


def _what_is_wrong(error: DBAPIError) -> str:
    """A sentence for whoever runs the site; empty where the fault is the program's own."""
    try:
        db.session.rollback()
        tables = doctor.tables()
    except SQLAlchemyError:
        return f"The database cannot be asked: {_first_line(error)}"
    if tables.grade is Grade.FAULT:
        return f"The tables of the database cannot be used. {tables.says}"
    return f"The database could not do this: {_first_line(error)}" if isinstance(error, OperationalError) else ""


def _first_line(error: DBAPIError) -> str:
    return f"{error.orig}".partition("\n")[0].rstrip(".") + "."
