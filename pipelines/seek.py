"""What a search asks for, and the words that a text is found by. Chinese of any length, without a dictionary.

    跨境 专线              both stand in the article
    "leased line" -ban    the words in this order, and no `ban`
    翻墙 OR VPN            one of them

A text is folded as for matching (traditional to simplified, full width to half, case) and known by its
words: each Latin word, each Chinese character and each two neighbouring ones. A longer phrase is found by
its pairs and then looked for itself, so that an index need keep no places. Pure.
"""

from __future__ import annotations

import re
from dataclasses import dataclass

from pipelines.classify.fold import HAN, Folded, fold

_LETTER = rf"[^\W_{HAN}]"  # of a word that is not Chinese
# `增值电信` is one run, `vpn` and `2026` are words, `привет` too
_RUN = re.compile(f"[{HAN}]+|{_LETTER}+")
# `"leased line"`, `-ban`, `跨境`, `OR`; also the quotation marks that Chinese keyboards give
_PART = re.compile(r'(-?)(?:["“”]([^"“”]+)["“”]?|([^\s"“”]+))')


def words(text: str) -> set[str]:
    """The words of a text, folded: what an index keeps of it."""
    return _words(fold(text).text)


def _words(folded: str) -> set[str]:
    found: set[str] = set()
    for run in _RUN.findall(folded):
        if re.match(f"[{HAN}]", run):
            found.update(run)
            found.update(run[place : place + 2] for place in range(len(run) - 1))
        else:
            found.add(run[:64])
    return found


@dataclass(frozen=True, slots=True)
class Choice:
    """Phrases that must all stand in a text, and phrases of which none may; folded."""

    wanted: tuple[str, ...]
    unwanted: tuple[str, ...] = ()

    @property
    def words(self) -> set[str]:
        """The words that an index must know of a text for this choice to come true."""
        return set().union(*(_needed(phrase) for phrase in self.wanted))


@dataclass(frozen=True, slots=True)
class Query:
    """A parsed search: one of `choices` must come true."""

    choices: tuple[Choice, ...]

    def spans(self, text: str) -> list[tuple[int, int]] | None:
        """Where the text (as it was) shows what is asked for; None where it does not fit."""
        folded = fold(text)
        for choice in self.choices:
            places = [_places(phrase, folded) for phrase in choice.wanted]
            if all(places) and not any(_places(phrase, folded) for phrase in choice.unwanted):
                return sorted(place for found in places for place in found)
        return None


def parse(text: str) -> Query:
    """The search that somebody typed. Raises ValueError with a remedy where nothing is asked for."""
    choices: list[Choice] = []
    wanted: list[str] = []
    unwanted: list[str] = []

    def close() -> None:
        if wanted:
            choices.append(Choice(tuple(wanted), tuple(unwanted)))
        wanted.clear()
        unwanted.clear()

    for minus, quoted, plain in _PART.findall(text):
        if plain == "OR" and not minus:
            close()
            continue
        phrase = " ".join(fold(quoted or plain).text.split())
        if _words(phrase):
            (unwanted if minus else wanted).append(phrase)
    close()
    if not choices:
        message = "nothing to search for: give at least one word, for example: gatewatch search 跨境专线"
        raise ValueError(message)
    return Query(tuple(choices))


def _needed(phrase: str) -> set[str]:
    """The words of a phrase, but for single characters that a pair holds already."""
    found = _words(phrase)
    pairs = {word for word in found if len(word) == 2 and re.match(f"[{HAN}]", word)}
    return {word for word in found if not any(len(word) == 1 and word in pair for pair in pairs)}


def _places(phrase: str, folded: Folded) -> list[tuple[int, int]]:
    """Where the phrase stands in the text, in the text's own code points: a Latin word only as a whole."""
    before = f"(?<!{_LETTER})" if re.match(_LETTER, phrase) else ""
    after = f"(?!{_LETTER})" if re.search(f"{_LETTER}$", phrase) else ""
    between = r"\s+".join(re.escape(part) for part in phrase.split())
    return [folded.origin(*found.span()) for found in re.finditer(before + between + after, folded.text)]
