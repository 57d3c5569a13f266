from __future__ import annotations

import asyncio
import signal
from types import SimpleNamespace

import pytest

from gatewatch.reactor import KINDS, SPIDERS, Stage


class Watch:
    """As much of a watch as a stage touches; it knows whether its store's thread was taken away."""

    def __init__(self, wanted=KINDS, *, once=True):
        self.house = SimpleNamespace(watch=None)
        self.once = once
        self.error = None
        self.stopping = asyncio.Event()
        self.closed = False
        self._wanted = wanted

    def wanted(self, kind):
        return {"a": None} if kind in self._wanted else {}

    def stop(self):
        self.stopping.set()

    def failed(self, error):
        self.error = self.error or error
        self.stop()

    def close(self):
        self.closed = True


class Process:
    """Starts what it is told for each spider."""

    def __init__(self, **crawls):
        self.crawls = crawls
        self.started = []

    def crawl(self, spider):
        self.started.append(spider)
        return asyncio.ensure_future(self.crawls.get(spider.name, nothing)())


async def nothing():
    pass


def test_where_one_crawl_falls_over_the_other_is_stopped_and_waited_for_before_the_store_is_closed():
    async def script():
        watch = Watch()
        given_back = []

        async def falls():
            raise RuntimeError("no engine")

        async def goes_on():
            await asyncio.wait_for(watch.stopping.wait(), 5)
            await asyncio.sleep(0.01)
            given_back.append(watch.closed)

        with pytest.raises(RuntimeError, match="no engine"):
            await Stage(Process(miit=falls, feed=goes_on)).round(watch)
        assert given_back == [False]
        assert watch.closed

    asyncio.run(script())


def test_a_service_starts_every_spider_and_a_round_those_that_have_a_source():
    async def script():
        for once, expected in ((True, ["feed"]), (False, [spider.name for spider in SPIDERS])):
            process = Process()
            await Stage(process).round(Watch(("feed",), once=once))
            assert [spider.name for spider in process.started] == expected

    asyncio.run(script())


def test_work_is_waited_for_until_the_process_is_asked_to_end():
    async def script():
        stage = Stage(Process())
        done = []

        async def quick():
            done.append("quick")

        async def endless():
            await asyncio.Event().wait()

        async def wrong():
            raise OSError("disk full")

        await stage.unless_stopped(quick())
        assert done == ["quick"]
        with pytest.raises(OSError, match="disk full"):
            await stage.unless_stopped(wrong())
        asyncio.get_running_loop().call_later(0.05, stage.signalled, signal.SIGTERM)
        await asyncio.wait_for(stage.unless_stopped(endless()), 5)
        await asyncio.wait_for(stage.unless_stopped(endless()), 5)  # it was asked before

    asyncio.run(script())
