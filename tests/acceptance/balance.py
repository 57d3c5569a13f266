"""Checks of the books of a quarter (`tests.acceptance.quarter`), against calendars written out by hand.

Each check takes the books, and what it wants of many is in proportion to what was published. Hours, free days and digest times stand here once more, as people would say them, so that the program's own
idea of a working day proves nothing about itself.
"""

from __future__ import annotations

from collections import Counter, defaultdict
from datetime import date, datetime, time, timedelta
from itertools import pairwise
from zoneinfo import ZoneInfo

from tests.acceptance.quarter import BURSTS, CHANNELS, HOLIDAYS, STEP, SUNDAY, WORKED

TELLINGS = {"new", "report", "follow-up", "amendment"}
ZONES = {
    "beijing": ZoneInfo("Asia/Shanghai"),
    "berlin": ZoneInfo("Europe/Berlin"),
    "new-york": ZoneInfo("America/New_York"),
}
HOURS = {
    "beijing": (time(9), time(18)),
    "berlin": (time(8), time(19)),
    "new-york": (time(8, 30), time(18)),
}
FREE = {
    "beijing": HOLIDAYS,
    "berlin": {date(2026, 4, 3), date(2026, 4, 6), date(2026, 5, 1)},
    "new-york": {date(2026, 2, 16)},
}
LOUD = {  # severity and tiers
    "beijing": {"regulator", "government"},
    "berlin": {"regulator", "government"},
    "new-york": {"regulator"},
}
LEAST = {
    "default": {"beijing": "low", "berlin": "medium", "new-york": "high"},
    "tuned": {"beijing": "low", "berlin": "low", "new-york": "high"},
}
GATHER = timedelta(hours=6)
DATES = ("Comments until", "In force from", "Campaign until")
WEIGHT = ("low", "medium", "high")


# --- the calendars, by hand ------------------------------------------------------------------------------
def works(channel, day):
    if channel == "beijing" and day in WORKED:
        return True
    return day.weekday() < 5 and day not in FREE[channel]


def hears(channel, moment):
    local = moment.astimezone(ZONES[channel])
    opens, closes = HOURS[channel]
    return works(channel, local.date()) and opens <= local.time().replace(tzinfo=None) < closes


def opening(channel, moment):
    """The first poll at or after this moment at which the channel hears."""
    while not hears(channel, moment):
        moment += STEP
    return moment


