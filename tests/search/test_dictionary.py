"""The words that stand in public threads: which are kept, how often, and how fresh the copy in memory is."""

from __future__ import annotations

from datetime import timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from app.jobs import words as job
from app.kernel import clock
from app.kernel.db import db, write
from app.people.models import Person
from app.posts.sensitive import find_sensitive
from app.questions import actions
from app.questions.models import Visibility
from app.search import dictionary as words
from app.search.models import DictionaryWord, IndexProgress
from app.search.port import Removal, Thread
from tests.search.conftest import catch_up
from tests.support.factories import AccountFactory, AnswerFactory, CommentFactory, PersonFactory, QuestionFactory

SECRET = "My password is Zkx41-qqPlm and the host is srv01.corp.example.com at 10.20.30.40."


def stored() -> dict[str, int]:
    db.session.rollback()
    return words.counted_words()


@pytest.mark.pure
def test_words_and_codes_are_kept_as_they_are_written():
    found = words.words_of(
        ["The iDRAC9’s firmware, don't ask: ORA-00942 in /etc/fstab", "--force in version 7.2.4 (x2)"]
    )

    assert found == {
        *("idrac9", "firmware", "don't", "ask", "ora", "etc", "fstab", "force", "version"),
        *("ora-00942", "/etc/fstab", "--force"),
    }


@pytest.mark.pure
@pytest.mark.parametrize(
    "text",
    [
        "2024 00942 7.2.4 10%",
        "it is as of me",
        "ab x2",
        "a" * 41,
        "https://elsewhere.example/path?id=77123 (www.elsewhere.example), Srv01.corp.example.com:8080 @ana-lund",
    ],
)
def test_numbers_common_words_long_ones_and_addresses_are_no_words(text):
    assert words.words_of([text]) == set()


@pytest.mark.pure
def test_what_looks_secret_or_private_is_no_word():
    found = words.words_of([SECRET, "mail ana.lund@heron-rail.de, 00:1B:44:11:3A:B7"])

    assert not [word for word in found if "zkx" in word or "lund" in word or "srv01" in word or "10.20" in word]
    assert {"password", "host", "mail"} <= found


@pytest.mark.pure
@given(st.text(max_size=200))
def test_any_text_gives_words_that_can_be_kept(text):
    for word in words.words_of([text]):
        assert words.SHORTEST <= len(word) <= words.LONGEST
        assert any(letter.isalpha() for letter in word)
        assert word.isalpha() or not find_sensitive(word)


@pytest.mark.pure
def test_a_thread_counts_once_and_a_removal_not_at_all():
    thread = Thread(id=1, title="Fan and fan", body="A fan", comments=("fans",), tags=("fans",))

    assert words.words_in([thread, Removal(2), Thread(id=3, title="A fan")]) == {"fan": 2, "fans": 1}


def test_new_words_enter_with_their_thread_and_doing_it_twice_changes_nothing(index):
    question = QuestionFactory(title="The zitherlike array hums", tags=("acoustics",))
    CommentFactory(post=AnswerFactory(question=question, body="The grommet is loose."), body="Which grommet?")
    catch_up()
    once = stored()
    assert {word: once[word] for word in ("zitherlike", "acoustics", "grommet")} == {
        "zitherlike": 1,
        "acoustics": 1,
        "grommet": 1,
    }

    for _ in range(2):
        with write():
            words.add_words({"grommet": 7, "hums": 1, "novel": 1})
    assert stored() == {**once, "grommet": 7, "novel": 1}
    with write():
        words.add_words({"grommet": 2})
    assert stored()["grommet"] == 7


def test_a_long_word_of_one_thread_is_not_kept():
    with write():
        words.add_words({"x" * 26: 1, "y" * 26: 2, "z" * 25: 1})

    assert stored() == {"y" * 26: 2, "z" * 25: 1}


