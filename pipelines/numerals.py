"""Chinese numerals as they stand in dates and document numbers: 二〇二六, 五十三, 一百零二.

Knows nothing above 999 but a row of digits, and nothing of words around the numeral.
"""

from __future__ import annotations

NUMERAL = "〇○零一二三四五六七八九十百廿卅两"
"""Every character that a numeral may hold; for the classes of regular expressions."""

_DIGITS = {"〇": 0, "○": 0, "零": 0, "两": 2} | {digit: n for n, digit in enumerate("一二三四五六七八九", 1)}
_WIDE = str.maketrans("０１２３４５６７８９", "0123456789")


def number(text: str) -> int | None:
    """The whole numeral as an int, Arabic in any width or Chinese; None where it is not one."""
    text = text.translate(_WIDE)
    if text.isascii():
        return int(text) if text.isdigit() else None
    if all(char in _DIGITS for char in text):
        return int("".join(str(_DIGITS[char]) for char in text))
    return _counted(text.replace("廿", "二十").replace("卅", "三十"))


def _counted(text: str) -> int | None:
    """五十三 → 53, 十 → 10, 一百零二 → 102."""
    total, last = 0, None
    for char in text:
        if char in _DIGITS:
            last = _DIGITS[char]
        elif char == "十" or (char == "百" and last):
            total += (1 if last in (None, 0) else last) * (10 if char == "十" else 100)
            last = None
        else:
            return None
    return total + (last or 0)
