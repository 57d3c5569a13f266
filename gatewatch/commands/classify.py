"""`gatewatch classify`: JSON Lines in, JSON Lines out, in order, a line at a time. Needs no store."""

from __future__ import annotations

import json
import signal
import sys
from collections.abc import Iterator
from pathlib import Path
from typing import TYPE_CHECKING, Any, BinaryIO, get_args

import click

from crawlers.article import Tier
from gatewatch import exits
from gatewatch.commands.rules import evidence_json
from gatewatch.invocation import Command, Invocation, pass_invocation

if TYPE_CHECKING:
    from pipelines.classify import Rules
    from pipelines.match import Verdict

_TEXTS = ("title", "text", "url", "source", "lang", "published", "tier")
_TIERS = get_args(Tier)

Line = tuple[int, bytes]
"""A line's number, counted from 1, and the line."""


@click.command(
    cls=Command,
    example="""echo '{"id": "1", "title": "清理规范互联网网络接入服务市场"}' | gatewatch classify""",
)
@click.argument("file", default="-", type=click.Path(exists=True, dir_okay=False, allow_dash=True))
@pass_invocation
def classify(invocation: Invocation, file: str) -> int:
    """Judge texts: JSON Lines in, JSON Lines out.

    In: {"id": "…", "title": "…", "text": "…"} a line, optionally url, source, lang, published, tier.
    A line that cannot be read is named on standard error; the rest goes on, and the exit code is 1.
    """
    rules = invocation.rules
    out = sys.stdout.buffer
    broken = 0
    with _opened(file) as stream:
        for number, line in until_terminated(_lines(stream)):
            try:
                item = read_item(line)
            except ValueError as error:
                broken += 1
                click.echo(invocation.redact(f"gatewatch: line {number}: {error}"), err=True)
                continue
            out.write(_encoded(judged(rules, item)))
            out.flush()
    return exits.UNEXPECTED if broken else exits.FINE


class _Terminated(BaseException):
    """SIGTERM came while nothing was open."""


def until_terminated(lines: Iterator[Line]) -> Iterator[Line]:
    """The lines, until SIGTERM: the one that is open is finished, and no other is waited for."""
    waiting = wanted = False

    def stop(*_: object) -> None:
        nonlocal wanted
        wanted = True
        if waiting:  # Python goes on reading after a signal, unless its handler raises
            raise _Terminated

    before = signal.signal(signal.SIGTERM, stop)
    try:
        while not wanted:
            waiting = True
            line = next(lines, None)
            waiting = False
            if line is None:
                return
            yield line
    except _Terminated:
        return
    finally:
        signal.signal(signal.SIGTERM, before)


def _opened(file: str) -> BinaryIO:
    return sys.stdin.buffer if file == "-" else Path(file).open("rb")


def _lines(stream: BinaryIO) -> Iterator[Line]:
    for number, line in enumerate(stream, 1):
        bare = (line.removeprefix(b"\xef\xbb\xbf") if number == 1 else line).strip()
        if bare:
            yield number, bare


def read_item(line: bytes) -> dict[str, Any]:
    """One line as an object with an id, a title and a text. Raises ValueError in words."""
    try:
        item = json.loads(line)
    except UnicodeDecodeError as error:
        raise ValueError(f"is not UTF-8 (byte {error.start + 1})") from None
    except json.JSONDecodeError as error:
        raise ValueError(f"is not JSON: {error.msg} (column {error.colno})") from None
    except RecursionError:
        raise ValueError("is nested too deeply") from None
    if not isinstance(item, dict):
        raise ValueError('is not an object: write {"id": "…", "title": "…", "text": "…"}')  # noqa: TRY004  # likewise below
    if not isinstance(item.get("id"), str):
        raise ValueError('has no "id" that is a text')  # noqa: TRY004  # one kind of error for a caller
    wrong = next((key for key in _TEXTS if not isinstance(item.get(key, ""), str | None)), None)
    if wrong:
        raise ValueError(f'"{wrong}" is not a text')
    if not item.get("title") and "text" not in item:
        raise ValueError('has neither "title" nor "text"')
    if item.get("tier") and item["tier"] not in _TIERS:
        raise ValueError(f'"tier" is none of {", ".join(_TIERS)}')
    return item


def judged(rules: Rules, item: dict[str, Any]) -> dict[str, Any]:
    """The verdict over one item, to the contract. Offsets are code points in the text given."""
    verdict: Verdict = rules.judge(
        item.get("title") or "",
        item.get("text") or "",
        tier=item.get("tier") or "press",
        lang=item.get("lang") or "",
        source=item.get("source") or "",
    )
    return {
        "id": item["id"],
        "matched": verdict.matched,
        "severity": verdict.severity,
        "score": verdict.score,
        "topics": list(verdict.topics),
        "evidence": [evidence_json(found) for found in verdict.evidence],
    }


def _encoded(value: dict[str, Any]) -> bytes:
    try:
        return json.dumps(value, ensure_ascii=False).encode() + b"\n"
    except UnicodeEncodeError:  # a lone surrogate, given as \ud83d, goes back as it came
        return json.dumps(value).encode() + b"\n"
