"""The edge of the downloader, in the real program: TLS, proxies, headers, cookies, forms, robots files."""

from __future__ import annotations

import json
import signal
import time
from itertools import pairwise

import pytest

from tests.support.feeds import Item
from tests.support.program import Desk
from tests.support.scene import column, days_ago, press, states
from tests.support.site import Site
from tests.support.tls import NAME, Tunnel, trusted_site

pytestmark = pytest.mark.slow


@pytest.fixture
def desk(tmp_path):
    with Desk(tmp_path) as desk:
        yield desk


@pytest.fixture
def site():
    with Site(["127.0.0.1", "127.0.0.2"]) as site:
        yield site


# --- TLS and proxies --------------------------------------------------------------------------------------
def test_a_certificate_is_verified_and_an_authority_of_ones_own_is_named_in_ssl_cert_file(desk, tmp_path):
    with trusted_site(tmp_path / "tls") as (site, authority):
        url = site.url.replace("http://", "https://")
        press(site, desk, url=f"{url}/press.xml")
        refused = desk.run("crawl")
        assert refused.returncode == 3, refused.stderr
        assert states(desk)["press"] == ("failing", "tls"), refused.stderr
        assert "SSL_CERT_FILE" in json.dumps(desk.json("sources", "show", "press"))
        assert site.log == []
        desk.environ["SSL_CERT_FILE"] = str(authority)
        trusted = desk.run("crawl", "--all")
        assert trusted.returncode == 0, trusted.stderr
        assert desk.rows("SELECT count(*) FROM articles") == [(2,)]
        # The right authority, another name.
        desk.sources[0]["url"] = f"{url}/press.xml".replace("127.0.0.1", "127.0.0.3")
        wrong = desk.run("crawl", "--all")
        assert wrong.returncode == 3, wrong.stderr


@pytest.mark.parametrize("way", ["environment", "source"])
def test_a_proxy_that_wants_a_password_gets_it_and_nobody_else_does(desk, tmp_path, way):
    with (
        trusted_site(tmp_path / "tls") as (site, authority),
        Tunnel(site.server.port, user="us%er", password="hu:sh") as proxy,
    ):
        desk.environ["SSL_CERT_FILE"] = str(authority)
        address = f"http://us%25er:hu%3Ash@{proxy.place}"
        more = {"proxy": address} if way == "source" else {}
        if way == "environment":
            desk.environ["HTTPS_PROXY"] = address
        press(site, desk, url=f"https://{NAME}/press.xml", **more)
        done = desk.run("crawl", "-vv")
        assert done.returncode == 0, done.stderr
        assert desk.rows("SELECT count(*) FROM articles") == [(2,)]
        assert set(proxy.asked) == {(f"{NAME}:443", True)}
        assert {one.headers.get("proxy-authorization") for one in site.log} == {None}
        assert "hu:sh" not in done.stderr + done.stdout
        assert "hu%3Ash" not in done.stderr + done.stdout
        proxy.password = "another"
        refused = desk.run("crawl", "--all", "-vv")
        assert refused.returncode == 3, refused.stderr
        assert states(desk)["press"] == ("failing", "proxy")
        assert "hu:sh" not in refused.stderr + json.dumps(desk.json("sources", "show", "press"))
        assert "hu%3Ash" not in refused.stderr
        assert "password" in desk.json("sources", "show", "press")["health"]["remedy"]


# --- what is sent, and to whom ------------------------------------------------------------------------------
def test_a_source_s_own_headers_go_to_its_own_host_only_redirects_included(site, desk):
    other = site.at("127.0.0.2")
    press(
        site,
        desk,
        "kept",
        [Item("Away", f"{other}/page", days_ago(1))],
        style="rss2",
        headers={"X-Key": "hush"},
    )
    press(site, desk, "moved", headers={"X-Key": "hush", "Authorization": "Bearer hush"})
    site.fault("/moved.xml", "redirect", to=f"{other}/elsewhere.xml")
    press(site, desk, "elsewhere", url=f"{other}/elsewhere.xml")
    desk.run("crawl")
    sent = {
        (one.path, one.address): one.headers.get("x-key") for one in site.log if one.path != "/robots.txt"
    }
    assert sent["/kept.xml", "127.0.0.1"] == sent["/moved.xml", "127.0.0.1"] == "hush"
    there = [one for one in site.log if one.address == "127.0.0.2"]
    assert {one.path for one in there} >= {"/page", "/elsewhere.xml"}
    assert len([one for one in there if one.path == "/elsewhere.xml"]) == 2
    assert not [one for one in there if "hush" in str(one.headers)]


