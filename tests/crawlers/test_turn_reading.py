from __future__ import annotations

import asyncio
import threading

from crawlers.turn import LARGE, reading


def thread_of(body):
    return asyncio.run(reading(body, threading.get_ident))


def test_what_is_large_is_read_beside_the_reactor_and_what_is_small_at_once():
    assert thread_of(b"x" * (LARGE - 1)) == threading.get_ident()
    assert thread_of(b"x" * LARGE) != threading.get_ident()


def test_while_a_large_answer_is_read_the_rest_goes_on():
    begun, free = threading.Event(), threading.Event()

    def slow():
        begun.set()
        assert free.wait(10)
        return "read"

    async def both():
        task = asyncio.ensure_future(reading(b"x" * LARGE, slow))
        while not begun.is_set():
            await asyncio.sleep(0)
        free.set()  # reached only where the loop was not held
        return await task

    assert asyncio.run(both()) == "read"
