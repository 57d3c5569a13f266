"""Reads gatewatch.yaml and settles what applies: command line, environment, config file, defaults.

`Config` is the file as it stands, `Settings` what a command works with: paths resolved, secrets wrapped,
the way alerts leave decided. Unknown keys are errors with file, line and the nearest known key. Reads
files and the environment given to it; never makes a folder, opens the store or speaks to the network.
"""

from __future__ import annotations

import glob
import os
import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import timedelta
from pathlib import Path
from typing import Annotated, Literal
from urllib.parse import urlsplit
from zoneinfo import ZoneInfo, available_timezones

from croniter import croniter
from pydantic import BaseModel, ConfigDict, Field, field_validator

from crawlers.errors import ConfigError
from crawlers.source import BUILTIN, duration
from crawlers.strict import Document, read, validate
from gatewatch import __version__
from gatewatch.environment import Environment, read_environment
from gatewatch.secret import Secret

FILE = "gatewatch.yaml"
DATABASE = "gatewatch.sqlite3"

Delivery = Literal["bot", "webhook", "missing", "terminal"]
"""How alerts leave. `missing`: Slack is meant, but something it needs is not there; alerts stay pending."""

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
        if value is not None and not _web(value.reveal()):
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


@dataclass(frozen=True)
class Settings:
    """What applies to one invocation. `repr()` shows no secret.

    `folder` is what relative paths of the config mean; `source_files` and `rule_files` are expanded,
    in order, with `builtin` kept as a word. `channel` and `ops_channel` are empty where none is set.
    """

    config: Config
    file: Path | None
    folder: Path
    home: Path
    database_url: Secret
    source_files: tuple[Path | str, ...] = (BUILTIN,)
    rule_files: tuple[Path | str, ...] = (BUILTIN,)
    bot_token: Secret | None = None
    app_token: Secret | None = None
    webhook_url: Secret | None = None
    slack_api_url: str = ""
    channel: str = ""
    ops_channel: str = ""
    network: Mapping[str, str] = field(default_factory=dict, repr=False)
    proxies: tuple[Secret, ...] = ()

    @property
    def delivery(self) -> Delivery:
        """How alerts leave: the token wins over the webhook; the terminal only where no Slack setting is."""
        if self.bot_token and self.channel:
            return "bot"
        if self.webhook_url:
            return "webhook"
        meant = self.bot_token or self.app_token or self.slack_api_url or self.channel or self.ops_channel
        return "missing" if meant else "terminal"

    @property
    def lacks(self) -> str:
        """What `missing` delivery lacks and how to add it, in one sentence; else an empty text."""
        if self.delivery != "missing":
            return ""
        if self.bot_token:
            return "SLACK_BOT_TOKEN is set, but no channel: set SLACK_CHANNEL or slack.channel."
        return "Slack is configured, but without a token: set SLACK_BOT_TOKEN or SLACK_WEBHOOK_URL."

    @property
    def zone(self) -> ZoneInfo:
        """The time zone of exports and of dates shown."""
        return ZoneInfo(self.config.timezone)

    @property
    def user_agent(self) -> str:
        """How every request names itself."""
        contact = f"; {self.config.contact}" if self.config.contact else ""
        return f"Gatewatch/{__version__} (news and regulation monitor{contact})"

    @property
    def exports(self) -> tuple[tuple[Path, Export], ...]:
        """The scheduled exports, each with its resolved path."""
        return tuple((self.folder / Path(export.path).expanduser(), export) for export in self.config.exports)

    @property
    def secrets(self) -> tuple[str, ...]:
        """Every text that must not be shown, for the redactor."""
        known = (self.bot_token, self.app_token, self.webhook_url, self.config.heartbeat_url, *self.proxies)
        database = self.database_url.reveal()
        plain = [secret.reveal() for secret in known if secret]
        return tuple(plain + ([database] if urlsplit(database).password else []))


