from __future__ import annotations

import asyncio
import logging
import threading

import pytest

from gatewatch.aside import aside


def test_a_call_that_ends_in_time_is_waited_for_and_its_error_raised():
    done = []

    def good(word, *, times):
        done.append(word * times)

    def bad():
        raise OSError("disk full")

    asyncio.run(aside(5, good, "a", times=2))
    assert done == ["aa"]
    with pytest.raises(OSError, match="disk full"):
        asyncio.run(aside(5, bad))


def test_a_call_that_hangs_is_left_behind_named_and_not_begun_again_beside_itself(caplog):
    release, begun = threading.Event(), []

    def hanging():
        begun.append(threading.current_thread())
        release.wait(30)

    async def twice():
        await aside(0.05, hanging)
        await aside(0.05, hanging)

    asyncio.run(twice())
    assert len(begun) == 1
    assert begun[0].daemon  # the interpreter does not wait for it
    assert "hanging took longer" in caplog.text
    assert "hanging is still under way" in caplog.text
    release.set()
    begun[0].join(5)
    assert not begun[0].is_alive()  # the loop was closed meanwhile, and nothing is raised


def test_what_fails_after_it_was_left_behind_is_in_the_log(caplog):
    caplog.set_level(logging.WARNING)
    release = threading.Event()

    def late():
        release.wait(30)
        raise OSError("disk full")

    async def script():
        await aside(0.05, late)
        release.set()
        for _ in range(200):
            if "disk full" in caplog.text:
                return
            await asyncio.sleep(0.01)

    asyncio.run(script())
    assert "late, which was left behind, failed: disk full" in caplog.text
