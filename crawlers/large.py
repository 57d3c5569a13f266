"""Large answers are parsed beside the reactor: while one is read, leases are renewed and other turns go on.

Never fetches, and never decides what an answer means.
"""

from __future__ import annotations

import asyncio
from collections.abc import Callable
from typing import ParamSpec, TypeVar

LARGE = 256 * 1024
"""Bytes from which on an answer is read in a thread: eight megabytes of feed take seconds."""

Given = ParamSpec("Given")
Result = TypeVar("Result")


async def reading(
    body: bytes, call: Callable[Given, Result], *args: Given.args, **named: Given.kwargs
) -> Result:
    """What a parser makes of this body; where that is large, beside the reactor, which must renew leases."""
    if len(body) < LARGE:
        return call(*args, **named)
    return await asyncio.to_thread(call, *args, **named)
