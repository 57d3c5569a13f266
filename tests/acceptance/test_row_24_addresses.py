"""Row 24: whatever a site says, no request leaves for a private address that no source of ours names."""

from __future__ import annotations

import pytest

from gatewatch.demo import jpaas
from tests.support.feeds import Item
from tests.support.scene import altered, column, count, days_ago, press, states
from tests.support.site import Site


@pytest.fixture
def elsewhere():
    """A second server on loopback, which must hear nothing."""
    with Site(("127.0.0.1",)) as other:
        yield other


def spellings(port):
    """Every way to write the second server's address, and other places where nobody of ours listens."""
    loopback = [
        f"http://{host}:{port}/secret"
        for host in (
            "127.0.0.1", "localhost", "localhost.", "LOCALHOST", "vm.localhost", "2130706433", "0x7f.1", "0x7f000001", "0177.0.0.1",
            "127.1", "127.0.1", "0.0.0.0", "0", "[::1]", "[::ffff:127.0.0.1]", "[::ffff:7f00:1]", "127.8.8.8",
            "127.0.0.1%2e", "\uff11\uff12\uff17.0.0.1", "127\u30020\u30020\u30021", "user@127.0.0.1", "public.example@127.0.0.1",
        )
    ]  # fmt: skip
    others = [
        "http://169.254.169.254/latest/meta-data/",
        "http://[fe80::1]/",
        "http://10.0.0.1/",
        "http://[fd00::1]/",
    ]
    schemes = [
        "file:///etc/hostname", "data:text/html,<h1>x</h1>", f"ftp://127.0.0.1:{port}/secret", f"gopher://127.0.0.1:{port}/",
        "javascript:alert(1)", f"s3://127.0.0.1:{port}/secret", "http://[::1", "http://127.0.0.1:999999/", "http:///secret",
        f"http://{'a' * 70}.example.com/", "http://xn--/", f"http://public.example\\@127.0.0.1:{port}/secret",
    ]  # fmt: skip
    return loopback + others + schemes


def test_no_item_of_a_feed_leads_to_a_private_address(site, desk, elsewhere):
    elsewhere.pages["/secret"] = (b"<html><body><article>secret</article></body></html>", "text/html")
    links = spellings(elsewhere.server.port)
    items = [Item(f"Item {n}", link, days_ago(n + 1)) for n, link in enumerate(links)]
    press(site, desk, "bare", items, style="rss2", timeout=5)
    items = [
        Item(f"Told {n}", link, days_ago(n + 1), summary="Told by its feed.") for n, link in enumerate(links)
    ]
    press(site, desk, "told", items, style="atom", timeout=5)
    done = desk.run("crawl")
    assert done.returncode in {0, 3}, done.stderr
    assert "Traceback" not in done.stderr
    assert elsewhere.log == []
    assert "secret" not in "".join(row[0] for row in desk.rows("SELECT text || private_text FROM articles"))
    codes = {row[0] for row in desk.rows("SELECT code FROM unread WHERE source = 'bare'")}
    assert codes <= {"private-address", "scheme", "dns", "robots", "refused"}, desk.rows(
        "SELECT key, code, message FROM unread"
    )
    assert "private-address" in codes


def test_a_link_that_comes_to_the_feed_s_own_address_is_no_link_and_the_feed_is_not_taken_for_an_article(
    site, desk
):
    items = [
        Item(f"Item {n}", link, days_ago(n + 1), summary=f"Told {n}.")
        for n, link in enumerate(("http://", "#top", "?"))
    ]
    press(site, desk, "press", items, style="atom")
    done = desk.run("crawl")
    assert done.returncode == 0, done.stderr
    assert len(site.asked("/press.xml")) == 1
    assert {row[0] for row in desk.rows("SELECT private_text FROM articles")} <= {
        "",
        "Told 0.",
        "Told 1.",
        "Told 2.",
    }
    assert count(desk, "articles") == 3


