"""What each line of a file of accounts would do, and why not where it cannot: found out without writing anything."""

from __future__ import annotations

import enum
import hashlib
import re
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field

from app.accounts import rules
from app.accounts.known import Company, Known
from app.accounts.models import Ownership
from app.accounts.sheet import Row
from app.kernel.errors import RuleBroken
from app.kernel.settings import settings
from app.kernel.tables import begins_formula

ADDRESS = re.compile(r"\S+@\S+")
# What can be set to a word, and what a reader calls it.
WORDS = {"name": "name", "crm_id": "CRM id", "size_band": "size", "status": "status"}
DIVIDES = re.compile(r"[\s,;|]+")


class Outcome(enum.StrEnum):
    """What becomes of a line."""

    ADDED = "added"
    CHANGED = "changed"
    SAME = "same"
    REFUSED = "refused"


@dataclass
class Line:
    """One line of the file: which account it is about, what becomes of it, and that in words."""

    number: int
    name: str
    company: Company
    outcome: Outcome = Outcome.SAME
    says: list[str] = field(default_factory=list)
    sets: dict[str, str | None] = field(default_factory=dict)
    domains: list[str] = field(default_factory=list)
    looked_after: dict[str, str] | None = None
    parent: Company | None = None

    @property
    def writes(self) -> bool:
        """True when the account would not stand as before, wherever in the tree it stands."""
        return bool(self.sets or self.domains) or self.looked_after is not None

    @property
    def steps(self) -> int:
        """How many things there are to do: writing the account down, and putting it where it belongs in the tree."""
        return self.writes + (self.parent is not None) if self.outcome is not Outcome.REFUSED else 0

    @property
    def joins(self) -> list[str]:
        """Below which company it comes, in a sentence, if it is to be moved."""
        return [f"becomes a subsidiary of {self.parent.name}"] if self.parent is not None else []

    @property
    def explanation(self) -> str:
        """What is to be known about the line, in one sentence without an address."""
        return self.in_words([*self.says, *self.joins])

    def in_words(self, says: Sequence[str]) -> str:
        """Some of what it says, in one sentence without an address."""
        said = {Outcome.SAME: "Nothing to change.", Outcome.ADDED: "A new account."}.get(self.outcome, "")
        return ADDRESS.sub("(an address)", "; ".join(says) or said)

    def refuse(self, sentence: str) -> None:
        """Let the line do nothing, and say why."""
        self.outcome, self.says, self.parent = Outcome.REFUSED, [sentence], None


def try_lines(rows: Sequence[Row], known: Known) -> list[Line]:
    """A line for each row, in their order; `known` stands afterwards as everything would after them.

    Subsidiaries come last, so that a parent may stand further down in the file.
    """
    attempt = _Attempt(known)
    lines = [attempt.line(row) for row in rows]
    for line, row in zip(lines, rows, strict=True):
        if line.outcome is not Outcome.REFUSED:
            attempt.parent(line, row)
    _refuse_orphans(lines)
    return lines


def digest(lines: Sequence[Line]) -> str:
    """What the lines say, as one short word: another one as soon as one of them says something else."""
    said = "\n".join(f"{line.number} {line.outcome} {line.name} {line.explanation}" for line in lines)
    return hashlib.sha256(said.encode()).hexdigest()[:32]


