"""Wires the three reaches together from the settings: the one place where everything meets.

A House is built once a process; what it holds is made when first used. Never decides anything.
"""

from __future__ import annotations

import os
from collections.abc import Callable, Collection, Mapping
from datetime import UTC, datetime
from functools import cached_property, partial
from io import BytesIO
from pathlib import Path
from typing import TYPE_CHECKING
from urllib.parse import urlsplit

from crawlers.source import Catalogue, load_catalogue
from gatewatch.config import Settings, load

if TYPE_CHECKING:
    from alerts.dispatch import Dispatcher
    from alerts.outcome import Transport
    from alerts.second.road import Second
    from alerts.settings import AlertSettings
    from alerts.translate.translating import Translation
    from alerts.translate.translator import Translator
    from gatewatch.listener import Listener
    from gatewatch.watch import Watch
    from pipelines.archive import Archive
    from pipelines.classify.rules import Rules
    from pipelines.store import Store


def _wall_clock() -> datetime:
    return datetime.now(UTC)


class House:
    """Catalogue, rules, store, archive, clock and sender of one process; `keeps`: matches are archived."""

    watch: Watch | None = None

    def __init__(
        self, settings: Settings, clock: Callable[[], datetime] = _wall_clock, *, keeps: bool = True
    ) -> None:
        self.settings = settings
        self.keeps = keeps
        self.clock = clock

    @cached_property
    def catalogue(self) -> Catalogue:
        """Every source by id, enabled or not. Raises ConfigError."""
        return load_catalogue(self.settings.source_files)

    @property
    def source_names(self) -> dict[str, str]:
        """The name of every source by id. Raises ConfigError."""
        return {source.id: source.name for source in self.catalogue.values()}

    @cached_property
    def rules(self) -> Rules:
        """The rules. Raises ConfigError."""
        from pipelines.classify.loading import load_rules  # noqa: PLC0415  # the automaton is not for `--help`

        return load_rules(self.settings.rule_files)

    @cached_property
    def store(self) -> Store:
        """The store, made or upgraded. Raises StoreError."""
        from pipelines.store import open_store  # noqa: PLC0415  # SQLAlchemy is not for `--help`

        return open_store(self.settings.database_url.reveal())

    @cached_property
    def archive(self) -> Archive | None:
        """Where what matched is kept as it was sent; None where nothing is to leave a trace."""
        from pipelines.archive import Archive  # noqa: PLC0415  # likewise

        return Archive(self.settings.archive) if self.keeps else None

    @property
    def alert_settings(self) -> AlertSettings:
        """How alerts are routed and worded."""
        from alerts.settings import AlertSettings  # noqa: PLC0415  # likewise
        from gatewatch.config_file import ChannelOf  # noqa: PLC0415
        from gatewatch.manners import manners_of, routes_of  # noqa: PLC0415

        settings = self.settings
        return AlertSettings(
            road={"bot": "slack", "missing": "slack"}.get(settings.delivery, settings.delivery),
            channel=settings.channel,
            ops_channel=settings.ops_channel,
            language=settings.config.slack.language,
            zone=settings.zone,
            pace=settings.config.slack.pace,
            burst=settings.config.slack.burst,
            gather=settings.config.slack.gathered,
            answers=settings.listens,
            names=self.source_names,
            routes=routes_of(settings.config.routes),
            manners={name: manners_of(one, settings.zone) for name, one in settings.config.channels.items()},
            regular=manners_of(ChannelOf(digest=settings.config.slack.digest), settings.zone),
        )

    def transport(self) -> Transport | None:
        """The road alerts leave by; None where Slack is meant and its token is missing."""
        # slack-sdk is not for `--help`
        from alerts.slack.transport import API_URL, SlackTransport  # noqa: PLC0415
        from alerts.terminal import TerminalTransport  # noqa: PLC0415
        from alerts.webhook import WebhookTransport  # noqa: PLC0415

        settings = self.settings
        if settings.delivery == "bot" and settings.bot_token is not None:
            return SlackTransport(settings.bot_token.reveal(), api_url=settings.slack_api_url or API_URL)
        if settings.delivery == "webhook" and settings.webhook_url is not None:
            return WebhookTransport(settings.webhook_url.reveal())
        return TerminalTransport() if settings.delivery == "terminal" else None

    def dispatcher(self) -> Dispatcher:
        """A sender for what is in the outbox; each thread needs its own."""
        from alerts.dispatch import Dispatcher  # noqa: PLC0415  # likewise

        settings, translate = self.alert_settings, self.translator()
        return Dispatcher(
            self.store, self.transport(), settings, self.clock, self.second(), translate, self._rows
        )

    def translator(self) -> Translator | None:
        """Who adds machine translations to alerts; None where nobody is configured."""
        from alerts.translate.translator import Translator  # noqa: PLC0415  # likewise

        asked, translation = self.settings.config.translate, self.translation()
        if asked is None or translation is None:
            return None
        return Translator(self.store, translation, self.clock, target=asked.to)

    def translation(self) -> Translation | None:
        """Who is asked for translations."""
        from alerts.translate.translating import ByAddress, ByCommand  # noqa: PLC0415  # likewise

        asked, key = self.settings.config.translate, self.settings.translate_key
        if asked is None:
            return None
        if asked.command:
            return ByCommand(asked.command, self.settings.folder)
        return ByAddress(asked.url, key.reveal() if key else "")

    def second(self) -> Second | None:
        """The road of alerts while Slack is down; None where none is configured, or where no Slack is."""
        from alerts.second.json_post import PostRoad  # noqa: PLC0415  # likewise
        from alerts.second.mail import MailBox, MailRoad  # noqa: PLC0415
        from alerts.second.road import Second  # noqa: PLC0415

        settings = self.settings
        asked = settings.config.slack.second_road
        if settings.delivery not in {"bot", "webhook"}:
            return None
        if settings.second_url is not None:
            url = settings.second_url.reveal()
            return Second(PostRoad(url), asked.patience, f"the webhook at {urlsplit(url).hostname}")
        if asked.mail is None:
            return None
        mail, password = asked.mail, settings.mail_password
        box = MailBox(tuple(mail.to), mail.sender, mail.host, mail.at_port, mail.security, mail.user)
        where = f"{', '.join(box.to)} by {box.host}:{box.port}"
        return Second(MailRoad(box, password.reveal() if password else ""), asked.patience, where)

    def _rows(self, articles: Collection[str]) -> bytes:
        """These articles, as `gatewatch export` writes them."""
        from gatewatch.exporting import Wanted, export  # noqa: PLC0415  # likewise

        stream = BytesIO()
        export(self.store, Wanted(articles=articles), self.settings.zone, stream, self.clock())
        return stream.getvalue()

    def listener(self) -> Listener | None:
        """What hears buttons and commands; None where there are no tokens for it."""
        from alerts.answers.answering import Answering, Judging  # noqa: PLC0415  # likewise
        from alerts.answers.replying import Reply  # noqa: PLC0415
        from alerts.answers.socket_mode import SocketMode  # noqa: PLC0415
        from alerts.slack.transport import API_URL  # noqa: PLC0415
        from gatewatch.listener import Listener  # noqa: PLC0415
        from gatewatch.slash import answer  # noqa: PLC0415

        settings = self.settings
        if not settings.listens or settings.app_token is None:
            return None
        token, api_url = settings.app_token.reveal(), settings.slack_api_url or API_URL
        answering = Answering(
            self.store,
            self.alert_settings,
            Judging(tuple(settings.config.judges), settings.config.people),
            commands=partial(answer, self),
            reply=Reply(api_url),
            now=self.clock,
        )
        return Listener(self.store, answering, partial(SocketMode, token, api_url=api_url), self.clock)

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
