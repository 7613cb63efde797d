"""Whoever is in sales and nothing else sends no form of the members' side, whoever wrote it: what they may is named.

The rules of each deed stand behind this door; it is there so that a form that comes later is closed until it is named.
"""

from __future__ import annotations

from flask import Flask, request

from app.http import viewer
from app.people.rules import check_takes_part
from app.web.security.forgery import SAFE_METHODS

# These ask for themselves who comes, before every page below them.
OTHER_DOORS = frozenset({"sales", "admin"})
# Coming in and going, and what a browser tells by itself.
COMING_IN = frozenset(
    {
        "again.prove",
        "again.prove_by_passkey",
        "company.begin",
        "company.begin_again",
        "company_logout.sign_out",
        "company_newcomers.join",
        "joining.confirm",
        "joining.join",
        "joining.join_invited",
        "questions_to_browsers.ask",
        "reports.take",
        "resetting.ask_for_letter",
        "resetting.set_password",
        "second_step.add",
        "second_step.begin",
        "second_step.confirm",
        "second_step.take_code",
        "second_step.take_passkey",
        "signing_in.enter",
        "signing_in.enter_by_passkey",
        "signing_in.leave",
    }
)
# What is about nobody but themselves: who they are, how they sign in, how the site looks to them.
THEIR_OWN = frozenset(
    {
        "company_links.link",
        "company_links.unlink",
        "handle.change",
        "inbox.read_all",
        "privacy.come_back",
        "privacy.leave_company",
        "privacy.say_it_is_not_mine",
        "profile.add_link",
        "profile.check_link",
        "profile.remove_link",
        "profile.remove_photo",
        "profile.save",
        "profile.set_photo",
        "second_factor.add",
        "second_factor.begin",
        "second_factor.confirm",
        "second_factor.make_codes",
        "second_factor.remove_app",
        "second_factor.remove_passkey",
        "settings.change_address",
        "settings.change_password",
        "settings.confirm_address",
        "signed_in.end_all",
        "signed_in.end_one",
        "signed_in.end_others",
        "theme.choose",
    }
)
# Whoever came to sales from elsewhere can take back what they did before, each by its own rule.
TAKING_BACK = frozenset(
    {
        "after_meetings.count_no_more",
        "calls.decline",
        "calls.withdraw_problem",
        "drafts.delete",
        "endorsing.withdraw",
        "following.end_follow",
        "invitations.withdraw",
        "kept_files.delete",
        "marks.withdraw",
        "marks.withdraw_recommendation",
        "meeting_requests.decline",
        "meeting_requests.refuse",
        "meeting_requests.withdraw",
        "offering.withdraw",
        "openings.refuse",
        "openings.take_back",
        "posts.delete",
        "posts.delete_comment",
        "replies.delete",
        "requests_to_sales.withdraw",
        "saved_searches.remove",
        "thanking.take_back",
    }
)
ALLOWED = COMING_IN | THEIR_OWN | TAKING_BACK


def register(app: Flask) -> None:
    """Stand before every form."""
    app.before_request(_check)


def _check() -> None:
    rule = request.url_rule
    if request.method in SAFE_METHODS or rule is None or request.endpoint in ALLOWED:
        return
    person = viewer()
    if person is not None and rule.rule.split("/")[1] not in OTHER_DOORS:
        check_takes_part(person)
