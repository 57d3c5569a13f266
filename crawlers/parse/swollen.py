"""Finds tags with hundreds of attributes: nobody writes them, and parsers take quadratic time over them.

feedparser took 9 s of CPU for 30,000 attributes, trafilatura 85 s for 100,000. Linear in the text; never
parses. A long value alone (a picture as a data: address) is not swollen.
"""

from __future__ import annotations

import re

MOST = 300

# <p a0="" a1="" …> of 4,000 characters and more
_LONG_TAG = re.compile(r"<[^<>]{4000,}>?")


def swollen(text: str) -> bool:
    """True where some tag has more than MOST attributes."""
    return any(found[0].count("=") > MOST for found in _LONG_TAG.finditer(text))


def slimmed(html: str) -> str:
    """The page without such tags (attributes without a value count too); what they enclose stays."""
    return _LONG_TAG.sub(lambda found: "" if max(map(found[0].count, "= ")) > MOST else found[0], html)
