"""What an import took, found here already, left out and why."""

from __future__ import annotations

from collections import Counter
from dataclasses import dataclass, field
from typing import Any

MOST_EXAMPLES = 5


@dataclass
class Report:
    """Counts by kind ("questions", "comments" …); what was left out also by reason, with some ids of the source."""

    source: str = ""
    dry_run: bool = False
    missing_files: list[str] = field(default_factory=list)
    taken: Counter[str] = field(default_factory=Counter)
    already_here: Counter[str] = field(default_factory=Counter)
    changed: Counter[tuple[str, str]] = field(default_factory=Counter)
    skipped: Counter[tuple[str, str]] = field(default_factory=Counter)
    examples: dict[tuple[str, str], list[str]] = field(default_factory=dict)

    def take(self, kind: str, count: int = 1) -> None:
        """Count things that were taken."""
        if count:
            self.taken[kind] += count

    def know(self, kind: str, count: int = 1) -> None:
        """Count things that an earlier import has brought."""
        if count:
            self.already_here[kind] += count

    def change(self, kind: str, how: str, count: int = 1) -> None:
        """Count things that were taken, but not quite as the dump has them."""
        if count:
            self.changed[kind, how] += count

    def skip(self, kind: str, reason: str, count: int = 1, *, example: object = None) -> None:
        """Count things that were left out, for a reason that completes "left out: …"."""
        if not count:
            return
        key = (kind, reason)
        self.skipped[key] += count
        shown = self.examples.setdefault(key, [])
        if example is not None and len(shown) < MOST_EXAMPLES:
            shown.append(str(example)[:40])

    def as_plain_values(self) -> dict[str, Any]:
        """For JSON."""
        return {
            "source": self.source,
            "dry_run": self.dry_run,
            "missing_files": self.missing_files,
            "taken": dict(sorted(self.taken.items())),
            "already_here": dict(sorted(self.already_here.items())),
            "changed": [
                {"kind": kind, "how": how, "count": count} for (kind, how), count in sorted(self.changed.items())
            ],
            "skipped": [
                {"kind": kind, "reason": reason, "count": count, "examples": self.examples[kind, reason]}
                for (kind, reason), count in sorted(self.skipped.items())
            ],
        }

    def lines(self) -> list[str]:
        """For people."""
        taken = "Would take" if self.dry_run else "Taken"
        lines = [f"{taken} from {self.source}:", *_counts(self.taken)]
        if self.missing_files:
            lines.append(f"The dump has no {', '.join(self.missing_files)}.")
        if self.already_here:
            lines += ["Here already:", *_counts(self.already_here)]
        if self.changed:
            lines.append("Not quite as they were:")
        lines += [f"  {count:>9,} {kind}: {how}" for (kind, how), count in sorted(self.changed.items())]
        if self.skipped:
            lines.append("Left out:")
        for (kind, reason), count in sorted(self.skipped.items()):
            examples = self.examples[kind, reason]
            which = f" (ids {', '.join(examples)}{' …' if count > len(examples) else ''})" if examples else ""
            lines.append(f"  {count:>9,} {kind}: {reason}{which}")
        return lines


def _counts(counter: Counter[str]) -> list[str]:
    return [f"  {count:>9,} {kind}" for kind, count in sorted(counter.items())] or ["  nothing"]
