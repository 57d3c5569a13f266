"""The parts of gatewatch.yaml that name others than Slack: the second road, a translator. Reads no file."""

from __future__ import annotations

import re
from datetime import timedelta
from typing import Annotated, Literal
from urllib.parse import urlsplit

from pydantic import BaseModel, ConfigDict, Field, field_validator, model_validator

from crawlers.source import duration

# compliance@example.com
_ADDRESS = re.compile(r"[A-Za-z0-9.!#$%&'*+/=?^_{|}~-]{1,64}@[A-Za-z0-9](?:[A-Za-z0-9.-]{0,252}[A-Za-z0-9])?")
# smtp.example.com, 127.0.0.1, ::1
_HOST = re.compile(r"[A-Za-z0-9:](?:[A-Za-z0-9.:-]{0,252}[A-Za-z0-9])?")
_PORTS = {"starttls": 587, "tls": 465, "none": 25}
_LOOPBACK = ("127.", "::1", "localhost")


class MailOf(BaseModel):
    """By which mail server, and to whom. The password stands in SMTP_PASSWORD, never here."""

    model_config = ConfigDict(extra="forbid", frozen=True, str_strip_whitespace=True, populate_by_name=True)

    to: Annotated[list[str], Field(min_length=1, max_length=20, description="addresses")]
    sender: Annotated[str, Field(alias="from", description="the sender's address")]
    host: Annotated[str, Field(description="the mail server (SMTP)")]
    port: Annotated[int | None, Field(ge=1, le=65535, description="unset: 587, 465 or 25 by security")] = None
    security: Annotated[
        Literal["starttls", "tls", "none"], Field(description="none: only where nobody logs in")
    ] = "starttls"
    user: Annotated[str, Field(description="who logs in with SMTP_PASSWORD; empty: nobody")] = ""

    @field_validator("to")
    @classmethod
    def _check_to(cls, value: list[str]) -> list[str]:
        return [_address(one) for one in value]

    @field_validator("sender")
    @classmethod
    def _check_sender(cls, value: str) -> str:
        return _address(value)

    @field_validator("host")
    @classmethod
    def _check_host(cls, value: str) -> str:
        if not _HOST.fullmatch(value):
            raise ValueError(f"{value!r} is no host: write for example smtp.example.com")
        return value

    @model_validator(mode="after")
    def _check_login(self) -> MailOf:
        if self.user and self.security == "none" and not loopback(self.host):
            raise ValueError(
                "a password is not sent unencrypted: security is starttls or tls where user is set"
            )
        return self

    @property
    def at_port(self) -> int:
        """The port as configured, else the usual one."""
        return self.port or _PORTS[self.security]


class SecondRoadOf(BaseModel):
    """How alerts go while Slack is down: by mail, or to the webhook in SECOND_ROAD_URL."""

    model_config = ConfigDict(extra="forbid", frozen=True)

    after: Annotated[str, Field(description="Slack must have taken nothing for so long")] = "30m"
    mail: Annotated[MailOf | None, Field(description="unset: the webhook in SECOND_ROAD_URL")] = None

    @field_validator("after")
    @classmethod
    def _check_after(cls, value: str) -> str:
        duration(value)
        return value

    @property
    def patience(self) -> timedelta:
        """The time Slack is given."""
        return duration(self.after)


class TranslateOf(BaseModel):
    """Who translates titles and excerpts: a command, or an address that speaks as LibreTranslate does."""

    model_config = ConfigDict(extra="forbid", frozen=True, str_strip_whitespace=True)

    command: Annotated[
        list[str], Field(description="reads JSON lines with text and to, writes JSON lines with text")
    ] = []
    url: Annotated[str, Field(description="such as http://127.0.0.1:5000/translate; key: TRANSLATE_KEY")] = ""
    to: Annotated[
        str, Field(pattern=r"^([A-Za-z]{2,3}(-[A-Za-z0-9]{2,8})*)?$", description="empty: the channel's")
    ] = ""

    @model_validator(mode="after")
    def _check_one(self) -> TranslateOf:
        if bool(self.command) == bool(self.url):
            raise ValueError("names a command or a url: one of the two")
        if self.command and not all(self.command):
            raise ValueError("command has an empty word")
        parts = urlsplit(self.url)
        if self.url and (parts.scheme not in {"http", "https"} or not parts.hostname or "@" in parts.netloc):
            raise ValueError(
                "url is no http or https address, or has a password: that goes into TRANSLATE_KEY"
            )
        return self


def loopback(host: str) -> bool:
    """Whether this is the machine itself."""
    return host.startswith(_LOOPBACK)


def private_enough(url: str) -> bool:
    """Whether an address may carry what is told: https, or http on the machine itself."""
    try:
        parts = urlsplit(url)
        whole = bool(parts.hostname) and (parts.port or 1) > 0
    except ValueError:
        return False
    return whole and (parts.scheme == "https" or (parts.scheme == "http" and loopback(parts.hostname or "")))


def _address(value: str) -> str:
    if not _ADDRESS.fullmatch(value):
        raise ValueError(f"{value!r} is no mail address: write for example compliance@example.com")
    return value
