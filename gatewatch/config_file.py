"""gatewatch.yaml as it stands: which keys it may have and what each takes.

Unknown keys are errors (`crawlers.strict` says file, line and the nearest known one). Never reads a
file or the environment, never resolves a path.
"""

from __future__ import annotations

import re
from datetime import timedelta
from pathlib import Path
from typing import Annotated, Literal
from urllib.parse import urlsplit
from zoneinfo import available_timezones

from croniter import croniter
from pydantic import BaseModel, ConfigDict, Field, field_validator, model_validator

from crawlers.article import Tier
from crawlers.source import BUILTIN, duration
from gatewatch.calendars import WEEK, calendar_of, weekdays
from gatewatch.config_roads import SecondRoadOf, TranslateOf
from gatewatch.secret import Secret
from pipelines.export import FORMATS
from pipelines.match import TOPICS

# 60/h, 1/m, 500/d
_BUDGET = re.compile(r"(\d{1,6})/([mhd])")
_DOMAIN = re.compile(r"(?=.{1,253}$)[a-z0-9](?:[a-z0-9.-]*[a-z0-9])?")
_PER_HOUR = {"m": 60.0, "h": 1.0, "d": 1 / 24}


Severity = Literal["high", "medium", "low"]
_CHANNEL = re.compile(r"#?[^\s#]{1,80}")
_HOURS = re.compile(r"([01]\d|2[0-3]):([0-5]\d)-([01]\d|2[0-4]):([0-5]\d)")
_TIME = re.compile(r"([01]\d|2[0-3]):([0-5]\d)")


class RouteTo(BaseModel):
    """Where matches go that fit all that is said; what fits no route goes to slack.channel."""

    model_config = ConfigDict(extra="forbid", frozen=True, str_strip_whitespace=True)

    to: Annotated[str, Field(description="the channel: a name or an id")]
    topics: Annotated[list[Literal[*TOPICS]], Field(description="one of these; empty: any")] = []  # type: ignore[valid-type]
    at_least: Severity = "low"
    tiers: Annotated[list[Tier], Field(description="one of these; empty: any")] = []
    langs: Annotated[list[str], Field(description="one of these languages; empty: any")] = []
    sources: Annotated[list[str], Field(description="ids or patterns such as miit_*; empty: any")] = []
    deliver: Annotated[Literal["now", "digest"], Field(description="with its next digest")] = "now"

    @field_validator("to", mode="before")
    @classmethod
    def _check_to(cls, value: object) -> object:
        return _channel(value)


class OverrideOf(BaseModel):
    """Which articles are told in quiet hours too. How sources do (SOURCE, UNCOVERED) always is, at once."""

    model_config = ConfigDict(extra="forbid", frozen=True)

    at_least: Severity = "high"
    tiers: Annotated[list[Tier], Field(description="one of these; empty: any")] = ["regulator", "government"]


class DigestOf(BaseModel):
    """When a channel's digests come, on its working days."""

    model_config = ConfigDict(extra="forbid", frozen=True)

    daily: Annotated[str, Field(description="a time, such as 08:30; empty: none")] = ""
    weekly: Annotated[str, Field(description="a day and a time, such as mon 08:30; empty: none")] = ""
    csv: Annotated[bool, Field(description="with their rows as a file (needs the scope files:write)")] = False

    @field_validator("daily")
    @classmethod
    def _check_daily(cls, value: str) -> str:
        if value and not _TIME.fullmatch(value):
            raise ValueError(f"{value!r} is not a time: write for example 08:30, in quotes")
        return value

    @field_validator("weekly")
    @classmethod
    def _check_weekly(cls, value: str) -> str:
        day, _, at = value.partition(" ")
        if value and (day not in WEEK or not _TIME.fullmatch(at)):
            raise ValueError(f'{value!r} is not a day and a time: write for example "mon 08:30"')
        return value

    @model_validator(mode="after")
    def _check_csv(self) -> DigestOf:
        if self.csv and not self.comes:
            raise ValueError('csv: true, but no digest comes: add daily: "08:30" or weekly: "mon 08:30"')
        return self

    @property
    def comes(self) -> bool:
        """Whether there is any."""
        return bool(self.daily or self.weekly)


