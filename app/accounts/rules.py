"""What an account may be called, and which mail domain may stand for it."""

from __future__ import annotations

from collections.abc import Collection

from app.accounts.freemail import is_free_mail, is_own_domain, is_shared_suffix, with_parents
from app.accounts.models import SizeBand, Status
from app.kernel.errors import RuleBroken
from app.people.domains import clean_domain
from app.people.models import Person, Role

LONGEST_NAME = 120
LONGEST_CRM_ID = 60
SIZES = tuple(band.value for band in SizeBand)


def clean_name(name: str) -> str:
    """The name in its one spelling. Raises RuleBroken."""
    name = " ".join(name.split())
    if not name or len(name) > LONGEST_NAME or not name.isprintable():
        raise RuleBroken(f"Enter the name of the company, in up to {LONGEST_NAME} letters.")
    return name


def clean_size_band(band: str) -> str | None:
    """A size band, or None where nobody knows. Raises RuleBroken."""
    if band and band not in set(SizeBand):
        raise RuleBroken("Choose one of the sizes.")
    return band or None


def clean_status(status: str) -> str:
    """What a company is to us. Raises RuleBroken."""
    if status not in set(Status):
        raise RuleBroken("An account is a customer or a partner.")
    return status


def clean_crm_id(crm_id: str) -> str | None:
    """The number under which another system knows the account, or None. Raises RuleBroken."""
    crm_id = crm_id.strip()
    if len(crm_id) > LONGEST_CRM_ID or not crm_id.isprintable():
        raise RuleBroken(f"Keep the CRM id to {LONGEST_CRM_ID} letters.")
    return crm_id or None


def clean_account_domain(domain: str, *, company_domains: Collection[str]) -> str:
    """`domain` as an A-label in lower case. Raises RuleBroken when it cannot stand for one customer."""
    plain = clean_domain(domain)
    if is_free_mail(plain):
        raise RuleBroken(f"{plain} gives addresses to everybody, so it cannot stand for one company.")
    if is_shared_suffix(plain):
        raise RuleBroken(f"Many companies have domains below {plain}, so it cannot stand for one.")
    if is_own_domain(plain, company_domains) or any(plain in with_parents(own) for own in company_domains):
        raise RuleBroken(f"{plain} is your own domain, and employees belong to no account.")
    return plain


def check_not_shared(domain: str, shared: Collection[str]) -> None:
    """Raise RuleBroken for a domain that is one of `shared`, or below one: an admin knows that many have it."""
    if not set(shared).isdisjoint(with_parents(domain)):
        raise RuleBroken(f"{domain} is kept among the domains that many share, so it cannot stand for one company.")


def check_can_own(person: Person) -> None:
    """Raise RuleBroken for somebody whom an account cannot be given to."""
    if not person.active or not person.holds(Role.SALES):
        raise RuleBroken(f"@{person.handle} is not in sales. Give them the role first.")
