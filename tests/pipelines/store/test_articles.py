from __future__ import annotations

import subprocess
import sys
from dataclasses import replace
from datetime import date, timedelta
from pathlib import Path

import pytest
from sqlalchemy import event, func, select

from crawlers.article import Entry, Moment
from crawlers.errors import LeaseLost, StoreError
from crawlers.lease import Turn
from pipelines.match import DateFact
from pipelines.store import Store, open_store
from pipelines.store.articles import Saved
from pipelines.store.schema import (
    articles,
    events,
    intents,
    matches,
    matter_keys,
    rule_texts,
    sightings,
    unread,
)
from tests.pipelines.store.making import (
    NOTICE_TITLE,
    NOW,
    NUMBER,
    RULES,
    answers,
    article,
    day_only,
    judged,
    notice,
    press,
)
from tests.pipelines.store.test_schedule import age, take, together


def save(store: Store, given, lease=None, **more) -> Saved:
    """Save an article as matched, unless said otherwise."""
    now = more.pop("now", NOW)
    entry_key = more.pop("entry_key", given.key)
    return store.articles.save(
        judged(given, **more), lease, entry_key=entry_key, now=now, rule_texts=RULES, fresh_after=None
    )


def count(store: Store, table) -> int:
    with store.reading() as connection:
        return connection.execute(select(func.count()).select_from(table)).scalar_one()


def intended(store: Store) -> list[tuple[str, str]]:
    with store.reading() as connection:
        return [
            (row.kind, row.subject)
            for row in connection.execute(select(intents).order_by(intents.c.id)).all()
        ]


def entry(given) -> Entry:
    return Entry(given.key, given.url, given.title)


# --- once ----------------------------------------------------------------------------------------------
def test_an_article_is_stored_with_all_that_belongs_to_it(store):
    given = notice()
    ends = DateFact("campaign-end", date(2018, 3, 31), "至2018年3月31日结束。")
    wanted = judged(given)
    wanted = replace(wanted, facts=replace(wanted.facts, dates=(ends,)))
    saved = store.articles.save(wanted, None, entry_key=given.key, now=NOW, rule_texts=RULES)
    assert saved == Saved(
        given.id, new=True, relation="opens", disposition="alert", matter="m" + given.id[1:]
    )
    row = store.articles.get(given.id)
    for name in (
        "key",
        "source",
        "url",
        "title",
        "text",
        "doc_no",
        "lang",
        "tier",
        "authority",
        "whole",
        "fetched",
    ):
        assert row[name] == getattr(given, name), name
    assert (row["published"], row["published_day"], row["first_seen"]) == (given.published.at, None, NOW)
    assert row["attachments"] == [{"name": one.name, "url": one.url} for one in given.attachments]
    assert row["labels"] == [list(one) for one in given.labels]
    assert row["dates"] == [{"kind": "campaign-end", "date": "2018-03-31", "sentence": ends.sentence}]
    assert (row["matched"], row["severity"], row["score"], row["topics"]) == (
        True,
        "high",
        0.9,
        ["vpn-crackdown"],
    )
    loud, quiet = row["matches"]
    assert (loud["rule"], loud["rule_hash"], loud["silent"], quiet["silent"]) == ("vpn", "h1", False, True)
    found = loud["evidence"][0]
    assert row["text"][found["start"] : found["end"]] == found["quote"] == "VPN"
    assert found["kept"] == found["start"]
    assert (row["matter_doc_no"], row["matter_title"]) == (NUMBER, given.title)
    with store.reading() as connection:
        assert {row.hash: (row.rule, row.text) for row in connection.execute(select(rule_texts))} == RULES
        kinds = connection.execute(select(events.c.kind).order_by(events.c.id)).scalars().all()
    assert kinds == ["seen", "matched"]
    assert intended(store) == [("new", given.id)]


def test_what_did_not_match_is_stored_with_what_it_lacked_and_tells_nothing(store):
    saved = save(store, article(), matched=False)
    row = store.articles.get(saved.article)
    assert (row["matched"], row["severity"], row["disposition"], row["matches"]) == (False, None, "none", [])
    assert (row["near_rule"], row["near_lacked"]) == ("vpn", "no word for a service")
    assert intended(store) == []


def test_a_rule_that_is_silent_tells_nothing_and_is_kept(store):
    saved = save(store, article(), silent=True)
    assert saved.disposition == "none"
    assert len(store.articles.get(saved.article)["matches"]) == 2


def test_the_same_article_again_is_a_sighting_and_nothing_more(store):
    first = save(store, article())
    again = save(
        store, article(source="other", title="another title", text="VPN"), entry_key="https://other/1"
    )
    assert again == Saved(
        first.article, new=False, relation=first.relation, disposition="alert", matter=first.matter
    )
    assert (count(store, articles), count(store, intents), count(store, sightings)) == (1, 1, 2)
    assert store.articles.get(first.article)["title"] == article().title
    assert store.articles.get("https://other/1")["id"] == first.article


