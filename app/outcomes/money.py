"""Amounts as people type them and as pages show them. They are kept in the smallest unit of their currency."""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Mapping

from app.kernel.errors import RuleBroken

# ISO 4217, currencies that one can be paid in, by the digits after the decimal point.
_CODES = {
    0: "BIF CLP DJF GNF ISK JPY KMF KRW PYG RWF UGX VND VUV XAF XOF XPF",
    2: (
        "AED AFN ALL AMD AOA ARS AUD AWG AZN BAM BBD BDT BMD BND BOB BRL BSD BTN BWP BYN BZD CAD CDF CHF CNY COP CRC "
        "CUP CVE CZK DKK DOP DZD EGP ERN ETB EUR FJD FKP GBP GEL GHS GIP GMD GTQ GYD HKD HNL HTG HUF IDR ILS INR IRR "
        "JMD KES KGS KHR KPW KYD KZT LAK LBP LKR LRD LSL MAD MDL MGA MKD MMK MNT MOP MRU MUR MVR MWK MXN MYR MZN NAD "
        "NGN NIO NOK NPR NZD PAB PEN PGK PHP PKR PLN QAR RON RSD RUB SAR SBD SCR SDG SEK SGD SHP SLE SOS SRD SSP STN "
        "SVC SYP SZL THB TJS TMT TOP TRY TTD TWD TZS UAH USD UYU UZS VES WST XCD XCG YER ZAR ZMW ZWG"
    ),
    3: "BHD IQD JOD KWD LYD OMR TND",
}
DIGITS: Mapping[str, int] = {code: digits for digits, codes in _CODES.items() for code in codes.split()}
# A thousand million millions of cents: more than anybody sells, and less than a column holds.
MOST = 10**15
EXAMPLE = "Enter the amount in figures, such as 250,000 or 250 000.00."

_BLANKS = re.compile(r"[\s'’_]")
_WHOLE = re.compile(r"[0-9]+|[0-9]{1,3}(?P<mark>[.,])(?:[0-9]{2,3}(?P=mark))*[0-9]{3}")


def clean_currency(code: str) -> str:
    """A currency by its three letters. Raises RuleBroken for one that is not in use."""
    code = code.strip().upper()
    if code not in DIGITS:
        raise RuleBroken("Enter the currency as its three letters, such as EUR or USD.")
    return code


def parse_amount(typed: str, currency: str) -> int | None:
    """What somebody typed, in the smallest unit of `currency`; None for nothing. Raises RuleBroken.

    Blanks, points, commas and apostrophes between thousands may stand or not: 250000, 250,000.00 and 250.000,00 are
    the same. A lone mark with three digits behind it stands between thousands, unless it is a point and the currency
    has three digits.
    """
    plain = _BLANKS.sub("", unicodedata.normalize("NFKC", typed)).upper().removeprefix(currency).removesuffix(currency)
    if not plain:
        return None
    digits = DIGITS[currency]
    whole, fraction = _halves(plain, digits)
    if not _WHOLE.fullmatch(whole) or not re.fullmatch("[0-9]*", fraction):
        raise RuleBroken(EXAMPLE)
    if len(fraction) > digits:
        raise RuleBroken(f"{currency} has {digits or 'no'} digits behind the point.")
    amount = int(re.sub(r"[.,]", "", whole)) * 10**digits + int(fraction.ljust(digits, "0") or "0")
    if amount > MOST:
        raise RuleBroken("That is more than anybody sells. Look at the amount once more.")
    return amount


def money(amount: int, currency: str) -> str:
    """An amount for a reader: "EUR 250,000", with cents only where there are some."""
    return f"{currency} {figures(amount, currency)}"


def rounded(amount: int, currency: str) -> str:
    """An amount that a rule came to, in whole units: cents would pretend to be exact."""
    return f"{currency} {whole_figures(amount, currency)}"


def whole_figures(amount: int, currency: str) -> str:
    """The same without its currency: "66,033"."""
    return f"{round(amount / 10 ** DIGITS[currency]):,}"


def figures(amount: int, currency: str) -> str:
    """An amount without its currency: "250,000" or "99.50"."""
    digits = DIGITS[currency]
    whole, rest = divmod(amount, 10**digits)
    return f"{whole:,}.{rest:0{digits}}" if rest else f"{whole:,}"


def _halves(plain: str, digits: int) -> tuple[str, str]:
    """What stands before the decimal mark, and behind it; everything before it where there is none."""
    last = max(plain.rfind("."), plain.rfind(","))
    behind = plain[last + 1 :]
    if last < 0 or not behind or plain.count(plain[last]) > 1:
        return plain, ""
    is_thousands = len(behind) == 3 and not ("." in plain and "," in plain) and (digits < 3 or plain[last] == ",")
    return (plain, "") if is_thousands else (plain[:last], behind)
