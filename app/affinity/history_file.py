"""A history as a file: what `flask affinity score` reads and `flask affinity events` writes."""

import json
from collections.abc import Mapping
from dataclasses import asdict, dataclass
from datetime import UTC, datetime
from typing import Any, NoReturn

from app.affinity.score import WEIGHTS, Event, Score, score

MOST_EMPLOYEES = 10_000_000_000


class HistoryError(ValueError):
    """A file that is not a history; the message is a sentence for whoever wrote the file."""


@dataclass(frozen=True, slots=True)
class History:
    """What happened with one account, seen at `now`; `employees` is None where unknown."""

    now: datetime
    employees: int | None
    events: tuple[Event, ...]


def score_text(text: str) -> dict[str, Any] | list[dict[str, Any]]:
    """Score the history, or each of the list of histories, that `text` holds as JSON."""
    data = _parse_json(text)
    if isinstance(data, list):
        return [score_as_data(_score(parse(item, f"History {number}"))) for number, item in enumerate(data, 1)]
    return score_as_data(_score(parse(data)))


def parse(data: object, name: str = "The history") -> History:
    """Check decoded JSON and turn it into a history; `name` begins the sentence of an error."""
    if not isinstance(data, dict):
        raise HistoryError(f"{name} must be an object with “now”, “employees” and “events”.")
    events = data.get("events")
    if not isinstance(events, list):
        raise HistoryError(f"{name} needs a list called “events”; an empty one will do.")
    return History(
        now=_moment(data, "now", name),
        employees=_employees(data, name),
        events=tuple(_event(item, f"{name}, event {number}") for number, item in enumerate(events, 1)),
    )


def as_data(history: History) -> dict[str, Any]:
    """The history as plain values that `parse` reads back to the same history."""
    return {
        "now": history.now.isoformat(),
        "employees": history.employees,
        "events": [asdict(event) | {"at": event.at.isoformat()} for event in history.events],
    }


def score_as_data(result: Score) -> dict[str, Any]:
    """What a score prints as; the ties stay out, since they are nobody's business but the report's."""
    return {
        "score": result.score,
        "parts": asdict(result.parts),
        "active_people": result.active_people,
        "overdue": result.overdue,
        "score_version": result.score_version,
    }


def _score(history: History) -> Score:
    return score(history.events, history.now, history.employees)


def _parse_json(text: str) -> object:
    try:
        return json.loads(text, parse_constant=_refuse_constant)
    except json.JSONDecodeError as error:
        raise HistoryError(f"This is not JSON: line {error.lineno}, column {error.colno}: {error.msg}.") from None
    except RecursionError:
        raise HistoryError("This JSON is nested too deeply to be a history.") from None
    except HistoryError:
        raise
    except ValueError:
        raise HistoryError("This JSON holds a number with too many digits.") from None


def _refuse_constant(constant: str) -> NoReturn:
    raise HistoryError(f"{constant} is not a number that a history can hold.")


def _event(item: object, name: str) -> Event:
    if not isinstance(item, dict):
        raise HistoryError(f"{name} must be an object.")
    kind = _text(item, "kind", name)
    if kind not in WEIGHTS:
        raise HistoryError(f"{name} is of an unknown kind. The kinds are: {', '.join(WEIGHTS)}.")
    return Event(
        id=_text(item, "id", name),
        at=_moment(item, "at", name),
        person=_text(item, "person", name),
        kind=kind,
        expert=_text_or_none(item, "expert", name),
        question=_text_or_none(item, "question", name),
    )


def _text_or_none(item: Mapping[str, object], field: str, name: str) -> str | None:
    return None if item.get(field) is None else _text(item, field, name)


def _text(item: Mapping[str, object], field: str, name: str) -> str:
    """Read a name; whole numbers pass as well, since ids often are numbers."""
    value = item.get(field)
    if isinstance(value, int) and not isinstance(value, bool):
        return str(value)
    if not isinstance(value, str) or not value:
        raise HistoryError(f"{name} needs a text called “{field}”.")
    return value


def _moment(item: Mapping[str, object], field: str, name: str) -> datetime:
    value = item.get(field)
    if not isinstance(value, str):
        raise HistoryError(f"{name} needs a time called “{field}”, such as 2026-03-20T12:00:00Z.")
    try:
        moment = datetime.fromisoformat(value)
    except ValueError:
        raise HistoryError(f"{name}: “{field}” is not a time such as 2026-03-20T12:00:00Z.") from None
    if moment.utcoffset() is None:
        raise HistoryError(f"{name}: “{field}” does not say its time zone; add Z for UTC.")
    try:
        return moment.astimezone(UTC)
    except OverflowError:
        raise HistoryError(f"{name}: “{field}” lies outside the years 1 to 9999.") from None


def _employees(data: Mapping[str, object], name: str) -> int | None:
    value = data.get("employees")
    if value is None:
        return None
    if isinstance(value, float) and value.is_integer():
        value = int(value)
    if not isinstance(value, int) or isinstance(value, bool):
        raise HistoryError(f"{name}: “employees” must be a whole number, or null where it is unknown.")
    if not 0 <= value <= MOST_EMPLOYEES:
        raise HistoryError(f"{name}: “employees” must lie between 0 and {MOST_EMPLOYEES:,}.")
    return value
