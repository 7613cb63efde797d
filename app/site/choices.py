"""What an admin chooses on a page: a closed list, each with what holds until somebody chooses."""

from __future__ import annotations

import enum
from collections.abc import Mapping
from dataclasses import dataclass, field


class Statistics(enum.StrEnum):
    """How far numbers about answering may go down to one person."""

    OFF = "off"
    TEAM = "team"
    PERSON = "person"


class SignUpRule(enum.StrEnum):
    """Who may join."""

    OPEN = "open"
    DOMAINS = "domains"
    INVITED = "invited"


class Boards(enum.StrEnum):
    """Whether those who earned most have a page."""

    ON = "on"
    OFF = "off"


class Privileges(enum.StrEnum):
    """How much reputation some deeds need; what each needs stands in app.reputation.privileges."""

    EVERYTHING = "everything"
    YOUNG = "young"
    GROWN = "grown"


class ChoiceName(enum.StrEnum):
    """The choices there are, by the name of their row."""

    PERSONAL_STATISTICS = "personal_statistics"
    SIGN_UP_RULE = "sign_up_rule"
    SIGN_UP_DOMAINS = "sign_up_domains"
    BOARDS = "boards"
    PRIVILEGES = "privileges"


@dataclass(frozen=True, kw_only=True)
class Choice:
    """One choice. `options` are its values with their labels; without any it is a list of mail domains."""

    label: str
    hint: str
    default: str
    options: Mapping[str, str] = field(default_factory=dict)


CHOICES: Mapping[ChoiceName, Choice] = {
    ChoiceName.PERSONAL_STATISTICS: Choice(
        label="Numbers about single people",
        hint="How much they know, how often and how soon they answer. "
        "Where the law or an agreement forbids such numbers about employees, choose one of the first two.",
        default=Statistics.PERSON,
        options={
            Statistics.OFF: "Nowhere",
            Statistics.TEAM: "For several people together, never for one",
            Statistics.PERSON: "Shown; how soon somebody answers, only where they show it",
        },
    ),
    ChoiceName.SIGN_UP_RULE: Choice(
        label="Who may join",
        hint="Everybody may read, whatever you choose. An invitation always lets somebody join.",
        default=SignUpRule.OPEN,
        options={
            SignUpRule.OPEN: "Everybody with an e-mail address",
            SignUpRule.DOMAINS: "Whoever has an address at one of the domains below",
            SignUpRule.INVITED: "Only who was invited",
        },
    ),
    ChoiceName.SIGN_UP_DOMAINS: Choice(
        label="Domains whose addresses may join",
        hint="One a line, like customer.com; each stands for itself, not for its subdomains.",
        default="",
    ),
    ChoiceName.BOARDS: Choice(
        label="Boards of who earned most",
        hint="The twenty with the most reputation, our experts and our customers apart. "
        "They show numbers about single people, so they are there only where those are shown.",
        default=Boards.ON,
        options={Boards.ON: "Shown", Boards.OFF: "Not shown"},
    ),
    ChoiceName.PRIVILEGES: Choice(
        label="What members may do from the start",
        hint="Asking, answering, saying what worked and commenting in one's own threads never need points. "
        "Voting, commenting elsewhere and naming new topics may. It never concerns employees.",
        default=Privileges.EVERYTHING,
        options={
            Privileges.EVERYTHING: "Everything at once",
            Privileges.YOUNG: "As for a young site: little reputation is enough",
            Privileges.GROWN: "As for a grown one: more of it",
        },
    ),
}
