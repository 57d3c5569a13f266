from __future__ import annotations

from datetime import timedelta

import pytest
from sqlalchemy import func, select, update

from crawlers.lease import Turn
from crawlers.source import Source
from pipelines.health.intervals import spans
from pipelines.store import digests, watching
from pipelines.store.brought import coverage
from pipelines.store.health import attend, intervals, own_sites
from pipelines.store.schema import health, intents, sources
from tests.pipelines.store.making import NOW, day_only, notice
from tests.pipelines.store.test_people import keep

MINUTE = timedelta(minutes=1)


def listed(number, **more):
    """A document of so many days ago."""
    named = {"title": f"第{number}号通知", "doc_no": "", "text": f"正文{number}。" * 9, "source": "gov"}
    return notice(f"https://www.miit.gov.cn/{number}", published=day_only(number), **named | more)


def catalogue(**more):
    """Two columns of the ministry's own site, gov.cn as another road, and a paper."""
    named = {"kind": "feed", "lang": "zh-Hans", "every": "30m", "authority": "MIIT", "tier": "regulator"}
    own = [
        Source(id=f"miit_{n}", name=f"c{n}", url=f"https://www.miit.gov.cn/{n}", **named) for n in range(2)
    ]
    gov = Source(id="gov", name="gov", url="https://www.gov.cn/x", **named | {"tier": "government"})
    paper = Source(id="paper", name="p", url="https://p.example/rss", kind="feed", every="30m")
    return [*own, gov, paper]


@pytest.fixture
def watched(store):
    store.schedule.sync(catalogue())
    attend(store, catalogue(), {}, NOW)
    return store


def ends(store, source, state="ok", code="", *, at=NOW, **more):
    with store.writing() as connection:
        connection.execute(update(sources).where(sources.c.id == source).values(due=0.0, lease_until=0.0))
    [lease] = store.schedule.claim([source], "w", limit=1)
    due = store.now() + 1800
    return store.schedule.finish(lease, Turn(state, code=code, next_due=due, **more), at)


def told(store, kind="source"):
    with store.reading() as connection:
        rows = connection.execute(select(intents).where(intents.c.kind == kind).order_by(intents.c.id)).all()
    return [row.detail for row in rows]


def everybody(store, state="ok", code="", at=NOW):
    for source in catalogue():
        ends(store, source.id, state, code, at=at)


def test_what_fails_together_is_one_message_and_its_end_another(watched):
    everybody(watched)
    assert watching.tell(watched, NOW) == 0
    at = NOW + 30 * MINUTE
    for name in ("miit_0", "miit_1"):
        ends(watched, name, "blocked", "http-412", at=at)
    assert watching.tell(watched, at) == 1
    assert watching.tell(watched, at) == 0
    [one] = told(watched)
    assert [member["source"] for member in one["members"]] == ["miit_0", "miit_1"]
    assert (one["worse"], one["why"]) == (True, "www.miit.gov.cn")
    assert told(watched, "coverage") == []
    later = at + 30 * MINUTE
    for name in ("miit_0", "miit_1"):
        ends(watched, name, at=later)
    assert watching.tell(watched, later) == 1
    over = told(watched)[-1]
    assert [member["was"] for member in over["members"]] == ["blocked", "blocked"]
    assert over["members"][0]["was_since"] == at.isoformat()


def test_an_authority_without_an_open_road_is_told_once_and_its_end_once(watched):
    everybody(watched)
    at = NOW + 30 * MINUTE
    for name in ("miit_0", "miit_1"):
        ends(watched, name, "empty", "no-rows", at=at)
    ends(watched, "gov", "failing", "timeout", at=at)
    watching.tell(watched, at)
    assert told(watched, "coverage") == []  # not reached once: the next turn will tell
    ends(watched, "gov", "failing", "dns", at=at + MINUTE)
    watching.tell(watched, at + MINUTE)
    watching.tell(watched, at + MINUTE)
    [lost] = told(watched, "coverage")
    assert [one["authority"] for one in lost["authorities"]] == ["MIIT"]
    assert lost["authorities"][0]["last_ok"] == NOW.isoformat()
    assert {road["state"] for road in lost["authorities"][0]["roads"]} == {"empty", "failing"}
    ends(watched, "gov", at=at + 2 * MINUTE)
    watching.tell(watched, at + 2 * MINUTE)
    watching.tell(watched, at + 3 * MINUTE)
    assert [one["worse"] for one in told(watched, "coverage")] == [True, False]


def test_roads_that_open_and_close_all_day_do_not_flood_the_readers(watched):
    everybody(watched)
    for number in range(48):
        at = NOW + number * 30 * MINUTE
        for name in ("miit_0", "miit_1", "gov"):
            ends(watched, name, *(("ok", "") if number % 2 else ("blocked", "x")), at=at)
        watching.tell(watched, at)
    assert 2 <= len(told(watched, "coverage")) <= 8
    assert len(told(watched)) <= 12


def test_an_authority_that_nobody_wants_or_that_was_not_tried_yet_is_not_told(watched):
    watching.tell(watched, NOW)
    attend(
        watched,
        catalogue(),
        dict.fromkeys(("miit_0", "miit_1", "gov"), "switched off in the catalogue"),
        NOW,
    )
    watching.tell(watched, NOW)
    assert told(watched, "coverage") == []


