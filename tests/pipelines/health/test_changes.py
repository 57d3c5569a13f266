from __future__ import annotations

from dataclasses import replace
from datetime import UTC, datetime, timedelta
from itertools import pairwise

import pytest
from hypothesis import given
from hypothesis import strategies as st

from pipelines.health.changes import (
    DAY,
    NETWORK,
    WELL,
    Standing,
    due,
    failing,
    kind,
    known,
    plan,
    recent,
    step,
)

NOW = datetime(2026, 6, 3, 9, 0, tzinfo=UTC)
HOUR = timedelta(hours=1)


def standing(source="s", state="ok", code="", **more):
    named = {"host": "h", "since": NOW, "last_turn": NOW, "last_ok": None if state != "ok" else NOW}
    return Standing(source, state=state, code=code, **named | more)


@pytest.mark.parametrize(
    ("told", "state", "code", "fresh", "said"),
    [
        ("", "ok", "", False, ""),
        ("", "failing", "dns", True, "failing:unreachable"),
        ("failing:unreachable", "failing", "timeout", False, ""),
        ("failing:unreachable", "failing", "http-502", False, ""),
        ("failing:unreachable", "failing", "no-unit", True, "failing:no-unit"),
        ("", "gap", "max-pages", False, "gap:max-pages"),
        ("ok", "quiet", "quiet", False, ""),
        ("ok", "stale", "stale", False, "stale:stale"),
        ("stale:stale", "quiet", "quiet", False, "ok"),
        ("ok", "empty", "no-rows", True, "empty:no-rows"),
        ("empty:no-rows", "empty", "no-rows", False, ""),
        ("empty:no-rows", "blocked", "no-rows", True, "blocked:no-rows"),
        ("blocked:http-412", "ok", "", False, "ok"),
        ("gap:max-pages", "ok", "", False, "ok"),
        ("unsteady", "failing", "dns", False, "failing:unreachable"),
    ],
)
def test_what_is_news_to_the_exit_code_and_what_to_people(told, state, code, fresh, said):
    before = standing(told=told)
    assert step(before, state, code, 0).fresh is fresh
    assert due(replace(before, state=state, code=code), NOW) == said


@pytest.mark.parametrize(
    ("state", "failures"), [("ok", 0), ("gap", 0), ("stale", 0), ("failing", 4), ("blocked", 4)]
)
def test_failures_add_up_until_a_turn_is_complete(state, failures):
    assert step(standing(state="failing"), state, "", 3).failures == failures


def test_another_code_of_not_being_reached_does_not_begin_a_new_state():
    taken = step(standing(state="failing", code="dns"), "failing", "timeout", 1)
    assert (taken.changed, taken.moved) == (True, False)


def messages(made):
    return [(one.worse, one.why, sorted(each.source for each in one.members)) for one in made.news]


def test_what_fails_on_one_host_is_one_message_and_hosts_are_two():
    sources = [standing(f"a{n}", "blocked", "http-403", host="a") for n in range(3)]
    sources += [standing("b0", "empty", "no-rows", host="b"), standing("c0", host="c")]
    assert messages(plan(sources, NOW)) == [(True, "a", ["a0", "a1", "a2"]), (True, "b", ["b0"])]


def test_more_than_two_hosts_at_once_are_one_message():
    sources = [standing(f"s{n}", "blocked", "http-403", host=f"h{n}") for n in range(7)]
    assert messages(plan(sources, NOW)) == [(True, "", [f"s{n}" for n in range(7)])]


def unreached(n, **more):
    return [
        standing(f"s{i}", "failing", "timeout", host=f"h{i}", last_ok=NOW - HOUR, **more) for i in range(n)
    ]


def test_when_nothing_is_reached_it_is_our_own_network_and_the_rest_joins_in_silence():
    waiting = standing("late", host="z", last_turn=NOW - HOUR, last_ok=NOW - HOUR)
    made = plan([*unreached(4), waiting], NOW)
    assert messages(made) == [(True, NETWORK, ["s0", "s1", "s2", "s3"])]
    assert (made.down, set(made.joined)) == (NOW, {"s0", "s1", "s2", "s3"})
    down = [replace(one, told="failing:unreachable", told_at=NOW, told_with=NETWORK) for one in unreached(4)]
    later = NOW + timedelta(minutes=20)
    joins = replace(waiting, state="failing", code="dns", since=later, last_turn=later)
    then = plan([*down, joins], later, down=made.down)
    assert (then.news, then.joined) == ((), {"late": ("failing:unreachable", NETWORK)})
    back = replace(down[0], state="ok", code="", last_ok=later, last_turn=later, since=later)
    over = plan([back, *down[1:]], later, down=made.down)
    assert messages(over) == [(False, NETWORK, ["s0", "s1", "s2", "s3"])]
    assert (over.down, over.ask) == (None, ("s1", "s2", "s3"))
    assert all(said == (WELL, "") for said in over.joined.values())
    # what was not asked since is no news; what still fails when asked is
    told = [replace(one, told="ok", told_at=later, told_with="") for one in down[1:]]
    assert plan(told, later + HOUR).news == ()
    asked = [replace(one, last_turn=later + HOUR) for one in told]
    well = replace(back, told="ok", told_at=later, told_with="", last_turn=later + HOUR, last_ok=later + HOUR)
    assert messages(plan([well, *asked], later + HOUR)) == [(True, "", ["s1", "s2", "s3"])]


