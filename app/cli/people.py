"""`flask person create|grant|revoke|deactivate|activate`."""

from __future__ import annotations

import sys
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import replace

import click
from flask import Flask
from flask.cli import AppGroup

from app.accounts import actions as accounts
from app.kernel.db import db, write
from app.kernel.errors import Refusal, RuleBroken
from app.kernel.settings import settings
from app.people import actions, audit, office, queries, second_factor
from app.people.actions import NewPerson
from app.people.addresses import normalise
from app.people.models import Person, Role
from app.people.passwords import check_password, hash_password

person = AppGroup("person", help="People: members and employees.")


@person.command("create")
@click.argument("email")
@click.option("--handle", required=True, help="What people call them here.")
@click.option("--name", required=True, help="Their real name.")
@click.option(
    "--role",
    "roles",
    multiple=True,
    type=click.Choice([role.value for role in Role]),
    help="May be given several times.",
)
@click.option("--job-title", default="", help="What stands on an employee's name tag.")
def create_person(email: str, handle: str, name: str, roles: tuple[str, ...], job_title: str) -> None:
    """Add a person with a confirmed address. The password is read from standard input."""
    try:
        new = _prepare(email, handle, name, job_title, is_staff=bool(roles))
        with write():
            made = actions.add_person(new, brands=settings().brand_names)
            for role in roles:
                actions.grant_role(made, Role(role))
                audit.note("roles.granted", by=None, about=made, role=role)
            actions.confirm_address(made)
            accounts.map_by_address(made, company_domains=settings().company_domains)
    except Refusal as refusal:
        raise click.ClickException(refusal.sentence) from refusal
    click.echo(f"@{made.handle} can sign in now.")


@person.command("grant")
@click.argument("handle")
@click.argument("role", type=click.Choice([role.value for role in Role]))
def grant_role(handle: str, role: str) -> None:
    """Give somebody a role. Whoever becomes an employee leaves their account."""
    change(handle, lambda found: office.grant(found, Role(role), by=None))
    click.echo(f"{handle} is {role} from the next request on.")


@person.command("revoke")
@click.argument("handle")
@click.argument("role", type=click.Choice([role.value for role in Role]))
def revoke_role(handle: str, role: str) -> None:
    """Take a role away; the rights end with the next request."""
    change(handle, lambda found: office.revoke(found, Role(role), by=None))
    click.echo(f"{handle} is no longer {role}.")


@person.command("forget-second-factor")
@click.argument("handle")
def forget_second_factor(handle: str) -> None:
    """Take app, passkeys and recovery codes from somebody who lost them, and sign them out everywhere."""
    change(handle, lambda found: second_factor.take_away(found, by=None))
    click.echo(f"{handle} signs in with the password alone, and sets up a new second factor where one is needed.")


@person.command("deactivate")
@click.argument("email")
def deactivate_person(email: str) -> None:
    """End somebody's sessions, and let them in no more. What they wrote stays theirs."""
    with _person_at(email) as found:
        office.deactivate(found, by=None)
    click.echo(f"{email} can sign in no more.")


@person.command("activate")
@click.argument("email")
def activate_person(email: str) -> None:
    """Let somebody in again, also whom a company sign-in has let go: it is unlinked then."""
    with _person_at(email) as found:
        office.activate(found, by=None)
    click.echo(f"{email} can sign in again.")


@contextmanager
def _person_at(email: str) -> Iterator[Person]:
    """Whoever has this address, in a write transaction."""
    try:
        with write():
            found = queries.find_by_address(email)
            if found is None:
                raise click.ClickException(f"Nobody has the address {email}.")
            yield found
    except Refusal as refusal:
        raise click.ClickException(refusal.sentence) from refusal


def change(handle: str, deed: Callable[[Person], None]) -> None:
    """Do something about whoever has this handle, and settle the account they count for."""
    try:
        with write():
            found = db.session.scalar(queries.with_handle(handle.removeprefix("@")))
            if found is None:
                raise RuleBroken(f"Nobody is called {handle}.")
            deed(found)
            accounts.map_by_address(found, company_domains=settings().company_domains)
    except Refusal as refusal:
        raise click.ClickException(refusal.sentence) from refusal


def register(app: Flask) -> None:
    """Add the group."""
    app.cli.add_command(person)


def _prepare(email: str, handle: str, name: str, job_title: str, *, is_staff: bool) -> NewPerson:
    """Check everything that can be checked before the transaction, and hash. Raises RuleBroken."""
    new = NewPerson(
        handle=handle,
        name=name,
        address=normalise(email),
        password_hash=None,
        job_title=job_title,
        is_employee=is_staff,
    )
    actions.check_new_person(new, brands=settings().brand_names)
    if queries.find_by_address(email):
        raise RuleBroken("That address is in use already.")
    password = _read_password()
    check_password(password, is_staff=is_staff)
    return replace(new, password_hash=hash_password(password))


def _read_password() -> str:
    if sys.stdin.isatty():
        typed: str = click.prompt("Password", hide_input=True, confirmation_prompt=True)
        return typed
    return sys.stdin.readline().rstrip("\r\n")
