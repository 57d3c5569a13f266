"""How a machine's translation is shown: beside the original, under its name, in two languages. Pure."""

from __future__ import annotations

from alerts.alert import Translated
from alerts.wording.inert import clean
from alerts.wording.words import CHINESE, Words

_LINE = 120
_ENGLISH_NAMES = ("Machine translation", "Machine translation of the excerpt")
_CHINESE_NAMES = ("机器翻译", "机器翻译（摘录）")


def by_machine(found: Translated | None, say: Words) -> list[tuple[str, str]]:
    """A machine's translation of title and excerpt, each under its name: (name, text)."""
    if found is None:
        return []
    texts = (found.title, found.excerpt)
    return [(f"{name}:", text) for name, text in zip(_names(say), texts, strict=True) if text]


def by_machine_line(title: str, say: Words) -> list[tuple[str, str]]:
    """A machine's translation of the title in a digest's line, under its name."""
    text = clean(title, _LINE)
    return [(f"{_names(say)[0]}:", text)] if text else []


def _names(say: Words) -> tuple[str, str]:
    return _CHINESE_NAMES if say is CHINESE else _ENGLISH_NAMES
