"""Another process on the same store: `python -m tests.pipelines.store.worker WHAT URL …`, one line a result."""

from __future__ import annotations

import sys
import time
from dataclasses import replace

from pipelines.store import open_store
from tests.pipelines.store.making import NOW, RULES, article, judged, notice, press


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
    """Take one host so many times, for a moment each; when each request began and ended."""
    store = open_store(url)
    print("ready", flush=True)
    sys.stdin.readline()
    for _ in range(int(count)):
        while not (token := store.schedule.seat("www.example.cn", 0.1, "example.cn", None, 40)[1]):
            time.sleep(0.01)  # it may be left long before the time it was told of
        began = store.now()
        time.sleep(0.03)  # the request
        print(began, store.now(), flush=True)
        store.schedule.leave("www.example.cn", token, 0.1)


def opening(url: str) -> None:
    """Open the store, with others at the same moment."""
    print("ready", flush=True)
    sys.stdin.readline()
    print(open_store(url).upgraded_from or "made", flush=True)


def save(url: str, count: str) -> None:
    """Store so many articles, one after another; the id of each once it is there."""
    store = open_store(url)
    for number in range(int(count)):
        given = judged(article(f"https://www.example.cn/{number}"))
        saved = store.articles.save(given, None, entry_key=given.article.key, now=NOW, rule_texts=RULES)
        print(saved.article, flush=True)


def save_together(url: str, source: str, count: str) -> None:
    """Store the same articles as others at the same moment: five notices, and what was said of each."""
    store = open_store(url)
    print("ready", flush=True)
    sys.stdin.readline()
    for number in range(int(count)):
        family = number % 5
        doc_no = f"工信部信管函〔2017〕{100 + family}号"
        shape = notice if number < 5 else press
        text = f"{doc_no}\n第{family}号通知说到VPN，这是第{number}篇。" + f"正文{family}。" * 40
        title = f"工业和信息化部关于第{family}项工作的通知" if number < 5 else f"Report {number} on VPN"
        given = judged(
            replace(
                shape(),
                source=source,
                key=f"https://x/{number}",
                url=f"https://x/{number}",
                title=title,
                text=text,
                doc_no=doc_no if number < 5 else "",
                labels=(),
            )
        )
        store.articles.save(given, None, entry_key=given.article.key, now=NOW, rule_texts=RULES)


if __name__ == "__main__":
    commands = {
        "claim": claim,
        "seat": seat,
        "opening": opening,
        "save": save,
        "save_together": save_together,
    }
    commands[sys.argv[1]](*sys.argv[2:])
