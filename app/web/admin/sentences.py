"""The trail in words: what each deed is called in a sentence that begins with who did it."""

from __future__ import annotations

from collections.abc import Mapping

from app.affinity import openings, purposes

# The first part of a deed's name, and what a reader calls it.
PARTS = {
    "roles": "Roles",
    "people": "People",
    "second_factor": "Second factors",
    "company_sign_in": "Company sign-in",
    "invitations": "Invitations",
    "accounts": "Accounts",
    "report": "Reports for sales",
    "introduction": "Requests to sales",
    "opportunity": "Opportunities",
    "definition": "What a lead is",
    "counting": "Who is counted",
    "canaries": "Canaries",
    "topics": "Topics",
    "choices": "Choices",
    "votes": "Votes",
    "texts": "Texts",
    "outbox": "Outbox",
    "letters": "Letters",
    "webhooks": "Other systems",
}

# After the doer; "{about}" stands for whom it is about, other places for details. Missing ones stay empty.
DEEDS = {
    "roles.granted": "gave {about} the role {role}",
    "roles.revoked": "took the role {role} from {about}",
    "roles.kept": "left the role {role} to {about}, whom {issuer} gives it no more: nobody else is an admin",
    "people.deactivated": "deactivated {about}",
    "people.activated": "let {about} in again",
    "people.sessions_ended": "signed {about} out everywhere",
    "people.address_shown": "looked at the address of {about}",
    "people.looked_up": "looked somebody up by {how}: {words} {about}",
    "people.confirmation_sent": "had the confirmation letter sent to {about} again",
    "people.account_set": "set the company of {about} by hand: {name}",
    "people.account_unset": "let the address decide again where {about} belongs",
    "people.account_left": "said that {name} is not their company, and counts for none",
    "people.account_returned": "lets the address decide again to which company they belong",
    "people.contractor_set": "counts {about} for no company, as a contractor",
    "people.contractor_ended": "counts {about} as a contractor no more",
    "people.lead_set": "let {lead} read about the accounts of {about} too",
    "people.lead_unset": "let {lead} read about the accounts of {about} no more",
    "second_factor.removed": "took the second factor of {about} away",
    "company_sign_in.linked": "joined the company sign-in {issuer} to {about}",
    "company_sign_in.unlinked": "took the company sign-in {issuer} from {about}",
    "company_sign_in.refused": "refused a sign-in at {issuer}: {reason} {about}",
    "company_sign_in.gone": "let {about} in no more, whom {issuer} does not know any more",
    "company_sign_in.signed_out": "signed {about} out, as {issuer} asked",
    "invitations.made": "made an invitation for a new {role}",
    "invitations.withdrawn": "withdrew an invitation for a new {role} that {about} had made",
    "accounts.added": "added the account {name}",
    "accounts.changed": "changed what is known about the account {name}",
    "accounts.domain_added": "let {domain} stand for {name}",
    "accounts.domain_removed": "let {domain} stand for {name} no more",
    "accounts.owner_added": "let {about} look after {name}",
    "accounts.owner_removed": "let {about} look after {name} no more",
    "accounts.backup_added": "let {about} stand in for whoever looks after {name}",
    "accounts.status_set": "said that {name} is a {status}",
    "accounts.parent_set": "made {name} a subsidiary of {parent}",
    "accounts.parent_unset": "made {name} nobody’s subsidiary",
    "accounts.shared_domain_added": "said that many share {domain}",
    "accounts.shared_domain_removed": "said that many share {domain} no more",
    "accounts.removed": "removed the account {name} with all that was counted of it",
    "accounts.imported": "brought in a file of accounts: {added} added, {changed} changed",
    "accounts.added_by_file": "added the account {name} by a file: {what}",
    "accounts.changed_by_file": "changed the account {name} by a file: {what}",
    "report.read": "read {page}{purpose}",
    "report.pledged": "promised to contact nobody because of a report",
    "report.asked_expert": "asked {about} to look at question {question} of {name}",
    "report.exported": "exported the figures of {accounts} accounts for {layout}",
    "report.history_printed": "printed what the affinity of {name} is counted from, event by event",
    "report.asked_stewards": "asked the stewards to look at question {question} of {name}",
    "introduction.read": "read what {about} asks of sales",
    "introduction.ended": "said how the request of {about} to sales ended: {outcome}",
    "counting.left": "asked not to be counted in reports any more",
    "counting.returned": "asked to be counted in reports again",
    "canaries.added": "added a member who is nobody, by whom a leak would show",
    "opportunity.recorded": "recorded the opportunity {name}",
    "opportunity.changed": "changed what is known of the opportunity {name}",
    "opportunity.stage_changed": "let the opportunity {name} come to the stage {stage}",
    "opportunity.closed": "closed the opportunity {name} as {result}",
    "opportunity.touch_added": "added a touch of the opportunity {name}: {channel}",
    "opportunity.touch_removed": "took back a touch of the opportunity {name}: {channel}",
    "opportunity.checked": "checked for {side} whether the opportunity {name} is a lead",
    "opportunity.imported": "had the opportunity {name} read in from a file",
    "definition.proposed": "proposed what we call a lead, as number {version}",
    "definition.signed": "signed number {version} of what we call a lead, for {side}",
    "definition.withdrawn": "withdrew number {version} of what we call a lead",
    "definition.signer_named": "named {about} to sign for marketing what we call a lead",
    "definition.signer_unnamed": "let {about} sign for marketing no more",
    "topics.stewards_named": "named who looks after {topic}: {stewards}",
    "votes.looked_at": "looked at the votes between {about} and @{other}",
    "choices.changed": "changed the choice {choice} from “{before}” to “{now}”",
    "texts.written": "wrote the text {text}",
    "outbox.tried_again": "had event {number} tried again",
    "letters.tried_again": "had letter {number} tried again",
    "webhooks.added": "let {host} be told what the report says of accounts",
    "webhooks.stopped": "let {host} be told nothing more",
}
ABOUT = "{about}"


class _Blank(dict[str, str]):
    def __missing__(self, key: str) -> str:
        return ""


def sentence(deed: str, details: Mapping[str, str | int]) -> tuple[str, str] | None:
    """The words before and after the person whom it is about; None for a deed that has no words here."""
    words = DEEDS.get(deed)
    if words is None:
        return None
    known = _Blank({name: str(value) for name, value in details.items()})
    if deed == "report.read":
        known.update(_opened(known))
    before, _, after = words.partition(ABOUT)
    return before.format_map(known).strip(), after.format_map(known).strip()


def _opened(known: _Blank) -> dict[str, str]:
    """What was opened and what for, in the words that members read on the page of the promise."""
    purpose = purposes.words_of(known["purpose"])
    page = openings.words_of(known["page"], known["name"])
    return {"page": page, "purpose": f", for {purpose[0].lower()}{purpose[1:]}" if purpose else ""}
