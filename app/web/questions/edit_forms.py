"""The form of an edit: filled from what a post says, and compared with it."""

from __future__ import annotations

from typing import Any

from werkzeug.datastructures import MultiDict
from wtforms import Field

from app.posts.models import Post
from app.questions.models import Answer, Question
from app.web.questions.forms import EditAnswerForm, EditQuestionForm, split_tags, write_others

EditForm = EditQuestionForm | EditAnswerForm


def form_for(post: Post, fields: MultiDict[str, str] | None = None) -> EditForm:
    """The form that fits the post, with what was sent, or with `fields`."""
    kind = EditQuestionForm if isinstance(post, Question) else EditAnswerForm
    return kind() if fields is None else kind(formdata=fields)


def filled_form(post: Post) -> EditForm:
    """The form with what the post says now."""
    if not isinstance(post, Question):
        advice = post.honest_advice if isinstance(post, Answer) else ""
        return EditAnswerForm(formdata=None, body=post.body, honest_advice=advice, revision=post.revision_number)
    return EditQuestionForm(
        formdata=None,
        title=post.title,
        body=post.body,
        tags=", ".join(tag.name for tag in post.tags),
        product=post.product.slug if post.product else "",
        version=post.product_version,
        others=write_others(post.involved),
        revision=post.revision_number,
    )


def set_revision(form: EditForm, number: int) -> None:
    """Let the form count as begun at another revision than it says."""
    form.revision.data, form.revision.raw_data = number, None


def says_already(post: Post, form: EditForm) -> bool:
    """True where the form would change nothing of the post but the reason."""
    return not fields_that_differ(filled_form(post), form)


def fields_that_differ(one: EditForm, other: EditForm) -> list[str]:
    """The names of the fields that say different things in two forms of one kind."""
    return [field.name for field in one if is_text(field) and meant(field) != meant(other[field.name])]


def is_text(field: Field) -> bool:
    """True for what will stand in the post; what is hidden, and the reason, are about the edit."""
    return field.name != "reason" and getattr(field.widget, "input_type", "") != "hidden"


def meant(field: Field) -> Any:
    """What a field says, however a browser sent it: line ends are one character, and tags are a set."""
    value = field.data or ""
    if field.name == "tags":
        return set(split_tags(value.lower()))
    return value.replace("\r\n", "\n").strip("\n") if isinstance(value, str) else value
