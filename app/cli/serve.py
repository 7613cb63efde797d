"""`flask serve`: the web server and the worker together, started and stopped as one."""

from __future__ import annotations

import os
import signal
import socket
import subprocess
import sys
import time
from collections.abc import Mapping
from contextlib import closing, suppress
from dataclasses import dataclass
from http.client import HTTPConnection, HTTPException
from pathlib import Path
from types import FrameType
from urllib.parse import urlsplit

import click
from flask import Flask
from flask.cli import with_appcontext
from flask_migrate import upgrade
from sqlalchemy import exists, select

from app.config import DEMO_SIGN_INS, ROOT, Settings, read_secrets
from app.kernel.db import db
from app.kernel.settings import settings
from app.people.first_run import FILE, first_run_code
from app.people.models import Person
from app.people.queries import has_admin

SECONDS_TO_START = 60
SECONDS_TO_STOP = 15
PAUSE_SECONDS = 0.1
STOPPING_SIGNALS = (signal.SIGINT, signal.SIGTERM, signal.SIGHUP)


class Stopped(Exception):
    """Somebody asked the site to stop."""


@dataclass(frozen=True)
class Part:
    """One process of the site, and the name by which a person knows it."""

    name: str
    process: subprocess.Popen[bytes]


def register(app: Flask) -> None:
    """Add `flask serve`."""
    app.cli.add_command(serve)


@click.command("serve")
@click.option("--host", envvar="HOST", default="127.0.0.1", show_default=True, help="Address to listen on.")
@click.option(
    "--port", envvar="PORT", type=click.IntRange(1, 65_535), default=8000, show_default=True, help="Port to listen on."
)
@click.option("--demo/--no-demo", envvar="DEMO", default=False, help="Load the demo community on the first start.")
@with_appcontext
def serve(host: str, port: int, demo: bool) -> None:
    """Bring the database up to date, then run the web server and the worker until Ctrl-C."""
    _refuse_taken_port(host, port)
    for number in STOPPING_SIGNALS:
        signal.signal(number, _stop)
    parts: list[Part] = []
    try:
        _prepare(settings(), demo=demo)
        environment = _environment(settings(), host, port)
        parts += [_start("web server", ["gunicorn", "wsgi:app"], environment)]
        parts += [_start("worker", ["flask", "--app", "wsgi", "worker"], environment)]
        _wait_until_ready(parts, host, port)
        _greet(settings(), environment["BASE_URL"])
        _watch(parts)
    except Stopped:
        click.echo("Stopping.")
    finally:
        _end(parts)


def _refuse_taken_port(host: str, port: int) -> None:
    family = socket.AF_INET6 if ":" in host else socket.AF_INET
    with socket.socket(family, socket.SOCK_STREAM) as probe:
        probe.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        try:
            probe.bind((host, port))
        except OSError as error:
            raise click.ClickException(
                f"Cannot listen on {host}, port {port} ({error.strerror}). "
                f"Stop what runs there, or choose another port: make run PORT={port + 1}"
            ) from error


def _stop(number: int, frame: FrameType | None) -> None:
    raise Stopped


def _prepare(own: Settings, *, demo: bool) -> None:
    """Bring the database up to date; on the very first start with `demo`, fill it."""
    own.instance.mkdir(parents=True, exist_ok=True)
    upgrade(directory=str(ROOT / "migrations"))
    first_start_done = own.instance / "started"
    if demo and not first_start_done.exists() and not _has_people():
        click.echo("Loading the demo community ...")
        subprocess.run(_python("flask", "--app", "wsgi", "demo", "load"), cwd=ROOT, check=True)
    first_start_done.touch()
    # The children open connections of their own.
    db.session.remove()
    db.engine.dispose()


def _has_people() -> bool:
    return bool(db.session.scalar(select(exists().where(Person.id.is_not(None)))))


def _environment(own: Settings, host: str, port: int) -> dict[str, str]:
    """The environment of the children: what was chosen on the command line is an environment variable to them.

    What the operator wrote, in the environment or in secrets.env, goes before what is usual.
    """
    reached = host if host not in {"0.0.0.0", "::"} else "127.0.0.1"  # noqa: S104
    chosen = {"HOST": f"[{host}]" if ":" in host else host, "PORT": str(port)}
    defaults = {"BASE_URL": f"http://{f'[{reached}]' if ':' in reached else reached}:{port}"}
    if "BASE_URL" in read_secrets(own.instance / "secrets.env"):
        defaults = {}
    return {**defaults, **os.environ, **chosen}


def _demo_sign_ins(own: Settings) -> Path:
    return own.instance / DEMO_SIGN_INS


def _python(module: str, *arguments: str) -> list[str]:
    return [sys.executable, "-m", module, *arguments]


def _start(name: str, command: list[str], environment: Mapping[str, str]) -> Part:
    # A session of its own keeps the terminal's Ctrl-C from a child: this process tells each of them to stop.
    process = subprocess.Popen(_python(*command), cwd=ROOT, env=environment, start_new_session=True)
    return Part(name, process)


def _wait_until_ready(parts: list[Part], host: str, port: int) -> None:
    deadline = time.monotonic() + SECONDS_TO_START
    while not _answers(host, port):
        _refuse_dead(parts)
        if time.monotonic() > deadline:
            raise click.ClickException(f"The web server did not answer within {SECONDS_TO_START} seconds.")
        time.sleep(PAUSE_SECONDS)


def _answers(host: str, port: int) -> bool:
    with closing(HTTPConnection(host, port, timeout=2)) as connection, suppress(OSError, HTTPException):
        connection.request("GET", "/healthz", headers={"Host": f"127.0.0.1:{port}"})
        return connection.getresponse().status == 200
    return False


def _greet(own: Settings, address: str) -> None:
    click.echo(f"{own.site_name} is at {address}")
    if urlsplit(address).hostname == "127.0.0.1":
        click.echo(f"  also at {address.replace('127.0.0.1', 'localhost')}")
    if _demo_sign_ins(own).exists():
        click.echo(f"  demo sign-ins: {_demo_sign_ins(own)}")
    if not has_admin():
        click.echo(f"  there is no admin yet; make one at {address}/admin/first-run")
        click.echo(f"  with the code {first_run_code(own.instance)} ({own.instance / FILE})")
    click.echo("  Ctrl-C stops it.")


def _watch(parts: list[Part]) -> None:
    while True:
        _refuse_dead(parts)
        time.sleep(PAUSE_SECONDS)


def _refuse_dead(parts: list[Part]) -> None:
    for part in parts:
        code = part.process.poll()
        if code is not None:
            raise click.ClickException(f"The {part.name} ended by itself (exit code {code}), so the site stops.")


def _end(parts: list[Part]) -> None:
    """Ask every part to stop, wait, and end what is still there."""
    for number in STOPPING_SIGNALS:
        signal.signal(number, signal.SIG_IGN)
    for part in parts:
        part.process.terminate()
    deadline = time.monotonic() + SECONDS_TO_STOP
    for part in parts:
        try:
            part.process.wait(max(0.1, deadline - time.monotonic()))
        except subprocess.TimeoutExpired:
            part.process.kill()
            part.process.wait()
