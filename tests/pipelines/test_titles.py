"""Titles: cited, compared, cleaned."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from pipelines import titles

BARE = "清理规范互联网网络接入服务市场的通知"


@pytest.mark.parametrize(
    "title",
    [
        "工业和信息化部关于清理规范互联网网络接入服务市场的通知",
        "《关于清理规范互联网网络接入服务市场的通知》",
        "關於清理規範互聯網網絡接入服務市場的通知",
        "工信部关于清理规范 互联网网络接入服务市场 的通知",
        "清理规范互联网网络接入服务市场的通知",
        "工业和信息化部办公厅、公安部关于清理规范互联网网络接入服务市场的通知",
    ],
)
def test_issuer_brackets_blanks_and_script_make_no_difference(title):
    assert titles.bare(title) == BARE


def test_a_draft_is_not_the_law():
    assert (
        titles.bare("《电信条例（征求意见稿）》") != titles.bare("《中华人民共和国电信条例》") == "电信条例"
    )


@pytest.mark.parametrize(
    ("text", "found"),
    [
        ("根据《电信条例》和《电信业务经营许可管理办法》，", ["电信条例", "电信业务经营许可管理办法"]),
        (
            "《关于印发〈数据安全管理办法（试行）〉的通知》",
            ["关于印发〈数据安全管理办法（试行）〉的通知", "数据安全管理办法（试行）"],
        ),
        ("《关于印发《数据安全办法》的通知》", ["关于印发《数据安全办法》的通知", "数据安全办法"]),
        ("据《人民日报》报道，电影《流浪地球》", []),
        ("（以下简称《通知》）《办法》《管理办法》《征求意见稿》", []),
        ("没有结尾的《电信条例", []),
        ("《电信\n条例》", []),
        ("》《《》", []),
        (
            "the “Notice on Cleaning up the Internet Access Market” said",
            ["Notice on Cleaning up the Internet Access Market"],
        ),
        ('the "quick brown fox" said', []),
    ],
)
def test_the_titles_of_documents_are_found_and_films_are_not(text, found):
    assert [one.title for one in titles.cited(text)] == found


def test_places_hold_the_brackets():
    text = "根据《电信条例》，"
    (one,) = titles.cited(text)
    assert text[one.start : one.end] == "《电信条例》"


def test_what_is_issued_by_a_notice_is_known_by_its_own_name():
    names = titles.names("工业和信息化部关于印发《数据安全管理办法（试行）》的通知")
    assert names == ("印发数据安全管理办法试行的通知", "数据安全管理办法试行", "数据安全管理办法")


def test_the_brackets_may_be_left_out():
    assert "稀土企业名单管理办法" in titles.names("关于印发稀土企业名单管理办法的通知")
    assert titles.names("关于公布第六批试点单位的通知") == ("公布第六批试点单位的通知",)


def test_a_notice_about_a_law_is_not_known_by_the_laws_name():
    assert titles.names("关于贯彻落实《网络安全法》的通知") == ("贯彻落实网络安全法的通知",)


def test_a_consultation_is_known_by_its_draft_and_the_draft_by_its_coming_name():
    title = "关于公开征求《某某管理规定（征求意见稿）》意见的通知"
    assert "某某管理规定征求意见稿" in titles.names(title)
    assert titles.short_name(title) == "某某管理规定"
    assert titles.short_name("关于印发《某某管理规定》的通知") == ""


@pytest.mark.parametrize(
    "title",
    [
        "工业和信息化部关于清理规范互联网网络接入服务市场的通知",
        "工业和信息化部有关负责人就清理规范互联网网络接入服务市场答记者问",
        "一图读懂《关于清理规范互联网网络接入服务市场的通知》",
        "清理规范互联网网络接入服务市场有关问题的解读",
    ],
)
def test_the_subject_is_what_a_title_is_about(title):
    assert "清理规范互联网网络接入服务市场" in titles.subject(title)
    assert "记者" not in titles.subject(title)
    assert "通知" not in titles.subject(title)


@pytest.mark.parametrize(
    ("title", "own"),
    [
        ("关于做好检查工作的通知_部门政策_中国政府网", "关于做好检查工作的通知"),
        ("关于做好检查工作的通知_国务院文件_中国政府网", "关于做好检查工作的通知"),
        ("某某法（草案）征求意见_中国人大网", "某某法（草案）征求意见"),
        ("关于做好检查工作的通知-中共中央网络安全和信息化委员会办公室", "关于做好检查工作的通知"),
        ("关于做好检查工作的通知 - 中华人民共和国工业和信息化部", "关于做好检查工作的通知"),
        ("China tightens rules on VPNs | South China Morning Post", "China tightens rules on VPNs"),
        ("China tightens rules on VPNs - Reuters", "China tightens rules on VPNs"),
        ("关于5G-A技术试验的通知", "关于5G-A技术试验的通知"),
        ("Beijing – a city of walls", "Beijing – a city of walls"),
        ("通知_网", "通知_网"),
    ],
)
def test_a_title_loses_what_the_site_adds_and_nothing_else(title, own):
    assert titles.own(title) == own


@given(st.text("《》〈〉关于印发的通知法 \n（）abc_|-", max_size=80))
def test_no_title_raises_and_cleaning_is_idempotent(title):
    assert titles.own(titles.own(title)) == titles.own(title)
    assert titles.bare(titles.bare(title)) is not None
    for one in titles.cited(title):
        assert title[one.start] in "《〈"
        assert title[one.end - 1] in "》〉"
