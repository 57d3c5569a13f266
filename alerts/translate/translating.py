"""Asks a program or a service for a machine translation: texts in, texts out, within a time.

A command reads JSON lines (`{"text": …, "to": …}`) and writes one for each (`{"text": …}`); an address is
spoken to as LibreTranslate is (`{"q": […], "source": "auto", "target": …}`). A command sees none of our
secrets: of the environment it gets what programs need to start. What comes back is foreign text.
"""

from __future__ import annotations

import contextlib
import http.client
import json
import os
import queue
import signal
import subprocess
import threading
import urllib.error
import urllib.request
from collections.abc import Callable, Mapping, Sequence
from pathlib import Path
from typing import Any, Protocol

LIMIT = 1_000_000
"""Bytes that are read of an answer."""

_PASSED = frozenset({"PATH", "HOME", "LANG", "TMPDIR", "XDG_DATA_HOME", "XDG_CACHE_HOME", "XDG_CONFIG_HOME"})
_FAULTS = (OSError, http.client.HTTPException, ValueError, LookupError, TypeError, AttributeError)


class NotTranslatedError(Exception):
    """There is no translation; the text says why, and quotes nothing secret."""


class Translation(Protocol):
    """Something that translates."""

    @property
    def name(self) -> str:
        """What it is, for the cache: another one translates anew."""

    def ask(self, texts: Sequence[str], target: str, seconds: float) -> list[str]:
        """As many translations as texts, in their order. Raises NotTranslatedError, at the latest in time."""


class ByCommand:
    """A program of the operator's, started anew for each alert."""

    def __init__(self, command: Sequence[str], folder: Path, environ: Mapping[str, str] = os.environ) -> None:
        self._command = list(command)
        self._folder = folder
        self._environ = {
            name: value for name, value in environ.items() if name in _PASSED or name.startswith("LC_")
        }

    @property
    def name(self) -> str:
        """The command line."""
        return json.dumps(self._command, ensure_ascii=False)

    def ask(self, texts: Sequence[str], target: str, seconds: float) -> list[str]:
        """One line in, one line out for each text."""
        lines = "".join(f"{json.dumps({'text': one, 'to': target})}\n" for one in texts)
        try:
            process = subprocess.Popen(
                self._command, cwd=self._folder, env=self._environ, start_new_session=True,
                stdin=subprocess.PIPE, stdout=subprocess.PIPE, stderr=subprocess.DEVNULL,
            )  # fmt: skip
        except (OSError, ValueError) as error:
            raise NotTranslatedError(f"the command does not start ({type(error).__name__})") from None
        try:
            return _within(seconds, lambda: _answered(process, lines.encode(), len(texts)))
        finally:
            if process.poll() is None:
                with contextlib.suppress(OSError):  # gone in between
                    os.killpg(process.pid, signal.SIGKILL)
                process.wait()


class ByAddress:
    """A service that speaks LibreTranslate's way."""

    def __init__(self, url: str, key: str = "") -> None:
        self._url = url
        self._key = key

    @property
    def name(self) -> str:
        """The address."""
        return self._url

    def ask(self, texts: Sequence[str], target: str, seconds: float) -> list[str]:
        """One POST for all texts."""
        body: dict[str, Any] = {"q": list(texts), "source": "auto", "target": target, "format": "text"}
        if self._key:
            body["api_key"] = self._key
        return _within(seconds, lambda: self._post(json.dumps(body).encode(), len(texts), seconds))

    def _post(self, body: bytes, count: int, seconds: float) -> list[str]:
        headers = {"Content-Type": "application/json", "User-Agent": "Gatewatch"}
        request = urllib.request.Request(self._url, data=body, headers=headers)  # noqa: S310 - config checks it
        try:
            with urllib.request.urlopen(request, timeout=seconds) as answer:  # noqa: S310 - likewise
                found = json.loads(answer.read(LIMIT))["translatedText"]
        except urllib.error.HTTPError as error:
            with contextlib.closing(error):
                raise NotTranslatedError(f"the service answers with status {error.code}") from None
        return _checked([found] if isinstance(found, str) else found, count)


def _answered(process: subprocess.Popen[bytes], lines: bytes, count: int) -> list[str]:
    out, _ = process.communicate(lines)
    if process.returncode:
        raise NotTranslatedError(f"the command ends with {process.returncode}")
    found = out[:LIMIT].decode("utf-8").splitlines()
    return _checked([json.loads(line)["text"] for line in found if line.strip()], count)


def _checked(found: Any, count: int) -> list[str]:
    if not isinstance(found, list) or len(found) != count or not all(isinstance(one, str) for one in found):
        raise NotTranslatedError(f"the answer is not {count} texts")
    return found


def _within(seconds: float, work: Callable[[], list[str]]) -> list[str]:
    """What the work gives, or NotTranslatedError: it failed, or is left to itself when the time is over."""
    done: queue.SimpleQueue[list[str] | Exception] = queue.SimpleQueue()

    def run() -> None:
        try:
            done.put(work())
        except NotTranslatedError as error:
            done.put(error)
        except _FAULTS as error:
            done.put(NotTranslatedError(f"the answer cannot be read ({type(error).__name__})"))

    threading.Thread(target=run, name="translation", daemon=True).start()
    try:
        found = done.get(timeout=seconds)
    except queue.Empty:
        raise NotTranslatedError(f"no answer within {seconds:.0f} s") from None
    if isinstance(found, Exception):
        raise found
    return found
