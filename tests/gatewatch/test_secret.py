from __future__ import annotations

import base64
import json
import pickle
from urllib.parse import quote

import pytest
from hypothesis import given
from hypothesis import strategies as st

from gatewatch.secret import Redactor, Secret

TOKEN = "xoxb-" + "1234567890-abcdefghij"
WEBHOOK = "https://hooks.slack.com/services/" + "T0001/B0002/abcdefgh12345678"
DATABASE = "postgresql://gatewatch:pa%40ss:w0rd@db.example/gatewatch"


def test_a_secret_shows_itself_as_stars_in_every_way_of_showing():
    secret = Secret(TOKEN)
    shown = [
        repr(secret),
        str(secret),
        f"{secret}",
        f"{secret!r:>10}",
        f"{[secret]}",
        f"{secret}",
        f"{secret:>5}",
    ]
    assert all(TOKEN not in text and "***" in text for text in shown)
    assert secret.reveal() == TOKEN
    assert "xoxb" not in str(vars(type(secret)).get("__doc__", ""))


def test_secrets_compare_by_text_and_are_not_pickled():
    assert Secret("a-b") == Secret("a-b") != Secret("a-c")
    assert len({Secret("a-b"), Secret("a-b")}) == 1
    assert Secret("a-b") != "a-b"
    with pytest.raises(TypeError, match="not pickled"):
        pickle.dumps(Secret("a-b"))


@pytest.mark.parametrize(
    "text",
    [
        f"posting with {TOKEN}",
        json.dumps({"token": TOKEN}),
        f"Authorization: Bearer {TOKEN}",
        f"POST {WEBHOOK} 404",
        "connectionpool: POST /services/T0001/B0002/abcdefgh12345678 HTTP/1.1",
        f"cannot connect: {DATABASE}",
        "password authentication failed: pa@ss:w0rd",
        quote(TOKEN, safe=""),
        repr(("url", WEBHOOK)),
    ],
)
def test_a_known_secret_is_masked_in_each_form(text):
    redact = Redactor([TOKEN, WEBHOOK, DATABASE])
    shown = redact(text)
    for secret in (TOKEN, "abcdefgh12345678", "pa%40ss", "pa@ss:w0rd"):
        assert secret not in shown
    assert "***" in shown


@pytest.mark.parametrize(
    ("text", "secret"),
    [
        ("xoxp-999-888-777", "999-888"),
        ("xoxe.xoxp-1-Mi0yLTEyMzQ", "Mi0yLTEyMzQ"),
        ("xapp-1-A012-34-abcdef", "abcdef"),
        ("https://hooks.slack-gov.com/services/T1/B2/zzz", "zzz"),
        ("https://hooks.slack.com/triggers/E1/2/abc", "/abc"),
        ("proxy http://user:s3cret@proxy.example:3128 refused", "s3cret"),
        ("Proxy-Authorization: Basic dXNlcjpzM2NyZXQ=", "dXNlcjpzM2NyZXQ="),
        ("{'Authorization': 'Bearer abc.def'}", "abc.def"),
    ],
)
def test_what_looks_like_a_secret_is_masked_though_nobody_named_it(text, secret):
    assert secret not in Redactor()(text)


def test_a_proxy_s_password_is_masked_as_the_header_that_carries_it():
    redact = Redactor(["http://user:s3cret@proxy.example:3128"])
    assert base64.b64encode(b"user:s3cret").decode() not in redact("dXNlcjpzM2NyZXQ= was sent")


def test_a_password_that_is_a_word_is_masked_only_where_it_stands_alone():
    redact = Redactor(["postgresql://postgres:postgres@db/gatewatch"])
    assert redact("a postgresql server") == "a postgresql server"
    assert "postgres" not in redact("password is postgres!")


@pytest.mark.parametrize(
    "text",
    [
        "https://www.miit.gov.cn/zwgk/zcwj/wjfb/tz/art/2017/art_32.html",
        "polled https://example.com:8080/@user/feed in 0.3 s",
        "12:30:01 工信部信管函〔2017〕32号",
        "mail to compliance@example.com",
    ],
)
def test_ordinary_lines_stay_as_they_are(text):
    assert Redactor([TOKEN, WEBHOOK, DATABASE])(text) == text


@given(
    st.text(st.characters(categories=["L", "P", "S"]), min_size=8, max_size=60).filter(
        lambda text: "*" not in text
    ),
    st.text("0123456789 \n", max_size=20),
    st.text("0123456789 \n", max_size=20),
)
def test_whatever_the_secret_is_it_does_not_show(secret, before, after):
    assert Redactor([secret])(before + secret + after) == f"{before}***{after}"
