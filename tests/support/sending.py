"""A process that sends what is in a store's outbox, made to be killed: DATABASE_URL API_URL PACE SECONDS."""

from __future__ import annotations

import sys
from datetime import UTC, datetime

from alerts.dispatch import Dispatcher
from alerts.settings import AlertSettings, Timing
from alerts.slack import SlackTransport
from pipelines.store import open_store

QUICK = Timing(look=0.1, settle=0.3, first=0.05, most=0.5, poll=0.02, gather=0.1, edits=0.02)


def main(url: str, api_url: str, pace: str, seconds: str) -> None:
    settings = AlertSettings(
        road="slack", channel="#alerts", ops_channel="#ops", pace=float(pace), timing=QUICK
    )
    road = SlackTransport("xoxb-standin-1", api_url=api_url, timeout=5)
    tally = Dispatcher(open_store(url), road, settings, lambda: datetime.now(UTC)).deliver(
        seconds=float(seconds)
    )
    print(tally.sent, tally.pending, flush=True)


if __name__ == "__main__":
    main(*sys.argv[1:])
