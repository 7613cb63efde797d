"""What a message about an account may hold: this and nothing else, so that nobody can add a field about a person."""

from __future__ import annotations

from typing import Any, Final

from jsonschema import Draft202012Validator, FormatChecker

from app.affinity.score import PART_POINTS

UPDATED: Final = "account.affinity.updated"
ALERT: Final = "account.alert"
GRANTED: Final = "introduction.granted"

_COUNT: Final = {"type": "integer", "minimum": 0}
_COUNT_OR_NONE: Final = {"type": ["integer", "null"], "minimum": 0}

SCHEMA: Final[dict[str, Any]] = {
    "$schema": "https://json-schema.org/draft/2020-12/schema",
    "$id": "affinity.account.v1",
    "type": "object",
    "additionalProperties": False,
    "required": ["event", "event_id", "snapshot_date", "account", "affinity", "score_version"],
    "properties": {
        "event": {"enum": [UPDATED, ALERT, GRANTED]},
        "event_id": {"type": "string", "format": "uuid"},
        "snapshot_date": {"type": "string", "format": "date"},
        "score_version": {"type": "string"},
        "account": {
            "type": "object",
            "additionalProperties": False,
            "required": ["id"],
            "properties": {
                "id": {"type": "string"},
                "crm_id": {"type": ["string", "null"]},
                "name": {"type": "string"},
            },
        },
        "affinity": {
            "type": "object",
            "additionalProperties": False,
            "required": ["band"],
            "properties": {
                "band": {"enum": ["early", "new", "acquainted", "engaged", "trusted"]},
                "score": {"type": ["integer", "null"], "minimum": 0, "maximum": 100},
                "delta_90d": {"type": ["integer", "null"]},
                "parts": {
                    "type": ["object", "null"],
                    "additionalProperties": False,
                    "properties": {name: {"type": "number"} for name in PART_POINTS.__slots__},
                },
            },
        },
        "open_questions": _COUNT,
        "oldest_open_hours": _COUNT_OR_NONE,
        "report_url": {"type": "string", "format": "uri"},
    },
}

_validator = Draft202012Validator(SCHEMA, format_checker=FormatChecker(["uuid", "date"]))


def check(message: dict[str, Any]) -> None:
    """Raise jsonschema's ValidationError for a message that the schema does not allow."""
    _validator.validate(message)
