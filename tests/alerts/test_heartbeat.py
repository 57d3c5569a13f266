from __future__ import annotations

import logging
import threading
from dataclasses import dataclass, field
from datetime import timedelta
from http.server import BaseHTTPRequestHandler, HTTPServer
from zoneinfo import ZoneInfo

import pytest

from alerts.heartbeat import AHEAD, EVERY, KEPT, beat, fetch, put_off
from alerts.slack.transport import SlackTransport
from tests.support import stores
from tests.support.told import NOW

ZONE = ZoneInfo("Europe/Berlin")
NOW_REAL_ENOUGH = NOW + timedelta(days=3650)  # after the stand-in's own clock, whenever this runs


@pytest.fixture
def road(slack):
    return SlackTransport("xoxb-standin-1", api_url=slack.api_url)


@pytest.fixture
def address():
    """A server that keeps the paths it was asked for; /bad answers 500."""
    seen = []

    class Handler(BaseHTTPRequestHandler):
        def do_GET(self):
            seen.append(self.path)
            self.send_response(500 if "bad" in self.path else 200)
            self.end_headers()

        def log_message(self, *args):
            pass

    server = HTTPServer(("127.0.0.1", 0), Handler)
    thread = threading.Thread(target=server.serve_forever, args=(0.01,))
    thread.start()
    yield f"http://127.0.0.1:{server.server_address[1]}", seen
    server.shutdown()
    thread.join()
    server.server_close()


class Hidden:
    def __init__(self, value):
        self.value = value

    def reveal(self):
        return self.value


@dataclass
class Config:
    heartbeat_url: Hidden | None = None


@dataclass
class Settings:
    config: Config = field(default_factory=Config)
    bot_token: Hidden | None = None
    slack_api_url: str = ""
    channel: str = "#alerts"
    ops_channel: str = ""
    zone: ZoneInfo = ZONE


def test_the_address_is_fetched(store, address):
    base, seen = address
    beat(store, Settings(Config(Hidden(f"{base}/ping/secret?x=1"))), NOW)
    assert seen == ["/ping/secret?x=1"]


@pytest.mark.parametrize("path", ["/bad/secret-1?t=secret-1", ":1/secret-1"])
def test_trouble_with_the_address_is_logged_without_it(store, address, caplog, path):
    caplog.set_level(logging.DEBUG)
    base, _ = address
    url = base + path if path.startswith("/") else f"http://127.0.0.1{path}"
    assert fetch(url) is False
    assert "127.0.0.1" in caplog.text
    assert "secret-1" not in caplog.text


def test_nothing_configured_does_nothing(store):
    beat(store, Settings(), NOW)
    assert store.meta.get(KEPT) is None


def test_a_message_is_scheduled_26_hours_ahead_and_names_the_time(store, slack):
    settings = Settings(bot_token=Hidden("xoxb-standin-1"), slack_api_url=slack.api_url, ops_channel="#ops")
    beat(store, settings, NOW_REAL_ENOUGH)
    (scheduled,) = slack.scheduled.values()
    assert scheduled["post_at"] == int((NOW_REAL_ENOUGH + AHEAD).timestamp())
    assert scheduled["channel_id"] == "C0OPS00000"
    assert scheduled["text"].startswith(
        "Gatewatch has not reported since 2036-11-21 16:00 Beijing · 09:00 Berlin"
    )


def test_it_is_replaced_hourly_and_not_more_often(store, slack, road):
    first = NOW_REAL_ENOUGH
    assert put_off(store.meta, road, "#ops", first, ZONE)
    assert not put_off(store.meta, road, "#ops", first + EVERY / 2, ZONE)
    assert put_off(store.meta, road, "#ops", first + EVERY, ZONE)
    (scheduled,) = slack.scheduled.values()
    assert scheduled["post_at"] == int((first + EVERY + AHEAD).timestamp())


@stores.ON_BOTH
def test_a_kill_between_scheduling_and_writing_it_down_leaves_no_false_alarm(store, slack, road, monkeypatch):
    class Killed(BaseException):
        pass

    put_off(store.meta, road, "#ops", NOW_REAL_ENOUGH, ZONE)
    real = store.meta.set

    def die(name, value):
        raise Killed

    monkeypatch.setattr(store.meta, "set", die)
    with pytest.raises(Killed):
        put_off(store.meta, road, "#ops", NOW_REAL_ENOUGH + EVERY, ZONE)
    assert len(slack.scheduled) == 2
    monkeypatch.setattr(store.meta, "set", real)
    put_off(store.meta, road, "#ops", NOW_REAL_ENOUGH + 2 * EVERY, ZONE)
    (scheduled,) = slack.scheduled.values()
    assert scheduled["post_at"] == int((NOW_REAL_ENOUGH + 2 * EVERY + AHEAD).timestamp())


@pytest.mark.parametrize(
    "method", ["chat.scheduleMessage", "chat.scheduledMessages.list", "chat.deleteScheduledMessage"]
)
def test_trouble_at_any_step_leaves_one_scheduled_and_is_made_good(store, slack, road, caplog, method):
    put_off(store.meta, road, "#ops", NOW_REAL_ENOUGH, ZONE)
    slack.fail(method, "503")
    put_off(store.meta, road, "#ops", NOW_REAL_ENOUGH + EVERY, ZONE)
    assert slack.scheduled
    assert caplog.text
    put_off(store.meta, road, "#ops", NOW_REAL_ENOUGH + 2 * EVERY, ZONE)
    assert len(slack.scheduled) == 1


def test_the_message_of_another_installation_is_left_alone(store, slack, road):
    class Facts(dict):
        def set(self, name, value):
            self[name] = value

    put_off(store.meta, road, "#ops", NOW_REAL_ENOUGH, ZONE)
    put_off(Facts(), road, "#ops", NOW_REAL_ENOUGH, ZONE)
    put_off(store.meta, road, "#ops", NOW_REAL_ENOUGH + EVERY, ZONE)
    assert len(slack.scheduled) == 2


def test_after_a_change_of_channel_the_former_message_is_taken_back(store, slack, road):
    put_off(store.meta, road, "#ops", NOW_REAL_ENOUGH, ZONE)
    put_off(store.meta, road, "#alerts", NOW_REAL_ENOUGH + timedelta(minutes=1), ZONE)
    (scheduled,) = slack.scheduled.values()
    assert scheduled["channel_id"] == "C0ALERTS00"


def test_a_damaged_memory_is_made_anew(store, slack, road):
    for damaged in ("{", "[]", '{"at": "yesterday"}', '{"at": "2036-11-21T08:00:00", "channel": "#ops"}'):
        store.meta.set(KEPT, damaged)
        assert put_off(store.meta, road, "#ops", NOW_REAL_ENOUGH, ZONE)
