"""Where the database alone sees that two people wanted one thing, the second reads a sentence and keeps their text."""

from __future__ import annotations

import pytest
from sqlalchemy.exc import IntegrityError

from app.kernel.db import db, write
from app.people.models import PersonLanguage
from app.web.errors import CAME_SECOND, answer_fault
from tests.support.factories import PersonFactory

pytestmark = pytest.mark.one_database("postgresql")

TEXT = "Every night at two the replication stops, since Sunday."


def test_what_can_be_there_once_is_refused_with_a_sentence(app):
    person = PersonFactory()
    with pytest.raises(IntegrityError) as caught, write():
        db.session.add_all(PersonLanguage(person_id=person.id, code="cs") for _ in range(2))

    with app.test_request_context("/questions/ask", method="POST", data={"body": TEXT}):
        answer = app.make_response(answer_fault(caught.value))

    assert answer.status_code == 409
    assert CAME_SECOND in answer.get_data(as_text=True)
    assert TEXT in answer.get_data(as_text=True)


def test_a_row_that_lacks_something_is_a_fault_of_ours(app):
    with pytest.raises(IntegrityError) as caught, write():
        db.session.add(PersonLanguage(person_id=10**6, code="cs"))

    with app.test_request_context("/questions/ask", method="POST"):
        assert app.make_response(answer_fault(caught.value)).status_code == 500
