"""Mail goes to one person at a time, of a kind that stands in the code, and no text comes from whoever has it sent."""

from __future__ import annotations

import ast
import inspect
from collections.abc import Iterator

import pytest

from app.config import ROOT
from app.jobs import mailer
from app.people import letters
from app.people.letters import LetterKind
from tests.support.source import here, parsed, python_files, template_files

pytestmark = pytest.mark.pure

WRITERS = {"write_letter", "write_of_new_address"}
# Both people of one meeting, and nobody else.
PAIRS = {"app/meetings/seats.py"}


def calls(tree: ast.AST) -> Iterator[ast.Call]:
    return (node for node in ast.walk(tree) if isinstance(node, ast.Call))


def modules() -> Iterator[tuple[str, ast.Module]]:
    """The site's own files by their paths."""
    return ((str(here(path)), parsed(path)) for path in python_files("app"))


def called(call: ast.Call) -> str:
    return call.func.attr if isinstance(call.func, ast.Attribute) else getattr(call.func, "id", "")


def test_no_letter_is_written_in_a_loop_over_people():
    found = set()
    for name, tree in modules():
        loops = [
            node
            for node in ast.walk(tree)
            if isinstance(node, ast.For | ast.While | ast.ListComp | ast.GeneratorExp | ast.SetComp | ast.DictComp)
        ]
        if any(called(call) in WRITERS for loop in loops for call in calls(loop)):
            found.add(name)

    assert found == PAIRS


def test_the_pair_of_a_meeting_is_two_people():
    from app.meetings.seats import write_to_both

    (loop,) = [one for one in ast.walk(ast.parse(inspect.getsource(write_to_both))) if isinstance(one, ast.For)]
    assert isinstance(loop.iter, ast.Tuple)
    assert len(loop.iter.elts) == 2


@pytest.mark.parametrize(
    ("name", "only"),
    [
        ("Letter", {"app/people/letters.py"}),
        ("Mail", {"app/jobs/mailer.py"}),
        ("Leased", {"app/people/letters.py"}),
    ],
)
def test_a_mail_is_made_in_one_place(name, only):
    assert {module for module, tree in modules() if any(called(call) == name for call in calls(tree))} == only


def test_a_letter_takes_a_person_a_kind_and_numbers():
    parameters = inspect.signature(letters.write_letter).parameters

    assert list(parameters) == ["person", "kind", "details"]
    assert parameters["kind"].annotation == "LetterKind"
    assert parameters["details"].annotation == "Mapping[str, int] | None"
    # What composes the mail knows no more than that.
    assert list(inspect.signature(mailer.compose).parameters) == ["leased"]


def test_every_kind_is_composed_by_a_template_of_ours():
    assert set(mailer.WORDING) == set(LetterKind)
    assert {path.name for path in template_files() if path.parent == ROOT / "templates" / "mail"} == {
        "_layout.html",
        "_layout.txt",
        "letter.html",
        "letter.txt",
    }
