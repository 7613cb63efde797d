"""Simulated customers whose true relationship with us is known, so that scores can be compared with it.

Each account has a true affinity θ between 0 and 1. It shows in what people do with each other: how often a question
is answered and how soon, whether the answer is accepted and talked about, and whether people help others. How *much* is
asked is noise, and each world makes it another kind of noise.
"""

from __future__ import annotations

import math
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from random import Random

from app.affinity.kinds import Event
from app.affinity.score import decay, score
from tests.affinity.histories import NOON

DAYS = 540
SIZES = (25, 250, 250, 2_500, 2_500, 25_000)
EXPERTS = ("sanfox", "netowl", "rackfox", "tapeworm")
POSTS = frozenset({"ask", "comment", "peer_answer", "article"})
QUESTIONS_A_YEAR = 3.0
LOW = 0.35


@dataclass(frozen=True, kw_only=True)
class World:
    """What distorts the picture: how much volume varies, whether it follows θ, and who behaves oddly in it."""

    volume_noise: float = 1.0
    volume_follows: bool = False
    shows: bool = True
    odd: str = ""


WORLDS = {
    "quiet": World(volume_noise=0.0),
    "relation": World(),
    "volume": World(volume_follows=True),
    "mega": World(odd="mega"),
    "gamers": World(odd="gamers"),
    "null": World(shows=False),
}


@dataclass(frozen=True)
class Account:
    """One simulated customer: the truth, the size, and what happened."""

    theta: float
    employees: int
    events: Sequence[Event]

    def affinity(self) -> float:
        return score(self.events, NOON, self.employees).score

    def decayed_posts(self) -> float:
        """The simplest rival: posts, of which old ones count less, with the same half-life."""
        return math.fsum(decay(event.at, NOON) for event in self.events if event.kind in POSTS)


def accounts(world: World, seed: int, count: int) -> list[Account]:
    """So many accounts of a world; the same for the same seed."""
    random = Random(seed)
    return [_Maker(world, random).account() for _ in range(count)]


def rank_correlation(one: Sequence[float], other: Sequence[float]) -> float:
    """Spearman's ρ: the correlation of ranks, those of equal values being shared."""
    return _correlation(_ranks(one), _ranks(other))


class _Maker:
    """Makes one account."""

    def __init__(self, world: World, random: Random) -> None:
        self.world, self.random = world, random
        self.theta = random.random()
        # What is seen of θ; in a world where it affects nothing, a number of its own.
        self.shown = self.theta if world.shows else random.random()
        self.events: list[Event] = []

    def account(self) -> Account:
        employees = self.random.choice(SIZES)
        scale = max(1.0, employees / 50) ** 0.30
        volume = self._volume()
        people = [f"p{number}" for number in range(1 + self._poisson(1.5 * scale))]
        for person in people:
            for _ in range(self._poisson(volume * QUESTIONS_A_YEAR * DAYS / 365)):
                self._ask(person)
            for _ in range(self._poisson(volume * 1.5 * self.shown)):
                self._add(self._some_time(), person, "peer_answer")
        self._be_odd(people)
        return Account(self.theta, employees, self.events)

    def _volume(self) -> float:
        noise = self.world.volume_noise
        volume = math.exp(noise * self.random.gauss(0, 1) - noise * noise / 2)
        return volume * 2 * self.shown if self.world.volume_follows else volume

    def _ask(self, person: str) -> None:
        """A question, and what comes of it."""
        at, question, expert = self._some_time(), f"q{len(self.events)}", self.random.choice(EXPERTS)
        self._add(at, person, "ask", question=question)
        if self.random.random() > 0.5 + 0.4 * self.shown:
            return
        at += self.random.expovariate(1 / (36 * (1.2 - self.shown))) * timedelta(hours=1)
        self._add(at, person, "expert_answer", expert, question)
        for kind, likely in (("accept", 0.2 + 0.6 * self.shown), ("comment", self.shown), ("expert_comment", 0.4)):
            if self.random.random() < likely:
                at += timedelta(hours=self.random.random() * 12)
                self._add(at, person, kind, expert, question)

    def _be_odd(self, people: Sequence[str]) -> None:
        """In half of the accounts with a low θ one person asks 300 questions, or writes experts 300 empty comments."""
        if not self.world.odd or self.theta > LOW or self.random.random() < 0.5:
            return
        person = self.random.choice(people)
        for _ in range(300):
            if self.world.odd == "mega":
                self._ask(person)
            else:
                self._add(self._some_time(), person, "comment", self.random.choice(EXPERTS))

    def _add(
        self, at: datetime, person: str, kind: str, expert: str | None = None, question: str | None = None
    ) -> None:
        if at <= NOON:
            self.events.append(Event(f"{len(self.events)}", at, person, kind, expert or None, question or None))

    def _some_time(self) -> datetime:
        return NOON - timedelta(days=self.random.random() * DAYS)

    def _poisson(self, mean: float) -> int:
        """How often something happens that happens so often on average (Knuth's method)."""
        left, times = math.exp(-mean), 0
        product = self.random.random()
        while product > left:
            times += 1
            product *= self.random.random()
        return times


def _ranks(values: Sequence[float]) -> list[float]:
    order = sorted(range(len(values)), key=lambda place: values[place])
    ranks = [0.0] * len(values)
    start = 0
    while start < len(order):
        end = start
        while end < len(order) and values[order[end]] == values[order[start]]:
            end += 1
        for place in order[start:end]:
            ranks[place] = (start + end - 1) / 2
        start = end
    return ranks


def _correlation(one: Sequence[float], other: Sequence[float]) -> float:
    middle, centre = math.fsum(one) / len(one), math.fsum(other) / len(other)
    both = math.fsum((a - middle) * (b - centre) for a, b in zip(one, other, strict=True))
    spread = math.fsum((a - middle) ** 2 for a in one) * math.fsum((b - centre) ** 2 for b in other)
    return both / math.sqrt(spread) if spread else 0.0
