"""The ledger: made to agree with what earns reputation now, by adding entries and reversals, never by changing one.

Settling may be repeated and does not depend on the order of events. The kept sums (a person's days and total) are
written in the same transaction.

An entry stands under the rules that it was entered under: newer ones hold for what is entered from then on, until
somebody enters everything anew (app.reputation.replay).
"""

from __future__ import annotations

from collections.abc import Collection, Iterable, Iterator, Sequence
from typing import TypeVar

from sqlalchemy import ColumnElement, Select, func, or_, select, tuple_

from app.accounts.models import Membership
from app.kernel import clock
from app.kernel.db import db
from app.kernel.turns import take_turn
from app.marks.models import Correction
from app.people.models import JoinInvitation, Person
from app.posts.models import Post, Vote
from app.questions.models import Answer
from app.reputation import causes, votes
from app.reputation.causes import INVITED, POST_KINDS, Cause, Caused, Claim
from app.reputation.models import ReputationEntry
from app.reputation.points import RULES, Reason, day_of, newest
from app.reputation.sums import PersonDay, standing_entries, write_sums
from app.reputation.votes import VOTE_KINDS, Pair, Scope

REVERSED = "_reversed"
TURN = "reputation"
CHUNK = 500
PAIRS = 200

Thing = TypeVar("Thing")


def settle_vote(post_id: int, voter_id: int) -> None:
    """Make the ledger agree with how `voter_id` judges the post now, and their other votes for its author."""
    author_id = db.session.scalar(select(Post.author_id).where(Post.id == post_id))
    if author_id is not None:
        settle_pairs([(voter_id, author_id)])


def settle_acceptance(question_id: int) -> None:
    """Make the ledger agree with which answer of the question is accepted now."""
    for ids in _chunks(_post_ids([question_id]), CHUNK):
        _settle_on_posts(ids, anew=False)


def settle_post(post_id: int) -> None:
    """Make the ledger agree with a post that was deleted or restored; a question takes its answers along."""
    settle_posts(_post_ids([post_id]))


def settle_threads(question_ids: Iterable[int]) -> None:
    """Make the ledger agree with everything in these threads."""
    settle_posts(_post_ids(question_ids))


def settle_votes_of(person_id: int) -> None:
    """Make the ledger agree with all votes that a person has cast, after something about that person changed."""
    cast = select(Post.author_id).join(Vote, Vote.post_id == Post.id).where(Vote.voter_id == person_id)
    entered = select(Post.author_id).join(ReputationEntry, ReputationEntry.post_id == Post.id)
    authors = db.session.scalars(cast.union(entered.where(ReputationEntry.actor_id == person_id)))
    for author_ids in _chunks(authors, PAIRS):
        _settle_votes(votes.of_voter(person_id, author_ids), author_ids, anew=False)


def settle_thanks_to(person_id: int) -> None:
    """Make the ledger agree with the corrections that thank a person, after they came to work here or left."""
    for ids in _chunks(
        db.session.scalars(select(Correction.answer_id).where(Correction.thanks_id == person_id)), CHUNK
    ):
        _settle_on_posts(ids, anew=False)


def settle_acceptances_at(account_ids: Collection[int]) -> None:
    """Make the ledger agree with what was accepted of whoever wrote while they belonged to one of these, or after."""
    for ids in _chunks(db.session.scalars(select(Post.id).where(_at(account_ids))), CHUNK):
        _settle_on_posts(ids, anew=False)


def settle_votes_for(author_ids: Iterable[int]) -> None:
    """Make the ledger agree with all votes for what these people wrote."""
    for author_id in sorted(set(author_ids)):
        _settle_votes(votes.for_authors([author_id]), [author_id], anew=False)


def settle_all() -> None:
    """Make the ledger agree with everything: each author's votes once, each post, and all who were invited."""
    for ids in _chunks(db.session.scalars(select(Post.id)), CHUNK):
        _settle_on_posts(ids, anew=False)
    judged = select(Post.author_id).join(Vote, Vote.post_id == Post.id)
    entered = select(Post.author_id).join(ReputationEntry, ReputationEntry.post_id == Post.id)
    settle_votes_for(db.session.scalars(judged.union(entered)))
    came = select(Person.id).join(JoinInvitation, JoinInvitation.used_by_id == Person.id)
    rewarded = select(ReputationEntry.actor_id).where(ReputationEntry.kind == INVITED)
    for invited_ids in _chunks(db.session.scalars(came.union(rewarded)), CHUNK):
        settle_invitations(invited_ids)


