"""The shape of what is typed about topics and products; the rules stay in the domain."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import date

from flask_wtf import FlaskForm
from wtforms import StringField, TextAreaField
from wtforms.validators import DataRequired, Length, Optional

from app.kernel.errors import RuleBroken
from app.topics import rules
from app.topics.actions import Version
from app.topics.models import ProductVersion
from app.web.ui.fields import at_most, squeeze

A_DAY = "2028-03-31"


class TagForm(FlaskForm):
    """What is said about a topic."""

    name = StringField(
        "Name",
        description="Its former name goes on leading here.",
        filters=[squeeze],
        validators=[DataRequired("A topic needs a name.")],
    )
    description = StringField(
        "What it is about",
        description="One sentence, for whoever wonders whether a question belongs here.",
        filters=[squeeze],
        validators=[Optional(), Length(max=rules.LONGEST_DESCRIPTION, message="Say it in 300 letters or fewer.")],
    )
    synonyms = StringField(
        "Other names",
        description="With commas between. A question that is asked under one of them comes here.",
        validators=[Optional(), Length(max=1_000, message="Keep this to 1,000 letters.")],
    )
    parent = StringField("Part of the topic", filters=[squeeze], validators=[Optional(), at_most(60)])
    question_template = TextAreaField(
        "What a question should tell",
        description="In Markdown. The form for a question offers it to whoever asks about this topic.",
        validators=[Optional(), at_most(rules.LONGEST_TEMPLATE)],
    )


class StewardsForm(FlaskForm):
    """Who looks after a topic."""

    stewards = StringField(
        "Who looks after it",
        description="Handles of employees with commas between. Their names stand on the page of the topic.",
        validators=[Optional(), at_most(400)],
    )


class TakeInForm(FlaskForm):
    """Another topic that means the same."""

    other = StringField(
        "A topic that means the same",
        description="Its questions come here, and its name leads here. This cannot be undone.",
        filters=[squeeze],
        validators=[DataRequired("Name the topic to take in."), at_most(60)],
    )


class ProductForm(FlaskForm):
    """What is said about a product."""

    name = StringField("Name", filters=[squeeze], validators=[DataRequired("A product needs a name.")])
    vendor = StringField(
        "Maker",
        description="Empty for our own.",
        filters=[squeeze],
        validators=[Optional(), at_most(rules.LONGEST_PRODUCT)],
    )
    description = StringField(
        "What it is",
        filters=[squeeze],
        validators=[Optional(), Length(max=rules.LONGEST_DESCRIPTION, message="Say it in 300 letters or fewer.")],
    )
    versions = TextAreaField(
        "Versions",
        description=f"One a line: the version, the day it came out, the day its support ends. 7.2; 2025-03-01; {A_DAY}",
        validators=[Optional(), at_most(10_000)],
    )


def read_versions(text: str | None) -> list[Version]:
    """The versions of the form, one a line. Raises RuleBroken for a date that is none."""
    found: dict[str, Version] = {}
    for line in (text or "").splitlines():
        name, released, ends, *_ = [part.strip() for part in f"{line};;".split(";")]
        if name:
            name = name[: rules.LONGEST_VERSION]
            found[name] = Version(name=name, released_on=_day(released), end_of_life_on=_day(ends))
    return list(found.values())


def write_versions(versions: Iterable[ProductVersion]) -> str:
    """The versions as they are typed."""
    return "\n".join(_line(version) for version in versions)


def _line(version: ProductVersion) -> str:
    days = (version.released_on, version.end_of_life_on)
    return "; ".join([version.name, *(day.isoformat() if day else "" for day in days)]).rstrip("; ")


def _day(text: str) -> date | None:
    if not text:
        return None
    try:
        return date.fromisoformat(text)
    except ValueError as error:
        raise RuleBroken(f"Write days as {A_DAY}; {text[:20]!r} is none.") from error