def test_an_authority_that_is_out_of_reach_by_every_road_is_told(watched):
    attend(watched, catalogue(), dict.fromkeys(("miit_0", "miit_1", "gov"), "out of reach: …"), NOW)
    watching.tell(watched, NOW)
    assert [one["authorities"][0]["authority"] for one in told(watched, "coverage")] == ["MIIT"]


def test_when_our_own_network_is_down_it_is_one_message_and_all_are_asked_when_it_is_back(watched):
    everybody(watched)
    at = NOW + 30 * MINUTE
    everybody(watched, "failing", "timeout", at=at)
    watching.tell(watched, at)
    [one] = told(watched)
    assert (one["why"], len(one["members"])) == ("network", 4)
    later = at + 60 * MINUTE
    ends(watched, "paper", at=later)
    watching.tell(watched, later)
    assert [each["worse"] for each in told(watched)] == [True, False]
    with watched.reading() as connection:
        due = {row.id: row.due for row in connection.execute(select(sources.c.id, sources.c.due))}
    assert {name for name, when in due.items() if when == 0.0} == {"miit_0", "miit_1", "gov"}
    for name in ("miit_0", "miit_1", "gov"):
        ends(watched, name, at=later)
    watching.tell(watched, later + MINUTE)
    assert len(told(watched)) == 2


def test_a_host_of_several_authorities_is_nobody_s_own_site():
    search = {"kind": "feed", "tier": "regulator", "url": "https://news.example.com/rss"}
    both = [Source(id=f"n{n}", name="n", authority=who, **search) for n, who in enumerate(("MIIT", "CAC"))]
    assert own_sites([*catalogue(), *both]) == {"miit_0", "miit_1"}


def test_intervals_are_kept_with_what_the_catalogue_said_then(watched):
    everybody(watched)
    ends(watched, "gov", "blocked", "http-403", at=NOW + 30 * MINUTE)
    moved = [one.model_copy(update={"authority": "CAC"}) if one.id == "gov" else one for one in catalogue()]
    attend(watched, moved, {}, NOW + 40 * MINUTE)
    ends(watched, "gov", at=NOW + 60 * MINUTE)
    attend(watched, [one for one in moved if one.id != "gov"], {}, NOW + 70 * MINUTE)
    found = intervals(watched)["gov"]
    assert [(one.state, one.authority) for one in found] == [
        ("ok", "MIIT"),
        ("blocked", "MIIT"),
        ("ok", "CAC"),
        ("off", "CAC"),
    ]
    assert [one.since for one in found] == [NOW, NOW, NOW + 60 * MINUTE, NOW + 60 * MINUTE]
    with watched.reading() as connection:
        query = select(func.count()).where(health.c.until.is_(None)).group_by(health.c.source)
        assert set(connection.scalars(query)) == {1}


def test_time_in_which_the_program_did_not_run_is_nobody_s(watched):
    ends(watched, "gov")
    ends(watched, "gov", at=NOW + timedelta(days=2))
    assert [one.state for one in spans(intervals(watched)["gov"], NOW + timedelta(days=2))] == [
        "ok",
        "unchecked",
        "ok",
        "pending",
    ]


def test_a_list_that_is_read_well_but_never_moves_is_stale_and_told(watched):
    for number in range(8):
        keep(watched, listed(number))
    ends(watched, "gov", new=8)
    at = NOW + timedelta(days=25)
    assert ends(watched, "gov", at=at) is False
    watching.tell(watched, at)
    [one] = told(watched)
    assert (one["state"], one["code"]) == ("stale", "stale")
    assert "working days" in one["message"]
    ends(watched, "gov", new=1, at=at + MINUTE)
    watching.tell(watched, at + MINUTE)
    assert [each["state"] for each in told(watched)] == ["stale", "ok"]


def test_a_missing_number_is_a_lead_noted_once_and_never_told(watched):
    for number in (31, 33):
        keep(watched, listed(number, doc_no=f"工信部信管函〔2017〕{number}号"))
    assert watching.note_leads(watched, NOW) == 1
    assert watching.note_leads(watched, NOW) == 0
    [lead] = watching.leads(watched)
    assert (lead.number, lead.at) == ("工信部信管函〔2017〕32号", NOW)
    assert [event.detail["number"] for event in watched.events.read(kind="lead")] == [lead.number]
    assert told(watched) == told(watched, "coverage") == []


def test_a_digest_names_who_was_not_seen_and_for_how_long(watched):
    for source in ("miit_0", "miit_1", "gov"):
        ends(watched, source, "blocked", "http-403")
    until = NOW + 30 * MINUTE
    with watched.writing() as connection:
        digests.regular(connection, "#a", NOW, until, lambda *_: "g1", [coverage(connection, NOW, until)])
    [digest] = told(watched, "digest")
    assert digest["authorities"] == [{"authority": "MIIT", "status": "uncovered", "blind": 1800}]
    everybody(watched, at=until)
    with watched.writing() as connection:
        said = [coverage(connection, until, until + 20 * MINUTE)]
        digests.regular(connection, "#a", until, until + 20 * MINUTE, lambda *_: "g2", said)
    assert told(watched, "digest")[1]["authorities"] == [
        {"authority": "MIIT", "status": "covered", "blind": 0}
    ]
