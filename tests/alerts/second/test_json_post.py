from __future__ import annotations

import json

import pytest

from alerts.outcome import Ambiguous, Rejected, Retry, Sent
from alerts.second.json_post import PostRoad
from alerts.second.letter import Letter, unmarked
from tests.support.tls import trusted_site
from tests.support.told import HOSTILE
from tests.support.wire import Reply, Server

LETTER = Letter("g1", "Gatewatch · NEW", "第一行\nhttps://x.example/@one", {"alert_id": "g2", "kind": "new"})


@pytest.fixture
def served():
    replies = []
    server = Server(lambda _: replies.pop(0) if replies else Reply(204))
    server.replies = replies
    server.start()
    yield server
    server.stop()


def road(server):
    return PostRoad(f"http://127.0.0.1:{server.port}/hooks/verysecret", timeout=2)


def test_a_letter_is_one_post_of_json(served):
    assert road(served).post(LETTER) == Sent()
    [request] = served.log
    assert (request.method, request.path) == ("POST", "/hooks/verysecret")
    assert json.loads(request.body) == {
        "text": LETTER.text, "title": LETTER.subject, "id": "g1", "alert_id": "g2", "kind": "new",
    }  # fmt: skip


def test_nothing_in_it_mentions_anybody_or_hides_an_address():
    shown = unmarked(f"{HOSTILE} @channel [here](http://evil.example) *b* https://x.example/@name_of_it")
    assert "@channel" not in shown
    assert not set("<>[]*") & set(shown)
    assert shown.endswith("https://x.example/@name_of_it")


@pytest.mark.parametrize(
    ("reply", "kind", "scope"),
    [
        (Reply(429, headers={"Retry-After": "7"}), Retry, ""),
        (Reply(503, headers={"Retry-After": "7"}), Retry, ""),
        (Reply(500), Ambiguous, ""),
        (Reply(302, headers={"Location": "http://127.0.0.1:1/"}), Rejected, "all"),
        (Reply(404), Rejected, "all"),
        (Reply(400), Rejected, "message"),
        (Reply(silent=True, ending="reset"), Ambiguous, ""),
    ],
)
def test_what_an_answer_means(served, reply, kind, scope):
    served.replies.append(reply)
    outcome = road(served).post(LETTER)
    assert isinstance(outcome, kind)
    assert getattr(outcome, "scope", "") == scope
    assert "verysecret" not in f"{outcome}{road(served)}"
    assert len(served.log) == 1


def test_whether_it_answers_is_asked_without_the_address_itself(served):
    served.replies.append(Reply(404))
    assert road(served).reach() == Sent()
    assert [(one.method, one.path) for one in served.log] == [("GET", "/robots.txt")]
    served.stop()
    assert isinstance(road(served).reach(), Retry)


def test_a_certificate_nobody_vouches_for_is_refused(tmp_path, monkeypatch):
    with trusted_site(tmp_path / "tls") as (site, authority):
        url = f"https://localhost:{site.server.port}/hooks/x"
        assert isinstance(PostRoad(url, timeout=2).post(LETTER), Retry)
        assert site.server.log == []
        monkeypatch.setenv("SSL_CERT_FILE", str(authority))
        assert not isinstance(PostRoad(url, timeout=2).post(LETTER), Retry)
