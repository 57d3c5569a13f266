from __future__ import annotations

from datetime import UTC, datetime, timedelta

from hypothesis import given
from hypothesis import strategies as st

from pipelines.life import GONE_FOR, GONE_LOOKS, Life, after, wait

NOW = datetime(2026, 11, 24, tzinfo=UTC)
HOUR = timedelta(hours=1)


def lived(*outcomes, every=timedelta(days=1), sound=True):
    """The states after looks at these outcomes, so far apart."""
    life, found = Life(), []
    for number, outcome in enumerate(outcomes):
        life = after(life, outcome, NOW + every * number, sound=sound)
        found.append(life.state)
    return found


def test_a_page_is_withdrawn_only_after_three_days_and_three_looks():
    assert lived("there", "gone", "gone", "gone", "gone") == ["ok", "gone", "gone", "gone", "withdrawn"]
    assert lived(*["gone"] * 60, every=HOUR)[-1] == "gone", "many looks, and no three days"
    assert lived("gone", "gone", every=timedelta(days=30)) == ["gone", "gone"], "long, and two looks"


def test_one_that_is_there_again_begins_anew_and_one_that_refuses_us_says_nothing():
    assert lived("gone", "gone", "there", "gone", "gone", "gone")[-1] == "gone"
    assert lived("gone", "unreachable", "gone", "unreachable", "gone") == [
        "gone", "unreachable", "gone", "unreachable", "withdrawn"
    ]  # fmt: skip
    assert lived(*["unreachable"] * 50) == ["unreachable"] * 50
    assert lived("gone", "gone", "gone", "gone", "unreachable", "there")[-3:] == [
        "withdrawn",
        "withdrawn",
        "ok",
    ]


def test_while_its_source_is_ill_no_page_is_withdrawn():
    assert lived(*["gone"] * 10, sound=False)[-1] == "gone"


@given(
    st.lists(st.tuples(st.sampled_from(["there", "gone", "unreachable"]), st.integers(1, 96)), max_size=40)
)
def test_whatever_happens_a_withdrawal_has_its_three_looks_and_days(history):
    life, now, run = Life(), NOW, []
    for outcome, hours in history:
        now += timedelta(hours=hours)
        before = life.state
        life = after(life, outcome, now)
        if outcome == "there":
            run = []
        elif outcome == "gone":
            run.append(now)
        if life.state == "withdrawn" != before:
            assert len(run) >= GONE_LOOKS
            assert run[-1] - run[0] >= GONE_FOR
        assert (life.state == "ok") == (outcome == "there") or life.state != "ok"


def test_looks_grow_apart_and_a_page_that_seems_gone_is_looked_at_more_often():
    seen = NOW
    ages, now = [], seen
    for _ in range(8):
        now += wait(Life(), seen, now)
        ages.append((now - seen) // HOUR)
    assert ages == [1, 6, 24, 7 * 24, 30 * 24, 90 * 24, 180 * 24, 270 * 24]
    assert wait(Life("gone"), seen, seen + timedelta(days=40)) <= timedelta(days=1)
    ill = Life("unreachable", since=now)
    assert wait(ill, seen, now) == HOUR
    assert wait(ill, seen, now + timedelta(days=9)) == timedelta(days=1)