class ChannelOf(BaseModel):
    """How one channel is spoken to: when, in which zone and language."""

    model_config = ConfigDict(extra="forbid", frozen=True, str_strip_whitespace=True)

    timezone: Annotated[str, Field(description="of its hours and its messages; empty: the program's")] = ""
    hours: Annotated[str, Field(description="when it hears, such as 08:00-19:00; empty: always")] = ""
    days: Annotated[str, Field(description="its working days: mon-fri, or sun,mon,tue")] = "mon-sun"
    holidays: Annotated[str, Field(description="a country (DE) or part (DE-BE, US-NY): quiet too")] = ""
    override: Annotated[
        OverrideOf | Literal["off"], Field(description="articles that are told at any hour; off: none")
    ] = OverrideOf()
    language: Annotated[Literal["en", "zh-Hans", ""], Field(description="empty: slack.language")] = ""
    digest: DigestOf = DigestOf()

    @field_validator("timezone")
    @classmethod
    def _check_zone(cls, value: str) -> str:
        return _zone(value) if value else value

    @field_validator("hours")
    @classmethod
    def _check_hours(cls, value: str) -> str:
        if value and not _HOURS.fullmatch(value):
            raise ValueError(f"{value!r} are no hours: write for example 08:00-19:00, in quotes")
        return value

    @field_validator("days")
    @classmethod
    def _check_days(cls, value: str) -> str:
        if not weekdays(value):
            raise ValueError(f"{value!r} are no days: write for example mon-fri")
        return value

    @field_validator("holidays")
    @classmethod
    def _check_holidays(cls, value: str) -> str:
        if value:
            calendar_of(value)
        return value


class Slack(BaseModel):
    """Where alerts go and how they read. The token stands in the environment, never here."""

    model_config = ConfigDict(extra="forbid", frozen=True, str_strip_whitespace=True)

    channel: Annotated[str, Field(description="the channel for readers: a name or an id")] = ""
    ops_channel: Annotated[str, Field(description="the channel for operators; empty: the readers' one")] = ""
    language: Annotated[Literal["en", "zh-Hans"], Field(description="of the line built from facts")] = "en"
    digest: Annotated[
        DigestOf, Field(description="of the channel for readers, where `channels:` does not say")
    ] = DigestOf(weekly="mon 09:00")
    pace: Annotated[float, Field(gt=0, le=20, description="messages a second and channel")] = 1
    burst: Annotated[
        int, Field(ge=0, le=1000, description="more alerts of one source at once are told together; 0: never")
    ] = 10
    gather: Annotated[
        str,
        Field(
            coerce_numbers_to_str=True,
            description="press on one matter beyond the first three is told once in so long; 0: never",
        ),
    ] = "6h"
    second_road: SecondRoadOf = SecondRoadOf()

    @property
    def gathered(self) -> timedelta:
        """How long the press on one matter is gathered; none where it is told one by one."""
        return duration(self.gather) if self.gather != "0" else timedelta(0)

    @field_validator("gather")
    @classmethod
    def _check_gather(cls, value: str) -> str:
        if value != "0":
            duration(value)
        return value

    @field_validator("channel", "ops_channel", mode="before")
    @classmethod
    def _check_channel(cls, value: object) -> object:
        return value if value == "" else _channel(value)


def _zone(value: str) -> str:
    if value not in available_timezones():
        raise ValueError(f"{value!r} is not a time zone: write for example Asia/Shanghai")
    return value


def _channel(value: object) -> object:
    if value is None:
        raise ValueError('is empty: a # begins a comment, so put it in quotes: "#china-telecom"')
    if isinstance(value, str) and not _CHANNEL.fullmatch(value.strip()):
        raise ValueError(f'{value!r} is no channel: write for example "#china-telecom"')
    return value


class Export(BaseModel):
    """A file that is written anew on a schedule."""

    model_config = ConfigDict(extra="forbid", frozen=True)

    path: Annotated[str, Field(description="where to; its ending (.csv, .xlsx, .jsonl …) says the format")]
    every: Annotated[str, Field(description="a duration (1d), or a cron expression")] = "1d"

    @field_validator("path")
    @classmethod
    def _check_path(cls, value: str) -> str:
        if Path(value).suffix.removeprefix(".") not in FORMATS:
            known = ", ".join(f".{kind}" for kind in FORMATS)
            raise ValueError(f"{value!r} ends in none of {known}")
        return value

    @field_validator("every")
    @classmethod
    def _check_every(cls, value: str) -> str:
        if " " not in value:
            duration(value)
        elif not croniter.is_valid(value):
            raise ValueError(f"{value!r} is not a cron expression")
        return value

    @property
    def interval(self) -> timedelta | None:
        """The time between two writings; None where `every` is a cron expression."""
        return None if " " in self.every else duration(self.every)


