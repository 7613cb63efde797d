"""Names of people as they are written: which signs belong to one, and which names a hasty eye takes for another."""

from __future__ import annotations

import re
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
        **dict(zip("ᎪᏴᏟᎠᎬᎻᎫᏦᏞᎷᏢᎡᏚᎢᏙᎳᏃᏀᏆ", "abcdehjklmprstvwzgi", strict=True)),
        # Small capitals, and letters with hooks and bars that Unicode does not take apart
        **dict(zip("ᴀʙᴄᴅᴇꜰɢʜɪᴊᴋʟᴍɴᴏᴘꞯʀꜱᴛᴜᴠᴡʏᴢ", "abcdefghijklmnopqrstuvwyz", strict=True)),
        **dict(zip("ɓƈɖɗɛƒɠɦɨƙɫɭⱡꭑɱɲɳɵƥɽꝳʂƭʈʉʋⱱⱳƴƶʐ", "bcddefghiklllmmnnoprmsttuvvwyzz", strict=True)),
        # Lisu, Coptic and Canadian syllabics
        **dict(zip("ꓐꓑꓓꓔꓖꓗꓙꓚꓜꓝꓟꓠꓡꓢꓣꓦꓧꓪꓫꓬꓮꓰꓲꓳꓴ", "bpdtgkjczfmnlsrvhwxyaeiou", strict=True)),
        **dict(zip("ⲁⲃⲉⲍⲏⲓⲕⲙⲛⲟⲣⲥⲧⲩⲭ", "abezhikmnopctyx", strict=True)),
        **dict(zip("ᐯᑌᑎᑕᑭᒍᒪᗩᗷᗪᖴᕼᖇᗰᔕᗯᗴᘜᘔ", "vuncpjlabdfhrmswegz", strict=True)),
    }
)
# Letters by their kind, but nobody sees them.
BLANKS = frozenset("\u115f\u1160\u3164\uffa0")
# Accents and strokes of every kind, and what chooses between two shapes of a letter.
_ACCENTS = re.compile(
    "[\u0300-\u036f\u0483-\u0487\u17b4\u17b5\u180b-\u180f\u1ab0-\u1aff\u1dc0-\u1dff\u20d0-\u20ff"
    "\ufe00-\ufe0f\ufe20-\ufe2f\U000e0100-\U000e01ef]"
)
# On letters of these scripts stand accents of all scripts only: the points of Hebrew would pass for specks.
_ACCENTED = ("LATIN", "GREEK", "CYRILLIC")


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
    plain = without_accents(name).casefold()
    letters = "".join(letter for letter in unicodedata.normalize("NFKD", plain) if _is_seen(letter))
    return handles.skeleton(letters.translate(_ALIKE))[:LONGEST_SKELETON]


def without_accents(text: str) -> str:
    """`text` in plain forms of its letters, without what stands on them and without what chooses their shapes."""
    return _ACCENTS.sub("", unicodedata.normalize("NFKD", text))


def _belongs(text: str, place: int) -> bool:
    letter = text[place]
    kind = unicodedata.category(letter)
    if kind in {"Mn", "Mc"}:
        return _is_on_letter(text, place)
    if letter in JOINERS:
        return _joins(text[place - 1 : place] + text[place + 1 : place + 2])
    return letter in SIGNS or kind == "Nd" or _is_letter(letter)


def _is_on_letter(text: str, place: int) -> bool:
    """True for a mark that stands on a letter, with few others between."""
    before = text[max(place - MOST_MARKS, 0) : place]
    letters = [letter for letter in before if unicodedata.category(letter)[0] != "M" and letter not in JOINERS]
    if not letters or not _is_letter(letters[-1]):
        return False
    return _ACCENTS.fullmatch(text[place]) is not None or not unicodedata.name(letters[-1], "").startswith(_ACCENTED)


def _joins(neighbours: str) -> bool:
    scripts = {unicodedata.name(letter, "").split(" ")[0] for letter in neighbours}
    return len(neighbours) == 2 and scripts <= JOINED_SCRIPTS


def _is_letter(letter: str) -> bool:
    """True for a letter that can be seen, but for the bold, curly and double ones of mathematics."""
    is_fancy = unicodedata.decomposition(letter).startswith("<font>")
    return letter.isalpha() and letter not in BLANKS and not is_fancy


def _is_seen(letter: str) -> bool:
    """True for letters, digits and marks; accents and what cannot be seen are taken for nothing."""
    kind = unicodedata.category(letter)
    return kind[0] in "LNM" and kind != "Lm" and letter not in BLANKS and not _ACCENTS.fullmatch(letter)
