"""What goes wrong in a command ends with one sentence on standard error and exit code 1."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import click
from sqlalchemy.exc import DBAPIError, OperationalError, SQLAlchemyError

from app.jobs import doctor
from app.jobs.doctor import Grade
from app.kernel.db import db
from app.kernel.errors import Refusal

# Python's reason where bytes that are no text came in by the command line or standard input.
HALF_A_SIGN = "surrogates not allowed"


class InSentences:
    """What a command does; a database that cannot be used, and a refusal, are told as ClickException."""

    def __init__(self, deed: Callable[..., Any]) -> None:
        self._deed = deed

    def __call__(self, *words: Any, **options: Any) -> Any:
        try:
            return self._deed(*words, **options)
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


def tell_in_sentences(command: click.Command) -> None:
    """Have `command`, and each one below it, tell its faults so. Commands outlive a site, so it may come again."""
    if isinstance(command, click.Group):
        for below in command.commands.values():
            tell_in_sentences(below)
    elif command.callback is not None and not isinstance(command.callback, InSentences):
        command.callback = InSentences(command.callback)


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
