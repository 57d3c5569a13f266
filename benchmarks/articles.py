"""Measures the reading of articles on pages that others wrote and marked: `make articles PAGES=FILE`.

PAGES is JSON Lines with path (of an HTML file, from FILE's folder), and what is known of it: text (its body),
date (YYYY-MM-DD, where the page states one), url. Each page is read as one of an unknown template, without
a list's word for its date. Prints F1 of character 4-grams and the date for each page that is not right,
then the means. Exits with 5 below 0.90 (bodies) or 95 % (dates). Changes nothing.
"""

from __future__ import annotations

import argparse
import json
import re
import sys
import time
from collections import Counter
from pathlib import Path
from typing import Any
from zoneinfo import ZoneInfo

from crawlers.article import Entry
from crawlers.errors import SourceError
from crawlers.parse import article
from crawlers.source import Source

BODIES, DATES = 0.90, 0.95
_URL = "https://news.example.org/article.html"
_ZONE = ZoneInfo("Asia/Shanghai")
_SOURCE = Source(id="press", name="Press", kind="feed", url="https://news.example.org/rss", tier="press")


def main() -> int:
    """Run the measurement on the file named on the command line."""
    parser = argparse.ArgumentParser(description="Measure the reading of articles.")
    parser.add_argument("pages", type=Path, help="marked pages, JSON Lines")
    parser.add_argument("--brief", action="store_true", help="the means only")
    options = parser.parse_args()
    scores: list[float] = []
    dates: list[bool] = []
    slowest = (0.0, "")
    for row in map(json.loads, options.pages.read_text("utf-8").splitlines()):
        began = time.process_time()
        text, day, failed = _read((options.pages.parent / row["path"]).read_bytes(), row.get("url") or _URL)
        slowest = max(slowest, (time.process_time() - began, row["path"]))
        score = _f1(text, row["text"]) if row.get("text") else None
        right = day == row["date"] if row.get("date") else None
        scores += [] if score is None else [score]
        dates += [] if right is None else [right]
        if not options.brief and (right is False or (score is not None and score < BODIES)):
            print(f"{row['path']}: {_shown(score)}, date {day or '-'} of {row.get('date') or '-'} {failed}")
    body, date = _mean(scores), _mean(dates)
    print(f"bodies: mean F1 {body:.3f} of {len(scores)}; dates: {date:.1%} of {len(dates)}")
    print(f"slowest {slowest[0]:.2f} s: {slowest[1]}")
    return 0 if body >= BODIES and date >= DATES else 5


def _read(body: bytes, url: str) -> tuple[str, str, str]:
    """The text, the day where it was published, and why it was refused."""
    try:
        found = article.read(body, url, Entry("key", url, ""), _SOURCE)
    except SourceError as error:
        return "", "", error.code
    moment = found.published
    day = None if moment is None else moment.day or moment.at.astimezone(_ZONE).date()
    return found.text, str(day or ""), ""


def _f1(ours: str, theirs: str) -> float:
    """How alike two texts are, by their runs of four characters; white space does not count."""
    one, other = _runs(ours), _runs(theirs)
    return 2 * (one & other).total() / ((one.total() + other.total()) or 1)


def _runs(text: str) -> Counter[str]:
    text = re.sub(r"\s+", "", text)
    return Counter(text[at : at + 4] for at in range(len(text) - 3))


def _mean(values: list[Any]) -> float:
    return sum(values) / len(values) if values else 1.0


def _shown(score: float | None) -> str:
    return "-" if score is None else f"F1 {score:.3f}"


if __name__ == "__main__":
    sys.exit(main())
