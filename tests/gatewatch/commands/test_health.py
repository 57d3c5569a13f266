from __future__ import annotations

import json
from datetime import UTC, datetime, timedelta

import pytest

from crawlers.lease import Turn
from crawlers.source import load_catalogue
from gatewatch import house
from pipelines.store.health import attend

NOW = datetime(2026, 6, 3, 4, 0, tzinfo=UTC)  # noon in Beijing
HOUR = timedelta(hours=1)


@pytest.fixture
def now(monkeypatch):
    """The program's clock."""
    clock = [NOW]
    monkeypatch.setattr(house.House.__init__, "__defaults__", (lambda: clock[0],))
    return clock


@pytest.fixture
def lived(desk, now):
    """A store in which turns end as a test says: `lived(hours, source, state, code)`."""

    def end(hours, source="miit_notices", state="ok", code="", **more):
        store, catalogue = desk.open(), load_catalogue([desk.folder / "sources.yaml"]).values()
        store.schedule.sync(catalogue)
        at = NOW + hours * HOUR
        attend(store, catalogue, {one.id: one.off(None, "") for one in catalogue}, at)
        [lease] = store.schedule.claim([source], "w", limit=1, force_before=store.now() + 1)
        turn = Turn(state, code=code, next_due=store.now() + 3600, **more)
        store.schedule.finish(lease, turn, at)
        store.close()

    return end


def test_without_a_store_nothing_is_known_and_no_store_is_made(desk):
    [miit] = desk.json("sources", "coverage", of="sources-coverage")["authorities"]
    assert (miit["authority"], miit["status"]) == ("MIIT", "unwatched")
    assert {row["state"] for row in desk.json("sources", "health", of="sources-health")} == {"new", "off"}
    assert not desk.file.exists()


def test_health_names_what_is_not_well_with_its_remedy_and_counts_the_rest(desk, lived, now):
    lived(-2)
    lived(-1, state="blocked", code="http-412", message="the site refuses us", remedy="Wait a day.")
    lived(-1, "press")
    shown = desk.call("sources", "health").stdout
    assert "miit_notices  blocked  2026-06-03 11:00  2026-06-03 10:00  the site refuses us" in shown
    assert "→ Wait a day." in shown
    assert shown.splitlines()[-1] == "1 blocked, 1 ok, 1 off"
    now[0] = NOW + 5 * HOUR
    late = desk.call("sources", "health").stdout
    assert "2 not checked, 1 off" in late
    assert "cron" in late


def test_a_source_s_history_is_in_intervals(desk, lived, now):
    for hours in (-6, -5, -4):
        lived(hours)
    lived(-3, state="empty", code="no-rows", message="0 rows")
    lived(0)
    [row] = desk.json("sources", "health", "miit_notices", of="sources-health")
    assert [
        (one["state"], one["from"][11:16], one["until"][11:16], one["turns"]) for one in row["intervals"]
    ] == [
        ("ok", "06:00", "08:00", 3),
        ("empty", "08:00", "09:00", 1),
        ("unchecked", "09:00", "12:00", 0),
        ("ok", "12:00", "12:00", 1),
    ]
    text = desk.call("sources", "health", "miit_notices").stdout
    assert "2026-06-03 06:00 – 2026-06-03 08:00  ok, 3 turns, at most 60 min apart" in text
    assert "2026-06-03 09:00 – 2026-06-03 12:00  not checked" in text


def test_coverage_now_says_by_which_roads_an_authority_is_seen(desk, lived, now):
    file = desk.folder / "sources.yaml"
    file.write_text(
        file.read_text("utf-8")
        + "  - {id: gov, name: gov.cn, kind: feed, url: 'https://www.gov.cn/x', authority: MIIT, tier: government}\n",
        "utf-8",
    )
    lived(-2)
    lived(-1, state="blocked", code="http-412")
    lived(-1, "gov")
    shown = desk.call("sources", "coverage").stdout
    assert "\nMIIT  PARTLY\n" in f"\n{shown}"
    assert "own site (miit.gov.cn) refuses us since 3 June 2026; gov.cn is read" in shown
    lived(0, "gov", "failing", "timeout")
    assert desk.json("sources", "coverage", of="sources-coverage")["authorities"][0]["status"] == "uncovered"
    now[0] = NOW + 30 * HOUR
    off = desk.call("sources", "coverage").stdout
    assert "own site (miit.gov.cn) was not checked" in off