def test_every_night_all_words_are_counted_anew(index):
    author = PersonFactory()
    gone = QuestionFactory(title="The gobbledygook array", author=author)
    for _ in range(3):
        QuestionFactory(title="The zitherlike array hums")
    QuestionFactory(
        title="The quuxtitle array",
        author=PersonFactory(account=AccountFactory()),
        visibility=Visibility.COMPANY,
    )
    catch_up()
    with write():
        words.add_words({"quuxword": 5, "zitherlike": 90})
        actions.delete_question(gone, by=db.session.get_one(Person, author.id))

    assert job.count_due_words()

    counted = stored()
    assert counted["zitherlike"] == 3
    assert counted["replication"] == 3
    assert not {word for word in counted if word.startswith(("quux", "gobbledygook"))}
    assert not job.count_due_words()


def test_words_that_come_while_others_are_counted_stay(index, monkeypatch):
    QuestionFactory(title="The zitherlike array hums")
    catch_up()
    counting = job._count

    def with_a_newcomer(pause: float) -> object:
        with write():
            words.add_words({"newcomer": 1})
        return counting(pause)

    monkeypatch.setattr(job, "_count", with_a_newcomer)
    job.count_words()

    assert stored()["newcomer"] == 1


def test_nothing_is_counted_before_there_is_an_index():
    assert not job.count_due_words()


def test_a_count_is_due_after_the_hour_of_every_night(index):
    catch_up()
    assert job.count_due_words()
    night = job._last_night(clock.now())

    assert not words.is_due(night)
    assert words.is_due(clock.now() + timedelta(days=1))


def test_many_words_are_written_in_steps(monkeypatch):
    monkeypatch.setattr(words, "AT_ONCE", 2)
    with write():
        words.add_words({"old": 1, "changed": 1})
    after = words.recount(words.counted_words(), words.Counter({"changed": 2, "one": 1, "two": 1, "three": 1}))

    steps = list(after.steps())
    assert len(steps) == 3
    for step in steps:
        with write():
            words.apply_step(step)
    assert stored() == {"changed": 2, "one": 1, "two": 1, "three": 1}


@pytest.mark.pure
def test_words_are_found_by_their_beginning_their_stem_and_their_length():
    copy = words.Dictionary({"replicate": 4, "replicated": 9, "replica": 2, "blazing": 3, "c++": 5, "policies": 6})

    assert copy.beginning("replicat") == ["replicate", "replicated"]
    assert copy.beginning("zz") == []
    assert (copy.threads("replicate"), copy.threads("replicating")) == (4, 0)
    assert copy.threads_with_stem("replicating") == 9
    assert copy.threads_with_stem("blaze") == 3
    assert copy.threads_with_stem("policy") == 6
    assert copy.threads_with_stem("unheard") == 0
    assert copy.by_length[7] == ["blazing", "replica"]
    assert 3 not in copy.by_length


@pytest.mark.parametrize("typed", ["eing", "iing", "ieds", "aing"])
def test_a_word_of_which_its_stem_leaves_nothing_is_not_compared_with_all_words(monkeypatch, typed):
    copy = words.Dictionary({typed: 3, **{f"{letter}word": 1 for letter in "abcdefghij"}})
    monkeypatch.setattr(copy, "beginning", lambda prefix: pytest.fail(f"looks through all with {prefix!r}"))

    assert copy.threads_with_stem(typed) == 3


def test_the_copy_is_loaded_again_after_a_count_and_after_a_while(index, monkeypatch, queries):
    catch_up()
    words.forget_words()
    assert words.dictionary().threads("freshling") == 0
    with queries() as seen:
        words.dictionary()
    assert len(seen) == 1

    QuestionFactory(title="The freshling array hums")
    catch_up()
    later = clock.now() + timedelta(minutes=11)
    with monkeypatch.context() as patched:
        patched.setattr(words.clock, "now", lambda: later)
        assert words.dictionary().threads("freshling") == 1
    with write():
        db.session.add(DictionaryWord(word="fresher", threads=2))
        db.session.get_one(IndexProgress, 1).words_counted_at = later
    assert words.dictionary().threads("fresher") == 2
