"""Words by which a name, a handle or a title would speak for the company, found as a hasty eye reads them."""

from __future__ import annotations

import re
from collections.abc import Collection
from functools import lru_cache

from app.people import handles, names

# Whoever writes these, wherever in a name or a title, claims what only a role can give.
OFFICE = ("official", "employee", "verified")
# As words of a name these claim office too; a title may say what somebody does for others: a storage administrator.
OFFICE_IN_NAMES = ("staff", "admin", "administrator", "moderator")
# The same in languages that are often read here. Chinese and Korean put no spaces between words.
OFFICE_ELSEWHERE = ("管理员", "管理員", "管理者", "官方", "公式", "客服", "관리자", "운영자")
OFFICE_IN_NAMES_ELSEWHERE = (
    "offiziell verifiziert mitarbeiter mitarbeiterin moderatorin administratorin officiel officielle verifie "
    "moderateur administrateur oficial verificado verificada moderador administrador ufficiale verificato "
    "moderatore amministratore officieel medewerker beheerder официальный администратор модератор сотрудник поддержка"
).split()
# What is put around somebody's name to pass for them.
AROUND = frozenset({*handles.ROLE_WORDS, *OFFICE, *OFFICE_IN_NAMES, "the", "real", "expert", "engineer", "at", "of"})
# Most signs are refused in a line anyhow; this one counts as mathematics.
CHECK_MARKS = "√"


def claims_office(name: str) -> bool:
    """True for the name of a person that holds a word of office."""
    seen = names.skeleton(name)
    anywhere = any(_seen(word) in seen for word in (*OFFICE, *OFFICE_ELSEWHERE, "support team"))
    in_names = {_seen(word) for word in (*OFFICE_IN_NAMES, *OFFICE_IN_NAMES_ELSEWHERE)}
    return anywhere or not in_names.isdisjoint(_words(name))


def title_claims_office(title: str) -> bool:
    """True for a title that claims to speak here, alone or beside other words; a staff engineer is one of anybody."""
    seen, words = names.skeleton(title), _words(title)
    if any(_seen(word) in seen for word in OFFICE) or any(mark in title for mark in CHECK_MARKS):
        return True
    staff = _seen("staff")
    rest = {_seen(word) for word in (*AROUND, "member", "members")} - {_seen("engineer")}
    return staff in words and set(words) - {staff} <= rest


def holds_brand(text: str, brands: Collection[str]) -> bool:
    """True where one of the brands stands in `text` as a word of its own, or as several."""
    words = f" {' '.join(_words(text))} "
    return any(f" {' '.join(_words(brand))} " in words for brand in brands if brand.strip())


def bare_name(name: str, brands: Collection[str]) -> str:
    """The skeleton of `name` without brands, and without what is put around a name to pass for somebody."""
    around = {_seen(word) for word in AROUND} | {word for brand in brands for word in _words(brand)}
    return "".join(word for word in _words(name) if word not in around)[: names.LONGEST_SKELETON]


def bare_handle(handle: str, brands: Collection[str]) -> str:
    """The skeleton of `handle` without brands and words of office at either end: of real_maria_lopez, marialopez."""
    words = "|".join(re.escape(_seen(word)) for word in (*AROUND - {"at", "of"}, *brands) if _seen(word))
    return re.sub(rf"^(?:{words})+|(?:{words})+$", "", handles.skeleton(handle))


def _words(text: str) -> list[str]:
    return [seen for word in re.split(r"[\W_]+", names.without_accents(text)) if (seen := _seen(word))]


@lru_cache(maxsize=1_000)
def _seen(word: str) -> str:
    # The same hundred words are looked at for every name.
    return names.skeleton(word)
