"""A process that reads one file: bytes on stdin, its name as the argument, JSON on stdout.

Takes away from itself what it does not need before it looks at the bytes: memory, time, files, cores.
"""

from __future__ import annotations

import contextlib
import json
import resource
import sys

MEMORY = 1024 * 1024 * 1024
SECONDS = 20


def _confine() -> None:
    limits = (
        (resource.RLIMIT_AS, MEMORY),
        (resource.RLIMIT_CPU, SECONDS),
        (resource.RLIMIT_FSIZE, 0),
        (resource.RLIMIT_CORE, 0),
    )
    for what, most in limits:
        with contextlib.suppress(ValueError, OSError):  # macOS has no limit of the address space
            resource.setrlimit(what, (most, most))


def main() -> None:
    """Never fails on a file: what is wrong with it is the answer."""
    from crawlers.parse.documents.contents import contents  # noqa: PLC0415  # loaded before the limits count
    from crawlers.parse.documents.outcome import Unread  # noqa: PLC0415

    data = sys.stdin.buffer.read()
    _confine()
    try:
        found = contents(data, sys.argv[1] if len(sys.argv) > 1 else "")
        answer = {"kind": found.kind, "text": found.text, "missing": found.missing}
    except Unread as unread:
        answer = {"kind": unread.kind, "code": unread.code, "message": str(unread)}
    sys.stdout.buffer.write(json.dumps(answer, ensure_ascii=True).encode())


main()
