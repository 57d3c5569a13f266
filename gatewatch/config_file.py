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
from pydantic import BaseModel, ConfigDict, Field, field_validator

from crawlers.source import BUILTIN, duration
from gatewatch.secret import Secret

# 60/h, 1/m, 500/d
_BUDGET = re.compile(r"(\d{1,6})/([mhd])")
_DOMAIN = re.compile(r"(?=.{1,253}$)[a-z0-9](?:[a-z0-9.-]*[a-z0-9])?")
_PER_HOUR = {"m": 60.0, "h": 1.0, "d": 1 / 24}


class Slack(BaseModel):
    """Where alerts go and how they read. The token stands in the environment, never here."""

    model_config = ConfigDict(extra="forbid", frozen=True, str_strip_whitespace=True)

    channel: Annotated[str, Field(description="the channel for readers: a name or an id")] = ""
    ops_channel: Annotated[str, Field(description="the channel for operators; empty: the readers' one")] = ""
    language: Annotated[Literal["en", "zh-Hans"], Field(description="of the line built from facts")] = "en"
    pace: Annotated[float, Field(gt=0, le=20, description="messages a second and channel")] = 1

    @field_validator("channel", "ops_channel", mode="before")
    @classmethod
    def _check_channel(cls, value: object) -> object:
        if value is None:
            raise ValueError('is empty: a # begins a comment, so put it in quotes: "#china-telecom"')
        return value


class Export(BaseModel):
    """A file that is written anew on a schedule."""

    model_config = ConfigDict(extra="forbid", frozen=True)

    path: Annotated[str, Field(description="where to; its ending, .csv or .jsonl, says the format")]
    every: Annotated[str, Field(description="a duration (1d), or a cron expression")] = "1d"

    @field_validator("path")
    @classmethod
    def _check_path(cls, value: str) -> str:
        if Path(value).suffix not in {".csv", ".jsonl"}:
            raise ValueError(f"{value!r} ends neither in .csv nor in .jsonl")
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
    exports: list[Export] = []
    heartbeat_url: Annotated[Secret | None, Field(description="fetched after each good round")] = None

    @field_validator("contact")
    @classmethod
    def _check_contact(cls, value: str) -> str:
        if not value.isascii() or not value.isprintable():
            raise ValueError("goes into a request header: write it in plain ASCII")
        return value

    @field_validator("timezone")
    @classmethod
    def _check_timezone(cls, value: str) -> str:
        if value not in available_timezones():
            raise ValueError(f"{value!r} is not a time zone: write for example Asia/Shanghai")
        return value

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
