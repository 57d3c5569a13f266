"""What is watched. A source is data: ten lines of YAML that an analyst can write.

Reads and validates the catalogue: the built-in files first, then the operator's, where a later file
may extend, change or disable a source of the same id. Never fetches anything.
"""

from __future__ import annotations

import difflib
import re
from collections.abc import Iterable, Mapping, Sequence
from datetime import timedelta
from functools import cached_property
from importlib import resources
from pathlib import Path
from typing import Annotated, Any, Literal, get_args
from urllib.parse import urlsplit
from zoneinfo import ZoneInfo, available_timezones

from croniter import croniter
from pydantic import BaseModel, ConfigDict, Field, WithJsonSchema, field_validator

from crawlers.article import OFFICIAL, Tier
from crawlers.errors import ConfigError
from crawlers.refusals import Refusal, refusal
from crawlers.selecting import Pages, Resolve, Selectors, check, web_address
from crawlers.strict import Document, read, validate

Kind = Literal["jpaas", "listing", "json_list", "feed"]
BUILTIN = "builtin"

# 30m, 2h, 1d, 90s, 1h30m
_DURATION = re.compile(r"(?:(\d+)d)?(?:(\d+)h)?(?:(\d+)m)?(?:(\d+(?:\.\d+)?)s)?")
_ID = re.compile(r"[a-z0-9][a-z0-9_]{0,62}")


def duration(text: str) -> timedelta:
    """`90s`, `30m`, `1h30m`, `2d` as a timedelta. Raises ValueError for anything else."""
    found = _DURATION.fullmatch(text.strip())
    if not text.strip() or found is None:
        raise ValueError(f"{text!r} is not a duration: write for example 90s, 30m, 2h or 1d")
    days, hours, minutes, seconds = (float(part or 0) for part in found.groups())
    length = timedelta(days=days, hours=hours, minutes=minutes, seconds=seconds)
    if length <= timedelta(0):
        raise ValueError(f"{text!r} is no time at all")
    return length


class ArticleReading(BaseModel):
    """Where an article page of this source keeps its parts, as CSS selectors. All optional."""

    model_config = ConfigDict(extra="forbid", frozen=True)

    title: str = ""
    body: str = ""
    date: str = ""
    origin: str = ""
    fetch: Annotated[bool, Field(description="false: the list's own title and summary are enough")] = True


Text = Annotated[str, Field(coerce_numbers_to_str=True), WithJsonSchema({"type": ["string", "number"]})]
"""A parameter's value: `perPage: 20` is as good as `perPage: "20"`."""


class Source(BaseModel):
    """One source. Times are in `timezone`; `every` is a duration or a cron expression in it."""

    model_config = ConfigDict(extra="forbid", frozen=True, str_strip_whitespace=True)

    id: Annotated[str, Field(description="lower case letters, digits and underscores; never changed later")]
    name: str
    kind: Kind
    url: Annotated[str, Field(description="the list or feed, as a person would open it")]
    authority: Annotated[str, Field(description="whom it covers: MIIT, CAC …; empty for the press")] = ""
    tier: Tier = "press"
    lang: Annotated[str, Field(description="zh-Hans, zh-Hant, en …")] = ""
    every: str = "1h"
    at_least: Annotated[int, Field(ge=0, description="fewer rows than this is a failure")] = 1
    evidence: Literal["attested", "inferred"] = "attested"
    although_refused: Annotated[
        bool, Field(description="true: crawl it although the catalogue lists its host under refused:")
    ] = False
    enabled: bool = True
    delay: Annotated[
        float | None,
        Field(ge=0, le=3600, description="seconds between requests to the host; default 1, own loopback 0"),
    ] = None
    timeout: Annotated[float, Field(gt=0, le=600, description="seconds for one answer")] = 30
    max_pages: Annotated[int, Field(ge=1, le=100)] = 5
    attachments: Annotated[
        bool | None,
        Field(description="read attached files; default: a regulator's and the government's only"),
    ] = None
    selectors: Selectors = Selectors()
    pages: Pages | None = None
    article: ArticleReading = ArticleReading()
    method: Literal["GET", "POST"] = "GET"
    params: Annotated[dict[str, Text], Field(description="added to the list's address")] = {}
    form: Annotated[dict[str, Text], Field(description="sent as a form, with method: POST")] = {}
    body: Annotated[dict[str, Any], Field(description="sent as JSON, with method: POST")] = {}
    resolve: Resolve | None = None
    headers: dict[str, Text] = {}
    proxy: Annotated[str, Field(description="http://user:password@host:port, for this source only")] = ""
    reach: Annotated[
        Literal["any", "abroad", "cn"], Field(description="from where it answers; see the config's `where`")
    ] = "any"
    robots: Literal["rfc9309", "strict"] | None = None
    timezone: str = "Asia/Shanghai"
    notes: str = ""

    @field_validator("id")
    @classmethod
    def _check_id(cls, value: str) -> str:
        if not _ID.fullmatch(value):
            raise ValueError(f"{value!r}: lower case letters, digits and underscores only")
        return value

    @field_validator("url")
    @classmethod
    def _check_url(cls, value: str) -> str:
        return web_address(value)

    @field_validator("proxy")
    @classmethod
    def _check_proxy(cls, value: str) -> str:
        parts = urlsplit(value)
        if value and (parts.scheme not in {"http", "https"} or not parts.hostname):
            raise ValueError("is no proxy: write http://host:port, or http://user:password@host:port")
        return value

    @field_validator("every")
    @classmethod
    def _check_every(cls, value: str) -> str:
        if " " in value:
            if not croniter.is_valid(value):
                raise ValueError(f"{value!r} is not a cron expression")
            return value
        duration(value)
        return value

    @field_validator("timezone")
    @classmethod
    def _check_timezone(cls, value: str) -> str:
        if value not in available_timezones():
            raise ValueError(f"{value!r} is not a time zone: write for example Asia/Shanghai")
        return value

    @property
    def reads_attachments(self) -> bool:
        """Attached files are fetched and read: where rules are, files are; the press attaches pictures."""
        return self.tier in OFFICIAL if self.attachments is None else self.attachments

    @property
    def cron(self) -> bool:
        """True where `every` is a cron expression and not a duration."""
        return " " in self.every

    @cached_property
    def interval(self) -> timedelta:
        """The time between two turns; for a cron expression the gap it usually leaves."""
        if not self.cron:
            return duration(self.every)
        times = croniter(self.every, 0)
        return timedelta(seconds=-(times.get_next(float) - times.get_next(float)))

    @property
    def zone(self) -> ZoneInfo:
        """The time zone that the source's bare dates are in."""
        return ZoneInfo(self.timezone)

    @property
    def host(self) -> str:
        """The host of the list, lower case."""
        return (urlsplit(self.url).hostname or "").lower()

    def off(self, switched: bool | None, where: str) -> str:
        """Why it is not polled, or empty: switched off, or out of reach from `where` we are.

        `switched` is the operator's word by hand. A proxy of its own brings any source into reach.
        """
        if not (self.enabled if switched is None else switched):
            return "switched off in the catalogue" if switched is None else "switched off by hand"
        if where and not self.proxy and self.reach not in {"any", where}:
            return f"out of reach: it answers only {_REACHED[self.reach]}, and no proxy is set"
        return ""