def poll(moment):
    """The poll that sees what appeared then."""
    midnight = datetime.combine(moment.astimezone(ZONES["beijing"]), time(0), ZONES["beijing"])
    return midnight + STEP * -((midnight - moment) // STEP)


def local(day, at, channel):
    return datetime.combine(day, at, ZONES[channel])


def digest_times(books, manner, channel):
    """When the regular digests of a channel come: on its working days, by its own clock, whatever the season."""
    wanted = {
        ("default", "beijing"): [(0, time(9))],
        ("tuned", "beijing"): [(0, time(9))],
        ("tuned", "berlin"): [(None, time(8, 30)), (4, time(16))],
        ("tuned", "new-york"): [(0, time(8, 30))],
    }
    found = set()
    begin, end = at_(books["begin"]), at_(books["end"])
    first = begin.astimezone(ZONES["beijing"]).date()
    for weekday, at in wanted.get((manner, channel), ()):
        for number in range((end - begin).days):
            day = first + timedelta(days=number)
            if weekday is not None and day.weekday() != weekday:
                continue
            while manner == "tuned" and not works(channel, day):
                day += timedelta(days=1)
            found.add(local(day, at, channel))
    return sorted(one for one in found if begin < one < end)


# --- the books -------------------------------------------------------------------------------------------
def at_(said):
    return datetime.fromisoformat(said)


def seen(message):
    return at_(message["at"])


def regular(message):
    return message["kind"] == "digest" and " regular " in message["subject"]


def published(books):
    """How many matches were published."""
    return sum(one["matches"] for one in books["items"])


def facts(books):
    """Each item that matched, with what the store concluded of it."""
    rows = {row["url"]: row for row in books["rows"]["articles"]}
    return {one["url"]: one | rows[one["url"]] for one in books["items"] if one["matches"]}


def wanted(books):
    """Every (address, channel) that is to be told."""
    least = LEAST[books["manner"]]
    return {
        (url, channel)
        for url, one in facts(books).items()
        for channel in CHANNELS
        if WEIGHT.index(one["severity"]) >= WEIGHT.index(least[channel])
    }


def tellings(books):
    """(address, channel) to the messages that tell of it: its own, or the list that it stands in."""
    by_id = {one["id"]: one["url"] for one in books["items"]}
    found = defaultdict(list)
    for message in books["messages"]:
        if message["kind"] in TELLINGS:
            found[by_id[message["subject"]], message["channel"]].append(message)
        elif message["kind"] == "digest" and not regular(message):
            for url in listed(message):
                found[url, message["channel"]].append(message)
    return found


def listed(message):
    """The addresses that a list tells of; a reminder in it tells of nothing new."""
    return [url for lead, url in message["rows"] if not lead.startswith(("DEADLINE", "Follows"))]


def loud(channel, one):
    return one["severity"] == "high" and one["tier"] in LOUD[channel]


def gathered(manner, channel, one):
    """Whether its route leads to the channel's digest."""
    return manner == "tuned" and channel == "berlin" and one["tier"] in {"press", "trade"}


def pressed(books):
    """(address, channel) of each report beyond the third that the channel had of its matter in six hours."""
    items = facts(books)
    threads = defaultdict(list)
    found = set()
    for url, channel in sorted(wanted(books), key=lambda key: at_(items[key[0]]["at"])):
        one = items[url]
        if one["relation"] == "report" and one["tier"] not in {"regulator", "government"}:
            at = poll(at_(one["at"]))
            recent = [when for when in threads[one["matter"], channel] if when > at - GATHER]
            if len(recent) >= 3:
                found.add((url, channel))
            threads[one["matter"], channel].append(at)
    return found


# --- always ----------------------------------------------------------------------------------------------
def what_was_published_matched_as_it_was_meant_to(books):
    meant = {one["url"] for one in books["items"] if one["matches"]}
    assert {row["url"] for row in books["rows"]["articles"] if row["matched"]} == meant
    assert {row["disposition"] for row in books["rows"]["articles"] if row["matched"]} == {"alert"}
    assert len(books["rows"]["articles"]) == len(books["items"]) > published(books)


def nothing_is_missing_nothing_twice_and_nothing_else_is_told(books):
    told = {key: len(messages) for key, messages in tellings(books).items()}
    assert set(told) == wanted(books)
    assert set(told.values()) == {1}
    assert {row["state"] for row in books["rows"]["deliveries"]} == {"sent"}


def the_sunday_notice_arrives_on_sunday_as_a_message_of_its_own(books):
    [notice] = [one for one in books["items"] if at_(one["at"]) == SUNDAY]
    for channel in CHANNELS:
        [message] = tellings(books)[notice["url"], channel]
        assert message["kind"] == "new"
        assert not message["thread"]
        assert SUNDAY <= seen(message) < SUNDAY + STEP
        assert seen(message).astimezone(ZONES[channel]).date() == date(2026, 3, 22)


def a_thread_is_told_in_the_order_in_which_things_happened(books):
    when = {one["id"]: (at_(one["at"]), one["number"]) for one in books["items"]}
    threads = defaultdict(list)
    for message in books["messages"]:
        if message["thread"] and message["kind"] in TELLINGS:
            threads[message["channel"], message["thread"]].append(message)
    assert len(threads) > published(books) / 80
    for (channel, root), replies in threads.items():
        assert [seen(one) for one in replies] == sorted(seen(one) for one in replies)
        assert [when[one["subject"]] for one in replies] == sorted(when[one["subject"]] for one in replies)
        [first] = [one for one in books["messages"] if (one["channel"], one["ts"]) == (channel, root)]
        assert seen(first) < seen(replies[0])


def a_list_names_things_in_the_order_in_which_they_happened(books):
    order = {one["url"]: number for number, one in enumerate(books["items"])}
    lists = [one for one in books["messages"] if one["kind"] == "digest" and not regular(one)]
    assert lists
    for one in lists:
        named = [order[url] for url in listed(one)]
        assert named == sorted(named), one


def a_burst_of_a_wire_is_one_list_and_not_twenty_messages(books):
    """Where more than ten of it are for a channel; in quiet hours it waits with everything else."""
    told, listed_ = tellings(books), 0
    for first in BURSTS:
        burst = {
            one["url"] for one in books["items"] if first <= at_(one["at"]) < first + timedelta(minutes=1)
        }
        assert len(burst) == 20
        for channel in CHANNELS:
            here = [told[url, channel][0] for url in burst if (url, channel) in told]
            assert here
            if len(here) > 10:
                assert {one["kind"] for one in here} == {"digest"}, (channel, first)
                listed_ += 1
    assert listed_ > len(BURSTS)


def sums(books, channel):
    """The regular digests of a channel, without what goes on in their threads."""
    found = [one for one in books["messages"] if regular(one) and one["channel"] == channel]
    return [one for one in found if not one["thread"]]


def regular_digests_come_on_working_days_at_their_own_clock_with_their_coverage(books):
    for channel in CHANNELS:
        found = sums(books, channel)
        times = digest_times(books, books["manner"], channel)
        assert [poll(seen(one) - STEP) for one in found] == times
        for one in found:
            assert "ead: 5 sources" in one["text"]
            assert "MIIT" in one["text"]


def nothing_matched_is_only_said_where_nothing_did(books):
    for channel in CHANNELS:
        for before, one in pairwise(sums(books, channel)):
            new = [at_(item["at"]) for item in facts(books).values()]
            any_new = any(seen(before) - STEP < at <= seen(one) - STEP for at in new)
            assert ("othing matched" in one["text"]) is not any_new, one


def a_regular_digest_names_every_matter_that_its_channel_was_told_of_and_no_other(books):
    items, keys, several = facts(books), wanted(books), 0
    for channel in CHANNELS:
        began = at_(books["begin"])
        for root in sums(books, channel):
            due = poll(seen(root) - STEP)
            parts = [one for one in books["messages"] if one["channel"] == channel and root["ts"] in {one["ts"], one["thread"]}]  # fmt: skip
            named = [
                items[url]["matter"]
                for one in parts
                for lead, url in one["rows"]
                if not lead.startswith(DATES)
            ]
            new = {
                items[url]["matter"] for url, to in keys
                if to == channel and began <= poll(at_(items[url]["at"])) < due
            }  # fmt: skip
            assert sorted(named) == sorted(new), root
            several += len(parts) > 1
            began = due
    assert several >= published(books) // 66


def a_reminder_comes_once_a_step_and_before_its_day(books):
    found = [one for one in books["messages"] if one["kind"] == "deadline"]
    assert len(found) > published(books) / 20
    assert set(Counter((one["channel"], one["subject"]) for one in found).values()) == {1}
    for one in found:
        day = date.fromisoformat(one["subject"].split()[2])
        assert seen(one).astimezone(ZONES["beijing"]).date() < day, one


# --- without hours ---------------------------------------------------------------------------------------
def everything_is_told_within_one_poll(books):
    """But the press beyond the third report on one matter, which comes together within six hours."""
    items, more, gathered_ = facts(books), pressed(books), 0
    for (url, channel), [message] in tellings(books).items():
        late = seen(message) - at_(items[url]["at"])
        if (url, channel) in more and late >= STEP + timedelta(seconds=1):
            gathered_ += 1
            late -= GATHER + STEP  # it is the first poll after six hours that tells
        assert late < STEP + timedelta(seconds=1), (message, items[url])
    assert gathered_ < published(books) / 10


# --- with hours, days and digests ------------------------------------------------------------------------
def in_quiet_hours_nothing_is_told_but_what_overrides_them(books):
    by_id = {one["id"]: one for one in facts(books).values()}
    heard = Counter()
    for message in books["messages"]:
        channel = message["channel"]
        if channel == "ops" or hears(channel, seen(message)):
            continue
        if (
            message["kind"] == "deadline"
        ):  # a severe one, on a free day, since the next working day is too late
            day = date.fromisoformat(message["subject"].split()[2])
            assert opening(channel, seen(message)).astimezone(ZONES["beijing"]).date() >= day, message
            assert HOURS[channel][0] <= seen(message).astimezone(ZONES[channel]).time() < HOURS[channel][1]
            continue
        assert message["kind"] in TELLINGS, message
        assert loud(channel, by_id[message["subject"]]), message
        heard[channel] += 1
    assert set(heard) == set(CHANNELS)


def what_may_be_told_at_once_is_told_within_one_poll(books):
    items, more, checked = facts(books), pressed(books), 0
    for (url, channel), [message] in tellings(books).items():
        one = items[url]
        at = poll(at_(one["at"]))
        if not gathered("tuned", channel, one) and (hears(channel, at) or loud(channel, one)):
            if (url, channel) in more and seen(message) >= at + STEP:
                at = opening(channel, at + GATHER + STEP)  # it is the first poll after six hours that tells
                assert seen(message) < at + STEP, (message, one)
                continue
            assert at <= seen(message) < at + STEP, (message, one)
            checked += 1
    assert checked > published(books) / 2


def what_waited_comes_when_the_channel_opens_as_one_list(books):
    items, waited = facts(books), defaultdict(list)
    for (url, channel), [message] in tellings(books).items():
        one = items[url]
        at = poll(at_(one["at"]))
        if not gathered("tuned", channel, one) and not hears(channel, at) and not loud(channel, one):
            opens = opening(channel, at)
            assert opens <= seen(message) < opens + STEP, (message, one)
            waited[channel, opens].append(message)
    assert len(waited) > published(books) / 4
    for (channel, opens), messages in waited.items():
        whole = {one["ts"]: one for one in messages}
        if len(messages) == 1 and messages[0]["kind"] != "digest":
            continue
        assert {one["kind"] for one in messages} == {"digest"}, (channel, opens)
        roots = [one for one in whole.values() if not one["thread"]]
        assert len(roots) == 1, (channel, opens)
        assert {one["thread"] for one in whole.values()} <= {"", roots[0]["ts"]}


def what_a_route_gathers_comes_with_the_channels_next_digest(books):
    items, times, checked = facts(books), digest_times(books, "tuned", "berlin"), 0
    for (url, channel), [message] in tellings(books).items():
        if gathered("tuned", channel, items[url]):
            at = poll(at_(items[url]["at"]))
            due = next(one for one in times if one > at)
            assert due <= seen(message) < due + STEP, (message, items[url])
            checked += 1
    assert checked > published(books) / 8


ALWAYS = (
    what_was_published_matched_as_it_was_meant_to,
    nothing_is_missing_nothing_twice_and_nothing_else_is_told,
    the_sunday_notice_arrives_on_sunday_as_a_message_of_its_own,
    a_thread_is_told_in_the_order_in_which_things_happened,
    a_list_names_things_in_the_order_in_which_they_happened,
    a_burst_of_a_wire_is_one_list_and_not_twenty_messages,
    regular_digests_come_on_working_days_at_their_own_clock_with_their_coverage,
    nothing_matched_is_only_said_where_nothing_did,
    a_regular_digest_names_every_matter_that_its_channel_was_told_of_and_no_other,
    a_reminder_comes_once_a_step_and_before_its_day,
)
DEFAULT = (everything_is_told_within_one_poll,)
TUNED = (
    in_quiet_hours_nothing_is_told_but_what_overrides_them,
    what_may_be_told_at_once_is_told_within_one_poll,
    what_waited_comes_when_the_channel_opens_as_one_list,
    what_a_route_gathers_comes_with_the_channels_next_digest,
)
