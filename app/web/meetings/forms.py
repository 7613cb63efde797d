"""Forms of meetings: the shape of what is typed. Which times and words will do, rules say."""

from __future__ import annotations

from datetime import date, datetime, time, timedelta
from typing import Any

from flask_wtf import FlaskForm
from wtforms import BooleanField, IntegerField, RadioField, SelectField, StringField, TextAreaField, TimeField
from wtforms.fields.choices import SelectChoice
from wtforms.validators import InputRequired, NumberRange, Optional, ValidationError

from app.kernel import clock
from app.kernel.zones import moments_of, offset_words, zone_names, zone_of
from app.meetings import rules
from app.meetings.models import MeetingSlot, Occasion
from app.meetings.offers import Offer
from app.meetings.times import FIRST, SECOND
from app.web.people.forms import DayField
from app.web.ui.fields import LongSelect, at_most, squeeze

LONGEST_TYPED = 2_000
FURTHEST_YEARS = 20
OCCASIONS = (
    SelectChoice(Occasion.TRADE_SHOW.value, "At a trade show: you are at a stand"),
    SelectChoice(Occasion.BRIEFING.value, "In an executive briefing centre: they visit you"),
    SelectChoice(Occasion.OFFICE_HOUR.value, "On line: an office hour, for several people"),
)


class HourField(TimeField):
    """An hour of the wall that one can also type."""

    def process_formdata(self, valuelist: list[str]) -> None:
        try:
            super().process_formdata(valuelist)
        except ValueError:
            raise ValueError("Enter a time such as 14:30.")


class CountField(IntegerField):
    """A whole number."""

    def process_formdata(self, valuelist: list[str]) -> None:
        try:
            super().process_formdata(valuelist)
        except ValueError:
            raise ValueError("Enter a whole number.")


def _between(least: int, most: int) -> NumberRange:
    return NumberRange(least, most, f"Enter a number from {least} to {most}.")


def _words(label: str, missing: str = "", hint: str = "") -> StringField:
    needed = [InputRequired(missing)] if missing else [Optional()]
    return StringField(label, filters=[squeeze], description=hint, validators=[*needed, at_most(LONGEST_TYPED)])


class TimeForm(FlaskForm):
    """A day and an hour of the wall. `which` is asked for when the hour comes twice, and only then."""

    day = DayField("Day", validators=[InputRequired("Enter a day such as 2026-08-31.")])
    at = HourField("Begins at", validators=[InputRequired("Enter a time such as 14:30.")])
    which = RadioField("The clocks go back that night. Which of the two do you mean?", validate_choice=False)

    def __init__(self, *args: Any, place: str = "", **fields: Any) -> None:
        super().__init__(*args, **fields)
        self.which.choices = self._both(place)

    def validate_day(self, field: DayField) -> None:
        """Clocks of far-off years are nobody's business here."""
        if field.data and abs(field.data.year - clock.now().year) > FURTHEST_YEARS:
            raise ValidationError("Enter a day such as 2026-08-31.")

    @property
    def local(self) -> datetime:
        """What was typed, without a zone. To be asked of a valid form."""
        assert isinstance(self.day.data, date)
        assert isinstance(self.at.data, time)
        return datetime.combine(self.day.data, self.at.data)

    @property
    def comes_twice(self) -> bool:
        """True where the hour that was typed comes twice in the zone that was typed."""
        return bool(self.which.choices)

    def _both(self, zone_name: str) -> list[SelectChoice]:
        is_complete = isinstance(self.day.data, date) and isinstance(self.at.data, time)
        if not is_complete or abs(self.local.year - clock.now().year) > FURTHEST_YEARS:
            return []
        zone = zone_of(zone_name)
        found = moments_of(self.local, zone)
        if len(found) < 2:
            return []
        return [
            SelectChoice(which, f"{self.local:%H:%M} for the {which} time ({offset_words(moment, zone)})")
            for which, moment in zip((FIRST, SECOND), found, strict=True)
        ]


