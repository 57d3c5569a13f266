"""A page that keeps us out is told from one that says something."""

from __future__ import annotations

import pytest

from crawlers.parse.blocks import blocked


def page(title: str, body: str) -> bytes:
    return f"<!DOCTYPE html><html><head><meta charset='utf-8'><title>{title}</title></head><body>{body}</body></html>".encode()


@pytest.mark.parametrize("status", [403, 412, 521])
def test_these_statuses_refuse_whatever_the_body(status: int) -> None:
    found = blocked(status, {}, b"")
    assert found is not None
    assert (found.code, found.state) == (f"http-{status}", "blocked")
    assert found.remedy


@pytest.mark.parametrize(
    "body",
    [
        b"<script>document.cookie=('__jsl_clearance_s=')+('1');location.href=location.pathname</script>",
        b"<html><script>$_ts=window['$_ts'];</script></html>",
        b"<html><body><script>var arg1='AB';document.cookie='acw_sc__v2='+x;location.reload()</script></body></html>",
        page("Just a moment...", "<script src='/cdn-cgi/challenge-platform/x'></script>"),
    ],
    ids=["jsl", "ts", "acw", "cloud"],
)
def test_a_script_that_wants_to_be_run_is_a_challenge(body: bytes) -> None:
    found = blocked(200, {}, body)
    assert found is not None
    assert found.code in {"challenge", "block-page"}


@pytest.mark.parametrize(
    "body",
    [
        page("访问被拒绝", "<h1>请求被拒绝</h1><p>事件编号 1</p>"),
        page("提示", "<p>您的访问过于频繁，请稍后再试。</p>"),
        page("安全验证", "<p>请输入验证码</p><img src='c.png'>"),
        page("提示", "<p>请开启JavaScript并刷新该页</p>"),
        page("安全验证", "<p>请完成验证</p>").decode().encode("gbk"),
    ],
)
def test_a_firewalls_page_with_200_is_a_block_page(body: bytes) -> None:
    found = blocked(200, {}, body)
    assert found is not None
    assert found.code == "block-page"


def test_a_challenge_named_in_the_headers_is_one() -> None:
    for headers in ({"cf-mitigated": "challenge"}, {"x-amzn-waf-action": "challenge"}):
        found = blocked(202, headers, b"")
        assert found is not None
        assert found.code == "challenge"


ARTICLE = "<p>近日有不法分子以验证码为名实施诈骗，提醒用户不要泄露验证码。如遇系统繁忙，请稍后再试。</p>"


@pytest.mark.parametrize(
    "body",
    [
        page("关于防范验证码诈骗的提示", f"<h1 id='con_title'>提示</h1><div id='con_con'>{ARTICLE}</div>"),
        page("谨防“安全验证”骗局", ARTICLE * 12),
        page("社会新闻", f"<div class='menu'>首页</div>{ARTICLE}" + "<p>警方已立案。</p>" * 6),
        page("通知", "<script queryData=\"{'a':'验证码'}\"></script>"),
        page("文件发布", "<script>window.location.href='/search/wjfb.html'</script>"),
        page(
            "短讯",
            "<p>平台今天升级了验证码。</p><p>用户反映良好。</p><p>详情待续，编辑正在核实有关数据。</p>",
        ),
        b'{"success":true,"data":{"html":"<p>\xe9\xaa\x8c\xe8\xaf\x81\xe7\xa0\x81</p>"}}',
        b"<?xml version='1.0'?><rss><channel><item><title>Access Denied</title></item></channel></rss>",
        b"<rss><channel><item><title>Access Denied</title></item></channel></rss>",
        b"",
    ],
)
def test_what_only_mentions_such_words_is_not_blocked(body: bytes) -> None:
    assert blocked(200, {}, body) is None


def test_a_page_that_is_not_there_is_missing_and_not_blocked() -> None:
    assert blocked(404, {}, page("404", "<p>系统繁忙</p>")) is None
