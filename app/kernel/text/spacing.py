"""Blank lines where people leave them out.

Markdown starts a list or a table after a blank line only; people type them right under a sentence.
"""

from __future__ import annotations

import re

LIST_START = re.compile(r" {0,3}(?:[-*+]|1\.) +\S")
LIST_ITEM = re.compile(r" *(?:[-*+]|\d{1,9}\.) ")
LIST_OR_QUOTE = re.compile(r" {0,3}(?:(?:[-*+]|\d{1,9}\.) |>)")
RULE = re.compile(r" {0,3}(?:(?:- *){3,}|(?:_ *){3,}|(?:\* *){3,})")
TABLE_RULE = re.compile(r" {0,3}\|?[ :|-]*-[ :|-]*")


def separate_blocks(lines: list[str]) -> list[str]:
    """`lines` with a blank one before each list or table that directly follows a sentence, and around each rule."""
    separated: list[str] = []
    in_list = False
    for number, line in enumerate(lines):
        before = separated[-1] if separated else ""
        if _is_rule(line, before, in_list=in_list):
            separated += ["", "***", ""]
            in_list = False
            continue
        if before and not in_list and (LIST_START.match(line) or _starts_table(lines, number)):
            separated.append("")
        separated.append(line)
        in_list = _is_in_list(line, in_list)
    return separated


def _is_rule(line: str, before: str, *, in_list: bool) -> bool:
    """True for a line across the page; dashes under a sentence make it a heading instead."""
    if not RULE.fullmatch(line):
        return False
    is_underline = " " not in line.strip(" ") and line.strip(" ")[0] == "-"
    return not is_underline or not before or in_list or LIST_OR_QUOTE.match(before) is not None


def _starts_table(lines: list[str], number: int) -> bool:
    """True when a row with columns stands over a rule of dashes and bars, and under a line without columns."""
    if number + 1 >= len(lines) or "|" not in lines[number] or "|" in lines[number - 1]:
        return False
    return "|" in lines[number + 1] and TABLE_RULE.fullmatch(lines[number + 1]) is not None


def _is_in_list(line: str, in_list: bool) -> bool:
    if LIST_ITEM.match(line):
        return True
    return in_list and bool(line)