def test_a_bare_date_stays_a_date(store):
    saved = save(store, article(published=day_only(2)))
    row = store.articles.get(saved.article)
    assert row["published_day"] == date(2017, 1, 20)


def test_no_date_at_all_counts_as_now(store):
    saved = save(store, article(published=None))
    assert saved.disposition == "alert"
    assert store.articles.get(saved.article)["published"] is None


def test_what_is_stored_counts_as_known_to_every_source_that_lists_it(store):
    given = article()
    save(store, given)
    assert store.schedule.known("press", [entry(given)]) == {given.key}
    assert store.schedule.known("other", [entry(given), Entry("https://x", "https://x", "x")]) == {given.key}
    assert count(store, sightings) == 2
    assert store.schedule.known("other", [entry(given)]) == {given.key}
    assert count(store, sightings) == 2


def test_an_article_that_was_read_at_last_is_put_off_no_longer(store):
    given = article(source="s0")
    lease = take(store)
    store.schedule.unread(lease, entry(given), "http-500", "no")
    save(store, given, lease)
    assert count(store, unread) == 0


def test_an_address_too_long_for_an_index_is_stored_found_and_known(store):
    given = article("https://www.example.cn/" + "路" * 3000)
    saved = save(store, given)
    assert store.schedule.known("press", [entry(given)]) == {given.key}
    assert store.articles.get(given.url)["id"] == saved.article
    assert not save(store, given).new


def test_text_that_no_database_takes_is_stored_without_what_it_refuses(store):
    saved = save(store, article(title="跨境\ud800\x00专线", text="VPN\x00" + "\udfff", doc_no="\x00"))
    row = store.articles.get(saved.article)
    assert (row["title"], row["text"]) == ("跨境专线", "VPN")


def test_a_rule_whose_text_nobody_kept_is_refused(store):
    with pytest.raises(StoreError):
        store.articles.save(judged(article()), None, entry_key="k", now=NOW, rule_texts={})
    assert count(store, articles) == count(store, events) == 0


# --- leases --------------------------------------------------------------------------------------------
def test_a_frozen_worker_s_article_is_refused_whole(store):
    lease = take(store)
    age(store, lease_until=store.now() - 1)
    take(store, "other")
    with pytest.raises(LeaseLost):
        save(store, article(source="s0"), lease)
    for table in (articles, intents, events, sightings, matches):
        assert count(store, table) == 0


def test_a_baseline_is_stored_and_told_only_when_asked_for(store):
    lease = take(store)
    old, new = article("https://x/old", published=day_only(400)), article("https://x/new")
    assert [save(store, one, lease).disposition for one in (new, old)] == ["baseline", "baseline"]
    assert save(store, article("https://x/none"), lease, matched=False).disposition == "none"
    assert intended(store) == []
    assert store.articles.baseline_to_intents(NOW) == 2
    assert intended(store) == [("new", old.id), ("new", new.id)]
    assert store.articles.baseline_to_intents(NOW) == 0
    assert store.articles.get(old.id)["disposition"] == "alert"


def test_a_baseline_that_was_interrupted_stays_one(store):
    store.schedule.release(take(store))
    assert take(store).baseline is True


def test_after_the_baseline_what_is_fresh_alerts_and_what_is_old_is_held(store):
    store.schedule.finish(take(store), Turn("ok", next_due=0.0), NOW)
    lease = take(store)
    assert lease.baseline is False
    assert (
        save(store, article("https://x/a", published=Moment(NOW - timedelta(days=29))), lease).disposition
        == "alert"
    )
    assert (
        save(store, article("https://x/b", published=Moment(NOW - timedelta(days=31))), lease).disposition
        == "held"
    )
    assert len(intended(store)) == 1


# --- matters -------------------------------------------------------------------------------------------
def test_notice_answers_and_press_are_one_matter_and_told_each_in_its_way(store):
    for given, now in (
        (notice(), NOW),
        (answers(), NOW + timedelta(days=2)),
        (press(), NOW + timedelta(days=3)),
    ):
        save(store, given, now=now)
    assert intended(store) == [("new", notice().id), ("follow-up", answers().id), ("report", press().id)]
    (listed,) = store.matters.list()
    assert (listed["articles"], listed["matched"], listed["topics"]) == (3, 3, ["vpn-crackdown"])
    assert listed["updated"] == NOW + timedelta(days=3)
    shown = store.matters.show(listed["id"])
    assert [row["id"] for row in shown["articles"]] == [notice().id, answers().id, press().id]
    assert f"no:{NUMBER}" in shown["keys"]
    assert (shown["doc_no"], shown["stage"], shown["opened_by"]) == (NUMBER, listed["stage"], notice().id)
    assert store.matters.show("m000") is None


