"""Agreeing that a confidential thread becomes public is not for what comes back into it later."""

from __future__ import annotations

import pytest

from app.curation.openings import consent, missing_in, propose_opening, writers_in
from app.questions.actions import delete_answer
from app.questions.models import Visibility
from tests.curation.deeds import done
from tests.support.factories import (
    AccountFactory,
    AnswerFactory,
    CommentFactory,
    ExpertFactory,
    PersonFactory,
    QuestionFactory,
    StewardFactory,
)

pytestmark = pytest.mark.one_database


def test_a_consent_ends_with_the_restoration_itself(sign_in):
    """At once: the last word that is missing may be given before anything is delivered."""
    account, expert = AccountFactory(), ExpertFactory()
    asker, colleague = PersonFactory(account=account), PersonFactory(account=account)
    question = QuestionFactory(author=asker, visibility=Visibility.COMPANY)
    answer = AnswerFactory(question=question, author=expert)
    for author in (expert, colleague):
        CommentFactory(post=question, author=author)
    done(delete_answer, answer, question, by=expert)
    done(propose_opening, question, by=asker)
    done(consent, question, by=expert)

    assert sign_in(StewardFactory()).post(f"/posts/{answer.id}/deletion/remove").status_code == 303

    assert expert in {writer.person for writer in missing_in(writers_in(question))}
    assert not done(consent, question, by=colleague)
