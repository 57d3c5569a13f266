"""Another process on the same store: `python -m tests.pipelines.store.worker WHAT URL …`, one line a result."""

from __future__ import annotations

import sys

from pipelines.store import open_store


def claim(url: str, name: str, count: str) -> None:
    """Claim three at a time until nothing is left."""
    store = open_store(url)
    ids = [f"s{number}" for number in range(int(count))]
    print("ready", flush=True)
    sys.stdin.readline()
    while leases := store.schedule.claim(ids, name, limit=3):
        for lease in leases:
            print(lease.source, lease.token, flush=True)


def seat(url: str, count: str) -> None:
    """Reserve so many requests to one host; when each may start."""
    store = open_store(url)
    print("ready", flush=True)
    sys.stdin.readline()
    for _ in range(int(count)):
        wait = store.schedule.seat("www.example.cn", 2.0, "example.cn", None)
        print(store.now() + wait, flush=True)


def opening(url: str) -> None:
    """Open the store, with others at the same moment."""
    print("ready", flush=True)
    sys.stdin.readline()
    print(open_store(url).upgraded_from or "made", flush=True)


if __name__ == "__main__":
    {"claim": claim, "seat": seat, "opening": opening}[sys.argv[1]](*sys.argv[2:])
