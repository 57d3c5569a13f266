from __future__ import annotations

import http.client
import json
import urllib.error
import urllib.request

import pytest

from gatewatch.demo.standin_checks import Refused, check_message
from gatewatch.demo.standin_server import FAULTS
from gatewatch.demo.standin_slack import Channel, StandinSlack

TOKEN = "xoxb-standin"


@pytest.fixture
def slack():
    channels = [
        Channel("C0A000000", "alerts"),
        Channel("C0B000000", "old", archived=True),
        Channel("C0C000000", "hid", private=True, member=False),
    ]
    with StandinSlack(token=TOKEN, channels=channels) as running:
        yield running


def post(url, body, token=TOKEN):
    request = urllib.request.Request(
        url,
        json.dumps(body).encode(),
        {"Content-Type": "application/json", "Authorization": f"Bearer {token}"},
    )
    with urllib.request.urlopen(request, timeout=5) as answer:
        return answer.read()


def call(slack, method, token=TOKEN, **given):
    return json.loads(post(slack.api_url + method, given, token))


def test_a_message_is_kept_and_can_be_read_back_with_its_metadata(slack):
    metadata = {"event_type": "t", "event_payload": {"alert_id": "g1"}}
    sent = call(slack, "chat.postMessage", channel="#alerts", text="hello", metadata=metadata)
    history = call(slack, "conversations.history", channel=sent["channel"], include_all_metadata=True)
    assert history["messages"][0]["metadata"] == metadata
    assert slack.messages("alerts")[0].alert == "g1"
    plain = call(slack, "conversations.history", channel=sent["channel"])
    assert "event_payload" not in plain["messages"][0]["metadata"]


@pytest.mark.parametrize(
    ("given", "error"),
    [
        ({"channel": "#nowhere", "text": "x"}, "channel_not_found"),
        ({"channel": "#old", "text": "x"}, "is_archived"),
        ({"channel": "C0C000000", "text": "x"}, "channel_not_found"),
        ({"channel": "#alerts", "text": " "}, "no_text"),
        ({"channel": "#alerts", "text": "x", "thread_ts": 1485187200.0001}, "invalid_thread_ts"),
        ({"channel": "#alerts", "text": "x", "thread_ts": "1485187200.000100"}, "thread_not_found"),
        ({"channel": "#alerts", "text": "<!channel>"}, "unescaped_text"),
        ({"channel": "#alerts", "text": "a & b"}, "unescaped_text"),
        ({"channel": "#alerts", "text": "x" * 4001}, "msg_too_long"),
        ({"channel": "#alerts", "text": "x", "metadata": {"event_type": "t"}}, "invalid_metadata_format"),
        (
            {
                "channel": "#alerts",
                "text": "x",
                "metadata": {"event_type": "t", "event_payload": {"a": None}},
            },
            "invalid_metadata_schema",
        ),
    ],
)
def test_what_slack_would_refuse_is_refused(slack, given, error):
    assert call(slack, "chat.postMessage", **given) == {"ok": False, "error": error}
    assert slack.messages() == []


@pytest.mark.parametrize(
    "block",
    [
        {"type": "actions", "elements": []},
        {"type": "context", "elements": []},
        {"type": "context", "elements": [{"type": "plain_text", "text": ""}]},
        {"type": "context", "elements": [{"type": "plain_text", "text": "x" * 3001}]},
        {"type": "context", "elements": [{"type": "mrkdwn", "text": "<@U1>"}]},
        {
            "type": "rich_text",
            "elements": [
                {
                    "type": "rich_text_section",
                    "elements": [{"type": "link", "url": "javascript:x", "text": "x"}],
                }
            ],
        },
        {
            "type": "rich_text",
            "elements": [
                {"type": "rich_text_section", "elements": [{"type": "text", "text": "x", "note": "y"}]}
            ],
        },
        {"type": "section", "text": {"type": "mrkdwn", "text": ""}},
        "text",
    ],
)
def test_blocks_are_checked_to_the_bottom(block):
    with pytest.raises(Refused, match="invalid_blocks"):
        check_message({"text": "x", "blocks": [block]})


def test_a_wrong_or_missing_token_and_an_unknown_method_are_refused(slack):
    assert call(slack, "auth.test", token="xoxb-other")["error"] == "invalid_auth"
    assert call(slack, "auth.test", token="")["error"] == "not_authed"
    assert call(slack, "chat.everything")["error"] == "unknown_method"


def test_a_reply_is_in_its_thread_and_in_the_channel_only_when_broadcast(slack):
    root = call(slack, "chat.postMessage", channel="#alerts", text="root")["ts"]
    call(slack, "chat.postMessage", channel="#alerts", text="quiet", thread_ts=root)
    call(slack, "chat.postMessage", channel="#alerts", text="loud", thread_ts=root, reply_broadcast=True)
    history = call(slack, "conversations.history", channel="C0A000000")["messages"]
    replies = call(slack, "conversations.replies", channel="C0A000000", ts=root)["messages"]
    assert [one["text"] for one in history] == ["loud", "root"]
    assert [one["text"] for one in replies] == ["root", "quiet", "loud"]


def test_listings_come_in_pages(slack):
    for number in range(5):
        call(slack, "chat.postMessage", channel="#alerts", text=f"m{number}")
    seen, cursor = [], ""
    while True:
        page = call(slack, "conversations.history", channel="C0A000000", limit=2, cursor=cursor)
        seen += [one["text"] for one in page["messages"]]
        cursor = page["response_metadata"]["next_cursor"]
        if not cursor:
            break
    assert seen == ["m4", "m3", "m2", "m1", "m0"]


@pytest.mark.parametrize("fault", [name for name in FAULTS if name != "error"])
def test_each_fault_answers_as_a_network_would_and_accepts_only_where_it_says(slack, fault):
    slack.fail("chat.postMessage", fault)
    try:
        answer = call(slack, "chat.postMessage", channel="#alerts", text="x")
    except (urllib.error.HTTPError, http.client.HTTPException, OSError, ValueError) as error:
        answer = error
        if isinstance(error, urllib.error.HTTPError):
            error.close()
    assert not (isinstance(answer, dict) and answer.get("ok"))
    assert len(slack.messages()) == fault.endswith("-after")
    assert call(slack, "chat.postMessage", channel="#alerts", text="y")["ok"]


def test_chance_faults_are_the_same_for_the_same_seed(slack):
    def storm(seed):
        slack.weather({"error=fatal_error": 0.5}, seed)
        return [call(slack, "chat.postMessage", channel="#alerts", text="x")["ok"] for _ in range(12)]

    assert storm(1) == storm(1)
    assert set(storm(1)) == {True, False}


def test_the_webhook_takes_a_message_and_gives_no_id(slack):
    assert post(slack.webhook_url, {"text": "hello"}) == b"ok"
    assert slack.messages()[0].via == "webhook"
    with pytest.raises(urllib.error.HTTPError) as refused:
        post(slack.webhook_url, {"text": "<!here>"})
    assert (refused.value.code, refused.value.read()) == (400, b"unescaped_text")


def test_times_are_those_of_the_clock_given_and_always_increase():
    with StandinSlack(token=TOKEN, channels=["alerts"], clock=lambda: 1485187200.5) as slack:
        stamps = [call(slack, "chat.postMessage", channel="#alerts", text="x")["ts"] for _ in range(3)]
    assert stamps == ["1485187200.500000", "1485187200.500001", "1485187200.500002"]
