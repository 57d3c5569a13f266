from __future__ import annotations

import io
import re
from dataclasses import replace

from rich.console import Console

from alerts.alert import Alert
from alerts.dispatch import Dispatcher
from alerts.message import Message, compose
from alerts.outcome import Place, Rejected, Sent
from alerts.terminal import TerminalTransport
from tests.support.told import HOSTILE, NOW, tell, tell_story

PLACE = Place("terminal", "terminal")
HELLO = compose(Alert("g1", "test", "x", NOW))


def test_a_message_goes_to_the_stream_without_colour_and_without_wrapping_in_a_log():
    stream = io.StringIO()
    assert isinstance(TerminalTransport(stream).post(PLACE, HELLO), Sent)
    assert stream.getvalue() == "TEST  Gatewatch can post here. This is a test; nothing has happened.\n\n"


def test_on_a_terminal_there_is_colour_and_wrapping():
    stream = io.StringIO()
    console = Console(file=stream, force_terminal=True, width=40, color_system="standard")
    TerminalTransport(console=console).post(PLACE, HELLO)
    assert "\x1b[1mTEST" in stream.getvalue()
    assert len(stream.getvalue().strip().split("\n")) > 1


def test_the_dispatcher_prints_where_no_slack_is_configured(store, settings):
    tell_story(store)
    stream = io.StringIO()
    sender = Dispatcher(store, TerminalTransport(stream), replace(settings, road="terminal"), lambda: NOW)
    assert sender.deliver().sent == 3
    assert sender.deliver().sent == 0
    lines = stream.getvalue().split("\n")
    assert [line[:6] for line in lines if "HIGH" in line] == ["NEW · ", "    ↳ ", "    └ "]
    assert {(row.channel, row.state) for row in store.outbox.listing()} == {("terminal", "sent")}


def test_escape_sequences_and_markup_of_a_title_do_nothing(store, settings):
    tell(store, 1, title=f"{HOSTILE} [bold red]x[/] \x9b31m \x1b]0;title\x07", text=HOSTILE)
    stream = io.StringIO()
    console = Console(file=stream, force_terminal=True, width=200, color_system=None)
    road = TerminalTransport(console=console)
    assert Dispatcher(store, road, replace(settings, road="terminal"), lambda: NOW).deliver().sent == 1
    shown = re.sub(r"\x1b\]8;[^\x1b]*\x1b\\", "", stream.getvalue())
    assert "[bold red]x[/]" in shown
    assert not re.search(r"[\x07\x1b\x9b\u202e]", shown)


def test_what_waits_for_a_channel_is_not_printed_instead(store, settings):
    tell(store, 1)
    Dispatcher(store, None, settings, lambda: NOW).route()
    stream = io.StringIO()
    tally = Dispatcher(
        store, TerminalTransport(stream), replace(settings, road="terminal"), lambda: NOW
    ).deliver()
    assert (tally.sent, tally.pending, stream.getvalue()) == (0, 1, "")


def test_a_closed_stream_leaves_the_alert_pending(store, settings):
    tell(store, 1)
    stream = io.StringIO()
    stream.close()
    tally = Dispatcher(
        store, TerminalTransport(stream), replace(settings, road="terminal"), lambda: NOW
    ).deliver()
    assert (tally.sent, tally.pending) == (0, 1)
    assert "cannot print" in tally.stopped


def test_a_message_without_blocks_is_printed_as_text():
    stream = io.StringIO()
    TerminalTransport(stream).post(PLACE, Message("g1", "one\ntwo"))
    assert stream.getvalue() == "one\ntwo\n\n"


def test_a_stream_that_cannot_write_chinese_is_named():
    stream = io.TextIOWrapper(io.BytesIO(), "ascii")
    outcome = TerminalTransport(stream).post(PLACE, Message("g1", "中"))
    assert isinstance(outcome, Rejected)
