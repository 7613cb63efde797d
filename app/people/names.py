"""Names of people as they are written: which signs belong to one, and which names a hasty eye takes for another."""

from __future__ import annotations

import unicodedata

from app.people import handles

LONGEST_SKELETON = 80
# Shin, dagesh and a vowel are three on one Hebrew letter, Tibetan can pile up four; more is decoration.
MOST_MARKS = 4

# Points also part the words of Catalan, Japanese, Uyghur and Tibetan names; the geresh is an apostrophe in Hebrew.
POINTS = ".·・་"
HYPHENS = "-\u2010\u2011"
APOSTROPHES = "'’׳"
SIGNS = frozenset(f" {POINTS}{HYPHENS}{APOSTROPHES}")
# Invisible, but spelling in Persian and in the scripts of India and Sri Lanka.
JOINERS = frozenset("\u200c\u200d")
JOINED_SCRIPTS = frozenset(
    "ARABIC BENGALI DEVANAGARI GUJARATI GURMUKHI KANNADA MALAYALAM ORIYA SINHALA SYRIAC TAMIL TELUGU".split()
)

# Letters that look like one of a-z, as capitals or as small letters.
_ALIKE = str.maketrans(
    {
        # Latin letters that Unicode does not take apart
        **dict(zip("ıłøđħŧðɑɡæœþ", ["i", "l", "o", "d", "h", "t", "d", "a", "g", "ae", "oe", "p"], strict=True)),
        # Cyrillic
        **dict(zip("авеѕіјкмнорстухүһԁԛԝгзб", "abesijkmhopctyxyhdqwr36", strict=True)),
        # Greek
        **dict(zip("αβεζηικμνορτυχω", "abezhikmvoptyxw", strict=True)),
        # Armenian and Cherokee
        **dict(zip("օսհոզցյ", "ouhnqgj", strict=True)),
        **dict(zip("ᎪᏴᏟᎠᎬᎻᎫᏦᏞᎷᏢᎡᏚᎢᏙᎳᏃᏀ", "abcdehjklmprstvwzg", strict=True)),
    }
)


def is_name(text: str) -> bool:
    """True when `text`, in NFC, holds letters of any script with their marks, digits and the signs of names only.

    Of the signs it may begin with an apostrophe alone ('t Hart), so that no spreadsheet takes it for a formula.
    """
    begins_well = not text.startswith(tuple(f"{POINTS}{HYPHENS} "))
    return begins_well and all(_belongs(text, place) for place in range(len(text)))


def bare_name(text: str) -> str:
    """`text` without what belongs to no name: what cannot be seen goes, any other sign becomes a space."""
    text = unicodedata.normalize("NFC", text)
    kept = (
        letter if _belongs(text, place) else "" if unicodedata.category(letter)[0] in "CM" else " "
        for place, letter in enumerate(text)
    )
    return " ".join("".join(kept).split()).lstrip(f"{POINTS}{HYPHENS} ")


def skeleton(name: str) -> str:
    """What a hasty eye sees of a name: no case, accents, spaces or signs, and one letter for all that look like it."""
    plain = unicodedata.normalize("NFKD", name).casefold()
    letters = "".join(letter for letter in unicodedata.normalize("NFKD", plain) if _is_seen(letter))
    return handles.skeleton(letters.translate(_ALIKE))[:LONGEST_SKELETON]


def _belongs(text: str, place: int) -> bool:
    letter = text[place]
    kind = unicodedata.category(letter)
    if kind in {"Mn", "Mc"}:
        return _is_on_letter(text, place)
    if letter in JOINERS:
        return _joins(text[place - 1 : place] + text[place + 1 : place + 2])
    return letter in SIGNS or kind == "Nd" or (kind[0] == "L" and not _is_fancy(letter))


def _is_on_letter(text: str, place: int) -> bool:
    """True for a mark that stands on a letter, with few others between."""
    before = text[max(place - MOST_MARKS, 0) : place]
    letters = [letter for letter in before if unicodedata.category(letter)[0] != "M" and letter not in JOINERS]
    return bool(letters) and letters[-1].isalpha()


def _joins(neighbours: str) -> bool:
    scripts = {unicodedata.name(letter, "").split(" ")[0] for letter in neighbours}
    return len(neighbours) == 2 and scripts <= JOINED_SCRIPTS


def _is_fancy(letter: str) -> bool:
    """True for the bold, curly and double letters of mathematics."""
    return unicodedata.decomposition(letter).startswith("<font>")


def _is_seen(letter: str) -> bool:
    """True for letters, digits and marks; accents on Latin, Greek and Cyrillic letters are taken for nothing."""
    kind = unicodedata.category(letter)
    return kind[0] in "LNM" and kind != "Lm" and not "\u0300" <= letter <= "\u036f"