def test_one_site_that_answers_shows_that_it_is_not_our_network():
    made = plan([*unreached(4), standing("well", host="w")], NOW)
    assert messages(made) == [(True, "", ["s0", "s1", "s2", "s3"])]
    assert made.down is None


def test_what_fails_on_a_host_just_told_of_joins_and_hours_later_is_news():
    told = standing("a0", "blocked", "x", host="a", told="blocked:x", told_with="a", told_at=NOW - HOUR)
    joins = standing("a1", "blocked", "x", host="a")
    assert plan([told, joins], NOW).joined == {"a1": ("blocked:x", "a")}
    assert plan([told, joins], NOW).news == ()
    late = replace(told, told_at=NOW - 4 * HOUR)
    assert messages(plan([late, joins], NOW)) == [(True, "a", ["a1"])]
    other = standing("a1", "blocked", "y", host="a")
    assert messages(plan([told, other], NOW)) == [(True, "a", ["a1"])]


def test_a_trouble_waits_for_company_while_the_service_runs():
    sources = [standing("a", "blocked", "x", since=NOW - timedelta(seconds=30))]
    settle = timedelta(minutes=2)
    assert plan(sources, NOW, settle=settle).news == ()
    assert len(plan(sources, NOW + timedelta(minutes=2), settle=settle).news) == 1
    assert plan(sources, NOW + timedelta(minutes=2), settle=settle, told=5).news == ()


def play(pattern, minutes=30):
    """The messages about one source whose turns end like this, told after each turn."""
    one, at, sent = Standing("s", "h", "new"), NOW, []
    for number, state in enumerate(pattern):
        at = NOW + number * timedelta(minutes=minutes)
        code = "" if state == "ok" else "x"
        taken = step(one, state, code, 0)
        one = replace(one, state=state, code=code, last_turn=at, last_ok=at if state == "ok" else one.last_ok)
        if taken.moved or one.since is None:
            one = replace(one, since=at, changes=one.changes + 1)
        made = plan([one], at)
        for source, said in made.known.items():
            assert source == "s"
            sent.append((number, said))
            one = replace(one, told=said, told_at=at, told_with="h", tellings=recent(one, at) + 1, changes=0)
    return sent


def test_an_outage_is_told_once_and_its_end_once():
    assert play(["ok", "blocked", "blocked", "blocked", "ok", "ok"]) == [(1, "blocked:x"), (4, "ok")]


def test_a_source_that_flaps_is_told_to_be_unsteady_and_then_what_lasts():
    sent = play(["ok", "blocked"] * 48 + ["blocked"] * 96)
    during = [said for number, said in sent if number < 96]
    assert during == ["blocked:x", "ok", "unsteady"]
    assert sent[-1][1] == "blocked:x"
    assert len(sent) == 4


@given(st.lists(st.sampled_from(["ok", "blocked", "failing", "empty", "gap", "stale"]), max_size=300))
def test_no_life_of_a_source_is_a_flood_and_what_lasts_is_told(pattern):
    sent = play([*pattern, *["blocked"] * 60])
    per_day = [number // 48 for number, _ in sent]
    assert max((per_day.count(one) for one in per_day), default=0) <= 8
    assert sent[-1][1] == "blocked:x"
    assert all(one[1] != other[1] for one, other in pairwise(sent))


def test_a_day_without_news_forgives():
    one = standing(told="ok", told_at=NOW - DAY - HOUR, tellings=2)
    assert recent(one, NOW) == 0
    assert recent(replace(one, told_at=NOW - HOUR), NOW) == 2


def test_known_and_failing():
    assert known("new", "") == known("off", "") == WELL
    assert failing("blocked:x")
    assert not failing("stale:stale")


def test_a_script_challenge_is_a_refusal_though_its_number_is_one_of_a_fault():
    assert kind("http-521") == "http-521"
    assert kind("http-503") == kind("timeout") == "unreachable"