def test_no_cookie_is_kept_and_every_request_says_who_we_are(site, desk):
    desk.config["contact"] = "watch@example.org"
    press(site, desk, "press", [Item("Here", "/page", days_ago(1))], style="rss2")
    site.fault(
        "/press.xml",
        "status",
        code=302,
        headers=[["Set-Cookie", "sid=1; Path=/"], ["Location", "/press.xml?again"]],
        times=1,
    )
    site.fault("/page", "status", code=404, headers=[["Set-Cookie", "sid=2; Path=/"]])
    for _ in range(2):
        desk.run("crawl", "--all")
    assert len(site.asked("/press.xml")) >= 2
    assert not [one for one in site.log if "cookie" in one.headers]
    assert {"watch@example.org" in one.headers["user-agent"] for one in site.log} == {True}


def test_a_form_is_sent_once_whatever_becomes_of_it(site, desk):
    desk.source(
        id="form", kind="json_list", url=f"{site.url}/list", method="POST", form={"page": "1"},
        selectors={"row": "list", "link": "u", "title": "t"},
    )  # fmt: skip
    press(site, desk)
    for path in ("/list", "/press.xml"):
        site.fault(path, "status", code=500)
    assert desk.run("crawl").returncode == 3
    assert [one.method for one in site.asked("/list")] == ["POST"]
    assert len(site.asked("/press.xml")) == 2  # a page that is only read is asked for once more


# --- robots files -----------------------------------------------------------------------------------------
def test_what_a_robots_file_came_to_is_said_by_sources_show(site, desk):
    press(site, desk)

    def said():
        return desk.json("sources", "show", "press")["health"]["robots"]

    assert said() == ""
    site.fault("/robots.txt", "status", code=403)
    assert desk.run("crawl").returncode == 0
    assert said() == "its robots file answers 403, taken as no restriction (RFC 9309)"
    assert "taken as no restriction" in desk.run("sources", "show", "press").stdout
    desk.sources[0]["robots"] = "strict"
    assert desk.run("crawl", "--all").returncode == 3
    assert said() == "its robots file answers 403, taken as a closed door (strict)"
    assert states(desk)["press"] == ("failing", "robots")
    desk.sources[0]["robots"] = "rfc9309"
    site.fault("/robots.txt", "status", code=503)
    desk.run("crawl", "--all")
    assert said() == "the robots file answered 503: closed until it can be read"
    asked = len(site.asked("/press.xml"))
    site.mend()
    site.robots = "User-agent: *\nDisallow: /private\n"
    assert desk.run("crawl", "--all").returncode == 0
    assert said() == "its robots file is obeyed (200)"
    assert len(site.asked("/press.xml")) == asked + 1


def test_the_robots_file_of_another_host_speaks_for_that_host_only(site, desk):
    made = column(site, desk, count=1)
    away = site.at("127.0.0.2")
    press(
        site,
        desk,
        "press",
        [Item("Away", f"{away}/page", days_ago(1)), Item("Here", "/page", days_ago(1))],
        style="rss2",
    )
    press(site, desk, "other", url=f"{away}/other.xml")
    site.robots = "User-agent: *\nDisallow: /page\n"
    desk.run("crawl")
    assert {one.address for one in site.asked("/robots.txt")} == {"127.0.0.1", "127.0.0.2"}
    assert not site.asked("/page")
    assert site.asked(made.path)


# --- the pace, over workers ---------------------------------------------------------------------------------
def test_two_workers_never_ask_a_host_at_once_however_slow_it_answers(site, desk):
    for number in range(4):
        press(site, desk, f"press_{number}", delay=0.2)
        site.fault(f"/press_{number}.xml", "slow", pace=0.0002)
    workers = [desk.start("crawl") for _ in range(2)]
    said = [worker.communicate(timeout=90)[1] for worker in workers]
    assert [worker.returncode for worker in workers] == [0, 0], said
    spans = sorted((one.began, one.ended) for one in site.log if one.ended)
    assert len([one for one in site.log if one.path.startswith("/press_")]) == 4
    gaps = [later[0] - earlier[1] for earlier, later in pairwise(spans)]
    assert min(gaps) >= 0.1, gaps  # our clock and the server's are not one: a little less than the delay


def test_a_worker_that_is_told_to_end_leaves_its_host_to_the_next_at_once(site, desk):
    press(site, desk, delay=0.2, timeout=60)
    site.fault("/press.xml", "stall", times=1)
    first = desk.start("crawl")
    site.server.wait_for("/press.xml", 30)
    first.send_signal(signal.SIGTERM)
    first.communicate(timeout=20)
    began = time.monotonic()
    assert desk.run("crawl", "--all").returncode == 0
    assert time.monotonic() - began < 20
    assert desk.rows("SELECT count(*) FROM articles") == [(2,)]
