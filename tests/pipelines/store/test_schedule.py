from __future__ import annotations

import ast
import inspect
import subprocess
import sys
import time
from collections.abc import Sequence
from datetime import UTC, date, datetime, timedelta
from itertools import pairwise
from pathlib import Path

import pytest
from sqlalchemy import select, update

import pipelines.store
from crawlers.article import Entry, Moment
from crawlers.errors import BudgetSpent, LeaseLost
from crawlers.lease import LEASE_SECONDS, Lease, Schedule, Turn
from crawlers.source import Source
from pipelines.store import Store, watching
from pipelines.store.schema import budgets, hosts, intents, sources, unread

NOW = datetime(2026, 11, 24, 8, 0, tzinfo=UTC)
ENTRY = Entry("https://www.example.cn/a", "https://www.example.cn/a", "一条消息")


def watch(store: Store, count: int = 1) -> list[str]:
    made = [
        Source(id=f"s{n}", name="a list", kind="feed", url="https://www.example.cn/list")
        for n in range(count)
    ]
    store.schedule.sync(made)
    return [source.id for source in made]


def take(store: Store, worker: str = "w") -> Lease:
    return store.schedule.claim(watch(store), worker, limit=1)[0]


def age(store: Store, **columns: object) -> None:
    with store.writing() as connection:
        connection.execute(update(sources).values(**columns))


def row(store: Store, source: str = "s0"):
    with store.reading() as connection:
        return connection.execute(select(sources).where(sources.c.id == source)).one()


def together(what: str, *arguments: Sequence[str]) -> list[list[str]]:
    """The lines of several workers that start at the same moment."""
    workers = [
        subprocess.Popen(
            [sys.executable, "-m", "tests.pipelines.store.worker", what, *given],
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            text=True,
            cwd=Path(__file__).parents[3],
        )
        for given in arguments
    ]
    for worker in workers:
        assert worker.stdout.readline() == "ready\n"
    for worker in workers:
        worker.stdin.write("go\n")
        worker.stdin.flush()
    lines = [worker.communicate(timeout=60)[0].splitlines() for worker in workers]
    assert [worker.returncode for worker in workers] == [0] * len(workers)
    return lines


def test_the_schedule_is_what_the_spiders_were_promised(store):
    for name in (name for name in vars(Schedule) if not name.startswith("_")):
        made = inspect.signature(getattr(store.schedule, name)).parameters
        promised = inspect.signature(getattr(Schedule, name)).parameters
        assert ["self", *made] == list(promised), name


def test_a_new_source_is_due_at_once_and_an_old_one_keeps_its_row(store):
    watch(store)
    lease = take(store)
    assert (lease.due, lease.baseline, lease.state, lease.memo) == (0.0, True, "new", {})
    watch(store, 2)
    assert row(store).lease_token == lease.token
    assert row(store, "s1").due == 0.0


def test_the_longest_due_are_taken_first_and_no_more_than_asked_for(store):
    ids = watch(store, 4)
    now = store.now()
    with store.writing() as connection:
        for number, due in enumerate((now - 5, now - 50, now + 500, now - 500)):
            connection.execute(update(sources).where(sources.c.id == f"s{number}").values(due=due))
    assert [lease.source for lease in store.schedule.claim(ids, "w", limit=2)] == ["s3", "s1"]
    assert [lease.source for lease in store.schedule.claim(ids, "w", limit=9)] == ["s0"]
    assert store.schedule.claim(ids, "w", limit=9) == []


def test_only_the_named_sources_are_taken(store):
    watch(store, 3)
    assert [lease.source for lease in store.schedule.claim(["s1", "nobody"], "w", limit=9)] == ["s1"]
    assert store.schedule.claim([], "w", limit=9) == []


def test_a_held_source_is_not_taken_until_its_lease_is_over(store):
    first = take(store)
    assert store.schedule.claim(["s0"], "other", limit=1) == []
    age(store, lease_until=store.now() - 1)
    (second,) = store.schedule.claim(["s0"], "other", limit=1)
    assert second.token == first.token + 1


@pytest.mark.parametrize(
    "late",
    [
        lambda store, lease: store.schedule.renew(lease),
        lambda store, lease: store.schedule.release(lease),
        lambda store, lease: store.schedule.finish(lease, Turn("ok", next_due=store.now() + 60), NOW),
        lambda store, lease: store.schedule.unread(lease, ENTRY, "http-500", "no"),
    ],
    ids=["renew", "release", "finish", "unread"],
)
@pytest.mark.parametrize("taken_by_another", [True, False])
def test_a_frozen_worker_commits_nothing_after_its_lease(store, late, taken_by_another):
    lease = take(store)
    age(store, lease_until=store.now() - 1)
    if taken_by_another:
        take(store, "other")
    before = row(store)
    with pytest.raises(LeaseLost, match="the lease of s0 is over"):
        late(store, lease)
    assert row(store) == before


