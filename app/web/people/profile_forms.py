"""Forms of one's own page: the shape of what is typed. What it must be like, rules say."""

from __future__ import annotations

from functools import cache
from typing import Any

from flask_wtf import FlaskForm
from flask_wtf.file import FileField
from wtforms import (
    BooleanField,
    IntegerField,
    SelectField,
    SelectMultipleField,
    StringField,
    TextAreaField,
    TimeField,
)
from wtforms.fields.choices import SelectChoice
from wtforms.validators import InputRequired, Length, Optional
from wtforms.widgets import CheckboxInput, ListWidget

from app.kernel.outbound import LONGEST_ADDRESS
from app.kernel.zones import zone_names
from app.people import rules
from app.people.hours import DAYS, minutes_of, time_of
from app.people.languages import names_of, read_languages
from app.people.models import Person
from app.people.personal import PersonalSide, languages_of
from app.web.people.forms import LONGEST_TYPED
from app.web.ui.fields import LongSelect, squeeze

NO_ZONE = ""


def at_most(longest: int) -> Length:
    """Refuse what is longer, in words."""
    return Length(max=longest, message=f"Say it in {longest:,} letters or fewer.")


@cache
def zones_by_region() -> list[SelectChoice]:
    """The time zones as a list to choose from, in groups."""
    named = [(name, *name.partition("/")[::2]) for name in zone_names()]
    zones = [SelectChoice(name, _place_in_words(place or region), optgroup=region) for name, region, place in named]
    return [SelectChoice(NO_ZONE, "Not said"), *zones]


class HourField(TimeField):
    """A time of day that one can also type."""

    def process_formdata(self, valuelist: list[str]) -> None:
        try:
            super().process_formdata(valuelist)
        except ValueError:
            raise ValueError("Enter a time of day, such as 08:00.")


class DaysField(SelectMultipleField):
    """Days of the week, as boxes to tick."""

    widget = ListWidget(prefix_label=False)
    option_widget = CheckboxInput()


class ProfileForm(FlaskForm):
    """What a person says about themselves, and nothing else of their row."""

    name = StringField(
        "Your name",
        filters=[squeeze],
        validators=[InputRequired("Enter your name as colleagues know it."), at_most(LONGEST_TYPED)],
    )
    job_title = StringField("What you do", filters=[squeeze], validators=[Optional(), at_most(80)])
    company_shown = BooleanField(
        "Show my company on my page",
        description="What you write names it in any case, unless you withhold it when you ask.",
    )
    about = TextAreaField(
        "In your own words",
        description="A few sentences that help others to know who answers them, or who asks.",
        validators=[Optional(), at_most(rules.LONGEST_ABOUT)],
    )
    interests = StringField(
        "Outside work",
        filters=[squeeze],
        description="Winter swimming, an old tape recorder, two dogs: what you would talk about over coffee.",
        validators=[Optional(), at_most(rules.LONGEST_INTERESTS)],
    )
    learning = StringField(
        "What you are learning", filters=[squeeze], validators=[Optional(), at_most(rules.LONGEST_LEARNING)]
    )
    city = StringField("Where you live", filters=[squeeze], validators=[Optional(), at_most(rules.LONGEST_CITY)])
    works_here_since = IntegerField("Here since the year", validators=[Optional()])
    languages = StringField(
        "Languages you speak",
        filters=[squeeze],
        description="Their English names, with commas between them: Norwegian, English, German.",
        validators=[Optional(), at_most(LONGEST_TYPED)],
    )
    time_zone = SelectField("Your time zone", choices=zones_by_region, widget=LongSelect(), validators=[Optional()])
    desk_from = HourField("From", validators=[Optional()])
    desk_to = HourField("Until", validators=[Optional()])
    desk_days = DaysField("On these days", choices=[SelectChoice(str(place), day) for place, day in enumerate(DAYS, 1)])
    pace_shown = BooleanField(
        "Show how soon I answer",
        description="As a range in words, such as “within a few hours”, on your page and in lists of experts.",
    )
    findable = BooleanField(
        "Let search engines list my page",
        description="What you write can be found in any case; this is about the page with your name on it.",
    )

    @classmethod
    def of(cls, person: Person) -> ProfileForm:
        """The form as it is before anything is typed."""
        given: dict[str, Any] = {
            "languages": ", ".join(names_of(languages_of(person))),
            "desk_from": None if person.desk_from is None else time_of(person.desk_from),
            "desk_to": None if person.desk_to is None else time_of(person.desk_to),
            "desk_days": list(person.desk_days),
        }
        return cls(formdata=None, **_as_stored(person), **given)

    def personal_side(self) -> PersonalSide:
        """What was typed. Raises RuleBroken for a language that nobody knows."""
        begins, ends = self.desk_from.data, self.desk_to.data
        has_hours = begins is not None or ends is not None
        return PersonalSide(
            about=self.about.data or "",
            interests=self.interests.data or "",
            learning=self.learning.data or "",
            city=self.city.data or "",
            works_here_since=self.works_here_since.data,
            languages=read_languages(self.languages.data or ""),
            time_zone=self.time_zone.data or "",
            desk_from=minutes_of(begins) if begins is not None else None,
            desk_to=minutes_of(ends) if ends is not None else None,
            # Days alone say nothing.
            desk_days="".join(sorted(self.desk_days.data or [])) if has_hours else "",
            pace_shown=self.pace_shown.data,
            findable=self.findable.data,
        )


class LinkForm(FlaskForm):
    """A page of one's own elsewhere."""

    url = StringField(
        "Its address",
        description="It begins with https://, such as https://github.com/ and your name there.",
        validators=[InputRequired("Enter the address of the page."), at_most(LONGEST_ADDRESS)],
    )


class PhotoForm(FlaskForm):
    """A picture of the person."""

    photo = FileField("Photo", description="PNG, JPEG, WebP or GIF, up to 10 MB. It is cut to a square.")


def _as_stored(person: Person) -> dict[str, Any]:
    plain = ("name", "job_title", "company_shown", "about", "interests", "learning", "city", "works_here_since")
    return {field: getattr(person, field) for field in (*plain, "time_zone", "pace_shown", "findable")}


def _place_in_words(place: str) -> str:
    return place.replace("_", " ").replace("/", ", ")
