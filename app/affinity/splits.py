"""An account's people broken down: by topic, by the ways in which they met us, and by topic with each expert."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass

from app.affinity import cohort
from app.affinity.figures import TopicLine
from app.affinity.score import WEIGHTS, Event

POSTS = frozenset({"ask", "comment", "peer_answer", "article"})
WAYS = {
    "ask": "questions",
    "comment": "comments",
    "accept": "accepted answers",
    "solved_note": "accepted answers",
    "met": "meetings",
    "peer_answer": "answers to other customers",
    "article": "articles",
    "correction": "corrections",
    "invite_joined": "invitations",
}

People = Mapping[str, frozenset[str]]


@dataclass(frozen=True, kw_only=True)
class Splits:
    """Who stands behind each cell, and whose each post is.

    What is shown of it depends on how many people are active: at least five.
    """

    active: int
    by_topic: People
    by_way: People
    with_expert: Mapping[str, People]
    posts: Mapping[str, Sequence[str]]

    @classmethod
    def of(cls, events: Iterable[Event], tags: Mapping[str, Sequence[str]], active: int) -> Splits:
        """Break these events down; `tags` are those of the questions that they name."""
        topics, ways, posts = defaultdict(set), defaultdict(set), defaultdict(list)
        experts: dict[str, dict[str, set[str]]] = defaultdict(lambda: defaultdict(set))
        for event in events:
            if event.kind in WAYS:
                ways[WAYS[event.kind]].add(event.person)
            for tag in tags.get(event.question, ()) if event.question is not None else ():
                if WEIGHTS[event.kind].breadth:
                    topics[tag].add(event.person)
                if event.expert is not None:
                    experts[event.expert][tag].add(event.person)
                if event.kind in POSTS:
                    posts[tag].append(event.person)
        return cls(
            active=active,
            by_topic=_frozen(topics),
            by_way=_frozen(ways),
            with_expert={expert: _frozen(cells) for expert, cells in experts.items()},
            posts=posts,
        )

    def topics(self) -> list[TopicLine]:
        """The topics that may be shown, the most talked about first."""
        shown = self._shown(self.by_topic)
        lines = [
            TopicLine(name=tag, people=cohort.active_bucket(count), posts=cohort.in_fives(self.posts.get(tag, ())))
            for tag, count in shown.items()
        ]
        return sorted(lines, key=lambda line: (-line.posts, line.name))

    def people_by_shown_topic(self) -> People:
        """Who stands behind each topic that may be shown."""
        return {tag: self.by_topic[tag] for tag in self._shown(self.by_topic)}

    @property
    def topics_withheld(self) -> bool:
        return len(self._shown(self.by_topic)) < len(self.by_topic)

    def ways(self) -> list[str]:
        """In which ways enough people met us, by name."""
        return sorted(self._shown(self.by_way))

    @property
    def ways_withheld(self) -> bool:
        return len(self._shown(self.by_way)) < len(self.by_way)

    def topic_with(self, expert: str) -> str | None:
        """What most of the people who know an expert talk about with them, of the topics that may be shown."""
        shown = self._shown(self.with_expert.get(expert, {}))
        shown = {tag: count for tag, count in shown.items() if tag in self._shown(self.by_topic)}
        return min(shown, key=lambda tag: (-shown[tag], tag), default=None)

    def _shown(self, people: People) -> dict[str, int]:
        cells = cohort.split({name: len(persons) for name, persons in people.items()}, self.active)
        return {name: count for name, count in cells.items() if count is not None}


def _frozen(cells: Mapping[str, set[str]]) -> People:
    return {name: frozenset(persons) for name, persons in cells.items()}