def test_no_redirect_and_no_refresh_leads_there_either(site, desk, elsewhere):
    port = elsewhere.server.port
    protocol_relative = f"//127.0.0.1:{port}/secret"
    targets = [link.replace("\uff11\uff12\uff17", "127").replace("\u3002", ".") for link in spellings(port)]
    targets.append(protocol_relative)
    for number, target in enumerate(targets):
        press(site, desk, f"moved_{number}", timeout=5)
        site.fault(f"/moved_{number}.xml", "redirect", to=target, code=(301, 302, 303, 307, 308)[number % 5])
    press(site, desk, "refreshed")
    site.fault("/refreshed.xml", "meta-refresh", to=f"{elsewhere.url}/secret")
    made = column(site, desk)
    site.fault(made.path, "meta-refresh", to=f"{elsewhere.url}/secret")
    shell = column(site, desk, id="shell", folder="/shell/")
    site.fault(shell.path, "redirect-shell", to=f"{elsewhere.url}/secret")
    unit = column(site, desk, id="unit", folder="/unit/")
    page = jpaas.column_page(unit).replace(jpaas.UNIT, f"{elsewhere.url}/secret")
    site.fault(unit.path, "body", text=page)
    done = desk.run("crawl", timeout=90)
    assert done.returncode == 3, done.stderr
    assert "Traceback" not in done.stderr
    assert elsewhere.log == []
    assert {state for state, _ in states(desk).values()} == {"failing"}
    assert count(desk, "articles") == 0
    site.mend()
    site.fault("/robots.txt", "redirect", to=f"{elsewhere.url}/robots.txt")
    closed = desk.run("crawl", "refreshed")
    assert "private address" in closed.stderr
    assert elsewhere.log == []
    assert len(site.asked("/refreshed.xml")) == 1


def test_the_operator_s_own_host_and_port_is_let_through_and_only_that(desk, elsewhere):
    with Site(("127.0.0.1",)) as own:
        own.pages["/page"] = (
            f"<html><body><article>{'<p>Own words of our own site.</p>' * 30}</article></body></html>".encode(),
            "text/html",
        )
        named = own.url.replace("127.0.0.1", "localhost")
        links = [f"{named}/page", f"{own.url}/page", f"http://localhost:{elsewhere.server.port}/secret"]
        press(own, desk, "own", [Item(f"Own {n}", link, days_ago(n + 1)) for n, link in enumerate(links)],
              style="rss2", url=f"{named}/own.xml")  # fmt: skip
        done = desk.run("crawl")
        assert done.returncode == 3, done.stderr
        assert len(own.asked("/page")) == 1  # 127.0.0.1 was not named, though it is the same
        assert own.asked("/page")[0].host.startswith("localhost")
    assert elsewhere.log == []


REBINDING = """
import socket
real = socket.gethostbyname
asked = []
def names(host):
    if host != "rebound.example.com":
        return real(host)
    asked.append(host)
    return "127.0.0.1"
socket.gethostbyname = names
"""


def test_a_public_name_that_answers_with_a_private_address_is_refused_where_the_connection_is_made(
    site, desk, elsewhere
):
    items = [Item("Rebound", f"http://rebound.example.com:{elsewhere.server.port}/secret", days_ago(1))]
    press(site, desk, "press", items, style="rss2", robots="rfc9309", timeout=5)
    done = altered(desk, REBINDING, "crawl")
    assert done.returncode == 3, done.stderr
    assert elsewhere.log == []
    (why,) = desk.rows("SELECT code, message FROM unread")
    assert why[0] in {"private-address", "robots"}
    assert "127.0.0.1" in why[1]


def test_behind_a_proxy_the_address_is_looked_up_here_and_the_proxy_itself_is_let_through(
    site, desk, elsewhere
):
    proxy = elsewhere  # a proxy is asked by whole addresses
    proxy.pages["/own.xml"] = (b"", "text/plain")
    desk.environ["http_proxy"] = proxy.url
    desk.environ["no_proxy"] = "127.0.0.1"
    links = [
        "http://169.254.169.254/latest/",
        "http://localhost:9/x",
        "http://10.1.1.1/x",
        "http://example.invalid/x",
    ]
    items = [Item(f"Item {n}", link, days_ago(n + 1)) for n, link in enumerate(links)]
    press(site, desk, "press", items, style="rss2", timeout=5)
    done = desk.run("crawl")
    assert done.returncode == 3, done.stderr
    assert {one.host for one in proxy.log} <= {"example.invalid"}
    codes = dict(desk.rows("SELECT key, code FROM unread"))
    assert {codes[link] for link in links[:3]} == {"private-address"}, codes
