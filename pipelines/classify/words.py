"""From a term as an analyst writes it to the spellings that the automaton looks for.

    翻墙软件   翻墙软件, 翻墙软体             (traditional is folded in the text; Taiwan's words are added)
    VPN        vpn, v p n, v-p-n, v.p.n      (a short acronym is also looked for spelt out)
    cross-border   also with a space
    licens*    licens and whatever follows
    network    form noun: networks           sell, form verb: sells, selling (irregular forms are listed)

Never reads a file; never touches a text to be judged.
"""

from __future__ import annotations

import re
from collections.abc import Iterator

from pipelines.classify.fold import fold, variants
from pipelines.classify.language import Form

# Matches `VPN`, `MIIT`, `GFW`: spelt in capitals, few enough letters to be written apart.
_ACRONYM = re.compile("[A-Z]{3,5}")
# Matches a word with Latin letters only, and phrases of them: `network`, `private line`.
_LATIN = re.compile("[a-z][a-z '’-]*")

LONGEST = 200
"""Code points in a term; a longer one is a mistake."""


def spellings(term: str, form: Form) -> Iterator[tuple[str, bool]]:
    """Every folded spelling of a term, with True where more letters may follow it.

    Raises ValueError where nothing is left of the term to look for, or it is too long.
    """
    stem = term.endswith("*")
    bare = term.rstrip("*").strip()
    if len(bare) > LONGEST:
        raise ValueError(f"the term {bare[:20]!r}… has {len(bare)} characters; the most is {LONGEST}")
    if "\n" in bare or not any(sign.isalnum() for sign in fold(bare).text):
        raise ValueError(f"the term {term!r} has no letter or digit to look for")
    if stem and len(bare) < 3 and bare.isascii():
        raise ValueError(f"the term {term!r} would match too many words")
    open_end = stem or form == "stem"
    for spelling in variants(bare):
        yield spelling, open_end
        if "-" in spelling and spelling.isascii():
            yield spelling.replace("-", " "), open_end
        if not open_end and _LATIN.fullmatch(spelling):
            for inflected in _inflect(spelling, form):
                yield inflected, False
    if _ACRONYM.fullmatch(bare):
        letters = bare.lower()
        yield from ((mark.join(letters), False) for mark in (" ", "-", ".", "·"))


def _inflect(word: str, form: Form) -> Iterator[str]:
    if form in ("noun", "verb"):
        if word.endswith(("s", "x", "z", "ch", "sh")):
            yield f"{word}es"
        elif word.endswith("y") and word[-2:-1] not in "aeiou":
            yield f"{word[:-1]}ies"
        else:
            yield f"{word}s"
    if form == "verb":
        root = word.removesuffix("e")
        yield f"{root}ing"
        yield f"{word[:-1]}ied" if word.endswith("y") and word[-2:-1] not in "aeiou" else f"{root}ed"