class OfferForm(TimeForm):
    """A time that an expert offers."""

    occasion = RadioField("Where do you meet?", choices=OCCASIONS, default=Occasion.TRADE_SHOW.value)
    title = _words("What is it?", "Give it a name, such as “Data Centre Days, Utrecht”.", "Everybody can read it.")
    place = _words("Place", hint="Town, hall and stand, or the address of the centre. Not needed on line.")
    call_url = _words(
        "Address of the call",
        hint="For an office hour: https://… Only you and the people with a seat see it.",
    )
    zone = SelectField("Time zone of the place", widget=LongSelect(), validate_choice=False)
    minutes = CountField(
        "Minutes it takes", default=30, validators=[InputRequired("Say how long it takes."), _between(10, 480)]
    )
    capacity = CountField(
        "Seats",
        default=1,
        description="One is usual at a stand or in a centre. An office hour has up to 100, and a waiting list.",
        validators=[InputRequired("Say how many can come."), _between(1, 100)],
    )
    first_come = BooleanField(
        "Whoever comes first has a seat",
        description="For office hours: nobody waits for your word. Without it you say yes or no to each.",
    )
    weeks = CountField(
        "Weeks",
        default=1,
        description="For an office hour: so many weeks in a row, each at the same hour on the clocks of the place.",
        validators=[InputRequired("Say for how many weeks."), _between(1, rules.MOST_WEEKS)],
    )
    note = TextAreaField(
        "A few words for those who think of coming",
        description="What you can talk about, what to bring along. Everybody can read it.",
        validators=[Optional(), at_most(LONGEST_TYPED)],
    )

    def __init__(self, *args: Any, **fields: Any) -> None:
        super().__init__(*args, **fields)
        self.zone.choices = [SelectChoice(name, name.replace("_", " ")) for name in zone_names()]
        self.which.choices = self._both(self.zone.data or "")

    @classmethod
    def of(cls, slot: MeetingSlot) -> OfferForm:
        """The form with what stands in a slot."""
        local = slot.starts_at.astimezone(zone_of(slot.time_zone))
        names = ("occasion", "title", "place", "call_url", "note", "capacity", "first_come")
        return cls(
            formdata=None,
            **{name: getattr(slot, name) for name in names},
            zone=slot.time_zone,
            day=local.date(),
            at=local.time(),
            which=SECOND if local.fold else FIRST,
            minutes=round((slot.ends_at - slot.starts_at) / timedelta(minutes=1)),
        )

    def offer(self) -> Offer:
        """What was typed, but for the moments. To be asked of a valid form."""
        return Offer(
            occasion=Occasion(self.occasion.data),
            title=self.title.data or "",
            place=self.place.data or "",
            call_url=self.call_url.data or "",
            note=self.note.data or "",
            time_zone=self.zone.data,
            length=timedelta(minutes=self.minutes.data or 0),
            capacity=self.capacity.data or 0,
            first_come=self.first_come.data,
        )


class WithdrawOfferForm(FlaskForm):
    """Why a time is not offered any more."""

    reason = _words("Why?", "Say in a few words why.", "Everybody who asked for this time reads it.")


class AskForm(FlaskForm):
    """A sentence why."""

    why = TextAreaField(
        "What do you want to talk about?",
        description="A sentence or two. Only the expert reads it.",
        validators=[InputRequired("Say in a sentence what you want to talk about."), at_most(LONGEST_TYPED)],
    )


class ProposeForm(TimeForm):
    """Another time, on the clocks of the place."""

    words = _words("A few words with it")


class DeclineForm(FlaskForm):
    """Why not."""

    reason = _words("Why not?", "Say in a few words why.", "The member reads it.")


class OutcomeForm(FlaskForm):
    """What came of it."""

    note = TextAreaField(
        "What came of it",
        description="The two of you read it, and nobody else.",
        validators=[Optional(), at_most(LONGEST_TYPED)],
    )