def authors_at(account_ids: Collection[int]) -> Sequence[int]:
    """Who wrote something while they belonged to one of these accounts, or after."""
    return db.session.scalars(select(Post.author_id).where(_at(account_ids)).distinct()).all()


def settle_pairs(pairs: Iterable[Pair], *, anew: bool = False) -> None:
    """Make the ledger agree with all votes of these voters for these authors."""
    for chunk in _chunks(pairs, PAIRS):
        _settle_votes(votes.of_pairs(chunk), {author for _voter, author in chunk}, anew=anew)


def settle_invitations(invited_ids: Collection[int], *, anew: bool = False) -> None:
    """Make the ledger agree with what these people earned for whoever invited them."""
    entered = ReputationEntry.kind == INVITED, ReputationEntry.actor_id.in_(invited_ids)
    inviters = select(JoinInvitation.made_by_id).where(JoinInvitation.used_by_id.in_(invited_ids))
    rewarded = select(ReputationEntry.person_id).where(*entered)
    for ids in _chunks(db.session.scalars(inviters.union(rewarded)), PAIRS):
        _take_turns(ids)
        _settle(causes.invitation_claims(ids), invitations_entered(ids), anew=anew)


def settle_posts(post_ids: Iterable[int], *, anew: bool = False) -> None:
    """Make the ledger agree with all that these posts earn, and with all votes of whoever votes on them.

    With `anew`, entries under older rules are reversed too, and entered again under the newest.
    """
    for ids in _chunks(post_ids, CHUNK):
        _settle_on_posts(ids, anew=anew)
        settle_pairs(_pairs_on(ids), anew=anew)
        authors = db.session.scalars(select(Post.author_id).where(Post.id.in_(ids)).distinct()).all()
        settle_invitations(authors, anew=anew)


def votes_entered(scope: Scope) -> Select[ReputationEntry]:
    """The standing entries of the votes of a scope."""
    rows = standing_entries(ReputationEntry.kind.in_(VOTE_KINDS)).join(Post, Post.id == ReputationEntry.post_id)
    return rows.where(scope.condition(ReputationEntry.actor_id, Post.author_id))


def entered_on(post_ids: Sequence[int]) -> Select[ReputationEntry]:
    """The standing entries that hang on these posts alone."""
    return standing_entries(ReputationEntry.kind.in_(POST_KINDS), ReputationEntry.post_id.in_(post_ids))


def invitations_entered(inviter_ids: Sequence[int]) -> Select[ReputationEntry]:
    """The standing entries of what these people earned by inviting."""
    return standing_entries(ReputationEntry.kind == INVITED, ReputationEntry.person_id.in_(inviter_ids))


def cause_of(entry: ReputationEntry) -> Cause:
    """What an entry was entered for."""
    return Cause(entry.kind, entry.post_id, entry.actor_id, entry.person_id)


def is_right(entry: ReputationEntry, caused: Caused) -> bool:
    """True for an entry that says what its claim does, under the rules of its own version."""
    claim = caused.under(entry.rule_version).get(cause_of(entry))
    if claim is None or claim.reason is not None:
        return False
    points = RULES[entry.rule_version].points[entry.kind]
    return (claim.at, claim.nth, points) == (entry.at, entry.nth, entry.points)


def _settle_votes(scope: Scope, author_ids: Iterable[int], *, anew: bool) -> None:
    _take_turns(author_ids)
    _settle(votes.vote_claims(scope), votes_entered(scope), anew=anew)


def _settle_on_posts(post_ids: Sequence[int], *, anew: bool) -> None:
    _take_turns(db.session.scalars(select(Post.author_id).where(Post.id.in_(post_ids)).distinct()))
    _settle(causes.post_claims(post_ids), entered_on(post_ids), anew=anew)


def _take_turns(person_ids: Iterable[int]) -> None:
    for person_id in sorted(set(person_ids)):
        take_turn(TURN, person_id)


def _pairs_on(post_ids: Sequence[int]) -> set[Pair]:
    """Who votes, or is entered as voting, on these posts, and who wrote them."""
    entered = select(ReputationEntry.actor_id, Post.author_id).join(Post, Post.id == ReputationEntry.post_id)
    rows = entered.where(ReputationEntry.post_id.in_(post_ids), ReputationEntry.kind.in_(VOTE_KINDS)).distinct()
    return votes.voted_pairs(post_ids).union((voter, author) for voter, author in db.session.execute(rows))


