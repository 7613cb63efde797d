"""What a subsidiary's report must not say, because taken from the report above it, it would tell about few people.

The report of a company is about its own people and those of everything below it. Whoever reads both takes the
subsidiary's numbers from those of the company and learns about the rest, so the rest has to be large enough too.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Collection, Iterable, Iterator, Mapping
from dataclasses import replace

from app.affinity import cohort
from app.affinity.figures import Report
from app.affinity.report import Made

Reports = dict[int, Made]


def withhold(made: Iterable[tuple[int, Made]], parents: Mapping[int, int]) -> Iterator[tuple[int, Made]]:
    """Hand on reports by account id, those of companies that belong together last and without what would tell too much.

    `parents` names the account above each that has one.
    """
    related = parents.keys() | set(parents.values())
    kept: Reports = {}
    for account_id, one in made:
        if account_id in related:
            kept[account_id] = one
        else:
            yield account_id, one
    below = children(parents)
    numbers = {account_id: one.active for account_id, one in kept.items() if one.report.figures is not None}
    for account_id in withheld(numbers, below):
        kept[account_id] = _without_number(kept[account_id])
    _withhold_topics(kept, below)
    yield from kept.items()


def children(parents: Mapping[int, int]) -> dict[int, list[int]]:
    """The accounts right below each one that has any."""
    found: dict[int, list[int]] = defaultdict(list)
    for child, parent in sorted(parents.items()):
        found[parent].append(child)
    return found


def withheld(people: Mapping[int, Collection[str]], below: Mapping[int, Collection[int]]) -> list[int]:
    """Which of the accounts that show something must not: taken from those above, it would tell of one or two people.

    `people` holds who stands behind what each account shows, those below it among them; `below` what stands right
    below each. What is withheld may make room for another rest, so this goes on until nowhere one or two remain.
    """
    shown, hidden = dict(people), []
    while (smallest := next(_too_telling(shown, below), None)) is not None:
        hidden.append(smallest)
        del shown[smallest]
    return hidden


def _too_telling(shown: Mapping[int, Collection[str]], below: Mapping[int, Collection[int]]) -> Iterator[int]:
    for parent in sorted(below.keys() & shown.keys()):
        parts = list(_shown_below(parent, shown, below))
        rest = set(shown[parent]).difference(*(shown[child] for child in parts))
        if parts and cohort.is_rest_too_small(len(rest)):
            yield min(parts, key=lambda child: (len(shown[child]), child))


def _shown_below(
    parent: int, shown: Mapping[int, Collection[str]], below: Mapping[int, Collection[int]]
) -> Iterator[int]:
    """The next accounts below that show something: in place of a child that shows nothing, those below it."""
    for child in below.get(parent, ()):
        if child in shown:
            yield child
        else:
            yield from _shown_below(child, shown, below)


def _without_number(one: Made) -> Made:
    report = Report(band=cohort.EARLY, people=cohort.FEWEST, confidence="low", figures=None)
    return replace(one, report=report, topics={}, withheld=True)


def _withhold_topics(made: Reports, below: Mapping[int, Collection[int]]) -> None:
    while telling := next(_too_telling_topics(made, below), None):
        account_id, topic = telling
        made[account_id] = _without_topic(made[account_id], topic)


def _too_telling_topics(made: Reports, below: Mapping[int, Collection[int]]) -> Iterator[tuple[int, str]]:
    for parent in sorted(below.keys() & made.keys()):
        for topic, people in sorted(made[parent].topics.items()):
            cells = {child: made[child].topics[topic] for child in _below_with(topic, parent, made, below)}
            if cohort.is_cell_rest_too_small(len(people.difference(*cells.values()))) and cells:
                yield min(cells, key=lambda child: (len(cells[child]), child)), topic


def _below_with(topic: str, parent: int, made: Reports, below: Mapping[int, Collection[int]]) -> Iterator[int]:
    for child in below.get(parent, ()):
        if child in made and topic in made[child].topics:
            yield child
        else:
            yield from _below_with(topic, child, made, below)


def _without_topic(one: Made, topic: str) -> Made:
    """Hide a topic; if it is the only one that is hidden, the next smallest with it."""
    hidden = {topic}
    figures = one.report.figures
    if figures is not None and not figures.topics_withheld and len(one.topics) > 1:
        hidden.add(min(one.topics.keys() - hidden, key=lambda name: (len(one.topics[name]), name)))
    topics = {name: people for name, people in one.topics.items() if name not in hidden}
    if figures is not None:
        lines = [line for line in figures.topics if line.name in topics]
        ties = [tie if tie.about in topics else replace(tie, about=None) for tie in figures.ties]
        figures = replace(figures, topics=lines, ties=ties, topics_withheld=True)
    return replace(one, topics=topics, report=replace(one.report, figures=figures))
