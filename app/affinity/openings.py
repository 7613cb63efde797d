"""What readers open of reports: as it is written down, and as the members whom it concerns read it."""

from __future__ import annotations

import enum


class Opened(enum.StrEnum):
    """A page or file about accounts. The values stand in the trail and in `report_views`."""

    PORTFOLIO = "portfolio"
    FILE = "portfolio.csv"
    ACCOUNT = "account"
    PAPER = "account on paper"
    SUMMARY = "summary"
    OPPORTUNITY = "opportunity"
    OUTCOMES = "outcomes"


WORDS = {
    Opened.PORTFOLIO: "the list of their accounts",
    Opened.FILE: "the list of their accounts, as a file",
    Opened.ACCOUNT: "the page about {name}",
    Opened.PAPER: "the page about {name}, for paper",
    Opened.SUMMARY: "the summary",
    Opened.OPPORTUNITY: "what happened here before something that {name} may buy",
    Opened.OUTCOMES: "the list of what their accounts may buy",
}
# The deed of the trail that tells of a look.
READ = "report.read"
OF = " of "
SOMETHING = "a report"


def written(opened: Opened, month: str = "") -> str:
    """What is kept of it: “account”, or with a month “summary of March 2026”."""
    return f"{opened}{OF}{month}" if month else opened.value


def words_of(what: str, name: str) -> str:
    """What was kept, as the members of the company `name` read it; "a report" for what no page writes any more."""
    opened, of, month = what.partition(OF)
    try:
        return f"{WORDS[Opened(opened)].format(name=name)}{of}{month}"
    except ValueError:
        return SOMETHING
