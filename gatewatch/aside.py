"""Work beside the reactor that must never hold the end of the program: a heartbeat, a file that is written.

An executor's threads are joined when the interpreter ends; these are daemons and are not. Never for
anything whose loss would matter: what speaks SQL for a turn runs in the store's own thread.
"""

from __future__ import annotations

import asyncio
import logging
import threading
from collections.abc import Callable
from contextlib import suppress
from typing import ParamSpec

Given = ParamSpec("Given")

log = logging.getLogger("gatewatch")


async def aside(
    seconds: float, call: Callable[Given, object], *args: Given.args, **named: Given.kwargs
) -> None:
    """Run the call in a daemon thread and wait for it, at most so long. Raises what it raises meanwhile.

    A call that was left behind is not begun again beside itself: nothing piles up behind what hangs.
    """
    loop = asyncio.get_running_loop()
    name = f"aside {getattr(call, '__name__', 'a call')}"
    if any(thread.name == name for thread in threading.enumerate()):
        log.warning("%s is still under way since last time", name.removeprefix("aside "))
        return
    ended: asyncio.Future[None] = loop.create_future()

    def settle(error: BaseException | None) -> None:
        if ended.done():
            if error is not None:
                log.warning("%s, which was left behind, failed: %s", name.removeprefix("aside "), error)
        elif error is None:
            ended.set_result(None)
        else:
            ended.set_exception(error)

    def work() -> None:
        error: BaseException | None = None
        try:
            call(*args, **named)
        except Exception as raised:  # noqa: BLE001 - raised again where it is waited for
            error = raised
        with suppress(RuntimeError):  # the loop was closed meanwhile: nobody waits any more
            loop.call_soon_threadsafe(settle, error)

    threading.Thread(target=work, name=name, daemon=True).start()
    try:
        done, _ = await asyncio.wait({ended}, timeout=seconds)
    finally:
        ended.cancel()  # leaves a result as it is
    if not done:
        log.warning("%s took longer than %.0f s and is left behind", name.removeprefix("aside "), seconds)
        return
    ended.result()
