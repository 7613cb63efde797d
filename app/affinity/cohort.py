"""What may be said about a group of people without saying it about one of them.

Below three active people an account gets a word instead of a number; below five, nothing is
broken down; and no cell of a breakdown that fewer than five people stand behind is shown. Counts
are told in fives, hours in halves and shares in twentieths, so that one person's week does not
move them; docs/decisions/0024-k-rule.md says why, and what remains.
"""

from collections.abc import Collection, Iterable, Mapping

FEWEST_FOR_A_NUMBER = 3
FEWEST_FOR_A_SPLIT = 5
FEWEST_FOR_A_TIE = 3
# A report moves when so many people have taken part since it last did.
FEWEST_FOR_NEWS = 3

EARLY = "early"
SOME = "some"
BANDS = (EARLY, "new", "acquainted", "engaged", "trusted")
ACTIVE_BUCKETS = ((25, "25+"), (10, "10-24"), (5, "5-9"), (3, "3-4"))
FEWEST = "<3"
SHARES = ("fewer than a third", "a third to two thirds", "more than two thirds")


def band_word(score: float, active_people: int) -> str:
    """The band of a score; “early” for an account that too few people stand behind."""
    if active_people < FEWEST_FOR_A_NUMBER:
        return EARLY
    if score < 15:
        return "new"
    if score < 35:
        return "acquainted"
    return "engaged" if score < 60 else "trusted"


def active_bucket(people: int) -> str:
    """How many people take part, never exactly: <3, 3-4, 5-9, 10-24 or 25+."""
    return next((name for fewest, name in ACTIVE_BUCKETS if people >= fewest), FEWEST)


def split(people_by_cell: Mapping[str, int], active_people: int) -> dict[str, int | None]:
    """Break people down into cells; None stands for a cell that must not be shown.

    If exactly one cell were hidden, it could be found by subtracting the others from the whole,
    so the next smallest is hidden with it.
    """
    cells = sorted(people_by_cell.items(), key=lambda cell: (cell[1], cell[0]))
    if active_people < FEWEST_FOR_A_SPLIT:
        return {name: None for name, _people in cells}
    hidden = sum(people < FEWEST_FOR_A_SPLIT for _name, people in cells)
    if hidden == 1:
        hidden = 2
    return {name: None if place < hidden else people for place, (name, people) in enumerate(cells)}


def confidence_word(active_people: int, events: int) -> str:
    """How sure a score is: low, medium or high."""
    if active_people < 3 or events < 10:
        return "low"
    return "high" if active_people >= 8 and events >= 50 else "medium"


def tie_word(strength: float, people: int) -> str:
    """The strength of an account's tie to one expert; “some” where too few people stand behind it."""
    if people < FEWEST_FOR_A_TIE:
        return SOME
    if strength < 0.5:
        return "weak"
    return "fair" if strength < 2 else "strong"


def in_fives(people: Iterable[str]) -> int:
    """How often somebody did something, one entry for each time: 10 stands for at least ten, 0 for fewer than five.

    It is 0 as well where fewer than three people did it, however often.
    """
    deeds = list(people)
    return len(deeds) // 5 * 5 if may_count(deeds) else 0


def may_count(people: Iterable[str]) -> bool:
    """True where enough different people stand behind something for a number."""
    return len(set(people)) >= FEWEST_FOR_A_NUMBER


def solve_rate(solved: int, asked: int) -> float:
    """The share of questions that were solved: `(s + 1) / (n + 2)`, the mean of Beta(s + 1, n - s + 1).

    With one question more that went well and one more that did not, small numbers cannot shine.
    """
    return (solved + 1) / (asked + 2)


def in_twentieths(share: float) -> float:
    """A share rounded to 0.05."""
    return round(share * 20) / 20


def in_halves(hours: float) -> float:
    """Hours rounded to half an hour."""
    return round(hours * 2) / 2


def in_five_percent(share: float) -> int:
    """A share as a percentage, rounded to 5."""
    return round(share * 20) * 5


def share_word(part: int, whole: int) -> str | None:
    """A part of so many people in words, by thirds; None where fewer than five people are the whole."""
    if whole < FEWEST_FOR_A_SPLIT:
        return None
    return SHARES[(3 * part >= whole) + (3 * part > 2 * whole)]


def is_rest_too_small(people: int) -> bool:
    """True where a number of one or two people could be found by taking a part that is shown from a whole that is."""
    return 0 < people < FEWEST_FOR_A_NUMBER


def is_cell_rest_too_small(people: int) -> bool:
    """The same for a cell of a breakdown."""
    return 0 < people < FEWEST_FOR_A_SPLIT


def is_news(people: Collection[str]) -> bool:
    """True where so many different people have taken part since a report last moved that it may move again."""
    return len(set(people)) >= FEWEST_FOR_NEWS
