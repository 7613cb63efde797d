"""Who may join, as the operator chose. Company sign-in and the command line ask nobody."""

from __future__ import annotations

from app.kernel.errors import RuleBroken
from app.kernel.settings import settings
from app.people.addresses import normalise
from app.site import queries
from app.site.choices import SignUpRule

# It names no domain: who the company works with is nobody else's business.
NOT_AMONG_THEM = "People join here with the work address of a company that we work with. This is none of those."
INVITED_ALONE = "People join here by invitation. Ask somebody who is here already for a link."


def check_may_join(address: str, *, is_invited: bool = False) -> None:
    """Raise RuleBroken unless somebody with this address may join; it says nothing of who has.

    Domains are compared as A-labels and as a whole: neither a subdomain nor a look-alike is the same. People at the
    company's own domains always may.
    """
    rule, domain = queries.sign_up_rule(), normalise(address).rpartition("@")[2]
    if is_invited or rule is SignUpRule.OPEN or domain in settings().company_domains:
        return
    if rule is SignUpRule.INVITED:
        raise RuleBroken(INVITED_ALONE)
    if domain not in queries.sign_up_domains():
        raise RuleBroken(NOT_AMONG_THEM)
