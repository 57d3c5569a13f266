"""How alike two texts are, by the sets of their character n-grams, whatever the language and script.

Measured: a copy scores 0.8 to 1.0, next month's bulletin of a series 0.5, a report that quotes at
length 0.2 to 0.5 by containment; of 3,000 random pairs of news the 99th percentile is 0.12 in Chinese
and 0.03 in English, by containment 0.21 and 0.06. No segmentation, no vectors, no index: candidates
are found by keys, and this confirms them.
"""

from __future__ import annotations

import re
import unicodedata
from zlib import crc32

from pipelines.script import simplified

_MARKS = re.compile(r"[\W_]+")
_NUMBER = re.compile(r"\d+")
_READ = 6000
"""Code points of a text that are compared."""


def skeleton(text: str) -> str:
    """The letters, digits and characters of a text in one script and case, without anything between."""
    return _MARKS.sub("", _plain(text[:_READ]))


def grams(text: str, size: int) -> frozenset[str]:
    """The n-grams of a text's skeleton; a text shorter than `size` is its own only gram."""
    bare = skeleton(text)
    if not bare:
        return frozenset()
    return frozenset(bare[at : at + size] for at in range(max(1, len(bare) - size + 1)))


def alike(one: str, other: str, size: int = 5) -> float:
    """Jaccard similarity of two texts, 0.0 to 1.0; 0.0 where either is empty."""
    a, b = grams(one, size), grams(other, size)
    return len(a & b) / len(a | b) if a and b else 0.0


def within(part: str, whole: str, size: int = 5) -> float:
    """The share of `part` that stands in `whole`, 0.0 to 1.0: a report quotes, a copy repeats."""
    a, b = grams(part, size), grams(whole, size)
    return len(a & b) / len(a) if a and b else 0.0


def same_heading(one: str, other: str) -> float:
    """How alike two headlines are, 0.0 to 1.0: Dice on 3-grams of Chinese and words of other scripts."""
    a, b = _units(one), _units(other)
    if min(len(a), len(b)) < 3:
        return 0.0  # `VPN` and `VPN` say nothing
    numbers, others = set(_NUMBER.findall(one)), set(_NUMBER.findall(other))
    if numbers and others and not numbers & others:
        return 0.0  # a series: 通报22款, 通报49款
    return 2 * len(a & b) / (len(a) + len(b))


def fingerprints(text: str, size: int = 6, window: int = 3) -> tuple[str, ...]:
    """A few hashes such that two texts with `size + window - 1` characters in a row in common share one.

    Winnowing (Schleimer, Wilkerson, Aiken 2003): in each window of n-grams the one with the least hash.
    Texts in letters are cut twice as coarsely, because a letter says less than a character.
    """
    bare = skeleton(text)
    if bare.isascii():
        size, window = size * 2, window * 2
    if len(bare) < size:
        return ()
    hashes = [
        crc32(bare[at : at + size].encode("utf-8", "surrogatepass")) for at in range(len(bare) - size + 1)
    ]
    chosen = {min(hashes[at : at + window]) for at in range(max(1, len(hashes) - window + 1))}
    return tuple(f"{value:08x}" for value in sorted(chosen))


# Words that every headline has.
_SMALL = re.compile(
    r"an?|and|as|at|by|for|from|in|into|is|of|on|over|says?|the|to|with|after|new|its?|be|are|was|has|will|chin(?:a|ese)s?"
)


def _units(title: str) -> frozenset[str]:
    folded = _plain(title)
    words = frozenset(word for word in re.findall(r"[a-z0-9]{2,}", folded) if not _SMALL.fullmatch(word))
    han = grams("".join(re.findall(r"[^\W_a-zA-Z0-9]+", folded)), 3)
    return words | han


def _plain(text: str) -> str:
    return unicodedata.normalize("NFKC", simplified(text)).lower()
