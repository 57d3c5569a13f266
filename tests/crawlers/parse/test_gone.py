"""A page that is not the page: moved, not there with 200, a login form."""

from __future__ import annotations

import pytest

from crawlers.parse import gone

URL = "https://www.example.gov.cn/a/index.html"


@pytest.mark.parametrize(
    "html",
    [
        '<html><head><title>x</title></head><body><script>window.location.href="/new/list.html";</script></body></html>',
        "<script>location.replace('/new/list.html')</script>",
        "<script>top.location = '../new/list.html'</script>",
        '<meta http-equiv="refresh" content="0;url=/new/list.html"><p>正在跳转</p>',
    ],
)
def test_a_page_that_only_leads_elsewhere_names_where(html: str) -> None:
    found = gone.moved(html, URL)
    assert found is not None
    assert found.code == "moved"
    assert "https://www.example.gov.cn/new/list.html" in found.remedy


def test_a_page_with_words_of_its_own_has_not_moved() -> None:
    html = (
        "<script>function go(){location.href='/s'}</script>"
        + "<p>这里有一段话，足够说明它是一个页面。</p>" * 4
    )
    assert gone.moved(html, URL) is None


@pytest.mark.parametrize(
    ("title", "text"),
    [
        ("提示", "抱歉，您访问的页面不存在"),
        ("404 Not Found", "nginx"),
        ("错误", "您要查看的信息已被删除或已下线。"),
        ("Page not found", "Sorry, we could not find it."),
        ("某站", "找不到您要的网页，五秒后返回首页"),
    ],
)
def test_a_page_that_says_it_is_not_there_is_missing(title: str, text: str) -> None:
    found = gone.soft(
        f"<html><head><title>{title}</title></head><body><p>{text}</p></body></html>", text, "关于某事的通知"
    )
    assert found is not None
    assert found.code == "soft-404"


def test_a_page_without_any_text_is_judged_by_what_people_see() -> None:
    html = "<title>x</title><div><span>您访问的页面不存在</span></div>"
    assert gone.soft(html, "", "通知") is not None


@pytest.mark.parametrize(
    ("title", "text", "wanted"),
    [
        ("用户反映页面不存在 官方回应", "有用户反映打开后显示页面不存在。", "用户反映页面不存在 官方回应"),
        ("新闻", "不少用户打开后看到“页面不存在”的提示。" + "官方随后作出说明。" * 40, "网站短时中断"),
        ("通知", "请各单位按时报送材料。", "关于报送材料的通知"),
        ("公示", "编号 2024-404 的申请已受理。", "受理公示"),
    ],
)
def test_an_article_is_not_missing_for_what_it_speaks_of(title: str, text: str, wanted: str) -> None:
    assert gone.soft(f"<title>{title}</title><p>{text}</p>", text, wanted) is None


def test_a_login_form_in_a_pages_head_does_not_make_the_article_missing() -> None:
    form = "<form>登录<input type='password'></form>"
    assert gone.soft(form, "正文。" * 150, "通知") is None
    assert gone.soft(f"<title>登录</title>{form}", "用户登录", "通知") is not None


def test_a_short_article_of_one_sentence_is_no_login_form_for_the_one_hidden_in_its_head() -> None:
    form = "<form>登录<input type='password'></form>"
    said = "据介绍，各地通信管理局本月起对跨境专线的用途进行自查，相关企业应当在月底之前提交书面说明，逾期的将被约谈"
    html = f"<title>各地启动专线自查</title>{form}<p>{said}。</p>"
    assert gone.soft(html, f"{said}。", "") is None
    assert gone.soft(html, "关于我们 联系我们", "") is not None
    assert gone.soft(html, f"{said}。请先登录后查看全文。", "") is not None
