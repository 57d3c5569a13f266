"""Sends what waits in a store to nowhere: alerts as they are once they were told."""

from __future__ import annotations

from alerts.dispatch import Dispatcher
from alerts.outcome import Place, Sent, Unreadable
from alerts.settings import AlertSettings, Timing
from tests.pipelines.store.making import NOW


class Nowhere:
    """A road that accepts everything."""

    name = "terminal"
    threads = False
    paced = False
    public = False
    files = None

    def serves(self, channel):
        return True

    def resolve(self, channel, known=""):
        return Place(channel)

    def post(self, place, message, *, thread_ts="", broadcast=False):
        return Sent(permalink="")

    def read(self, place, *, oldest, thread_ts=""):
        return Unreadable("nowhere")


def tell(store, desk):
    settings = AlertSettings(names={"miit_notices": "MIIT notices"}, timing=Timing())
    tally = Dispatcher(store, Nowhere(), settings, lambda: NOW).deliver(seconds=20)
    assert tally.sent, tally
