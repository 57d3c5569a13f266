"""The books of a year (`tests.acceptance.year`): found = published, told = matched, each outage told once.

One test, since the year takes minutes and every worker of a parallel run would play its own.
"""

from __future__ import annotations

import json
import subprocess
import sys
from collections import Counter
from datetime import UTC, datetime, timedelta
from itertools import pairwise
from pathlib import Path

import pytest

from tests.acceptance.year import STEP

ROOT = Path(__file__).parents[2]
ITEMS, DAYS = 2000, 365

PLACES = ("notices", "answers", "feed")
BAD = ("outage", "challenge", "redesign")
pytestmark = pytest.mark.timeout(1200)
TOLD_AS_NEWS = {"new", "report", "follow-up"}


def test_the_books_of_a_year_balance(tmp_path, subtests):
    books = played(tmp_path)
    for check in CHECKS:
        with subtests.test(check.__name__):
            check(books)


def played(folder):
    words = ["tests.acceptance.year", str(folder), "--items", str(ITEMS), "--days", str(DAYS)]
    done = subprocess.run([sys.executable, "-m", *words], cwd=ROOT, capture_output=True, text=True, timeout=1100, check=False)  # fmt: skip
    assert done.returncode == 0, done.stderr[-3000:]
    return json.loads((folder / "books.json").read_text("utf-8"))


def blind(books, place, number):
    """Whether this place cannot be read in this round."""
    return any(
        spell["kind"] in BAD and spell["target"] in {place, "*"} and spell["first"] <= number <= spell["last"]
        for spell in books["spells"]
    )


def shown_in(books, place, number):
    """The first round from this one on in which the place can be read."""
    while blind(books, place, number):
        number += 1
    return number


def stale(books, place, number):
    return any(
        spell["kind"] == "stale"
        and spell["target"] == place
        and spell["first"] <= number <= spell["last"] + 1
        for spell in books["spells"]
    )


def numbers_told(books, kinds):
    return Counter(title.split("第")[-1].split("号")[0] if "第" in title else title.partition("item ")[2].split(":")[0]
                   for title in (row["title"] for row in books["rows"]["told"] if row["kind"] in kinds))  # fmt: skip


def every_item_is_found_within_one_interval_of_being_reachable(books):
    seen = {int(number): found for number, found in books["seen"].items()}
    missed = {one["number"] for one in books["plan"] if 0 <= one["withdrawn"] <= shown_in(books, one["place"], one["round"])}  # fmt: skip
    late = [
        (one["number"], one["place"], one["round"], seen.get(one["number"]))
        for one in books["plan"]
        if one["number"] not in missed
        and seen.get(one["number"], 10**9)
        > shown_in(books, one["place"], one["round"]) + stale(books, one["place"], one["round"])
    ]
    assert len(books["plan"]) == ITEMS
    assert late == []


def every_match_is_told_once_and_nothing_else_is(books):
    told = numbers_told(books, TOLD_AS_NEWS)
    assert set(told.values()) == {1}
    plan = {one["number"]: one for one in books["plan"]}
    gone = {number for number, one in plan.items() if 0 <= one["withdrawn"] <= shown_in(books, one["place"], one["round"])}  # fmt: skip
    assert {int(number) for number in told} == {
        number for number, one in plan.items() if one["matches"]
    } - gone


def settled(books, one, at):
    """Whether the page can be looked at for a month after this round: read by then, and not moved meanwhile."""
    first = shown_in(books, one["place"], one["round"])
    month = range(at, at + 66)
    return (
        first < at
        and at + 66 < books["rounds"]
        and not one["round"] <= books["republished"] <= at + 66
        and not any(blind(books, one["place"], number) for number in month)
    )


def what_is_edited_after_it_was_told_is_told_once_and_nothing_else_is(books):
    _told_after(books, "edited", "amended")


def what_goes_after_it_was_told_is_told_once_and_nothing_else_is(books):
    _told_after(books, "withdrawn", "withdrawn")


def _told_after(books, change, kind):
    """The republication of everything under new addresses is neither."""
    told = numbers_told(books, {kind})
    changed = {one["number"]: one for one in books["plan"] if one[change] >= 0}
    wanted = {number for number, one in changed.items() if settled(books, one, one[change])}
    assert wanted <= {int(number) for number in told} <= set(changed)
    assert wanted
    assert set(told.values()) <= {1}


def each_outage_challenge_and_redesign_is_told_once_and_its_end_once(books):
    ops = [one["text"] for one in books["messages"] if one["text"].startswith("SOURCE")]
    begun = [said for said in ops if " again" not in said.partition("\n")[0]]
    gaps = [said for said in begun if "may have a gap" in said]
    bad = [spell for spell in books["spells"] if spell["kind"] in BAD]
    # the republication shows more new rows than pages are read: a gap, told once a column at most
    assert (len(begun) - len(gaps), len(ops) - len(begun)) == (len(bad), len(begun)), "\n".join(ops)
    assert len(gaps) <= 2


def an_authority_without_an_open_road_is_told_to_the_readers_once_and_its_end_once(books):
    whole = [spell for spell in books["spells"] if spell["kind"] in BAD and spell["target"] == "*"]
    said = [one["text"] for one in books["messages"]]
    assert sum(text.startswith("UNCOVERED") for text in said) == len(whole)
    assert sum(text.startswith("COVERED AGAIN") for text in said) == len(whole)


def no_coverage_line_claims_more_than_was_seen(books):
    """A stretch that says `ok` holds no round in which the place could not be read."""
    begin = datetime.fromisoformat(books["begin"])
    for row in books["rows"]["health"]:
        if row["state"] not in {"ok", "quiet", "stale"}:
            continue
        since = _utc(row["since"])
        until = _utc(row["until"]) if row["until"] else begin + STEP * books["rounds"]
        for number in range(books["rounds"]):
            at = begin + STEP * number
            if since <= at < until - timedelta(minutes=1):
                assert not blind(books, row["source"], number), (row, number)


def the_intervals_of_a_source_have_no_hole_and_do_not_overlap(books):
    for place in PLACES:
        rows = [row for row in books["rows"]["health"] if row["source"] == place]
        assert len(rows) > 3
        assert all(one["until"] == other["since"] for one, other in pairwise(rows))


def there_is_no_flood(books):
    """No round tells more than what appeared in it or became reachable in it."""
    posted = Counter(
        one["ts"].partition(".")[0] for one in books["messages"] if not one["text"].startswith("SOURCE")
    )
    reachable = Counter(
        shown_in(books, one["place"], one["round"]) for one in books["plan"] if one["matches"]
    )
    assert max(posted.values()) <= max(reachable.values()) + 4
    assert len(books["messages"]) <= sum(one["matches"] for one in books["plan"]) + DAYS / 7 + 80


def _utc(text):
    moment = datetime.fromisoformat(text)
    return moment if moment.tzinfo else moment.replace(tzinfo=UTC)


CHECKS = (
    every_item_is_found_within_one_interval_of_being_reachable,
    every_match_is_told_once_and_nothing_else_is,
    what_is_edited_after_it_was_told_is_told_once_and_nothing_else_is,
    what_goes_after_it_was_told_is_told_once_and_nothing_else_is,
    each_outage_challenge_and_redesign_is_told_once_and_its_end_once,
    an_authority_without_an_open_road_is_told_to_the_readers_once_and_its_end_once,
    no_coverage_line_claims_more_than_was_seen,
    the_intervals_of_a_source_have_no_hole_and_do_not_overlap,
    there_is_no_flood,
)
