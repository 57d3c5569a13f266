"""Reads a file in a process of its own: what a hostile one breaks, hangs or swells is that process.

The process gets the bytes and nothing else: no environment (it holds tokens), no network of ours, limits of
memory and time that it sets itself, and an end by the clock that it cannot put off. At most ROOM at once.
"""

from __future__ import annotations

import asyncio
import json
import os
import subprocess
import sys
from concurrent.futures import ThreadPoolExecutor

from crawlers.parse.documents.outcome import Contents, Unread

ROOM = 2
PATIENCE = 30.0
"""Seconds for one file; the longest law takes two."""

_MODULE = "crawlers.parse.documents"
_threads = ThreadPoolExecutor(ROOM, "documents")


async def read(data: bytes, name: str, *, patience: float = PATIENCE) -> Contents:
    """The text of a file. Raises Unread. Ends its process when it is cancelled."""
    started: list[subprocess.Popen[bytes]] = []
    try:
        return await asyncio.get_running_loop().run_in_executor(
            _threads, _read, data, name, patience, started
        )
    finally:
        for process in started:
            process.kill()


def _read(data: bytes, name: str, patience: float, started: list[subprocess.Popen[bytes]]) -> Contents:
    environment = {"PYTHONPATH": os.pathsep.join(filter(None, sys.path)), "LC_ALL": "C.UTF-8"}
    with subprocess.Popen(
        [sys.executable, "-m", _MODULE, name[-200:].replace("\x00", "")],
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
        stderr=subprocess.DEVNULL,
        env=environment,
    ) as process:
        started.append(process)
        try:
            answer, _ = process.communicate(data, timeout=patience)
        except subprocess.TimeoutExpired:
            process.kill()
            raise Unread("too-slow", f"it was not read within {patience:.0f} seconds") from None
    return _told(answer)


def _told(answer: bytes) -> Contents:
    try:
        said = json.loads(answer)
    except ValueError:  # the process died: a signal, or no memory left
        raise Unread("corrupt", "reading it ended in the middle") from None
    if "text" in said:
        return Contents(said["kind"], said["text"], said["missing"])
    raise Unread(said["code"], said["message"], said["kind"])
