"""A process that sends what is in a store's outbox, made to be killed: DATABASE_URL API_URL PACE SECONDS [ROAD].

ROAD is the second road, used as soon as Slack takes nothing: `mail:PORT` or an address for JSON.
"""

from __future__ import annotations

import sys
from datetime import UTC, datetime, timedelta

from alerts.dispatch import Dispatcher
from alerts.second import road as second_road
from alerts.second.json_post import PostRoad
from alerts.second.mail import MailBox, MailRoad
from alerts.second.road import Second
from alerts.settings import AlertSettings, Timing
from alerts.slack.transport import SlackTransport
from pipelines.store import open_store

QUICK = Timing(look=0.1, settle=0.3, first=0.05, most=0.5, poll=0.02, gather=0.1, edits=0.02, workspace=0.0)


def second(road: str) -> Second | None:
    """The second road of that name; without one, None."""
    if not road:
        return None
    second_road._FIRST = 0.0  # between two attempts nobody is to wait for a test
    where = road.removeprefix("mail:")
    if where == road:
        return Second(PostRoad(road, timeout=5), timedelta(0))
    box = MailBox(("a@b.example",), "g@b.example", "127.0.0.1", int(where), security="none")
    return Second(MailRoad(box, timeout=5), timedelta(0))


def main(url: str, api_url: str, pace: str, seconds: str, road: str = "") -> None:
    settings = AlertSettings(
        road="slack", channel="#alerts", ops_channel="#ops", pace=float(pace), timing=QUICK
    )
    slack = SlackTransport("xoxb-standin-1", api_url=api_url, timeout=5)
    dispatcher = Dispatcher(open_store(url), slack, settings, lambda: datetime.now(UTC), second(road))
    tally = dispatcher.deliver(seconds=float(seconds))
    print(tally.sent, tally.pending, flush=True)


if __name__ == "__main__":
    main(*sys.argv[1:])
