"""How often one person, or one guest's network, may do something: `limit("search")` on a view, or `spend("posts")`."""

from __future__ import annotations

from collections.abc import Callable
from datetime import timedelta
from functools import wraps
from typing import ParamSpec

import limits
from flask import Flask
from flask.typing import ResponseReturnValue
from flask_limiter import Limiter

from app.http import viewer
from app.kernel import clock
from app.kernel.errors import TooOften
from app.kernel.settings import settings
from app.web.security.places import place

Parameters = ParamSpec("Parameters")

RATES = {
    "posts": "4 per minute; 100 per day",
    "requests to sales": "4 per minute; 20 per day",
    "votes": "5 per minute; 20 per hour; 50 per day",
    "deeds": "20 per minute; 300 per day",
    "search": "20 per minute",
    "feeds": "60 per minute",
    "preview": "30 per minute",
    "comparisons": "30 per minute",
    "drafts": "40 per minute; 1000 per hour",
    "suggestions": "30 per minute; 600 per day",
    "finder": "90 per minute; 2000 per day",
    "similar": "60 per minute; 3000 per day",
    "photos": "10 per hour",
    "links": "5 per hour",
    "uploads": "10 per minute",
    "reports": "20 per minute",
    "looks": "5 per minute; 20 per day",
    "codes": "10 per 10 minutes",
    "passkeys": "30 per 10 minutes",
    "company sign-ins": "60 per 10 minutes",
    "look-ups": "20 per minute; 200 per day",
    "invitations": "30 per 10 minutes",
}
NAMES = {
    "posts": "posts",
    "requests to sales": "requests",
    "votes": "votes",
    "deeds": "deeds",
    "search": "searches",
    "feeds": "feeds",
    "preview": "previews",
    "comparisons": "comparisons",
    "drafts": "drafts",
    "suggestions": "suggestions",
    "finder": "suggestions",
    "similar": "looks at similar questions",
    "photos": "photos",
    "links": "checks of links",
    "uploads": "files",
    "reports": "reports",
    "looks": "requests to look",
    "codes": "tries",
    "passkeys": "tries",
    "company sign-ins": "sign-ins",
    "look-ups": "look-ups",
    "invitations": "looks at invitations",
}

limiter = Limiter(key_func=place, storage_uri="memory://", strategy="moving-window")


def limit(
    name: str,
) -> Callable[[Callable[Parameters, ResponseReturnValue]], Callable[Parameters, ResponseReturnValue]]:
    """Refuse with TooOften before the view runs, once `name` (a key of RATES) is spent."""

    def guard(view: Callable[Parameters, ResponseReturnValue]) -> Callable[Parameters, ResponseReturnValue]:
        @wraps(view)
        def limited(*args: Parameters.args, **kwargs: Parameters.kwargs) -> ResponseReturnValue:
            spend(name)
            return view(*args, **kwargs)

        return limited

    return guard


def spend(name: str) -> None:
    """Count one more of `name` for whoever asks. Raises TooOften, which a view may show above its form."""
    if not settings().rate_limits:
        return
    person = viewer()
    who = f"person {person.id}" if person else place()
    for rate in limits.parse_many(RATES[name]):
        if not limiter.limiter.hit(rate, name, who):
            raise _too_often(name, rate, who)


def register(app: Flask) -> None:
    """Give the site its counters, kept in memory by each web process."""
    limiter.init_app(app)


def in_words(seconds: int) -> str:
    """A pause as one would say it: "40 seconds", "3 minutes", "2 hours"."""
    for unit, size in (("hour", 3600), ("minute", 60)):
        if seconds >= 2 * size:
            return f"{round(seconds / size)} {unit}s"
    return f"{seconds} seconds" if seconds != 1 else "1 second"


def _too_often(name: str, rate: limits.RateLimitItem, who: str) -> TooOften:
    free_at = limiter.limiter.get_window_stats(rate, name, who).reset_time
    wait = max(1, round(free_at - clock.now().timestamp()))
    period = timedelta(seconds=rate.get_expiry())
    spoken = {60: "a minute", 3_600: "an hour", 86_400: "a day"}.get(rate.get_expiry(), in_words(period.seconds))
    sentence = f"That was {rate.amount} {NAMES[name]} in {spoken}. The next one can go in {in_words(wait)}."
    return TooOften(sentence, wait)