def test_a_lease_that_was_given_back_commits_nothing(store):
    lease = take(store)
    store.schedule.release(lease)
    with pytest.raises(LeaseLost):
        store.schedule.unread(lease, ENTRY, "http-500", "no")


def test_renewing_holds_for_a_whole_lease_from_now(store):
    lease = take(store)
    age(store, lease_until=store.now() + 1)
    store.schedule.renew(lease)
    assert row(store).lease_until == pytest.approx(store.now() + LEASE_SECONDS, abs=5)


def test_an_unfinished_turn_is_given_back_as_it_was_or_put_off(store):
    age_due = 1234.5
    watch(store)
    age(store, due=age_due)
    lease = take(store)
    store.schedule.release(lease)
    assert (row(store).due, row(store).lease_until, row(store).state) == (age_due, 0.0, "new")
    store.schedule.release(take(store), after=300)
    assert row(store).due == pytest.approx(store.now() + 300, abs=5)
    assert store.schedule.claim(["s0"], "w", limit=1) == []


def test_a_forced_round_takes_each_source_once_due_or_not(store):
    ids = watch(store, 2)
    age(store, due=store.now() + 9999)
    assert store.schedule.claim(ids, "w", limit=9) == []
    began = store.now()
    leases = store.schedule.claim(ids, "w", limit=9, force_before=began)
    assert len(leases) == 2
    for lease in leases:
        store.schedule.finish(lease, Turn("ok", next_due=store.now() + 9999), NOW)
    assert store.schedule.claim(ids, "w", limit=9, force_before=began) == []


def test_the_next_time_anything_can_be_taken_counts_leases_of_others(store):
    ids = watch(store, 2)
    assert store.schedule.next_due(ids) == 0.0
    lease = take(store)
    assert store.schedule.next_due(["s0"]) == pytest.approx(store.now() + LEASE_SECONDS, abs=5)
    store.schedule.finish(lease, Turn("ok", next_due=4e9), NOW)
    assert store.schedule.next_due(["s0"]) == 4e9
    assert store.schedule.next_due(ids) == 0.0
    assert store.schedule.next_due(["nobody"]) is None


def test_workers_that_claim_at_once_never_get_the_same_source(store, url):
    watch(store, 90)
    lines = together("claim", *([url, f"w{n}", "90"] for n in range(4)))
    taken = sorted(line for worker in lines for line in worker)
    assert taken == sorted(f"s{number} 1" for number in range(90))


def test_a_worker_whose_clock_is_an_hour_off_steals_nothing_and_skips_nothing(store, monkeypatch):
    ids = watch(store, 2)
    take(store)
    real = time.time
    for off in (3600, -3600):
        monkeypatch.setattr(time, "time", lambda off=off: real() + off)
        assert store.now() == pytest.approx(real(), abs=5)
        assert [lease.source for lease in store.schedule.claim(ids, "off", limit=9)] == (
            ["s1"] if off > 0 else []
        )
    assert store.schedule.next_due(ids) == pytest.approx(real() + LEASE_SECONDS, abs=5)


def test_no_module_of_the_store_reads_the_worker_s_clock():
    clocks = {"time", "now", "utcnow", "today", "monotonic"}
    for file in Path(pipelines.store.__file__).parent.rglob("*.py"):
        for node in ast.walk(ast.parse(file.read_text("utf-8"))):
            if isinstance(node, ast.Attribute) and node.attr in clocks and isinstance(node.value, ast.Name):
                assert node.value.id not in {"time", "datetime", "date"}, f"{file.name}:{node.lineno}"


def test_a_clock_that_was_set_back_leaves_no_source_asleep(store):
    take(store)
    future = store.now() + 86_400 * 365
    age(store, due=future, began=future - 60, lease_until=future)
    assert [lease.source for lease in store.schedule.claim(["s0"], "w", limit=1)] == ["s0"]


# --- the end of a turn ---------------------------------------------------------------------------------
def ends(store: Store, state: str, code: str = "", **more: object) -> bool:
    age(store, due=0.0)
    return store.schedule.finish(take(store), Turn(state, code=code, next_due=0.0, **more), NOW)


