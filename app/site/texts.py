"""The operator's texts: which there are, and what each says until somebody writes it."""

from __future__ import annotations

import enum


class TextName(enum.StrEnum):
    """The first part of the text's address."""

    PRIVACY = "privacy"
    TERMS = "terms"
    ACCESSIBILITY = "accessibility"
    GUIDELINES = "guidelines"


TITLES = {
    TextName.PRIVACY: "Privacy",
    TextName.TERMS: "Terms",
    TextName.ACCESSIBILITY: "Accessibility",
    TextName.GUIDELINES: "Guidelines",
}

LONGEST = 30_000


def default_text(name: TextName, *, site: str, company: str, contact: str) -> str:
    """What the text says before the operator has written one, as Markdown."""
    return _DEFAULTS[name].format(site=site, company=company, contact=contact)


_PRIVACY = """\
{site} is run by {company}, which decides what is kept here and answers for it. This text describes what the software
does. {company} should have it read by whoever looks after data protection there, and add its own address and the
name of that person.

## Who only reads

You can read and search everything without telling us who you are. There is no advertising, no counting by other
companies, and no page loads anything from another company's server. A cookie is set when you open a form, so that
nobody else can send it in your name; it holds a random number and goes when you close the browser. If you choose the
light or dark theme, a second cookie remembers it.

Our server logs which address on the network asked for which page and when, to find faults and attacks. What was
searched for is not logged. These logs are kept for up to 30 days.

How often something is searched for is counted by day, without who searched, so that we see what is missing here. What
looks like an address, a handle, a password or a serial number is not counted. The counts are kept for 90 days.

## Who registers

- **Your name and handle, and what you say about yourself**: to stand beside what you write, for everybody to read.
  Kept until you change it or your account is deleted.
- **Pages of your own that you link**: our server reads such a page now and then, to see whether it links back. Kept
  until you take the link away.
- **Your e-mail address**, sealed with a key that is kept apart: to sign you in, and to send you the mails you ask
  for. Its domain, once you have confirmed the address: to know which company you belong to. Kept until you change it
  or your account is deleted.
- **A hash of your password**, from which it cannot be read back: to sign you in. Kept until you change it.
- **Which browsers are signed in as you**, as a hash and two times: to keep you signed in, and to end it. Kept for 30
  days at most, for employees a day.
- **When and how you signed in**, with the kind of browser and a mark of the network that nobody can read back: to warn
  you when somebody else seems to use your account. Kept for 60 days.
- **Which experts you ask to meet, why, and what came of it**: for the two of you. Whether a meeting counts for your
  company, you say afterwards. Kept until your account is deleted.
- **The searches that you choose to keep**: to tell you what is new in them. Nobody else sees them. Kept until you
  remove them or your account is deleted.
- **What you ask, answer, comment and vote**: that is what {site} is for. It stays, under "a former member" if you
  leave.

What you read, and what you search for and do not keep, is not recorded against your name. To show what is new in a
question, your own browser remembers when you opened it last, and tells nobody.

## Who sees what

Everybody sees what you write, with your name, handle and company as they were then. Our sales colleagues see how
{company} and your company get on, counted by company and never by person; for companies of which fewer than three
people take part they see no number. [Our promise](/promise) shows it in detail. Nobody can list or export e-mail
addresses.

## What you can ask for

You may ask what is kept about you, have it corrected, have it deleted, and complain to the authority for data
protection where you live. Write to {contact}.
"""

_TERMS = """\
{site} is a place where customers of {company} and its engineers help one another in public. By registering you agree
to the following.

1. Register under your real name, and only for yourself. A handle belongs to one person, not to a team.
2. What you write stays yours. You allow {company} to show it here to everybody, without an end, so that it helps the
   next person with the same question. Others may quote it with your name.
3. Write nothing that you may not make public: no passwords, no serial numbers or logs that name your customers, and
   nothing your employer keeps secret.
4. Follow the [guidelines](/guidelines). What breaks them may be hidden, and who keeps breaking them may be kept from
   writing. We say why.
5. Answers are given with care and without a warranty, also those of our employees. Try what can do harm on a copy
   first. What you have agreed with {company} about support is not changed by anything written here.
6. You may leave at any time. What you wrote stays, under "a former member".

{company} can change these terms and says so here before they hold. Questions: {contact}.
"""

_ACCESSIBILITY = """\
{site} is meant to be used by everybody: with a keyboard, with a screen reader, with large type, on a small screen,
and without JavaScript. We work to the Web Content Accessibility Guidelines 2.2, level AA. Every page is checked
against them by a program each time the software changes; a program finds only part of what is wrong, so we depend on
being told.

What we know to fall short: text that members write may lack descriptions of pictures, or use headings in an odd
order, and logs that they paste are hard to listen to.

If something keeps you out, write to {contact}. Say what you wanted to do and what you use, and a person will answer.
"""

_GUIDELINES = """\
## Asking

- Say in one sentence what you want to know. Then what you tried, and what happened.
- Name the product and its version.
- Take names, addresses and serial numbers out of logs before you post them.
- When an answer helped, accept it, so that the next person finds it.

## Answering

- The answer first, the reasons after it.
- Say what you know and what you guess. "I don't know" is an answer.
- If another maker's product is the right one, say so.
- If you were wrong, correct it where you said it, and leave the old words readable.

## With one another

- Speak to people as you would across a table. Disagree with what is said, not with who says it.
- Everybody was new once.
- Nobody sells here. Employees of {company} write under their own names and answer as engineers.

If something is not as it should be, write to {contact}.
"""

_DEFAULTS = {
    TextName.PRIVACY: _PRIVACY,
    TextName.TERMS: _TERMS,
    TextName.ACCESSIBILITY: _ACCESSIBILITY,
    TextName.GUIDELINES: _GUIDELINES,
}
