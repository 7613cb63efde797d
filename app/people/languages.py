"""The languages that people can say they speak, by their codes (ISO 639)."""

from __future__ import annotations

from collections.abc import Iterable

from app.kernel.errors import RuleBroken

MOST_LANGUAGES = 8

LANGUAGES = {
    "af": "Afrikaans",
    "am": "Amharic",
    "ar": "Arabic",
    "az": "Azerbaijani",
    "be": "Belarusian",
    "bg": "Bulgarian",
    "bn": "Bengali",
    "bs": "Bosnian",
    "ca": "Catalan",
    "cs": "Czech",
    "cy": "Welsh",
    "da": "Danish",
    "de": "German",
    "el": "Greek",
    "en": "English",
    "es": "Spanish",
    "et": "Estonian",
    "eu": "Basque",
    "fa": "Persian",
    "fi": "Finnish",
    "fil": "Filipino",
    "fr": "French",
    "ga": "Irish",
    "gl": "Galician",
    "gu": "Gujarati",
    "ha": "Hausa",
    "he": "Hebrew",
    "hi": "Hindi",
    "hr": "Croatian",
    "hu": "Hungarian",
    "hy": "Armenian",
    "id": "Indonesian",
    "ig": "Igbo",
    "is": "Icelandic",
    "it": "Italian",
    "ja": "Japanese",
    "ka": "Georgian",
    "kk": "Kazakh",
    "km": "Khmer",
    "kn": "Kannada",
    "ko": "Korean",
    "lt": "Lithuanian",
    "lv": "Latvian",
    "mk": "Macedonian",
    "ml": "Malayalam",
    "mr": "Marathi",
    "ms": "Malay",
    "mt": "Maltese",
    "my": "Burmese",
    "ne": "Nepali",
    "nl": "Dutch",
    "no": "Norwegian",
    "pa": "Punjabi",
    "pl": "Polish",
    "pt": "Portuguese",
    "ro": "Romanian",
    "ru": "Russian",
    "se": "Northern Sami",
    "si": "Sinhala",
    "sk": "Slovak",
    "sl": "Slovenian",
    "sq": "Albanian",
    "sr": "Serbian",
    "sv": "Swedish",
    "sw": "Swahili",
    "ta": "Tamil",
    "te": "Telugu",
    "th": "Thai",
    "tr": "Turkish",
    "tw": "Twi",
    "uk": "Ukrainian",
    "ur": "Urdu",
    "uz": "Uzbek",
    "vi": "Vietnamese",
    "yo": "Yoruba",
    "yue": "Cantonese",
    "zh": "Mandarin Chinese",
    "zu": "Zulu",
}
# What people call some of them besides.
OTHER_NAMES = {
    "chinese": "zh",
    "mandarin": "zh",
    "farsi": "fa",
    "flemish": "nl",
    "gaelic": "ga",
    "castilian": "es",
    "tagalog": "fil",
    "sami": "se",
}
_CODES = {**{name.lower(): code for code, name in LANGUAGES.items()}, **OTHER_NAMES}


def name_of(code: str) -> str:
    """The English name of a language; the code itself for one that is not in the list any more."""
    return LANGUAGES.get(code, code)


def names_of(codes: Iterable[str]) -> list[str]:
    """The English names of several languages, by the alphabet."""
    return sorted(name_of(code) for code in codes)


def read_languages(typed: str) -> list[str]:
    """The codes of the languages whose names are in `typed`, with commas between them. Raises RuleBroken."""
    names = [name for part in typed.split(",") if (name := " ".join(part.split()))]
    unknown = next((name for name in names if name.lower() not in _CODES), None)
    if unknown is not None:
        raise RuleBroken(f"“{unknown[:40]}” is no language that we know by that name. Write its English name.")
    codes = list(dict.fromkeys(_CODES[name.lower()] for name in names))
    if len(codes) > MOST_LANGUAGES:
        raise RuleBroken(f"Name up to {MOST_LANGUAGES} languages.")
    return codes