def _settle(caused: Caused, about: Select[ReputationEntry], *, anew: bool) -> None:
    """Reverse the entries `about` which are wrong, and enter the claims that are missing among them."""
    entered = list(db.session.scalars(about))
    version = newest().version
    wrong = [one for one in entered if (anew and one.rule_version != version) or not is_right(one, caused)]
    right = {cause_of(entry) for entry in entered} - {cause_of(entry) for entry in wrong}
    missing = sorted((cause, claim) for cause, claim in caused.counted().items() if cause not in right)
    rounds = _rounds([cause for cause, _claim in missing])
    touched = [_reverse(entry, reason) for entry, reason in _with_reasons(wrong, caused)]
    touched += [_enter(cause, claim, rounds.get(cause, 0) + 1) for cause, claim in missing]
    write_sums(touched)


def _with_reasons(wrong: Collection[ReputationEntry], caused: Caused) -> Iterator[tuple[ReputationEntry, Reason]]:
    lost = {entry.post_id for entry in wrong if cause_of(entry) not in caused.under(entry.rule_version)}
    gone = causes.why_gone(lost) if lost else {}
    for entry in wrong:
        claim = caused.under(entry.rule_version).get(cause_of(entry))
        if claim is None:
            yield entry, gone.get(entry.post_id, Reason.TAKEN_BACK)
        elif claim.reason is not None:
            yield entry, claim.reason
        else:
            yield entry, Reason.COUNTED_ANEW if entry.rule_version == newest().version else Reason.NEW_RULES


def _rounds(missing: Sequence[Cause]) -> dict[Cause, int]:
    """How often each of these causes has been entered so far."""
    columns = (ReputationEntry.kind, ReputationEntry.post_id, ReputationEntry.actor_id, ReputationEntry.person_id)
    rows = select(*columns, func.max(ReputationEntry.round)).group_by(*columns)
    found: dict[Cause, int] = {}
    for chunk in _chunks({(cause.post_id, cause.actor_id) for cause in missing}, CHUNK):
        on_posts = ReputationEntry.post_id.in_({post_id for post_id, _actor_id in chunk})
        theirs = on_posts, tuple_(ReputationEntry.post_id, ReputationEntry.actor_id).in_(chunk)
        found.update((Cause(*row[:4]), row[4]) for row in db.session.execute(rows.where(*theirs)))
    return found


def _enter(cause: Cause, claim: Claim, number: int) -> PersonDay:
    rules = newest()
    entry = ReputationEntry(**cause._asdict(), at=claim.at, nth=claim.nth, round=number)
    entry.points, entry.rule_version = rules.points[cause.kind], rules.version
    db.session.add(entry)
    return cause.person_id, day_of(claim.at)


def _reverse(entry: ReputationEntry, reason: Reason) -> PersonDay:
    db.session.add(
        ReputationEntry(
            at=clock.now(),
            person_id=entry.person_id,
            kind=entry.kind + REVERSED,
            points=-entry.points,
            nth=entry.nth,
            reason=reason.value,
            post_id=entry.post_id,
            actor_id=entry.actor_id,
            round=entry.round,
            reverses_id=entry.id,
            rule_version=entry.rule_version,
        )
    )
    return entry.person_id, day_of(entry.at)


def _at(account_ids: Collection[int]) -> ColumnElement[bool]:
    belonged = select(Membership.person_id).where(Membership.account_id.in_(account_ids))
    return or_(Post.author_account_id.in_(account_ids), Post.author_id.in_(belonged))


def _post_ids(ids: Iterable[int]) -> set[int]:
    """These posts, and the answers of those among them that are questions."""
    posts = set(ids)
    for chunk in _chunks(posts, CHUNK):
        posts.update(db.session.scalars(select(Answer.id).where(Answer.question_id.in_(chunk))))
    return posts


def _chunks(things: Iterable[Thing], size: int) -> Iterator[list[Thing]]:
    """Each of these once, in order, so many at a time."""
    in_order = sorted(set(things))  # type: ignore[type-var]
    for start in range(0, len(in_order), size):
        yield in_order[start : start + size]
