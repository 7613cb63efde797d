"""What somebody is today, beside what they were when they wrote: in one query for all posts of a page."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

from app.accounts.queries import employers_shown
from app.kernel.settings import settings
from app.people.models import Person
from app.posts.models import Post
from app.web.ui.shell import role_label


def today_beside(posts: Sequence[Post]) -> dict[int, str]:
    """Role and employer of the authors as they are today, by post, where they differ from what the post says.

    Of a member that is the company, if their page shows it; nothing where the company was withheld from the post.
    """
    members = {post.author_id for post in posts if not post.author.is_employee and _says_where(post)}
    employers = employers_shown(members)
    today = ((post, _today(post, employers)) for post in posts)
    return {post.id: words for post, words in today if words}


def role_then(post: Post) -> str:
    """What an employee's name tag said when the post was written: "Storage engineer, Northwind Systems"."""
    return f"{post.author_title or role_label(post.author_role)}, {post.author_employer}"


def _says_where(post: Post) -> bool:
    return post.by_employee or bool(post.author_employer)


def _today(post: Post, employers: Mapping[int, str]) -> str:
    author = post.author
    if author.is_employee:
        now = _role_now(author)
        return "" if post.by_employee and now == role_then(post) else now
    employer = employers.get(author.id, "") if _says_where(post) else ""
    if post.by_employee:
        return employer or f"no longer at {post.author_employer}"
    return employer if employer != post.author_employer else ""


def _role_now(author: Person) -> str:
    return f"{author.job_title or role_label(author.shown_role)}, {settings().company_name}"
