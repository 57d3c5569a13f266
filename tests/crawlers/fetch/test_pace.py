from __future__ import annotations

import asyncio

from scrapy import Request

from crawlers.fetch.pace import in_line


def request(url, seat=1.0):
    return Request(url, meta={"seat": seat})


def in_flight(*requests):
    """How many of these were under way at once, at the most."""
    now = most = 0

    async def one(asked):
        nonlocal now, most
        async with in_line(asked):
            now += 1
            most = max(most, now)
            for _ in range(5):
                await asyncio.sleep(0)
            now -= 1

    async def all_of_them():
        await asyncio.gather(*map(one, requests))

    asyncio.run(all_of_them())
    return most


def test_one_request_at_a_time_and_host_whatever_path_or_spider():
    assert in_flight(*(request(f"https://a.example/{n}") for n in range(5))) == 1


def test_other_hosts_and_our_own_server_do_not_wait():
    assert in_flight(request("https://a.example/"), request("https://b.example/")) == 2
    assert in_flight(*(request("http://127.0.0.1:9/", seat=0.0) for _ in range(3))) == 3
