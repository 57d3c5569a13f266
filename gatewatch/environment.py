"""Reads the environment: variables, the `.env` of the working folder, and secrets from files.

A variable that is set, even to nothing, hides the same one in `.env`. Each secret may come as NAME or
as NAME_FILE, the path of a file that holds it. Never changes the environment, never shows a value.
"""

from __future__ import annotations

import logging
from collections.abc import Mapping
from dataclasses import dataclass, field
from pathlib import Path

from crawlers.errors import ConfigError
from gatewatch.secret import Secret

SECRETS: tuple[str, ...] = (
    *("SLACK_BOT_TOKEN", "SLACK_APP_TOKEN", "SLACK_WEBHOOK_URL", "DATABASE_URL"),
    *("SECOND_ROAD_URL", "SMTP_PASSWORD", "TRANSLATE_KEY"),
)
"""The variables that are never shown, and that may come from a file."""

NETWORK: tuple[str, ...] = ("HTTP_PROXY", "HTTPS_PROXY", "ALL_PROXY", "NO_PROXY", "SSL_CERT_FILE")
"""The variables that libraries of others read from the process itself, in either case."""

_LARGEST = 16_384

log = logging.getLogger(__name__)


@dataclass(frozen=True)
class Environment:
    """The variables as layers, the strongest first: the process's own, then the `.env` file's."""

    layers: tuple[Mapping[str, str], ...]
    cwd: Path = field(default_factory=Path)

    def get(self, name: str) -> str:
        """The value, or an empty text where it is unset or set to nothing."""
        for layer in self.layers:
            if name in layer:
                return layer[name].strip()
        return ""

    def secret(self, name: str) -> Secret | None:
        """The secret of this name, from NAME or the file that NAME_FILE names, or None.

        Raises ConfigError where the file cannot be read, is empty or holds several lines, or where
        both are set in one layer and differ.
        """
        for layer in self.layers:
            if name not in layer and f"{name}_FILE" not in layer:
                continue
            plain = layer.get(name, "").strip()
            path = layer.get(f"{name}_FILE", "").strip()
            filed = _read(name, self.cwd / Path(path).expanduser()) if path else ""
            if plain and filed and plain != filed:
                raise ConfigError(f"{name} and {name}_FILE are both set, and differ", "Unset one of the two.")
            found = plain or filed
            if any(ord(letter) <= 32 for letter in found):
                raise ConfigError(
                    f"{name} holds a blank or a line break",
                    f"Copy the value of {name} again, as one line without blanks.",
                )
            return Secret(found) if found else None
        return None

    @property
    def network(self) -> dict[str, str]:
        """The proxy and certificate variables that stand in `.env` only: for the process to take over."""
        process, *others = self.layers
        wanted = {*NETWORK, *(name.lower() for name in NETWORK if name != "SSL_CERT_FILE")}
        return {
            name: value
            for layer in others
            for name, value in layer.items()
            if name in wanted and name.upper() not in process and name.lower() not in process
        }


def read_environment(environ: Mapping[str, str], cwd: Path) -> Environment:
    """The environment of a process that was started in `cwd`, with the `.env` file there."""
    return Environment((environ, _dotenv(cwd / ".env")), cwd)


def _dotenv(path: Path) -> dict[str, str]:
    from dotenv.parser import parse_stream  # noqa: PLC0415  # only where there is something to read

    try:
        if not path.is_file():
            return {}
        with path.open(encoding="utf-8-sig") as stream:
            bindings = list(parse_stream(stream))
    except (OSError, UnicodeDecodeError) as error:
        reason = error.strerror if isinstance(error, OSError) else "it is not UTF-8"
        raise ConfigError(f"cannot be read: {reason}", "Mend the file, or move it away.", file=path) from None
    found: dict[str, str] = {}
    for binding in bindings:
        if binding.error:
            log.warning("%s:%d: not of the form NAME=value, so it is left out", path, binding.original.line)
        elif binding.key is not None and binding.value is not None:
            found[binding.key] = binding.value
    return found


def _read(name: str, path: Path) -> str:
    """The secret that a file holds: one line, its line break left off."""
    try:
        with path.open("rb") as stream:
            body = stream.read(_LARGEST + 1)
    except OSError as error:
        raise ConfigError(
            f"{name}_FILE cannot be read: {error.strerror}", "Check the path and its rights.", file=path
        ) from None
    try:
        text = body.decode("utf-8-sig").strip()
    except UnicodeDecodeError:
        remedy = "Store the secret as one line of text."
        raise ConfigError(f"{name}_FILE is not a text file", remedy, file=path) from None
    if not text:
        raise ConfigError(f"{name}_FILE is empty", "Store the secret in it, or unset it.", file=path)
    if len(body) > _LARGEST:
        raise ConfigError(f"{name}_FILE is too large to hold a secret", "Check the path.", file=path)
    return text