def told(store: Store) -> list[str]:
    """What people were told, once whoever looks after that has looked."""
    watching.tell(store, NOW)
    with store.reading() as connection:
        return [
            found.detail["state"]
            for found in connection.execute(
                select(intents).where(intents.c.kind == "source").order_by(intents.c.id)
            )
        ]


def test_a_turn_that_ends_leaves_its_memo_its_counts_and_its_next_time(store):
    lease = take(store)
    news = store.schedule.finish(lease, Turn("ok", rows=20, new=3, memo={"etag": "x"}, next_due=4e9), NOW)
    assert news is False
    found = row(store)
    assert (found.state, found.rows, found.memo, found.due) == ("ok", 20, {"etag": "x"}, 4e9)
    assert found.last_turn == found.last_ok == found.last_new == found.baseline_at == found.since == NOW
    assert (found.lease_until, found.lease_worker, found.failures) == (0.0, "", 0)
    assert told(store) == []


def test_a_failed_first_turn_leaves_the_baseline_open_and_the_memo_alone(store):
    ends(store, "ok", memo={"etag": "x"})
    age(store, baseline_at=None)
    ends(store, "failing", "http-500")
    assert (row(store).memo, row(store).baseline_at) == ({"etag": "x"}, None)
    assert store.schedule.claim(["s0"], "w", limit=1)[0].baseline is True


def test_failures_are_counted_and_told_once_and_their_end_once(store):
    assert ends(store, "ok") is False
    assert ends(store, "empty", "no-rows") is True
    assert ends(store, "empty", "no-rows") is True  # nobody was told meanwhile
    assert told(store) == ["empty"]
    assert ends(store, "empty", "no-rows") is False
    assert row(store).failures == 3
    assert told(store) == ["empty"]
    assert ends(store, "ok") is False
    assert row(store).failures == 0
    assert told(store) == ["empty", "ok"]
    assert ends(store, "ok") is False
    assert told(store) == ["empty", "ok"]


def test_a_possible_gap_is_told_and_so_is_its_end_but_it_is_no_failure(store):
    ends(store, "ok")
    assert ends(store, "gap", "max-pages") is False
    assert told(store) == ["gap"]
    assert ends(store, "gap", "max-pages") is False
    assert told(store) == ["gap"]
    assert ends(store, "ok") is False
    assert told(store) == ["gap", "ok"]
    assert row(store).last_ok == NOW


def test_every_change_of_state_is_an_event_and_no_change_is_none(store):
    for state, code in (("ok", ""), ("ok", ""), ("failing", "timeout"), ("failing", "dns"), ("ok", "")):
        ends(store, state, code, message="said", remedy="do")
    found = list(store.events.read(kind="health", source="s0"))
    assert [event.detail["code"] for event in found] == ["", "timeout", "dns", ""]
    assert found[1].detail["was"] == "ok"
    assert found[1].at == NOW


def test_a_state_lasts_since_its_first_turn(store):
    ends(store, "failing", "timeout")
    age(store, due=0.0)
    later = NOW + timedelta(hours=3)
    store.schedule.finish(take(store), Turn("failing", code="timeout", next_due=0.0), later)
    assert (row(store).since, row(store).last_turn) == (NOW, later)


# --- hosts and budgets ---------------------------------------------------------------------------------
def test_a_host_is_asked_by_one_at_a_time_and_then_left_alone_for_a_delay_and_at_most_a_third_more(store):
    gaps = []
    for _ in range(6):
        wait, token = store.schedule.seat("h", 10, "d", None, 40)
        assert wait == 0
        assert token > store.now() + 30
        busy, none = store.schedule.seat("h", 10, "d", None, 40)
        assert (busy, none) == (pytest.approx(40, abs=5), 0)
        store.schedule.leave("h", token, 10)
        gaps.append(store.schedule.seat("h", 10, "d", None, 40)[0])
        with store.writing() as connection:
            connection.execute(update(hosts).values(next_at=0.0))
    assert all(9.5 <= gap < 13.5 for gap in gaps), gaps
    assert len({round(gap, 2) for gap in gaps}) > 1
    assert store.schedule.seat("other", 10, "d", None, 40)[0] == 0


def test_who_comes_late_frees_nobody_else_s_host_and_a_pause_that_the_site_asked_for_stays(store):
    _, mine = store.schedule.seat("h", 10, "d", None, 40)
    with store.writing() as connection:
        connection.execute(update(hosts).values(next_at=0.0))  # my time ran out
    _, theirs = store.schedule.seat("h", 10, "d", None, 50)
    store.schedule.leave("h", mine, 10)
    assert store.schedule.seat("h", 10, "d", None, 40)[0] == pytest.approx(50, abs=5)
    store.schedule.hold_host("h", 3600)
    store.schedule.leave("h", theirs, 10)
    assert store.schedule.seat("h", 10, "d", None, 40)[0] == pytest.approx(3600, abs=5)


