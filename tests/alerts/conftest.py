"""A store on disk, a stand-in Slack, and a sender quick enough for tests."""

from __future__ import annotations

from dataclasses import replace

import pytest

from alerts.dispatch import Dispatcher
from alerts.settings import AlertSettings, Timing
from alerts.slack.transport import SlackTransport
from gatewatch.demo.standin_slack import Channel, StandinSlack
from tests.support import stores
from tests.support.told import NOW

QUICK = Timing(
    look=0.02, settle=0.03, lag=0.6, first=0.01, most=0.05, parked=30.0, poll=0.01, margin=3600.0, edits=0.0,
    workspace=0.0,
)  # fmt: skip


@pytest.fixture(params=stores.PATIENT)
def url(request, tmp_path):
    """What goes out is the same on both engines; on PostgreSQL all of it is tried in the whole suite."""
    return stores.address(request, tmp_path)


@pytest.fixture
def slack():
    channels = [
        Channel("C0ALERTS00", "alerts"),
        Channel("C0OPS00000", "ops"),
        Channel("C0OLDNEWS0", "old-news", archived=True),
        Channel("C0PRIVATE0", "secret", private=True, member=False),
        Channel("C0ELSE0000", "elsewhere", member=False),
        Channel("C0LEGAL000", "legal"),
    ]
    with StandinSlack(token="xoxb-standin-1", channels=channels) as running:
        yield running


@pytest.fixture
def settings():
    return AlertSettings(
        road="slack",
        channel="#alerts",
        ops_channel="#ops",
        pace=1000,
        names={"miit_notices": "MIIT notices (通知)"},
        timing=QUICK,
    )


@pytest.fixture
def sender(store, slack, settings):
    """Makes a new sender over the same store, as a new process would."""

    def make(transport=None, now=lambda: NOW, at=store, **changes):
        road = transport or SlackTransport("xoxb-standin-1", api_url=slack.api_url, timeout=5)
        return Dispatcher(at, road, replace(settings, **changes), now)

    return make