def load(
    file: Path | str | None = None,
    home: Path | str | None = None,
    *,
    environ: Mapping[str, str],
    cwd: Path,
) -> Settings:
    """The settings for a command line's `--config` and `--home`, an environment and a working folder.

    Raises ConfigError for anything that is wrong: with file and line where it stands in a file.
    """
    env = read_environment(environ, cwd)
    place = _home(home, env, cwd)
    path = _find(file, env, cwd, place)
    document = read(path) if path else Document(FILE, None, {})
    config = validate(Config, document)
    folder = path.parent if path else cwd
    return Settings(
        config=config,
        file=path,
        folder=folder,
        home=place,
        database_url=_database(env, place),
        source_files=_files(document, "sources", config.sources, folder),
        rule_files=_files(document, "rules", config.rules, folder),
        bot_token=env.secret("SLACK_BOT_TOKEN"),
        app_token=env.secret("SLACK_APP_TOKEN"),
        webhook_url=_webhook(env),
        slack_api_url=_api(env),
        channel=env.get("SLACK_CHANNEL") or config.slack.channel,
        ops_channel=config.slack.ops_channel,
        network=env.network,
        proxies=_proxies(env),
    )


def default_home() -> Path:
    """The platform's folder for a user's data."""
    import platformdirs  # noqa: PLC0415  # only where no home is named

    return Path(platformdirs.user_data_dir("gatewatch", appauthor=False))


def _home(home: Path | str | None, env: Environment, cwd: Path) -> Path:
    named = str(home) if home else env.get("GATEWATCH_HOME")
    return cwd / Path(named).expanduser() if named else default_home()


def _find(file: Path | str | None, env: Environment, cwd: Path, home: Path) -> Path | None:
    named = str(file) if file else env.get("GATEWATCH_CONFIG")
    if named:
        return cwd / Path(named).expanduser()
    return next((path for path in (cwd / FILE, home / FILE) if path.is_file()), None)


def _files(document: Document, key: str, patterns: Sequence[str], folder: Path) -> tuple[Path | str, ...]:
    """The files of these patterns, each once, a pattern's own in the order of their names."""
    found: list[Path | str] = []
    for index, pattern in enumerate(patterns):
        if pattern == BUILTIN:
            found.append(BUILTIN)
            continue
        whole = folder / Path(pattern).expanduser()
        if glob.has_magic(pattern):  # no file yet is no fault
            # Path.glob takes no absolute pattern, and `folder` may itself hold a bracket.
            names = glob.glob(os.path.expanduser(pattern), root_dir=folder, recursive=True)  # noqa: PTH111, PTH207
            found.extend(folder / name for name in sorted(names))
        elif whole.is_dir():
            remedy = f"Write {pattern.rstrip('/')}/*.yaml"
            raise document.error([key, index], f"{pattern!r} is a folder", remedy)
        elif not whole.is_file():
            remedy = "Check the path, or remove the line."
            raise document.error([key, index], f"there is no file {pattern!r}", remedy)
        else:
            found.append(whole)
    return tuple(dict.fromkeys(found))


def _database(env: Environment, home: Path) -> Secret:
    secret = env.secret("DATABASE_URL")
    if secret is None:
        return Secret(f"sqlite:///{home / DATABASE}")
    scheme = secret.reveal().partition(":")[0].partition("+")[0].lower()
    if scheme not in {"sqlite", "postgres", "postgresql"} or "://" not in secret.reveal():
        raise ConfigError(
            "DATABASE_URL is of no known kind",
            "Write sqlite:///file, or postgresql://user:password@host/name; or unset it.",
        )
    return secret


def _webhook(env: Environment) -> Secret | None:
    secret = env.secret("SLACK_WEBHOOK_URL")
    if secret is not None and not _web(secret.reveal()):
        raise ConfigError("SLACK_WEBHOOK_URL is not an http or https address", "Copy it from Slack again.")
    return secret


def _api(env: Environment) -> str:
    url = env.get("SLACK_API_URL")
    if url and (not _web(url) or urlsplit(url).username is not None):
        raise ConfigError(
            "SLACK_API_URL is not an http or https address", "Write for example https://slack.com/api/"
        )
    return f"{url.rstrip('/')}/" if url else ""


def _proxies(env: Environment) -> tuple[Secret, ...]:
    names = ("HTTP_PROXY", "HTTPS_PROXY", "ALL_PROXY", "http_proxy", "https_proxy", "all_proxy")
    values = [value for layer in env.layers for name in names if (value := layer.get(name, ""))]
    return tuple(Secret(value) for value in dict.fromkeys(values) if "@" in value)


def _web(url: str) -> bool:
    try:
        parts = urlsplit(url)
        return parts.scheme in {"http", "https"} and bool(parts.hostname) and (parts.port or 1) > 0
    except ValueError:
        return False
