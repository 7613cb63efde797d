"""`flask person create` and `flask account add`."""

from __future__ import annotations

import sys
from dataclasses import replace

import click
from flask import Flask
from flask.cli import AppGroup

from app.accounts import actions as accounts
from app.accounts.models import SizeBand
from app.accounts.rules import clean_domain
from app.kernel.db import db, write
from app.kernel.errors import Refusal, RuleBroken
from app.kernel.settings import settings
from app.people import actions, queries
from app.people.actions import NewPerson
from app.people.addresses import normalise
from app.people.models import Role
from app.people.passwords import check_password, hash_password

person = AppGroup("person", help="People: members and employees.")
account = AppGroup("account", help="Customer companies.")


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
            actions.confirm_address(made)
            accounts.map_by_address(made, company_domains=settings().company_domains)
    except Refusal as refusal:
        raise click.ClickException(refusal.sentence) from refusal
    click.echo(f"@{made.handle} can sign in now.")


@account.command("add")
@click.argument("name")
@click.option("--domain", "domains", multiple=True, required=True, help="A mail domain; may be given several times.")
@click.option("--size-band", type=click.Choice([band.value for band in SizeBand]), help="How many people it employs.")
def add_account(name: str, domains: tuple[str, ...], size_band: str | None) -> None:
    """Add a customer company with its mail domains."""
    try:
        with write():
            made = accounts.add_account(name, domains=domains, size_band=size_band)
            number = made.id
            here_already = db.session.scalars(queries.at_domains([clean_domain(domain) for domain in domains])).all()
            for member in here_already:
                accounts.map_by_address(member, company_domains=settings().company_domains)
    except Refusal as refusal:
        raise click.ClickException(refusal.sentence) from refusal
    click.echo(f"{name} is account {number}, with {len(here_already)} people who are here already.")
    click.echo(f"Whoever confirms an address at {', '.join(domains)} belongs to it.")


def register(app: Flask) -> None:
    """Add both groups."""
    app.cli.add_command(person)
    app.cli.add_command(account)


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
