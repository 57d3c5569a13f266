"""The recorded story, played through the real river: loopback site, stand-in Slack, an injected clock.

Takes nothing of the user's into account: no `.env`, no Slack, database or proxy setting, no config. What
it shows is what went through spiders, pipelines, store and sender; nothing is written for show.
"""

from __future__ import annotations

import os
import shutil
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import replace
from datetime import datetime, timedelta
from pathlib import Path
from typing import TYPE_CHECKING

from crawlers.errors import GatewatchError
from gatewatch import exits
from gatewatch.config import Config, Settings, Slack
from gatewatch.config_file import DigestOf
from gatewatch.demo.site import Site
from gatewatch.demo.standin_slack import StandinSlack
from gatewatch.demo.story import BEIJING, DAYS, Day, sources
from gatewatch.secret import Secret

if TYPE_CHECKING:
    from gatewatch.demo.standin_slack import Posted
    from gatewatch.reactor import Stage

CHANNEL = "china-telecom"
OWN = ("home", "sources.yaml", "matched.csv")
"""What the demo makes in its folder, and may remove again."""


class Clock:
    """The story's time: stands still but for a second at each look, so that orders are kept."""

    def __init__(self) -> None:
        self._now = DAYS[0].now

    def set(self, now: datetime) -> None:
        """It is this time now."""
        self._now = now

    def __call__(self) -> datetime:
        """The time."""
        self._now += timedelta(milliseconds=1)
        return self._now

    def seconds(self) -> float:
        """The time in seconds since 1970."""
        return self().timestamp()


def run(out: Path) -> int:
    """Play the story into the folder `out`, print it, write `out/matched.csv`; the exit code."""
    from gatewatch.demo.render import tell  # noqa: PLC0415  # rich, only where it shows

    told, rows = played(out)
    tell(told, sys.stdout, rows=rows, file=out / "matched.csv")
    return exits.FINE


def played(out: Path) -> tuple[list[tuple[Day, list[Posted]]], int]:
    """Play the story; what arrived on each day, and how many rows `out/matched.csv` has."""
    from gatewatch.crawl import round_of  # noqa: PLC0415  # Scrapy, only where it runs
    from gatewatch.exporting import Wanted, export_file  # noqa: PLC0415
    from gatewatch.house import House  # noqa: PLC0415
    from gatewatch.reactor import play  # noqa: PLC0415

    folder = out.resolve()
    _clear(folder)
    clock = Clock()
    with _alone(), Site() as site, StandinSlack(channels=[CHANNEL], clock=clock.seconds) as slack:
        house = House(_settings(folder, site, slack), clock).open()

        async def days(stage: Stage) -> list[tuple[Day, list[Posted]]]:
            told: list[tuple[Day, list[Posted]]] = []
            for day in (*DAYS, DAYS[-1]):
                site.show(day)
                clock.set(max(day.now, clock() + timedelta(hours=1)))
                before = {one.ts: one.edits for one in slack.messages()}
                code = await round_of(stage, house, everything=True)
                if code != exits.FINE:
                    raise GatewatchError(
                        f"the round of {day.label} ended with {code}", "Run it again with -v."
                    )
                # as they stand on the day: what is shown below a message may change later
                stand = [replace(one) for one in slack.messages() if before.get(one.ts) != one.edits]
                told.append((day, sorted(stand, key=lambda one: one.ts in before)))
            return told

        try:
            told = play(days)
            return told, export_file(house.store, Wanted(), BEIJING, folder / "matched.csv", clock())
        finally:
            house.close()


def _settings(folder: Path, site: Site, slack: StandinSlack) -> Settings:
    catalogue = folder / "sources.yaml"
    catalogue.write_text(sources(site.url), "utf-8")
    return Settings(
        config=Config(slack=Slack(channel=CHANNEL, pace=20, digest=DigestOf())),
        file=None,
        folder=folder,
        home=folder / "home",
        database_url=Secret(f"sqlite:///{folder / 'home' / 'gatewatch.sqlite3'}"),
        source_files=(catalogue,),
        bot_token=Secret(slack.token),
        slack_api_url=slack.api_url,
        channel=CHANNEL,
    )


def _clear(folder: Path) -> None:
    """Make the folder; remove what an earlier demo left there, and nothing else."""
    folder.mkdir(parents=True, exist_ok=True)
    for name in OWN:
        path = folder / name
        if path.is_dir():
            shutil.rmtree(path)
        else:
            path.unlink(missing_ok=True)


@contextmanager
def _alone() -> Iterator[None]:
    """Without the machine's proxies: everything here is on loopback, and slack-sdk would use them even so."""
    names = [name for name in os.environ if name.upper() in {"HTTP_PROXY", "HTTPS_PROXY", "ALL_PROXY"}]
    kept = {name: os.environ.pop(name) for name in names}
    try:
        yield
    finally:
        os.environ.update(kept)
