from __future__ import annotations

import asyncio
import threading

from crawlers.large import LARGE, reading


def thread_of(body):
    return asyncio.run(reading(body, threading.get_ident))


def test_what_is_large_is_read_beside_the_reactor_and_what_is_small_at_once():
    assert thread_of(b"x" * (LARGE - 1)) == threading.get_ident()
    assert thread_of(b"x" * LARGE) != threading.get_ident()


def test_while_a_large_answer_is_read_the_rest_goes_on():
    free = threading.Event()

    async def both():
        asyncio.get_running_loop().call_soon(free.set)  # happens only where the loop is not held
        return await reading(b"x" * LARGE, free.wait, 10)

    assert asyncio.run(both())