class _Attempt:
    """Goes through a file and keeps in mind what the lines before have taken."""

    def __init__(self, known: Known) -> None:
        self._known = known
        self._company_domains = settings().company_domains
        self._lines: dict[Company, Line] = {}

    def line(self, row: Row) -> Line:
        """What becomes of everything in a row but the parent."""
        line = Line(row.number, _shown(row.words("name")), Company())
        try:
            if row.fault:
                raise RuleBroken(row.fault)
            self._identify(line, row)
            for column, change in self._columns():
                if row.words(column):
                    change(line, row.words(column))
        except RuleBroken as refusal:
            line.refuse(refusal.sentence)
            return line
        self._keep(line)
        return line

    def parent(self, line: Line, row: Row) -> None:
        """Put the company of a line below another one, if it is to be moved."""
        named = row.words("parent")
        if not named:
            return
        parent = self._known.by_name.get(named.lower()) or self._known.by_crm_id.get(named.lower())
        if parent is None:
            line.refuse(f"There is no account called {_shown(named)} that it could belong to.")
            return
        if parent is line.company.parent:
            return
        wrong = line.company.put_below(parent)
        if wrong:
            line.refuse(wrong)
            return
        line.parent = parent
        if line.outcome is Outcome.SAME:
            line.outcome = Outcome.CHANGED

    def _columns(self) -> Iterator[tuple[str, Callable[[Line, str], None]]]:
        yield "size_band", self._size
        yield "status", self._status
        yield "domains", self._domains
        yield "owner", self._owner
        yield "backups", self._backups

    def _identify(self, line: Line, row: Row) -> None:
        """Find the account by its CRM id, else by its name; or take it for a new one."""
        name, crm_id = _clean_name(row.words("name")), rules.clean_crm_id(row.words("crm_id"))
        named = self._known.by_name.get(name.lower())
        numbered = self._known.by_crm_id.get(crm_id.lower()) if crm_id else None
        company = numbered or named or Company()
        if company in self._lines:
            raise RuleBroken(f"Line {self._lines[company].number} is about the same account.")
        if named is not None and named is not company:
            raise RuleBroken("Another account has this name.")
        if crm_id and company.crm_id not in {None, crm_id} and numbered is None:
            raise RuleBroken(f"The account of this name has another CRM id, {company.crm_id}.")
        line.company = company
        self._set(line, "name", company.name, name)
        if crm_id and numbered is None:
            self._set(line, "crm_id", company.crm_id, crm_id)

    def _set(self, line: Line, what: str, before: str | None, now: str | None) -> None:
        if before == now:
            return
        line.sets[what] = now
        if line.company.id is not None:
            line.says.append(f"{WORDS[what]}: {before or 'none'} → {now}")

    def _size(self, line: Line, typed: str) -> None:
        try:
            band = rules.clean_size_band(typed.lower())
        except RuleBroken as error:
            raise RuleBroken(f"The size is one of {', '.join(rules.SIZES)}.") from error
        self._set(line, "size_band", line.company.size_band, band)

    def _status(self, line: Line, typed: str) -> None:
        self._set(line, "status", line.company.status, rules.clean_status(typed.lower()))

    def _domains(self, line: Line, typed: str) -> None:
        if "@" in typed:
            raise RuleBroken("A domain is what stands after the @ of an address, and nothing else.")
        plain = {self._domain(one, line.company) for one in DIVIDES.split(typed) if one}
        line.domains = sorted(plain - line.company.domains)
        if line.domains:
            line.says.append(f"{'domain' if len(line.domains) == 1 else 'domains'}: {', '.join(line.domains)}")

    def _domain(self, typed: str, company: Company) -> str:
        domain = rules.clean_account_domain(typed, company_domains=self._company_domains)
        rules.check_not_shared(domain, self._known.shared)
        holder = self._known.by_domain.get(domain)
        if holder is not None and holder is not company:
            raise RuleBroken(f"{domain} stands for {holder.name} already.")
        return domain

    def _owner(self, line: Line, typed: str) -> None:
        """One owner, who takes the place of those who own it now."""
        backups = {who: role for who, role in line.company.looked_after.items() if role == Ownership.BACKUP}
        self._look_after(line, {**backups, self._sales_person(typed): Ownership.OWNER.value})

    def _backups(self, line: Line, typed: str) -> None:
        """More people who stand in, beside those who do now."""
        handles = [self._sales_person(one) for one in DIVIDES.split(typed) if one]
        now = line.company.looked_after if line.looked_after is None else line.looked_after
        both = [handle for handle in handles if now.get(handle) == Ownership.OWNER]
        if both:
            raise RuleBroken(f"@{both[0]} owns it, so they cannot stand in too.")
        self._look_after(line, {**now, **dict.fromkeys(handles, Ownership.BACKUP.value)})

    def _look_after(self, line: Line, planned: dict[str, str]) -> None:
        if planned != line.company.looked_after:
            line.looked_after = planned

    def _sales_person(self, typed: str) -> str:
        handle = self._known.sales.get(typed.removeprefix("@").lower())
        if handle is None:
            raise RuleBroken(f"Nobody in sales has the handle {_shown(typed)}.")
        return handle

    def _keep(self, line: Line) -> None:
        """Let the lines that follow see what this one has made."""
        company = line.company
        line.says += _owners_in_words(company.looked_after, line.looked_after)
        line.outcome = Outcome.ADDED if company.id is None else Outcome.CHANGED if line.writes else Outcome.SAME
        self._lines[company] = line
        if "name" in line.sets:
            self._known.forget_name(company)
        for what, value in line.sets.items():
            setattr(company, what, value)
        if line.looked_after is not None:
            company.looked_after = line.looked_after
        self._known.add(company, line.domains)


def _owners_in_words(before: Mapping[str, str], after: Mapping[str, str] | None) -> list[str]:
    if after is None:
        return []
    gone = [f"@{handle} looks after it no more" for handle in sorted(before.keys() - after.keys())]
    words = {Ownership.OWNER.value: "owns it", Ownership.BACKUP.value: "stands in"}
    return gone + [f"@{handle} {words[role]}" for handle, role in after.items() if before.get(handle) != role]


def _refuse_orphans(lines: Sequence[Line]) -> None:
    """A line whose parent would be added by a line that is refused is refused as well, and so on down."""
    refused = {line.company: line for line in lines if line.outcome is Outcome.REFUSED and line.company.id is None}
    waiting = [line for line in lines if line.outcome is not Outcome.REFUSED and line.parent is not None]
    while orphans := [line for line in waiting if line.parent in refused and line.outcome is not Outcome.REFUSED]:
        for line in orphans:
            number = next(one.number for company, one in refused.items() if company is line.parent)
            line.refuse(f"Its parent stands in line {number}, which is refused.")
            if line.company.id is None:
                refused[line.company] = line


def _clean_name(typed: str) -> str:
    name = rules.clean_name(typed)
    # Whoever is really called so is added by hand.
    if begins_formula(name):
        raise RuleBroken("The name begins like a formula. If the company is really called so, add it on the page.")
    if ADDRESS.search(name):
        raise RuleBroken("The name of a company is no address.")
    return name


def _shown(typed: str) -> str:
    """Something typed in a file, short enough for a sentence, and never an address."""
    plain = "".join(letter for letter in typed if letter.isprintable())
    return ADDRESS.sub("(an address)", plain)[:60]
