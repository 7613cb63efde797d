"""Habits of the tables: what becomes of a person's rows is decided, no collection is a trap."""

import importlib

import pytest
from sqlalchemy import DateTime
from sqlalchemy.orm import RelationshipProperty

from app import DOMAINS
from app.config import ROOT
from app.kernel.db import Model, Timestamp, db
from app.people.models import Erasure, Person

pytestmark = pytest.mark.pure

POLICIES = {policy.value for policy in Erasure}
# One query for all rows of a page, never one a row.
SAFE_LOADING = {"raise", "raise_on_sql", "selectin"}

for domain in DOMAINS:
    if (ROOT / "app" / domain / "models.py").exists():
        importlib.import_module(f"app.{domain}.models")


def relationships() -> dict[str, RelationshipProperty]:
    return {
        f"{mapper.class_.__name__}.{one.key}": one for mapper in Model.registry.mappers for one in mapper.relationships
    }


def test_every_key_to_a_person_says_what_erasing_them_does():
    undecided = {
        f"{table.name}.{column.name}"
        for table in db.metadata.tables.values()
        for column in table.columns
        for key in column.foreign_keys
        if key.column.table is Person.__table__ and column.info.get("erasure") not in POLICIES
    }

    assert undecided == set()


def test_what_is_emptied_can_be_empty():
    stuck = {
        f"{table.name}.{column.name}"
        for table in db.metadata.tables.values()
        for column in table.columns
        if column.info.get("erasure") == Erasure.EMPTIED and not column.nullable
    }

    assert stuck == set()


def test_no_collection_runs_a_query_a_row():
    quiet = {name for name, one in relationships().items() if one.uselist and one.lazy not in SAFE_LOADING}

    assert quiet == set()


def test_no_relationship_is_made_on_the_other_side():
    assert {name for name, one in relationships().items() if one.backref} == set()


def test_every_moment_has_its_zone():
    naive = {
        f"{table.name}.{column.name}"
        for table in db.metadata.tables.values()
        for column in table.columns
        if isinstance(column.type, DateTime) or getattr(column.type, "impl", None) is DateTime
        if not isinstance(column.type, Timestamp)
    }

    assert naive == set()
