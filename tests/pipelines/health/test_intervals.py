from __future__ import annotations

from datetime import UTC, datetime, timedelta
from itertools import pairwise

import pytest
from hypothesis import given
from hypothesis import strategies as st

from pipelines.health.coverage import COVERED, PARTLY, UNCOVERED, UNWATCHED, coverage
from pipelines.health.intervals import SEEN, Interval, Observation, advance, allowed, spans, within

T0 = datetime(2026, 6, 3, 0, 0, tzinfo=UTC)
STEP = 1800.0
ALLOWED = allowed(STEP, STEP)


def turn(minutes, state="ok", **more):
    named = {"code": "" if state in SEEN else state, "authority": "MIIT", "host": "m", "allowed": ALLOWED}
    return Observation(T0 + timedelta(minutes=minutes), state, **named | more)


def lived(observations, source="s"):
    """The source's intervals after all of these, and the observations that were made."""
    made: list[Interval] = []
    for found in observations:
        current = made.pop() if made else None
        made += advance(source, current, found)
    return made


def shown(intervals):
    """(state, from, to) in minutes."""
    minutes = lambda at: None if at is None else round((at - T0).total_seconds() / 60)  # noqa: E731
    return [(one.state, minutes(one.since), minutes(one.until)) for one in intervals]


@pytest.mark.parametrize(
    ("turns", "expected"),
    [
        ([turn(0), turn(30), turn(60)], [("ok", 0, None)]),
        # what follows the last good turn was not seen
        (
            [turn(0), turn(30), turn(60, "blocked"), turn(90, "blocked"), turn(120)],
            [("ok", 0, 30), ("blocked", 30, 120), ("ok", 120, None)],
        ),
        # the program was off: nobody says it was well, although it was well before and after
        ([turn(0), turn(30), turn(300)], [("ok", 0, 30), ("unchecked", 30, 300), ("ok", 300, None)]),
        (
            [turn(0), turn(300, "blocked")],
            [("ok", 0, 0), ("unchecked", 0, 300), ("blocked", 300, None)],
        ),
        # pages were not followed to the end: the time since the turn before may have holes
        ([turn(0), turn(30, "gap"), turn(60)], [("ok", 0, 0), ("gap", 0, 60), ("ok", 60, None)]),
        (
            [turn(0), turn(30, "quiet"), turn(60, "stale")],
            [("ok", 0, 30), ("quiet", 30, 60), ("stale", 60, None)],
        ),
        # switched off, and on again a week later
        (
            [turn(0), turn(10, "off", allowed=0.0), turn(10_000)],
            [("ok", 0, 0), ("off", 0, 10_000), ("ok", 10_000, None)],
        ),
        # a clock set back
        ([turn(60), turn(30), turn(20, "empty")], [("ok", 60, 60), ("empty", 60, None)]),
    ],
)
def test_time_is_cut_at_what_was_seen_last(turns, expected):
    assert shown(lived(turns)) == expected


STATES = st.sampled_from(["ok", "ok", "ok", "quiet", "stale", "gap", "blocked", "failing", "empty", "off"])


@st.composite
def lives(draw):
    """Turns at any pace, with clocks that go back now and then."""
    at, made = 0, []
    for _ in range(draw(st.integers(1, 25))):
        at += draw(st.sampled_from([0, 1, 30, 30, 30, 64, 66, 70, 600, 5000, -20]))
        state = draw(STATES)
        host = draw(st.sampled_from(["m", "m", "m", "n"]))
        made.append(turn(at, state, host=host, allowed=0.0 if state == "off" else ALLOWED))
    return made


