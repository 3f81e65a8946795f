"""Times, speeds and shares in few words, as the user's language writes them."""

from __future__ import annotations

from PySide6.QtCore import QCoreApplication, QLocale

from ui.languages import plural
from ui.models.facts import size_text

translate = QCoreApplication.translate

MINUTE_S, _HOUR_S, _DAY_S = 60, 3_600, 86_400
_MEGABYTE, _GIGABYTE = 1_000_000, 1_000_000_000
_MINUTES_MAX, _HOURS_MAX = 90, 36
"""Up to so many, an amount is told in the smaller unit."""
_EXACT_BELOW = 10
"""Below so many, a digit behind the point is told."""


def duration_text(seconds: float) -> str:
    """How long something takes, as exactly as one can know."""
    if seconds < MINUTE_S:
        return translate("Amounts", "less than a minute")
    minutes = round(seconds / MINUTE_S)
    if minutes <= _MINUTES_MAX:
        return translate("Amounts", "{0} min").format(QLocale().toString(minutes))
    if seconds <= _HOURS_MAX * _HOUR_S:
        return translate("Amounts", "{0} h").format(number_text(seconds / _HOUR_S, is_short=True))
    return plural("%n day(s)", "", round(seconds / _DAY_S))


def rough_size_text(size_bytes: int) -> str:
    """The size of something large; less than a megabyte of it is of no interest."""
    decimals = 1 if size_bytes >= _GIGABYTE or size_bytes < _MEGABYTE else 0
    kind = QLocale.DataSizeFormat.DataSizeSIFormat
    return QLocale().formattedDataSize(size_bytes, decimals, kind)


def rate_text(bytes_per_s: float) -> str:
    """How fast a download is."""
    return translate("Amounts", "{0}/s").format(size_text(round(bytes_per_s)))


def number_text(number: float, *, is_short: bool = False) -> str:
    """A number, with one digit behind the point if it is small; a short one has no zero there."""
    decimals = 1 if number < _EXACT_BELOW else 0
    if is_short and decimals and round(number, 1) == round(number):
        decimals = 0
    return QLocale().toString(float(number), "f", decimals)


def percent_text(share: float, decimals: int = 0) -> str:
    """A share of 0 to 1; without decimals all is not said before it is so."""
    number = 100 * share if decimals else int(100 * share + 1e-9)
    return translate("Amounts", "{0} %").format(QLocale().toString(float(number), "f", decimals))