def test_coverage_of_a_day_claims_what_was_read_and_no_more(desk, lived, now):
    for hours in range(-24, -8):  # noon on the day before until three in the morning
        lived(hours)
    lived(-7, state="blocked", code="http-412")
    now[0] = NOW + 48 * HOUR
    found = desk.json("sources", "coverage", "--on", "2026-06-03", of="sources-coverage")
    [miit] = found["authorities"]
    assert miit["status"] == "partly"
    assert [(one["from"][:16], one["until"][:16]) for one in miit["blind"]] == [
        ("2026-06-03T03:00", "2026-06-04T00:00")
    ]
    states = [(one["state"], one["until"][11:16]) for one in miit["roads"][0]["stretches"]]
    assert states == [("ok", "03:00"), ("blocked", "05:00"), ("unchecked", "00:00")]
    shown = desk.call("sources", "coverage", "--on", "2026-06-03").stdout
    assert "00:00–03:00 read; 03:00–05:00 blocked (http-412); 05:00–24:00 not checked" in shown
    assert "no road was open 03:00–24:00" in shown
    before = desk.call("sources", "coverage", "--on", "2026-06-02").stdout
    assert "no road was open 00:00–12:00\n" in before
    assert found["occasion"]  # the days around 4 June
    assert found["occasion"] in shown
    assert desk.json("sources", "coverage", "--on", "2026-06-01", of="sources-coverage")["authorities"] == []
    assert (
        desk.json("sources", "coverage", "--on", "2026-06-04", of="sources-coverage")["authorities"][0][
            "status"
        ]
        == "uncovered"
    )


@pytest.mark.parametrize("day", ["yesterday", "2026-13-01", "2031-01-01"])
def test_a_day_that_is_none_or_has_not_begun_is_refused(desk, now, day):
    assert day in desk.call("sources", "coverage", "--on", day, code=2).output


def test_a_missing_number_is_shown_as_a_lead(desk, now):
    from tests.pipelines.store import making

    numbers = [f"工信部信管函〔2017〕{number}号" for number in (31, 33)]
    desk.store(
        *(
            making.judged(
                making.notice(
                    f"https://www.miit.gov.cn/{n}", doc_no=number, title=f"题目{n}", text=f"正文{n}"
                )
            )
            for n, number in enumerate(numbers)
        )
    )
    found = desk.json("sources", "coverage", of="sources-coverage")
    assert [(lead["number"], lead["between"], lead["noticed"]) for lead in found["leads"]] == [
        ("工信部信管函〔2017〕32号", numbers, None)
    ]
    assert "工信部信管函〔2017〕32号" in desk.call("sources", "coverage").stdout
    assert json.dumps(found)


def test_what_is_said_of_a_day_stays_whatever_turns_and_the_catalogue_bring_later(desk, lived, now):
    for hours in (-30, -29.5, -29):
        lived(hours)
    lived(-28, state="failing", code="timeout", message="no answer for 20 s")
    for hours in (-16, -14.2, -12.6, -11.5):  # the last is the first of the next day
        lived(hours, "press")
        lived(hours, state="failing", code="timeout", message="no answer for 21 s")
    ask = ("sources", "coverage", "--on", "2026-06-02")
    now[0] = NOW
    asked = [desk.call(*ask, "--json").stdout, desk.call(*ask).stdout]
    assert "no answer for 21 s" in asked[0]
    lived(-9.6, state="failing", code="timeout", message="no answer for 99 s")
    lived(-7, state="ok")
    file = desk.folder / "sources.yaml"
    text = (
        file.read_text("utf-8").replace("MIIT notices", "Renamed").replace("authority: MIIT", "authority: X")
    )
    file.write_text(text, "utf-8")
    lived(-6)
    now[0] = NOW + 400 * HOUR
    assert [desk.call(*ask, "--json").stdout, desk.call(*ask).stdout] == asked
    file.write_text("sources:\n" + text[text.index("  - {id: press") :], "utf-8")
    lived(-5, "press")
    assert [desk.call(*ask, "--json").stdout, desk.call(*ask).stdout] == asked


def test_a_longer_pause_of_later_does_not_change_what_was_said_of_a_day(desk, lived, now):
    for hours in (-16, -14.2, -12.6, -11.5):  # the last is the first of the next day
        lived(hours)
    now[0] = NOW
    ask = ("sources", "coverage", "--json", "--on", "2026-06-02")
    before = desk.call(*ask).stdout
    assert '"longest_pause_seconds": 6480' in before
    lived(-9.6)
    assert desk.call(*ask).stdout == before


def test_a_day_before_anything_was_known_says_so_and_a_whole_day_is_named_as_one(desk, lived, now):
    assert "no source has been read yet" in desk.call("sources", "coverage", "--on", "2026-05-01").stdout
    lived(-48)
    now[0] = NOW + HOUR
    assert (
        "the first source was read on 2026-06-01"
        in desk.call("sources", "coverage", "--on", "2026-05-01").stdout
    )
    found = desk.json("sources", "coverage", "--on", "2026-05-01", of="sources-coverage")
    assert (found["authorities"], found["known_from"][:10]) == ([], "2026-06-01")
    said = desk.call("sources", "coverage", "--on", "2026-06-02").stdout
    assert "all day not checked" in said
    assert "no road was open all day" in said
    assert "00:00–00:00" not in said
