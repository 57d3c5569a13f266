from __future__ import annotations

from dataclasses import replace
from datetime import timedelta

import pytest
from sqlalchemy import select, text, update

from crawlers.errors import LeaseLost
from crawlers.exchange import Exchange
from crawlers.lease import Looked, Turn
from pipelines.store.health_tables import health
from pipelines.store.page_tables import looks, versions
from pipelines.store.schema import deliveries, intents, sources
from tests.pipelines.store import making
from tests.pipelines.store.making import NOW, RULES, article, judged, notice

THERE, GONE, REFUSED = (
    Looked("there"),
    Looked("gone", "http-404", "not there"),
    Looked("unreachable", "http-403", "refuses us"),
)
DAY = timedelta(days=1)


def page(given, etag='"1"'):
    """The article as read from a page of its own."""
    one = Exchange(given.url, NOW, "GET", (), 200, (("ETag", etag),), b"x")
    return replace(given, exchanges=(one,))


def keep(store, given, *, matched=True, now=NOW, **more):
    return store.articles.save(
        judged(given, matched=matched), None, entry_key=given.key, now=now, rule_texts=RULES, **more
    )


def due(store):
    with store.writing() as connection:
        connection.execute(update(looks).values(due=0.0))


def claim(store, *names):
    return store.schedule.claim_looks(names or ("miit_notices", "press"), "w", limit=10)


def look(store, looked, at):
    """One look, whatever is due."""
    due(store)
    [one] = claim(store)
    return store.schedule.finish_look(one, looked, at)


def told(store, *kinds):
    with store.reading() as connection:
        rows = connection.execute(select(intents).where(intents.c.kind.in_(kinds)).order_by(intents.c.id))
        return [dict(row) for row in rows.mappings()]


@pytest.fixture
def watched(store):
    """The notice, read from its own page; its source is well."""
    store.schedule.sync([])
    with store.writing() as connection:
        connection.execute(
            sources.insert().values(id="miit_notices", state="ok", last_ok=NOW + timedelta(days=400))
        )
    return keep(store, page(notice())).article


def test_what_matched_is_looked_at_after_an_hour_and_then_at_growing_intervals(store, watched):
    assert claim(store) == []
    assert 3500 < store.schedule.next_look(["miit_notices"]) - store.now() <= 3600
    assert store.schedule.next_look(["press"]) is None
    due(store)
    [one] = claim(store)
    assert (one.article, one.entry.url, one.memo) == (watched, notice().url, {"etag": '"1"'})
    assert one.text == notice().text
    assert store.schedule.finish_look(one, replace(THERE, memo={"etag": "2"}), NOW + timedelta(hours=1)) == ""
    wait = store.schedule.next_look(["miit_notices"]) - store.now()
    assert 5 * 3600 - 10 < wait <= 5 * 3600
    assert store.articles.page(watched)["memo"] == {"etag": "2"}


def test_what_did_not_match_what_its_list_told_and_a_copy_are_not_looked_at(store):
    keep(store, page(article("https://www.example.cn/1")), matched=False)
    keep(store, article("https://www.example.cn/2"))
    first = page(notice())
    keep(store, first)
    keep(
        store,
        page(replace(notice("https://www.miit.gov.cn/again.html"), url="https://www.miit.gov.cn/again.html")),
    )
    due(store)
    assert [one.entry.url for one in claim(store)] == [first.url]


def test_a_look_is_one_worker_s_and_a_frozen_worker_commits_nothing(store, watched):
    due(store)
    [one] = claim(store)
    assert claim(store) == []
    store.schedule.renew_look(one)
    with store.writing() as connection:
        connection.execute(update(looks).values(lease_until=0.0))
    [other] = claim(store)
    changed = judged(page(notice(text="VPN。另一正文。")))
    for late in (
        lambda: store.schedule.finish_look(one, GONE, NOW),
        lambda: store.schedule.release_look(one),
        lambda: store.schedule.renew_look(one),
        lambda: store.articles.save(changed, one, entry_key="k", now=NOW, rule_texts=RULES, again=True),
    ):
        with pytest.raises(LeaseLost):
            late()
    assert store.articles.versions(watched) == []
    store.schedule.release_look(other, after=50)
    assert 40 < store.schedule.next_look(["miit_notices"]) - store.now() <= 50


def test_a_withdrawal_is_told_once_and_the_return_too(store, watched):
    states = [look(store, GONE, NOW + DAY * number) for number in range(1, 7)]
    assert states == ["gone", "", "", "withdrawn", "", ""]
    [one] = told(store, "withdrawn")
    assert (one["subject"], one["detail"]["looks"], one["article"]) == (f"{watched}:1", "4", watched)
    assert one["detail"]["since"] == (NOW + DAY).isoformat()
    assert look(store, REFUSED, NOW + 7 * DAY) == ""
    assert look(store, THERE, NOW + 8 * DAY) == "ok"
    assert [one["subject"] for one in told(store, "returned")] == [f"{watched}:1"]
    kinds = [event.detail["state"] for event in store.events.read(kind="page")]
    assert kinds == ["gone", "withdrawn", "ok"]
    for number in range(9, 13):
        look(store, GONE, NOW + DAY * number)
    assert [one["subject"] for one in told(store, "withdrawn")] == [f"{watched}:1", f"{watched}:2"]