def test_workers_share_a_host_s_delay(store, url):
    lines = together("seat", *([url, "4"] for _ in range(3)))
    spans = sorted(tuple(map(float, line.split())) for worker in lines for line in worker)
    assert len(spans) == 12
    # None begins before the one before it has ended, and the pause with it.
    assert min(later[0] - earlier[1] for earlier, later in pairwise(spans)) >= 0.1


def test_a_budget_is_a_sliding_hour_over_all_hosts_of_a_domain(store):
    for host in ("a.example.cn", "b.example.cn", "a.example.cn"):
        store.schedule.seat(host, 0, "example.cn", 3, 40)
    with pytest.raises(BudgetSpent) as spent:
        store.schedule.seat("c.example.cn", 0, "example.cn", 3, 40)
    assert spent.value.wait == pytest.approx(3600, abs=5)
    store.schedule.seat("a.example.org", 0, "example.org", 3, 40)
    with store.writing() as connection:
        oldest = connection.execute(select(budgets.c.id).order_by(budgets.c.id).limit(1)).scalar_one()
        connection.execute(update(budgets).where(budgets.c.id == oldest).values(at=store.now() - 3601))
    assert store.schedule.seat("c.example.cn", 0, "example.cn", 3, 40)[0] == pytest.approx(0, abs=0.01)


def test_a_refused_request_takes_no_seat(store):
    with pytest.raises(BudgetSpent):
        store.schedule.seat("h", 60, "d", 0, 40)
    assert store.schedule.seat("h", 60, "other", None, 40)[0] == pytest.approx(0, abs=0.01)


def test_a_host_that_asks_for_a_pause_gets_it_from_all(store):
    store.schedule.hold_host("h", 120)
    store.schedule.hold_host("h", 5)
    for delay, budget in ((1.0, None), (0.0, None), (0.0, 9)):
        assert store.schedule.seat("h", delay, "d", budget, 40)[0] == pytest.approx(120, abs=5)
    with store.reading() as connection:
        assert connection.execute(select(hosts.c.next_at)).scalar_one() > store.now() + 110


# --- entries that could not be read --------------------------------------------------------------------
def test_an_unread_entry_is_put_off_longer_each_time_and_never_for_ever(store):
    lease = take(store)
    waits = []
    for tries in range(1, 7):
        assert store.schedule.unread(lease, ENTRY, "soft-404", "not there") == tries
        with store.writing() as connection:
            waits.append(connection.execute(select(unread.c.next_try)).scalar_one() - store.now())
            assert store.schedule.waiting("s0") == []
            connection.execute(update(unread).values(next_try=store.now() - 1))
        assert store.schedule.waiting("s0") == [ENTRY]
    assert waits == pytest.approx([600, 3600, 21_600, 86_400, 86_400, 86_400], abs=5)


def test_why_an_entry_could_not_be_read_is_an_event_once(store):
    lease = take(store)
    for code in ("soft-404", "soft-404", "http-500"):
        store.schedule.unread(lease, ENTRY, code, "not there")
    found = [event.detail for event in store.events.read(kind="unread")]
    assert [(detail["code"], detail["url"]) for detail in found] == [
        ("soft-404", ENTRY.url),
        ("http-500", ENTRY.url),
    ]


def test_a_noted_entry_waits_whole_and_is_known_until_it_is_stored(store):
    lease = take(store)
    whole = Entry(
        "https://x.cn/1",
        "https://x.cn/1",
        "标题",
        Moment(NOW, date(2026, 1, 5)),
        guid="g",
        summary="s",
        publisher="p",
    )
    store.schedule.note(lease, [whole, ENTRY])
    store.schedule.note(lease, [whole])
    assert sorted(store.schedule.waiting("s0"), key=lambda one: one.key) == sorted(
        [whole, ENTRY], key=lambda one: one.key
    )
    assert store.schedule.known("s0", [whole, ENTRY]) == {whole.key, ENTRY.key}
    assert store.schedule.known("other", [whole]) == set()


def test_nothing_is_known_or_waiting_in_an_empty_store(store):
    assert store.schedule.known("s0", [ENTRY]) == set()
    assert store.schedule.known("s0", []) == set()
    assert store.schedule.waiting("s0") == []
