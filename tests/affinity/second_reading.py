"""The formula read a second time, for the tests: from the text alone, and as plainly as it goes.

One loop for each definition, no sum that serves two, no care for speed.
"""

import math
from datetime import UTC, datetime

DAY = 86_400.0
# kind: breadth, expert to customer, customer to expert, advocacy
TABLE = """
    ask              2 0 0 0
    comment          1 0 1 0
    accept           1 0 2 0
    solved_note      1 0 1 0
    expert_answer    0 3 0 0
    expert_comment   0 1 0 0
    expert_followup  0 1 0 0
    met              2 2 2 0
    correction       2 0 3 1
    peer_answer      3 0 0 2
    peer_accepted    0 0 0 3
    article          4 0 0 4
    invite_joined    1 0 0 2
"""
WEIGHTS = {line.split()[0]: [int(number) for number in line.split()[1:]] for line in TABLE.strip().splitlines()}
BREADTH, OUT, IN, ADVOCACY = range(4)


class SecondReading:
    """Section by section: the events that count, the sums, and the formulas."""

    def __init__(self, history, now, employees):
        self.now = now.timestamp()
        self.s = max(1, (500 if employees is None else employees) / 50) ** 0.30
        self.events = {}
        for event in sorted(history, key=lambda e: (e.at, e.kind, e.person, e.expert or "", e.question or "")):
            if event.at.timestamp() <= self.now and event.id not in self.events:
                self.events[event.id] = event
        self.events = list(self.events.values())
        self.people = sorted({event.person for event in self.events})
        self.experts = sorted({event.expert for event in self.events if event.expert is not None})

    def fading(self, at):
        return 2 ** (-(self.now - at) / (180 * DAY))

    def u(self, x, tau):
        return 1 - 2 ** (-x / tau) if x > 0 else 0

    def summed(self, column, person, expert=None):
        by_day = {}
        for event in self.events:
            if event.person == person and (expert is None or event.expert == expert):
                day = event.at.astimezone(UTC).strftime("%Y-%m-%d")
                by_day[day] = by_day.get(day, 0) + WEIGHTS[event.kind][column]
        x = 0
        for day in sorted(by_day):
            noon = datetime.fromisoformat(day + "T12:00:00+00:00").timestamp()
            x += min(8, by_day[day]) * self.fading(min(noon, self.now))
        return x

    def b(self, person):
        return self.u(self.summed(BREADTH, person), 4)

    def v(self, person):
        return self.u(self.summed(ADVOCACY, person), 4)

    def d(self, person):
        ties = [self.u(self.summed(OUT, person, e) + self.summed(IN, person, e), 4) for e in self.experts]
        return self.u(sum(ties), 1)

    def r(self, person):
        both = [self.u(self.summed(OUT, person, e), 3) * self.u(self.summed(IN, person, e), 3) for e in self.experts]
        return self.u(sum(math.sqrt(product) for product in both), 1)

    def question(self, name):
        """Who asked it when, how long the first answer of an expert took, and whether it is solved."""
        about = [event for event in self.events if event.question == name]
        asks = sorted((event.at.timestamp(), event.id, event.person) for event in about if event.kind == "ask")
        if not asks:
            return None
        asked_at, _, asker = asks[0]
        waits = [max(0, event.at.timestamp() - asked_at) for event in about if event.kind == "expert_answer"]
        solved = any(event.kind in ("accept", "solved_note") for event in about)
        return asker, asked_at, min(waits, default=math.inf), solved

    def questions(self):
        names = sorted({event.question for event in self.events if event.question is not None})
        return [found for found in map(self.question, names) if found is not None]

    def is_overdue(self, question):
        _, asked_at, wait, solved = question
        return wait == math.inf and not solved and self.now - asked_at > 72 * 3600

    def q(self, person):
        credit = debt = 0
        for question in self.questions():
            asker, asked_at, wait, solved = question
            if asker == person:
                credit += self.fading(asked_at) * (0.5 * 2 ** (-wait / DAY) + 0.5 * solved)
                debt += 0.5 * self.fading(asked_at) if self.is_overdue(question) else 0
        return self.u(max(0, credit - debt), 1)

    def parts(self):
        return {
            "breadth": 25 * self.u(sum(map(self.b, self.people)), 2 * self.s),
            "depth": 30 * self.u(sum(map(self.d, self.people)), 2 * self.s),
            "reciprocity": 15 * self.u(sum(map(self.r, self.people)), 1.5 * self.s),
            "responsiveness": 15 * self.u(sum(map(self.q, self.people)), 2 * self.s),
            "advocacy": 15 * self.u(sum(map(self.v, self.people)), 1 * self.s),
        }

    def result(self):
        parts = self.parts()
        return {
            "score": sum(parts.values()),
            "parts": parts,
            "active_people": sum(self.b(person) >= 0.1 for person in self.people),
            "overdue": sum(map(self.is_overdue, self.questions())),
        }