def test_a_page_that_flaps_or_refuses_us_is_told_to_nobody(store, watched):
    for number in range(1, 30):
        look(store, [GONE, THERE, REFUSED][number % 3], NOW + DAY * number)
    assert told(store, "withdrawn", "returned") == []


def test_while_its_source_is_ill_a_page_is_not_called_withdrawn(store, watched):
    with store.writing() as connection:
        connection.execute(update(sources).values(state="blocked"))
    for number in range(1, 10):
        look(store, GONE, NOW + DAY * number)
    assert told(store, "withdrawn") == []
    assert store.articles.page(watched)["state"] == "gone"


@pytest.mark.parametrize(("day", "kinds"), [(3, []), (-3, ["withdrawn"])])
def test_where_the_list_had_a_gap_since_the_page_was_there_it_may_stand_in_it(store, watched, day, kinds):
    look(store, THERE, NOW)
    with store.writing() as connection:
        at = NOW + DAY * day
        connection.execute(
            health.insert().values(source="miit_notices", state="gap", since=at, until=at + DAY, last=at)
        )
    for number in range(4, 12):
        look(store, REFUSED if number == 7 else GONE, NOW + DAY * number)
    assert [one["kind"] for one in told(store, "withdrawn")] == kinds


def test_republished_under_another_address_it_has_moved_and_the_new_page_is_looked_at(store, watched):
    again = replace(notice("https://www.miit.gov.cn/new/1.html"), url="https://www.miit.gov.cn/new/1.html")
    copy = keep(store, page(again), now=NOW + DAY)
    assert copy.relation == "copy"
    states = [look_at_first(store, watched, GONE, NOW + DAY * number) for number in range(1, 6)]
    assert states == ["gone", "", "", "moved", ""]
    assert told(store, "withdrawn", "amended", "returned") == []
    assert store.articles.page(copy.article)["state"] == "ok"


def look_at_first(store, wanted, looked, at):
    due(store)
    [one] = [one for one in claim(store) if one.article == wanted]
    with store.writing() as connection:
        connection.execute(update(looks).where(looks.c.article != wanted).values(lease_until=0.0))
    return store.schedule.finish_look(one, looked, at)


def test_withdrawn_and_found_again_elsewhere_is_a_return(store, watched):
    for number in range(1, 6):
        look(store, GONE, NOW + DAY * number)
    again = replace(notice("https://www.miit.gov.cn/new/1.html"), url="https://www.miit.gov.cn/new/1.html")
    keep(store, page(again), now=NOW + 10 * DAY)
    [one] = told(store, "returned")
    assert (one["article"], one["detail"]["url"]) == (watched, again.url)
    assert store.articles.page(watched)["state"] == "moved"


def reread(store, given, *, matched=True, at=NOW + DAY):
    return store.articles.save(
        judged(given, matched=matched), None, entry_key=given.key, now=at, rule_texts=RULES, again=True
    )


def test_an_amendment_takes_the_old_text_s_place_and_the_old_one_stays_for_ever(store, watched):
    old = store.articles.get(watched)
    new = notice(
        text=notice().text.replace("2018年3月31日", "2018年6月30日"),
        title="改了的标题",
        published=making.Moment(NOW + DAY),
    )
    saved = reread(store, new)
    assert (saved.amended, saved.new, saved.article) == (True, False, watched)
    row = store.articles.get(watched)
    assert (row["title"], row["text"], row["published"]) == ("改了的标题", new.text, old["published"])
    assert row["first_seen"] == old["first_seen"]
    assert [match["rule"] for match in row["matches"]] == ["vpn", "quiet"]
    [version] = store.articles.versions(watched)
    assert (version["number"], version["text"], version["sha256"]) == (1, old["text"], old["sha256"])
    assert version["concluded"]["matched"] is True
    [one] = told(store, "amended")
    assert ["-", "3"] in one["detail"]["parts"] or ["-", "3月31"] in one["detail"]["parts"]
    assert one["matter"] == row["matter"]
    [event] = store.events.read(kind="amended")
    assert event.detail["was"] == old["sha256"]
    assert not reread(store, new).amended


def test_the_same_change_is_told_once_however_often_the_site_swings(store, watched):
    first, second = notice(), notice(text=notice().text + "\n此外，另有规定的从其规定。")
    for number in range(1, 9):  # every version twice: a former one must be seen twice to be believed
        for _ in range(2):
            reread(store, second if number % 2 else first, at=NOW + DAY * number)
    assert len(told(store, "amended")) == 2
    with store.reading() as connection:
        assert len(connection.execute(select(versions)).all()) == 8