class _File(BaseModel):
    model_config = ConfigDict(extra="forbid")

    sources: list[dict[str, Any]] = Field(default_factory=list)
    refused: list[Refusal] = Field(default_factory=list)


class Catalogue(dict[str, Source]):
    """The sources by id, in the order of the files; `refused` are the hosts that none may name."""

    refused: tuple[Refusal, ...] = ()


KINDS: tuple[str, ...] = get_args(Kind)
_REACHED = {"cn": "within China", "abroad": "outside China"}


def builtin_files() -> list[Path]:
    """The catalogue that ships with Gatewatch."""
    return sorted(Path(str(resources.files("crawlers"))).joinpath("sources").glob("*.yaml"))


def load_catalogue(files: Iterable[Path | str]) -> Catalogue:
    """The sources of these files by id, in order; `builtin` stands for the shipped catalogue.

    A later entry with the id of an earlier one changes only the keys it names. Raises ConfigError.
    """
    refused: dict[str, Refusal] = {}
    merged: dict[str, dict[str, Any]] = {}
    last: dict[str, tuple[Document, int]] = {}
    for path in _expand(files):
        document = read(path)
        file = validate(_File, document)
        refused.update((one.host, one) for one in file.refused)
        entries = file.sources
        for index, entry in enumerate(entries):
            identity = entry.get("id")
            if not isinstance(identity, str):
                raise document.error(["sources", index], "the key 'id' is missing", "Add id: …")
            if identity in merged and last[identity][0].file == document.file:
                raise document.error(
                    ["sources", index, "id"],
                    f"the id {identity!r} stands twice in this file",
                    "Rename one of them.",
                )
            merged[identity] = _merge(merged.get(identity, {}), entry)
            last[identity] = (document, index)
    catalogue = Catalogue()
    catalogue.refused = tuple(refused.values())
    for identity, entry in merged.items():
        catalogue[identity] = _build(entry, *last[identity], catalogue.refused)
    return catalogue


def _expand(files: Iterable[Path | str]) -> list[Path]:
    found: list[Path] = []
    for item in files:
        found.extend(builtin_files() if item == BUILTIN else [Path(item)])
    return found


def _merge(earlier: Mapping[str, Any], later: Mapping[str, Any]) -> dict[str, Any]:
    merged = dict(earlier)
    for key, value in later.items():
        old = merged.get(key)
        merged[key] = {**old, **value} if isinstance(old, dict) and isinstance(value, dict) else value
    return merged


def _build(entry: Mapping[str, Any], document: Document, index: int, refused: Sequence[Refusal]) -> Source:
    places = {
        tuple(path[2:]): place for path, place in document.places.items() if path[:2] == ("sources", index)
    }
    own = Document(document.file, dict(entry), places)
    source = validate(Source, own)
    check(source, own)
    against = refusal(refused, source.host)
    if against is not None and not source.although_refused:
        raise own.error(
            ["url"],
            f"{source.host} is not crawled: {against.reason}",
            f"The other road: {against.road}. Write although_refused: true to crawl it all the same.",
        )
    return source


def pick(catalogue: Mapping[str, Source], ids: Sequence[str]) -> list[Source]:
    """The named sources. Raises ConfigError for an unknown id, with the nearest known one."""
    chosen = []
    for identity in ids:
        if identity not in catalogue:
            near = difflib.get_close_matches(identity, catalogue, n=1)
            hint = f" Did you mean {near[0]!r}?" if near else " `gatewatch sources list` shows them all."
            raise ConfigError(f"there is no source {identity!r}.", hint.strip())
        chosen.append(catalogue[identity])
    return chosen
