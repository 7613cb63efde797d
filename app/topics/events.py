"""What happened to topics."""

from dataclasses import dataclass

from app.kernel.events import Event


@dataclass(frozen=True, kw_only=True)
class TagRenamed(Event):
    """A topic has another name now, or has taken another topic in; its questions are found under the new name."""

    name = "topics.tag_renamed"

    tag_id: int
