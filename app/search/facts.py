"""What a thread is, as tokens that filters ask for: "tag:networking", "author:12", "is:solved", "type:answer".

The index holds the tokens as they were when the thread was indexed; app.search.filters says the same to the database,
which has the last word.
"""

from __future__ import annotations

from collections.abc import Collection
from dataclasses import dataclass

SOLVED = "is:solved"
UNANSWERED = "is:unanswered"
BY_EXPERT = "is:expert"
QUESTION = "type:question"
ANSWER = "type:answer"


@dataclass(frozen=True, kw_only=True, slots=True)
class State:
    """What is known of a thread besides its words, of its visible posts alone.

    `tags` are names, `products` the slugs of our products that it is about, `authors` the numbers of the people who
    asked and answered.
    """

    tags: Collection[str] = ()
    products: Collection[str] = ()
    authors: Collection[int] = ()
    is_solved: bool = False
    is_unanswered: bool = False
    is_answered: bool = False
    has_expert: bool = False


def facts_of(state: State) -> tuple[str, ...]:
    """The tokens of one thread, each once."""
    flags = (
        (SOLVED, state.is_solved),
        (UNANSWERED, state.is_unanswered),
        (BY_EXPERT, state.has_expert),
        (ANSWER, state.is_answered),
    )
    return (
        QUESTION,
        *(fact for fact, holds in flags if holds),
        *(tag_fact(name) for name in state.tags),
        *(product_fact(slug) for slug in state.products),
        *(author_fact(person_id) for person_id in state.authors),
    )


def tag_fact(name: str) -> str:
    return f"tag:{name.lower()}"


def product_fact(slug: str) -> str:
    return f"product:{slug}"


def author_fact(person_id: int) -> str:
    return f"author:{person_id}"
