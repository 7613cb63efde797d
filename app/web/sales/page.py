"""What the sales pages say and draw, put together from the last snapshot and from what waits now."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime

from app.affinity import queries
from app.affinity.figures import Figures, Report
from app.affinity.portfolio import FALLING, Line
from app.affinity.purposes import Purpose
from app.affinity.score import PART_POINTS
from app.kernel import clock
from app.people.models import Person
from app.questions.models import Question
from app.web.ui.figures import figures as shown_figures

PEOPLE_WORDS = {"<3": "fewer than 3", "3-4": "3 or 4", "5-9": "5 to 9", "10-24": "10 to 24", "25+": "25 or more"}
PARTS: Mapping[str, float] = {name: getattr(PART_POINTS, name) for name in PART_POINTS.__slots__}
LASTING = {"fair", "strong"}
LEAST_HIGH = 20


@dataclass(frozen=True)
class Curve:
    """A line through the snapshots of twelve months, in the coordinates of a drawing."""

    path: str
    end: tuple[float, float]
    first: tuple[datetime, int]
    last: tuple[datetime, int]


@dataclass(frozen=True)
class Part:
    """One of the five components: points, the most there can be, and what it means here."""

    name: str
    points: int
    most: int
    sentence: str


@dataclass(frozen=True)
class PortfolioPage:
    """All accounts, what needs attention first."""

    lines: Sequence[Line]

    @property
    def taken_at(self) -> datetime | None:
        """When the last snapshot was taken."""
        return max((line.snapshot.taken_at for line in self.lines if line.snapshot), default=None)

    @staticmethod
    def curve(line: Line) -> Curve | None:
        return draw(line.curve, width=96, height=20)

    @staticmethod
    def change(line: Line) -> tuple[str, str]:
        return change_words(line.report.figures if line.report else None)

    @staticmethod
    def contact(line: Line) -> date | None:
        return contact_week(line.report.figures if line.report else None)


@dataclass(frozen=True, kw_only=True)
class SeenAs:
    """Who a page was made for, and what for: its notice and its last line say so.

    `purpose` is None for a member, who reads what sales is shown of their company.
    """

    reader: Person
    purpose: Purpose | None
    at: datetime

    @classmethod
    def sales(cls, reader: Person, purpose: Purpose) -> SeenAs:
        """For whoever looks after the account."""
        return cls(reader=reader, purpose=purpose, at=clock.now())

    @classmethod
    def member(cls, reader: Person) -> SeenAs:
        """For somebody whom the page counts."""
        return cls(reader=reader, purpose=None, at=clock.now())


@dataclass(frozen=True)
class AccountPage:
    """One account, without people of theirs. How strong a tie is counts as a figure about that expert of ours.

    Sales and members are shown the same. To a member, `reader_is_member`, what sales can press is shown as words.
    """

    line: Line
    reader_is_member: bool
    parts: Sequence[Part]
    curve: Curve | None
    ties: Sequence[tuple[str, str]]
    ties_shown: bool
    open_questions: Sequence[Question]

    @classmethod
    def of(cls, line: Line, *, reader_is_member: bool = False) -> AccountPage:
        """Read what the page of this account shows."""
        report = line.report
        figures = report.figures if report else None
        ties_shown = shown_figures().of_people
        named = queries.handles(tie.expert_id for tie in figures.ties) if figures else {}
        return cls(
            line=line,
            reader_is_member=reader_is_member,
            parts=describe_parts(line, report, figures) if report and figures else [],
            curve=draw(line.curve, width=240, height=56),
            ties=_ties(figures, named, strongest_first=ties_shown) if figures else [],
            ties_shown=ties_shown,
            open_questions=queries.open_questions(line.account),
        )

    @property
    def people(self) -> str:
        """How many people took part, in words."""
        return PEOPLE_WORDS[self.line.report.people] if self.line.report else ""

    @property
    def change(self) -> tuple[str, str]:
        return change_words(self.line.report.figures if self.line.report else None)


def draw(curve: Sequence[tuple[datetime, int]], *, width: int, height: int) -> Curve | None:
    """Draw a curve `width` by `height`; None where one cannot speak of a line yet."""
    if len(curve) < 2:
        return None
    begins, ends = curve[0][0], curve[-1][0]
    most = max(LEAST_HIGH, *(score for _at, score in curve))
    points = [
        (round((at - begins) / (ends - begins) * width, 1), round(height - score / most * (height - 4), 1))
        for at, score in curve
    ]
    path = "M" + "L".join(f"{x:g} {y:g}" for x, y in points)
    return Curve(path=path, end=points[-1], first=curve[0], last=curve[-1])


def change_words(figures: Figures | None) -> tuple[str, str]:
    """An icon and words for the change in 90 days."""
    if figures is None or figures.change is None:
        return "move-right", "not known yet"
    change = figures.change
    icon = "trending-down" if change <= FALLING else "trending-up" if change >= -FALLING else "move-right"
    if change == 0:
        return icon, "as before"
    return icon, f"{abs(change)} {'higher' if change > 0 else 'lower'}"


def contact_week(figures: Figures | None) -> date | None:
    """The Monday of the week in which an expert last spoke with them."""
    return date.fromisoformat(figures.last_contact) if figures and figures.last_contact else None


def describe_parts(line: Line, report: Report, figures: Figures) -> list[Part]:
    """The five parts, each with its sentence."""
    sentences = {
        "breadth": f"{PEOPLE_WORDS[report.people].capitalize()} people ask, comment and accept.",
        "depth": _depth(figures),
        "reciprocity": _reciprocity(figures),
        "responsiveness": f"{_first_answers(figures)}{_overdue(line)}",
        "advocacy": _advocacy(figures),
    }
    return [
        Part(name=name, points=figures.parts[name], most=round(most), sentence=sentences[name])
        for name, most in PARTS.items()
    ]


def _ties(figures: Figures, handles: Mapping[int, str], *, strongest_first: bool) -> list[tuple[str, str]]:
    """Our experts whom they know, each with how well; by handle where the order must not tell that."""
    ties = [(handles[tie.expert_id], tie.word) for tie in figures.ties]
    return ties if strongest_first else sorted(ties)


def _depth(figures: Figures) -> str:
    lasting = sum(tie.word in LASTING for tie in figures.ties)
    if not lasting:
        return "No tie with one of our experts lasts yet."
    return "The tie with one of our experts lasts." if lasting == 1 else f"Ties with {lasting} of our experts last."


def _reciprocity(figures: Figures) -> str:
    share = figures.parts["reciprocity"] / PART_POINTS.reciprocity
    if share < 0.2:
        return "So far mostly one side speaks."
    if share < 0.5:
        return "They answer back: they comment, and say what helped."
    return "Both sides speak: what we answer is discussed and accepted."


def _first_answers(figures: Figures) -> str:
    if not figures.service.asked:
        return "They asked nothing in the last 90 days."
    if figures.service.first_answer_hours is None:
        return "No question of the last 90 days has an expert’s answer."
    return f"Half of their questions have an expert’s answer within {figures.service.first_answer_hours:g} hours."


def _overdue(line: Line) -> str:
    if not line.overdue:
        return ""
    return f" {line.overdue} {'waits' if line.overdue == 1 else 'wait'} for longer than three days."


def _advocacy(figures: Figures) -> str:
    if not figures.helped:
        return "In a year they have answered no question of another company."
    return f"In a year they answered {figures.helped} question{'s' * (figures.helped != 1)} of other companies."
