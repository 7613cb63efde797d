"""What tests of the import share."""

from __future__ import annotations

import json
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import pytest
from flask import Flask


@dataclass
class Outcome:
    """How an import ended."""

    exit_code: int
    output: str
    complaint: str
    report: dict[str, Any]

    def skipped(self, kind: str) -> dict[str, int]:
        """What was left out of `kind`, by reason."""
        return {row["reason"]: row["count"] for row in self.report["skipped"] if row["kind"] == kind}

    def changed(self, kind: str) -> dict[str, int]:
        """What was taken but changed of `kind`, by how."""
        return {row["how"]: row["count"] for row in self.report["changed"] if row["kind"] == kind}


@pytest.fixture
def run_import(app: Flask, tmp_path: Path) -> Callable[..., Outcome]:
    """`run_import(path, "--dry-run")` runs the command as the operator would."""
    report = tmp_path / "report.json"

    def run(path: Path, *options: str) -> Outcome:
        report.unlink(missing_ok=True)
        arguments = ["import", "stackexchange", str(path), "--report", str(report), *options]
        result = app.test_cli_runner().invoke(args=arguments)
        if result.exception is not None and not isinstance(result.exception, SystemExit):
            raise result.exception
        bars = ("Reading and checking ", "Members ", "Questions and answers ", "Comments ", "Links ")
        complaint = "\n".join(line for line in result.stderr.splitlines() if not line.startswith(bars))
        found = json.loads(report.read_text()) if report.exists() else {}
        return Outcome(result.exit_code, result.stdout, complaint, found)

    return run
