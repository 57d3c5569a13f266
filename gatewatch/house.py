"""Wires the three reaches together from the settings: the one place where everything meets.

A House is built once a process; what it holds is made when first used. Never decides anything.
"""

from __future__ import annotations

import os
from collections.abc import Callable, Mapping
from datetime import UTC, datetime
from functools import cached_property
from pathlib import Path
from typing import TYPE_CHECKING

from crawlers.source import Source, load_catalogue
from gatewatch.config import Settings, load

if TYPE_CHECKING:
    from alerts.dispatch import Dispatcher
    from gatewatch.watch import Watch
    from pipelines.classify.rules import Rules
    from pipelines.store import Store


def _wall_clock() -> datetime:
    return datetime.now(UTC)


class House:
    """Catalogue, rules, store, clock and sender of one process."""

    watch: Watch | None = None

    def __init__(self, settings: Settings, clock: Callable[[], datetime] = _wall_clock) -> None:
        self.settings = settings
        self.clock = clock

    @cached_property
    def catalogue(self) -> dict[str, Source]:
        """Every source by id, enabled or not. Raises ConfigError."""
        return load_catalogue(self.settings.source_files)

    @cached_property
    def rules(self) -> Rules:
        """The rules. Raises ConfigError."""
        from pipelines.classify.rules import load_rules  # noqa: PLC0415  # the automaton is not for `--help`

        return load_rules(self.settings.rule_files)

    @cached_property
    def store(self) -> Store:
        """The store, made or upgraded. Raises StoreError."""
        from pipelines.store import open_store  # noqa: PLC0415  # SQLAlchemy is not for `--help`

        return open_store(self.settings.database_url.reveal())

    def dispatcher(self) -> Dispatcher:
        """A sender for what is in the outbox; each thread needs its own."""
        from alerts.dispatch import open_dispatcher  # noqa: PLC0415  # slack-sdk is not for `--help`

        return open_dispatcher(self.store, self.settings, self.clock)

    def close(self) -> None:
        """Let go of the store."""
        if "store" in self.__dict__:
            self.store.close()
            del self.__dict__["store"]

    def open(self) -> House:
        """Make this the process's house: Scrapy's own settings can only name it."""
        global _current  # noqa: PLW0603 - spiders, stages and the resolver are made by Scrapy
        _current = self
        return self


_current: House | None = None


def current(environ: Mapping[str, str] = os.environ) -> House:
    """The process's house; for a bare `scrapy crawl` one made from the environment."""
    return _current if _current is not None else House(load(environ=environ, cwd=Path.cwd())).open()
