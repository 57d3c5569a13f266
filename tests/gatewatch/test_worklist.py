"""What a list showed is read in the end, whatever becomes of the turn and of the list."""

from __future__ import annotations

import pytest

from tests.support.feeds import Item
from tests.support.program import Desk
from tests.support.scene import NOTICE, column, days_ago, notice, press
from tests.support.site import Site


@pytest.fixture
def site():
    with Site(("127.0.0.1", "127.0.0.2")) as site:
        yield site


@pytest.fixture
def desk(tmp_path):
    with Desk(tmp_path) as desk:
        yield desk


def due_now(desk):
    """What was put off, and every source, is due."""
    store = desk.store
    with store.writing() as connection:
        connection.exec_driver_sql("UPDATE unread SET next_try = 0")
        connection.exec_driver_sql("UPDATE sources SET lease_until = 0, due = 0")
    store.close()


def publish_many(site, made, count):
    for number in range(count):
        site.publish(made, f"关于第{number}期工作的公告", published=days_ago(90), text=["各单位做好工作。"])


def told(desk, kind="new"):
    return desk.rows("SELECT count(*) FROM deliveries WHERE kind = :kind AND state = 'sent'", kind=kind)[0][0]


@pytest.mark.slow
def test_an_article_below_the_first_page_that_fails_once_is_read_in_a_later_turn(site, desk):
    made = column(site, desk)
    assert desk.run("crawl").returncode == 0
    wanted = notice(site, made)
    publish_many(site, made, 30)  # the notice is on the second page now
    site.fault(wanted.path, "soft-404")
    assert desk.run("crawl", "--all").returncode == 3
    site.mend()
    due_now(desk)
    done = desk.run("crawl")
    assert done.returncode == 0, done.stderr
    assert NOTICE in done.stdout


@pytest.mark.slow
def test_a_turn_killed_after_its_older_rows_loses_none_of_the_rest(site, desk):
    made = column(site, desk)
    assert desk.run("crawl").returncode == 0
    wanted = notice(site, made)
    publish_many(site, made, 30)
    site.fault(wanted.path, "stall")  # the newest, so the last to be read
    process = desk.start("crawl", "--all")
    site.server.wait_for(wanted.path, 60)
    process.kill()
    process.communicate()
    assert desk.rows("SELECT count(*) FROM articles") == [(34,)]
    site.mend()
    due_now(desk)
    done = desk.run("crawl")
    assert done.returncode == 0, done.stderr
    assert NOTICE in done.stdout


@pytest.mark.slow
def test_articles_that_are_refused_are_told_once_and_no_quiet_turn_is_a_recovery(site, desk):
    made = column(site, desk)
    assert desk.run("crawl").returncode == 0
    wanted = notice(site, made)
    site.fault(wanted.path, "status", code=403)
    assert desk.run("crawl", "--all").returncode == 3
    for _ in range(2):  # put off: nothing is asked, nothing is known
        again = desk.run("crawl", "--all")
        assert again.returncode == 0, again.stderr
        assert again.stdout == ""
    assert desk.rows("SELECT state FROM sources") == [("blocked",)]
    assert told(desk, "source") == 1
    site.mend()
    due_now(desk)
    well = desk.run("crawl")
    assert well.returncode == 0, well.stderr
    assert NOTICE in well.stdout
    assert told(desk, "source") == 2
    assert desk.rows("SELECT state FROM sources") == [("ok",)]


@pytest.mark.slow
def test_what_could_not_be_read_in_the_first_round_is_no_news_later(site, desk):
    made = column(site, desk)
    wanted = notice(site, made, days=2)
    site.fault(wanted.path, "soft-404")
    assert desk.run("crawl").returncode == 3
    site.mend()
    due_now(desk)
    done = desk.run("crawl")
    assert done.returncode == 0, done.stderr
    assert done.stdout == ""
    assert desk.rows("SELECT disposition FROM articles WHERE matched") == [("baseline",)]


def test_the_headers_of_a_source_reach_its_own_host_alone(site, desk):
    site.pages["/n/1"] = (b"<html><body><p>x</p></body></html>", "text/html")
    link = f"{site.at('127.0.0.2')}/n/1"
    press(site, desk, items=[Item("One", link, days_ago(1), summary="A line.")], headers={"X-Key": "s3cret"})
    desk.source(id="second", kind="feed", url=f"{site.at('127.0.0.2')}/press.xml")  # lets the address through
    desk.run("crawl", "press")
    assert [one.headers.get("x-key") for one in site.asked("/press.xml")] == ["s3cret"]
    assert [one.headers.get("x-key") for one in site.asked("/n/1")] == [None]


@pytest.mark.slow
def test_polling_by_hand_never_pushes_the_next_turn_further_out_than_one_interval(site, desk):
    press(site, desk, every="1h")
    for _ in range(3):
        assert desk.run("-q", "crawl", "--all").returncode == 0
    store = desk.store
    with store.reading() as connection:
        due = connection.exec_driver_sql("SELECT due FROM sources").scalar_one()
    ahead = due - store.now()
    store.close()
    assert 0 < ahead <= 3600
