from __future__ import annotations

import io
import logging
import re

import pytest

from gatewatch.logs import running
from gatewatch.secret import Redactor

TOKEN = "xoxb-" + "1-2-verysecret"
WEBHOOK = "https://hooks.slack.com/services/" + "T1/B2/verysecret"


def written(verbosity, *calls, secrets=(TOKEN, WEBHOOK)):
    stream = io.StringIO()
    with running(verbosity, Redactor(secrets), stream):
        for call in calls:
            call()
    return stream.getvalue()


def test_a_line_has_time_level_logger_message_and_fields():
    line = written(
        0,
        lambda: logging.getLogger("gatewatch.crawl").info("polled %s", "a", extra={"rows": 20, "why": "a b"}),
    )
    assert re.fullmatch(
        r'\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d\.\d{3}Z INFO gatewatch\.crawl polled a rows=20 why="a b"\n', line
    )


@pytest.mark.parametrize("verbosity", [-2, -1, 0, 1, 2])
@pytest.mark.parametrize("name", ["gatewatch", "slack_sdk.webhook", "urllib3"])
def test_no_secret_is_logged_at_any_level_by_anyone(verbosity, name):
    logger = logging.getLogger(name)

    def everything():
        for level in (logging.DEBUG, logging.INFO, logging.WARNING, logging.ERROR, logging.CRITICAL):
            logger.log(level, "sending %s to %r", TOKEN, {"url": WEBHOOK}, extra={"token": TOKEN})
        try:
            raise RuntimeError(f"refused {WEBHOOK}")
        except RuntimeError:
            logger.exception("failed with %s", TOKEN, stack_info=True)

    text = written(verbosity, everything)
    assert "Traceback" in text
    assert "verysecret" not in text


def test_handlers_of_others_see_no_secret_either(caplog):
    with running(2, Redactor([TOKEN]), io.StringIO()):
        logging.getLogger("theirs").warning("with %s", TOKEN)
    assert "with ***" in caplog.text
    assert "verysecret" not in caplog.text


def test_foreign_text_cannot_forge_a_line():
    text = written(
        0, lambda: logging.getLogger("gatewatch").info("title: %s", "a\n2026 ERROR fake\r\x1b[31m\u2028x")
    )
    assert text.count("\n") == 1
    assert "\x1b" not in text
    assert r"a\n2026 ERROR fake\r\x1b[31m\u2028x" in text


@pytest.mark.parametrize(
    ("verbosity", "ours", "theirs"),
    [
        (-2, {"ERROR"}, {"ERROR"}),
        (-1, {"ERROR", "WARNING"}, {"ERROR"}),
        (0, {"ERROR", "WARNING", "INFO"}, {"ERROR", "WARNING"}),
        (1, {"ERROR", "WARNING", "INFO", "DEBUG"}, {"ERROR", "WARNING"}),
        (2, {"ERROR", "WARNING", "INFO", "DEBUG"}, {"ERROR", "WARNING", "INFO", "DEBUG"}),
        (7, {"ERROR", "WARNING", "INFO", "DEBUG"}, {"ERROR", "WARNING", "INFO", "DEBUG"}),
    ],
)
def test_verbosity_opens_ours_before_theirs(verbosity, ours, theirs):
    def calls(name):
        return lambda: [logging.getLogger(name).log(level, "x") for level in (10, 20, 30, 40)]

    for name, wanted in (("crawlers.fetch", ours), ("alerts", ours), ("scrapy.core", theirs)):
        assert {line.split()[1] for line in written(verbosity, calls(name)).splitlines()} == wanted


def test_afterwards_logging_is_as_it_was():
    root = logging.getLogger()
    before = (
        root.level,
        list(root.handlers),
        logging.getLogRecordFactory(),
        logging.getLogger("gatewatch").level,
    )
    written(2)
    assert before == (
        root.level,
        list(root.handlers),
        logging.getLogRecordFactory(),
        logging.getLogger("gatewatch").level,
    )


def test_a_message_that_does_not_fit_its_arguments_does_not_stop_the_caller(capsys, monkeypatch):
    monkeypatch.setattr(logging, "raiseExceptions", False)
    written(0, lambda: logging.getLogger("gatewatch").info("%d", "x"))