def test_a_stale_copy_of_a_former_version_is_not_believed_at_once(store, watched):
    second = notice(text=notice().text + "\n此外，另有规定的从其规定。")
    assert reread(store, second).amended
    for _ in range(5):
        assert not reread(store, notice()).amended
        assert not reread(store, second).amended
    assert len(told(store, "amended")) == 1


def test_only_what_matched_or_matches_is_told(store):
    plain = page(article("https://www.example.cn/1", text="一家公司谈到天气。" * 20))
    saved = keep(store, plain, matched=False)
    changed = replace(plain, text="一家公司谈到云。" * 20)
    assert reread(store, changed, matched=False).amended
    assert told(store, "amended") == []
    assert reread(store, replace(plain, text="一家公司谈到VPN。" * 20)).amended
    [one] = told(store, "amended")
    assert (one["detail"]["matched_before"], one["detail"]["matched_now"]) == (False, True)
    assert store.articles.get(saved.article)["disposition"] == "alert"
    assert len(store.articles.versions(saved.article)) == 2


def test_another_source_s_reading_a_summary_and_noise_are_no_amendment(store, watched):
    for other in (
        notice(source="govcn", text="VPN。另一正文。"),
        notice(whole=False, text="VPN。摘要。"),
        notice(text=notice().text + "\n浏览次数：77"),
        notice(text=notice().text.replace("，", " ， ")),
    ):
        assert not reread(store, other).amended
    assert told(store, "amended") == []


def test_two_copies_changed_alike_are_one_amendment(store, watched):
    copy = notice(
        "https://www.gov.cn/1.html",
        source="govcn",
        title="工信部关于清理规范市场的通知（转载）",
        tier="government",
        authority="State Council",
    )
    second = keep(store, copy, now=NOW + DAY)
    assert second.matter == store.articles.get(watched)["matter"]
    text_ = notice().text + "\n此外，另有规定的从其规定。"
    assert reread(store, notice(text=text_)).amended
    assert reread(store, replace(copy, text=text_, title=notice().title)).amended
    assert len(told(store, "amended")) == 1


def test_a_list_that_words_an_entry_otherwise_brings_its_look_forward_once(store, watched):
    entry = making_entry()
    assert store.schedule.edited("miit_notices", [entry]) == set()
    assert store.schedule.edited("miit_notices", [entry]) == set()
    changed = replace(entry, title="又一个标题")
    assert store.schedule.edited("miit_notices", [changed]) == {entry.key}
    [lease] = store.schedule.claim(["miit_notices"], "w", limit=1)
    store.schedule.reword(lease, changed)
    assert store.schedule.edited("miit_notices", [changed]) == set()
    assert store.schedule.next_look(["miit_notices"]) <= store.now()
    assert store.schedule.edited("press", [changed]) == set()
    store.schedule.finish(lease, Turn("ok", next_due=0.0), NOW)


def making_entry():
    from crawlers.article import Entry

    given = notice()
    return Entry(given.key, given.url, given.title)


def test_an_unmatched_page_is_looked_at_once_where_its_list_words_it_otherwise(store, watched):
    plain = page(replace(article("https://www.miit.gov.cn/2.html", source="miit_notices"), tier="regulator"))
    saved = keep(store, plain, matched=False)
    from crawlers.article import Entry

    [lease] = store.schedule.claim(["miit_notices"], "w", limit=1)
    store.schedule.reword(lease, Entry(plain.key, plain.url, "题"))
    [one] = claim(store)
    assert one.article == saved.article
    store.schedule.finish_look(one, THERE, NOW)
    assert store.articles.page(saved.article) is None


def test_what_became_of_a_page_goes_into_its_thread_and_is_shown_in_the_channel(store, watched):
    from alerts.dispatch import Dispatcher
    from alerts.settings import AlertSettings

    sender = Dispatcher(
        store, None, AlertSettings(road="slack", channel="#c", ops_channel="#o", names={}), lambda: NOW
    )
    sender.route()
    reread(store, notice(text=notice().text + "\n此外，另有规定的从其规定。"))
    for number in range(1, 6):
        look(store, GONE, NOW + DAY * number)
    sender.route()
    with store.reading() as connection:
        rows = connection.execute(
            select(deliveries.c.kind, deliveries.c.parent, deliveries.c.broadcast, deliveries.c.id).order_by(
                deliveries.c.position
            )
        ).all()
        assert connection.execute(text("SELECT count(*) FROM looks")).scalar() == 1
    root, *rest = rows
    assert (root.kind, root.parent) == ("new", None)
    assert [(row.kind, row.parent, row.broadcast) for row in rest] == [
        ("amended", root.id, True), ("withdrawn", root.id, True),
    ]  # fmt: skip
