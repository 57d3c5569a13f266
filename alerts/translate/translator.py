"""Adds a machine translation to what an alert says: title and excerpt, in a digest each title, cached.

Decides nothing: what is told, where and under which id is settled before. Where no translation comes in
time the alert goes without, and nobody is asked again for a while.
"""

from __future__ import annotations

import hashlib
import logging
import time
from collections.abc import Callable, Sequence
from dataclasses import replace
from datetime import datetime

from alerts.alert import TELLINGS, Alert, Digest, Translated
from alerts.translate.translating import NotTranslatedError, Translation
from alerts.wording.excerpt import excerpt
from alerts.wording.inert import clean
from pipelines.normalise import language
from pipelines.store import translations
from pipelines.store.queue import Opened

log = logging.getLogger(__name__)

PATIENCE = 10.0
"""Seconds an alert waits for its translation at most."""
PAUSE = 600.0
"""Seconds in which nobody is asked after a failure."""
TITLE, EXCERPT = 300, 400


class Translator:
    """Translates alerts for their channel's language, or into `target` where that is set."""

    def __init__(
        self,
        store: Opened,
        translation: Translation,
        now: Callable[[], datetime],
        *,
        target: str = "",
        patience: float = PATIENCE,
    ) -> None:
        self._store = store
        self._translation = translation
        self._now = now
        self._target = target
        self._patience = patience
        self._rests_until = float("-inf")

    def __call__(self, alert: Alert) -> Alert:
        """The alert with its translation, or as it was."""
        target = self._target or alert.language
        if alert.digest is not None:
            return replace(alert, digest=self._lines(alert.digest, target))
        told = alert.article
        if told is None:
            return alert
        title, quoted = clean(told.title, TITLE), ""
        if alert.kind in TELLINGS:
            text, spans, _ = told.quoted
            quoted = "".join(piece.text for piece in excerpt(text, spans))
        wanted = [text for text in (title, quoted) if text and _foreign(text, target)]
        found = self._translate(wanted, target) if wanted else {}
        if not found:
            return alert
        made = Translated(clean(found.get(title, ""), TITLE), clean(found.get(quoted, ""), EXCERPT))
        return replace(alert, translated=made)

    def _lines(self, digest: Digest, target: str) -> Digest:
        """The digest, each line with its title's translation; asked for all of them at once."""
        titles = [clean(one.title, TITLE) for one in digest.lines]
        wanted = list(dict.fromkeys(title for title in titles if title and _foreign(title, target)))
        found = self._translate(wanted, target) if wanted else {}
        made = (clean(found.get(title, ""), TITLE) for title in titles)
        lines = [replace(one, translated=text) for one, text in zip(digest.lines, made, strict=True)]
        return replace(digest, lines=tuple(lines))

    def _translate(self, texts: Sequence[str], target: str) -> dict[str, str]:
        keys = {text: _key(self._translation.name, target, text) for text in texts}
        with self._store.reading() as connection:
            known = translations.known(connection, keys.values())
        missing = [text for text in texts if keys[text] not in known]
        if missing and time.monotonic() >= self._rests_until:
            try:
                came = self._translation.ask(missing, target, self._patience)
            except NotTranslatedError as error:
                self._rests_until = time.monotonic() + PAUSE
                log.warning("no machine translation: %s; not asked again for %.0f min", error, PAUSE / 60)
            else:
                fresh = {keys[text]: clean(one, EXCERPT) for text, one in zip(missing, came, strict=True)}
                with self._store.writing() as connection:
                    translations.keep(connection, fresh, target, self._now())
                known |= fresh
        return {text: known[key] for text, key in keys.items() if known.get(key)}


def _foreign(text: str, target: str) -> bool:
    """Whether the text is in another language than the target."""
    found = language(text)
    return found.partition("-")[0] != target.partition("-")[0]


def _key(name: str, target: str, text: str) -> str:
    return hashlib.sha256(f"{name}\n{target}\n{text}".encode("utf-8", "replace")).hexdigest()