def test_a_new_document_that_cites_an_old_one_opens_its_own_matter_and_is_linked(store):
    first = save(store, notice())
    number = "工信部信管函〔2018〕77号"
    later = notice(
        "https://www.miit.gov.cn/art_9.html",
        title="工业和信息化部关于深化电信业务许可管理工作的通知",
        text=f"{number}\n根据《{NOTICE_TITLE}》（{NUMBER}），现就后续工作通知如下。不得租用VPN。",
        doc_no=number,
        labels=(("发文字号", number),),
        published=Moment(NOW + timedelta(days=400)),
    )
    second = save(store, later, now=NOW + timedelta(days=400))
    assert second.relation == "opens"
    assert second.matter != first.matter
    assert store.matters.show(second.matter)["cites"] == [first.matter]
    assert store.matters.show(first.matter)["cited_by"] == [second.matter]
    assert intended(store)[-1] == ("new", later.id)


def test_an_official_document_takes_its_keys_from_the_press_that_wrote_first(store):
    early = press(published=Moment(NOW - timedelta(hours=2)))
    first = save(store, early)
    second = save(store, notice())
    assert first.relation == second.relation == "opens"
    with store.reading() as connection:
        owner = connection.execute(select(matter_keys).where(matter_keys.c.key == f"no:{NUMBER}")).one()
    assert (owner.matter, owner.official) == (second.matter, True)


def test_a_document_that_did_not_match_opens_its_matter_in_silence(store):
    saved = save(store, notice(), matched=False)
    assert (saved.relation, saved.disposition, intended(store)) == ("opens", "none", [])
    assert store.matters.list() == []
    assert [row["id"] for row in store.matters.list(matched=False)] == [saved.matter]


def test_press_that_did_not_match_is_not_told_even_of_a_told_matter(store):
    save(store, notice())
    assert save(store, press(), matched=False).relation == "report"
    assert intended(store) == [("new", notice().id)]


# --- republication -------------------------------------------------------------------------------------
def test_a_redesign_that_republishes_everything_under_new_addresses_tells_nothing(store):
    old = [
        notice(
            f"https://www.miit.gov.cn/old/{n}",
            title=f"第{n}批通知",
            doc_no="",
            labels=(),
            text=f"第{n}批。" + notice().text.replace(NUMBER, "") + "正文" * 30,
        )
        for n in range(5)
    ]
    first = [save(store, one) for one in old]
    told = intended(store)
    for before, one in zip(first, old, strict=True):
        again = notice(
            one.key.replace("/old/", "/new/"),
            title=f" {one.title}\n",
            doc_no="",
            labels=(),
            text=one.text.replace("。", "。\n "),
            source="miit_new",
            published=day_only(0),
        )
        saved = save(store, again, now=NOW + timedelta(days=90))
        assert (saved.new, saved.relation, saved.disposition) == (True, "copy", "none")
        assert saved.matter == before.matter
        assert store.schedule.known("miit_new", [entry(again)]) == {again.key}
    assert intended(store) == told


def test_another_authority_s_copy_is_a_report_of_the_matter_and_not_a_republication(store):
    save(store, notice())
    copy = notice("https://www.gov.cn/c.htm", source="gov_cn", authority="State Council", tier="government")
    saved = save(store, copy)
    assert (saved.relation, saved.disposition) == ("copy", "alert")
    assert intended(store)[-1] == ("report", copy.id)


def test_short_items_with_one_title_are_different_on_different_days(store):
    days = [
        article(f"https://x/{n}", title="Morning briefing", text="VPN news.", published=day_only(n))
        for n in range(3)
    ]
    assert [save(store, one).disposition for one in days] == ["alert"] * 3


def test_another_paper_s_same_text_is_not_a_republication(store):
    save(store, article("https://a/1", text="VPN " + "x" * 200, title="One wire story"))
    saved = save(
        store, article("https://b/1", source="other", text="VPN " + "x" * 200, title="One wire story")
    )
    assert saved.disposition == "alert"


# --- what is kept of a text ----------------------------------------------------------------------------
def test_of_the_press_an_extract_is_kept_for_all_and_the_whole_in_private(store):
    filler = "这一段与此事无关，只为把文章写长。" * 60
    given = article(text=f"第一句是导语。{filler}有人提到VPN的经营。{filler}")
    row = store.articles.get(save(store, given).article)
    assert len(row["text"]) <= 600
    assert row["private_text"] == given.text
    assert row["text"].startswith("第一句是导语。")
    assert "有人提到VPN的经营。" in row["text"]
    found = row["matches"][0]["evidence"][0]
    assert given.text[found["start"] : found["end"]] == "VPN"
    assert row["text"][found["kept"] : found["kept"] + 3] == "VPN"


