"""What may be said about a group of people without saying it about one of them.

Below three active people an account gets a word instead of a number; below five, nothing is
broken down; and no cell of a breakdown that fewer than five people stand behind is shown.
"""

from collections.abc import Mapping

FEWEST_FOR_A_NUMBER = 3
FEWEST_FOR_A_SPLIT = 5
FEWEST_FOR_A_TIE = 3

EARLY = "early"
SOME = "some"
ACTIVE_BUCKETS = ((25, "25+"), (10, "10-24"), (5, "5-9"), (3, "3-4"))


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
    return next((name for fewest, name in ACTIVE_BUCKETS if people >= fewest), "<3")


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
