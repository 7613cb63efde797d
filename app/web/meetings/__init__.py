"""Meeting an expert: times on offer, asking for one, and what becomes of it."""

from flask import Flask

from app.meetings import rules, spoken
from app.meetings.calendar_file import may_read_call
from app.meetings.models import Occasion
from app.web.meetings import afterwards, lists, offering, requests, slots
from app.web.ui.shell import here_with

OCCASIONS = {
    Occasion.TRADE_SHOW: "At a trade show",
    Occasion.BRIEFING: "In a briefing centre",
    Occasion.OFFICE_HOUR: "Office hour on line",
}


def occasion_tabs(chosen: str) -> list[tuple[str, str, bool]]:
    """All times, and those of each occasion, as tabs of the list."""
    tabs = [("", "All"), *((one.value, words) for one, words in OCCASIONS.items())]
    return [(here_with(occasion=one or None, after=None), words, one == chosen) for one, words in tabs]


def register(app: Flask) -> None:
    """Add the pages, and let templates say when a meeting is and who may do what."""
    for pages in (lists, offering, slots, requests, afterwards):
        app.register_blueprint(pages.blueprint)
    app.jinja_env.globals.update(
        occasions=OCCASIONS,
        occasion_tabs=occasion_tabs,
        local_time=spoken.there,
        readers_time=spoken.readers_time,
        may_ask_to_meet=rules.may_ask,
        may_offer_times=rules.may_offer,
        may_read_call=may_read_call,
        is_meeting_over=rules.is_over,
        slot_is_full=rules.is_full,
        slot_is_taken=rules.is_taken,
        slot_has_waiting_list=rules.has_waiting_list,
    )