def test_an_official_text_is_kept_whole(store):
    given = notice(text="VPN。" + "本通知的内容很长。" * 300)
    row = store.articles.get(save(store, given).article)
    assert (row["text"], row["private_text"]) == (given.text, "")


# --- out again -----------------------------------------------------------------------------------------
def test_exported_rows_come_by_first_sight_within_the_time_asked_for(store):
    for n, hours in enumerate((5, 1, 3)):
        save(store, article(f"https://x/{n}", published=day_only(n)), now=NOW + timedelta(hours=hours))
    save(store, article("https://x/silent"), matched=False, now=NOW)

    def exported(**asked):
        return [row["url"][-1] for row in store.articles.rows_for_export(**asked)]

    assert exported() == ["1", "2", "0"]
    assert exported(everything=True) == ["t", "1", "2", "0"]
    assert exported(since=NOW + timedelta(hours=1), until=NOW + timedelta(hours=5)) == ["1", "2"]
    assert exported(since=NOW - timedelta(days=1, hours=20), by="published") == ["1", "0"]
    assert exported(topic="vpn-crackdown") == ["1", "2", "0"]
    assert exported(topic="analysis") == []  # only a silent rule has it
    assert [row["url"][-1] for row in store.articles.recent(2)] == ["0", "2"]
    assert [row["url"][-1] for row in store.articles.recent(9, matched=False)] == ["t"]


def test_an_export_of_many_rows_is_of_one_moment(store):
    for n in range(30):
        save(store, article(f"https://x/{n}"))
    rows = store.articles.rows_for_export()
    got = [next(rows)["id"]]
    save(store, article("https://x/late"))
    got += [row["id"] for row in rows]
    assert len(got) == len(set(got)) == 30


def test_an_unknown_article_is_none(store):
    assert store.articles.get("https://nowhere/") is None


# --- killed, and at once -------------------------------------------------------------------------------
def whole(store: Store) -> tuple:
    """The store's contents, after a look that nothing is there by halves."""
    with store.reading() as connection:
        stored = connection.execute(select(articles).order_by(articles.c.id)).all()
        for row in stored:
            for table, wanted in ((sightings, 1), (matches, 2), (events, 2), (intents, 1)):
                query = select(func.count()).select_from(table).where(table.c.article == row.id)
                assert connection.execute(query).scalar_one() == wanted, (row.url, table.name)
            assert row.matter
        assert connection.execute(select(func.count()).select_from(intents)).scalar_one() == len(stored)
        told = sorted(tuple(row) for row in connection.execute(select(intents.c.kind, intents.c.subject)))
    return [(row.id, row.matter, row.relation) for row in stored], told


def test_killed_at_any_instant_an_article_is_there_whole_or_not_at_all(store, url):
    command = [sys.executable, "-m", "tests.pipelines.store.worker", "save", url, "40"]
    root = Path(__file__).parents[3]
    printed: set[str] = set()
    for kills in range(9):  # noqa: B007 - read after the loop
        worker = subprocess.Popen(command, stdout=subprocess.PIPE, text=True, cwd=root)
        lines = []
        for line in worker.stdout:
            lines.append(line.strip())
            if line.strip() not in printed and len(set(lines) - printed) >= 11:
                worker.kill()
                break
        worker.stdout.close()
        worker.wait()
        printed |= set(lines)
        stored, _ = whole(store)
        assert printed <= {row[0] for row in stored}
        if worker.returncode == 0:
            break
    assert kills >= 2, "no worker was killed"
    assert len(whole(store)[0]) == 40


def test_workers_that_store_the_same_articles_at_once_tell_each_once(store, url):
    together("save_together", *([url, f"s{n}", "25"] for n in range(3)))
    stored, told = whole_shared(store)
    assert (stored, told) == (25, 25)
    with store.reading() as connection:
        assert connection.execute(select(func.count(func.distinct(articles.c.matter)))).scalar_one() == 5


def whole_shared(store: Store) -> tuple[int, int]:
    with store.reading() as connection:
        assert connection.execute(select(func.count()).select_from(sightings)).scalar_one() == 75
    return count(store, articles), count(store, intents)


def test_a_disk_that_fills_in_mid_article_leaves_nothing_of_it(tmp_path):
    store = open_store(f"sqlite:///{tmp_path / 'store.sqlite3'}")  # which can be told how large it may grow
    size = store.size()
    store.close()
    limited = True

    @event.listens_for(store.engine, "connect")
    def limit(raw, record):
        raw.execute(f"PRAGMA max_page_count = {size // 4096 + 2 if limited else 2**30}")

    large = notice(text="VPN" + "长" * 200_000)
    with pytest.raises(StoreError, match="full"):
        save(store, large)
    limited = False
    store.close()
    for table in (articles, events, intents, matches, sightings):
        assert count(store, table) == 0
    assert save(store, large).new
    store.close()