class Config(BaseModel):
    """gatewatch.yaml. Every key is optional; paths are relative to the file."""

    model_config = ConfigDict(extra="forbid", frozen=True, str_strip_whitespace=True)

    sources: Annotated[
        list[str], Field(description="catalogue files or patterns; `builtin` is the shipped one")
    ] = [BUILTIN]
    rules: Annotated[list[str], Field(description="rule files or patterns, likewise")] = [BUILTIN]
    contact: Annotated[
        str, Field(max_length=200, description="for the sites' operators; goes into the User-Agent")
    ] = ""
    timezone: Annotated[str, Field(description="of exports and of dates shown")] = "Asia/Shanghai"
    robots: Annotated[
        Literal["rfc9309", "strict"], Field(description="strict: a refused robots file closes the host")
    ] = "rfc9309"
    where: Annotated[
        Literal["abroad", "cn"] | None,
        Field(description="where Gatewatch runs: what answers only elsewhere is off; unset: all are tried"),
    ] = None
    budgets: Annotated[
        dict[str, str], Field(description="requests over all sources and workers of a domain, such as 60/h")
    ] = {}
    slack: Slack = Slack()
    routes: Annotated[list[RouteTo], Field(description="where matches go; else: slack.channel")] = []
    channels: Annotated[dict[str, ChannelOf], Field(description="how each channel is spoken to")] = {}
    judges: Annotated[
        list[str],
        Field(
            description="who may press buttons: Slack's user ids (a name can be changed) or names; empty: all"
        ),
    ] = []
    people: Annotated[
        Literal["names", "pseudonyms", "none"], Field(description="what is kept of who pressed a button")
    ] = "names"
    exports: list[Export] = []
    translate: Annotated[TranslateOf | None, Field(description="unset: nothing is translated")] = None
    heartbeat_url: Annotated[Secret | None, Field(description="fetched after each good round")] = None

    @model_validator(mode="after")
    def _check_digests(self) -> Config:
        for route in self.routes:
            named = self.channels.get(route.to)
            if route.deliver == "digest" and (named is None or not named.digest.comes):
                raise ValueError(
                    f'routes: {route.to} is to get digests, but channels: says not when: add "{route.to}": '
                    '{digest: {daily: "08:30"}}'
                )
        return self

    @field_validator("contact")
    @classmethod
    def _check_contact(cls, value: str) -> str:
        if not value.isascii() or not value.isprintable():
            raise ValueError("goes into a request header: write it in plain ASCII")
        return value

    @field_validator("timezone")
    @classmethod
    def _check_timezone(cls, value: str) -> str:
        return _zone(value)

    @field_validator("budgets")
    @classmethod
    def _check_budgets(cls, value: dict[str, str]) -> dict[str, str]:
        for domain, budget in value.items():
            if not _DOMAIN.fullmatch(domain):
                raise ValueError(f"{domain!r} is not a domain: write for example miit.gov.cn")
            if not _BUDGET.fullmatch(budget) or int(budget.partition("/")[0]) == 0:
                raise ValueError(f"{budget!r} is not a budget: write for example 60/h")
        return value

    @field_validator("heartbeat_url")
    @classmethod
    def _check_heartbeat(cls, value: Secret | None) -> Secret | None:
        if value is not None and not web_address(value.reveal()):
            raise ValueError("is not an http or https address")
        return value

    @property
    def per_hour(self) -> dict[str, int]:
        """The budgets as whole requests an hour, at least one."""
        found = {}
        for domain, budget in self.budgets.items():
            number, _, unit = budget.partition("/")
            found[domain] = max(1, int(int(number) * _PER_HOUR[unit]))
        return found


def web_address(url: str) -> bool:
    """Whether this is a whole http or https address."""
    try:
        parts = urlsplit(url)
        return parts.scheme in {"http", "https"} and bool(parts.hostname) and (parts.port or 1) > 0
    except ValueError:
        return False
