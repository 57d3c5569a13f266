"""Reads gatewatch.yaml and settles what applies: command line, environment, config file, defaults.

`Config` is the file as it stands, `Settings` what a command works with: paths resolved, secrets wrapped,
the way alerts leave decided. Unknown keys are errors with file, line and the nearest known key. Reads
files and the environment given to it; never makes a folder, opens the store or speaks to the network.
"""

from __future__ import annotations

import glob
import os
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import Literal
from urllib.parse import urlsplit
from zoneinfo import ZoneInfo

from crawlers.errors import ConfigError
from crawlers.source import BUILTIN
from crawlers.strict import Document, read, validate
from gatewatch import __version__
from gatewatch.config_file import Config, Export, Slack, web_address
from gatewatch.config_roads import private_enough
from gatewatch.environment import Environment, read_environment
from gatewatch.secret import Secret

__all__ = ["Config", "Delivery", "Export", "Settings", "Slack", "default_home", "load"]

FILE = "gatewatch.yaml"
DATABASE = "gatewatch.sqlite3"

Delivery = Literal["bot", "webhook", "missing", "terminal"]
"""How alerts leave. `missing`: Slack is meant, but something it needs is not there; alerts stay pending."""


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
    second_url: Secret | None = None
    mail_password: Secret | None = None
    translate_key: Secret | None = None
    slack_api_url: str = ""
    channel: str = ""
    ops_channel: str = ""
    network: Mapping[str, str] = field(default_factory=dict, repr=False)
    proxies: tuple[Secret, ...] = ()

    @property
    def archive(self) -> Path:
        """Where evidence is kept."""
        return self.home / "archive"

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
    def listens(self) -> bool:
        """Whether `run` hears buttons and commands: a bot posts them, and there is an app token."""
        return self.delivery == "bot" and self.app_token is not None

    @property
    def lacks(self) -> str:
        """What `missing` delivery lacks and how to add it, in one sentence; else an empty text."""
        if self.delivery != "missing":
            return ""
        if self.bot_token:
            return "SLACK_BOT_TOKEN is set, but no channel: set SLACK_CHANNEL or slack.channel."
        return "Slack is configured, but without a token: set SLACK_BOT_TOKEN or SLACK_WEBHOOK_URL."

    @property
    def second_lacks(self) -> str:
        """What a second road that is meant lacks, in one sentence; else an empty text."""
        mail = self.config.slack.second_road.mail
        if mail is None and self.second_url is None and "second_road" in self.config.slack.model_fields_set:
            return "slack.second_road leads nowhere: set SECOND_ROAD_URL, or mail: in it."
        if mail is not None and mail.user and self.mail_password is None:
            return "slack.second_road.mail names a user, but there is no password: set SMTP_PASSWORD."
        return ""

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
        slack = (self.bot_token, self.app_token, self.webhook_url, self.second_url, self.mail_password)
        known = (*slack, self.translate_key, self.config.heartbeat_url, *self.proxies)
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
        second_url=_second(env, config),
        mail_password=env.secret("SMTP_PASSWORD"),
        translate_key=_translate_key(env, config),
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
    if secret is not None and not web_address(secret.reveal()):
        raise ConfigError("SLACK_WEBHOOK_URL is not an http or https address", "Copy it from Slack again.")
    return secret


def _second(env: Environment, config: Config) -> Secret | None:
    secret = env.secret("SECOND_ROAD_URL")
    if secret is not None and not private_enough(secret.reveal()):
        raise ConfigError("SECOND_ROAD_URL is not an https address", "Copy it from the other service again.")
    if secret is not None and config.slack.second_road.mail is not None:
        remedy = "Unset SECOND_ROAD_URL, or remove mail: under slack.second_road."
        raise ConfigError("SECOND_ROAD_URL and slack.second_road.mail are two second roads", remedy)
    return secret


def _translate_key(env: Environment, config: Config) -> Secret | None:
    secret = env.secret("TRANSLATE_KEY")
    url = config.translate.url if config.translate else ""
    if secret is not None and url and not private_enough(url):
        raise ConfigError(
            "TRANSLATE_KEY would go over http", "Write translate.url with https, or unset the key."
        )
    return secret


def _api(env: Environment) -> str:
    url = env.get("SLACK_API_URL")
    if url and (not web_address(url) or urlsplit(url).username is not None):
        raise ConfigError(
            "SLACK_API_URL is not an http or https address", "Write for example https://slack.com/api/"
        )
    if url and not urlsplit(url).path.rstrip("/").endswith("/api"):
        raise ConfigError(
            f"SLACK_API_URL does not end in /api/: {url}", "Write for example https://slack.com/api/"
        )
    return f"{url.rstrip('/')}/" if url else ""


def _proxies(env: Environment) -> tuple[Secret, ...]:
    names = ("HTTP_PROXY", "HTTPS_PROXY", "ALL_PROXY", "http_proxy", "https_proxy", "all_proxy")
    values = [value for layer in env.layers for name in names if (value := layer.get(name, ""))]
    return tuple(Secret(value) for value in dict.fromkeys(values) if "@" in value)
