"""Plain structured logs on standard error, without secrets at any level.

A line is `time LEVEL logger message key=value …`; line breaks and control characters of foreign text
are escaped, so that a page cannot forge a line. Every record's message is redacted where it is made,
so that handlers of others see no secret either. Never writes to a file, never touches standard output.
"""

from __future__ import annotations

import logging
import sys
import time
from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any, TextIO

from gatewatch.secret import Redactor

OURS = ("gatewatch", "alerts", "pipelines", "crawlers")

_LEVELS: dict[int, tuple[int, int]] = {
    -2: (logging.ERROR, logging.ERROR),
    -1: (logging.WARNING, logging.ERROR),
    0: (logging.INFO, logging.WARNING),
    1: (logging.DEBUG, logging.WARNING),
    2: (logging.DEBUG, logging.DEBUG),
}
"""Verbosity to (level of ours, level of libraries)."""

_PLAIN = frozenset(vars(logging.makeLogRecord({}))) | {"message", "asctime", "taskName"}
_ESCAPES = {code: f"\\x{code:02x}" for code in (*range(32), 127, *range(0x80, 0xA0))} | {
    ord("\n"): "\\n",
    ord("\r"): "\\r",
    ord("\t"): "\\t",
    0x2028: "\\u2028",
    0x2029: "\\u2029",
}


class Line(logging.Formatter):
    """One record as one line, redacted; a traceback, where there is one, on lines of its own below."""

    converter = staticmethod(time.gmtime)

    def __init__(self, redact: Redactor) -> None:
        super().__init__()
        self._redact = redact

    def format(self, record: logging.LogRecord) -> str:
        """The line. Extra fields of the record follow as key=value, in the order they were given."""
        fields = " ".join(
            f"{key}={_value(value)}" for key, value in vars(record).items() if key not in _PLAIN
        )
        moment = self.formatTime(record, "%Y-%m-%dT%H:%M:%S") + f".{int(record.msecs):03d}Z"
        head = f"{moment} {record.levelname} {record.name} {record.getMessage()}".translate(_ESCAPES)
        line = f"{head} {fields}" if fields else head
        if record.exc_info:
            # Not kept on the record: a handler of others must not find an unredacted copy there.
            line += "\n" + self.formatException(record.exc_info)
        if record.stack_info:
            line += "\n" + self.formatStack(record.stack_info)
        return self._redact(line)


@contextmanager
def running(verbosity: int, redact: Redactor, stream: TextIO | None = None) -> Iterator[logging.Handler]:
    """Log to `stream` (standard error) while the block runs; everything is put back afterwards."""
    ours, theirs = _LEVELS[max(-2, min(2, verbosity))]
    handler = logging.StreamHandler(stream or sys.stderr)
    handler.setFormatter(Line(redact))
    root = logging.getLogger()
    before = {name: logging.getLogger(name).level for name in OURS}
    level, factory = root.level, logging.getLogRecordFactory()
    root.addHandler(handler)
    root.setLevel(theirs)
    for name in OURS:
        logging.getLogger(name).setLevel(ours)
    logging.setLogRecordFactory(_redacting(factory, redact))
    try:
        yield handler
    finally:
        logging.setLogRecordFactory(factory)
        root.removeHandler(handler)
        root.setLevel(level)
        for name, old in before.items():
            logging.getLogger(name).setLevel(old)


def _redacting(factory: Any, redact: Redactor) -> Any:
    def make(*args: Any, **kwargs: Any) -> logging.LogRecord:
        record: logging.LogRecord = factory(*args, **kwargs)
        try:
            plain = record.getMessage()
        except (TypeError, ValueError, KeyError):  # a caller's wrong format: the handler reports it
            return record
        safe = redact(plain)
        if safe != plain:
            record.msg, record.args = safe, None
        return record

    return make


def _value(value: object) -> str:
    text = str(value).translate(_ESCAPES)
    return '"' + text.replace('"', '\\"') + '"' if not text or set(' "=') & set(text) else text
