"""Whether titles and excerpts can be translated: one word is. Stores nothing."""

from __future__ import annotations

from collections.abc import Iterator

from alerts.translate.translating import NotTranslatedError
from alerts.translate.translator import PATIENCE
from gatewatch.checks import Row
from gatewatch.house import House

_WORD = "专线"
_REMEDY = "Try the command or the address under translate: by hand; until it works, alerts go without."


def translation(house: House) -> Iterator[Row]:
    """The row of the translator; none where nothing is to be translated."""
    asked, translation = house.settings.config.translate, house.translation()
    if asked is None or translation is None:
        return
    try:
        [found] = translation.ask([_WORD], asked.to or house.settings.config.slack.language, PATIENCE)
    except NotTranslatedError as error:
        yield Row("translation", "warn", str(error), _REMEDY)
        return
    yield Row("translation", "ok", f"{_WORD} comes back as {found[:60]!r}")