@given(lives(), st.integers(0, 400))
def test_no_overlap_no_hole_and_no_claim_beyond_what_was_seen(observations, later):
    made = lived(observations)
    assert made[-1].until is None
    assert all(one.until is not None for one in made[:-1])
    for one, other in pairwise(made):
        assert one.since <= one.until == other.since
    now = max(found.at for found in observations) + timedelta(minutes=later)
    stretches = list(spans(made, now))
    assert stretches[0].since == observations[0].at
    assert stretches[-1].until == now
    assert all(one.until == other.since for one, other in pairwise(stretches))
    good, last = [], observations[0].at
    for found in observations:
        last = max(last, found.at)
        good.append((last, found.state in SEEN))
    for one in stretches:
        if not one.seen:
            continue
        inside = [(at, well) for at, well in good if one.since <= at <= one.until]
        assert (one.since, True) in inside
        assert (one.until, True) in inside
        # between two turns that follow each other nothing is claimed that was promised and did not come
        seen = sorted({at for at, well in inside if well})
        assert all((b - a).total_seconds() <= ALLOWED for a, b in pairwise(seen))
        assert all(well for at, well in inside if one.since < at < one.until)


@given(
    st.lists(lives(), min_size=1, max_size=3),
    st.integers(-100, 3000),
    st.integers(1, 2000),
    st.integers(0, 400),
)
def test_cover_and_blindness_share_the_window_out_between_them(many, start, length, later):
    now = max(found.at for each in many for found in each) + timedelta(minutes=later)
    begin = T0 + timedelta(minutes=start)
    end = min(begin + timedelta(minutes=length), now)
    found = coverage({f"s{n}": lived(each, f"s{n}") for n, each in enumerate(many)}, begin, end, now)
    for cover in found:
        for one, other in pairwise(cover.blind):
            assert one[0] < one[1] < other[0]
        for seen in cover.seen:
            for each in seen.stretches:
                assert begin <= each.since < each.until <= end
                if each.seen:  # no blind time of the authority lies in what one of its roads saw
                    assert not [b for b in cover.blind if b[0] < each.until and each.since < b[1]]
        if cover.status == COVERED:
            assert all(each.whole for each in cover.seen if any(s.state != "off" for s in each.stretches))
        if cover.status == UNCOVERED:
            assert not any(each.any for each in cover.seen)


def day(**lives_):
    made = {name: lived(each, name) for name, each in lives_.items()}
    found = coverage(made, T0, T0 + timedelta(days=1), T0 + timedelta(days=3))
    return {one.authority: one for one in found}


def steady(start=-60, end=3000, state="ok", **more):
    return [turn(minute, state, **more) for minute in range(start, end, 30)]


def test_a_day_tells_what_was_read_and_what_was_blind():
    broken = [*steady(end=600), *steady(600, 900, "blocked"), *steady(900)]
    found = day(own=broken, press=steady(host="p"))["MIIT"]
    assert found.status == PARTLY
    assert found.blind == ()
    (alone,) = day(own=broken).values()
    assert alone.status == PARTLY
    assert [(a - T0, b - T0) for a, b in alone.blind] == [(timedelta(minutes=570), timedelta(minutes=900))]
    assert day(own=steady(state="blocked"))["MIIT"].status == UNCOVERED
    assert day(own=steady(state="off", allowed=0.0))["MIIT"].status == UNWATCHED
    assert day(own=steady())["MIIT"].status == COVERED


def test_a_program_that_was_off_covered_nothing_meanwhile():
    found = day(own=[*steady(end=120), *steady(2500)])["MIIT"]
    assert found.status == PARTLY
    (gap,) = found.blind
    assert gap == (T0 + timedelta(minutes=90), T0 + timedelta(days=1))
    assert [one.state for one in found.seen[0].stretches] == ["ok", "unchecked"]


def test_what_is_not_due_yet_is_neither_seen_nor_blind():
    made = lived(steady(0, 61))
    now = T0 + timedelta(minutes=80)
    states = [one.state for one in within(spans(made, now), T0, now)]
    assert states == ["ok", "pending"]
    assert [one.state for one in spans(made, now + timedelta(hours=2))] == ["ok", "unchecked"]


def test_a_cover_of_a_day_before_the_first_turn_is_nothing():
    assert (
        coverage({"s": lived(steady(5000, 6000))}, T0, T0 + timedelta(days=1), T0 + timedelta(days=9)) == []
    )
