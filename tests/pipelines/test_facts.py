"""What a text says of itself and of others."""

from __future__ import annotations

from datetime import UTC, date, datetime

import pytest

from crawlers.article import Article, Moment
from pipelines.facts import facts, on

TEXT = """工信部信管函〔2017〕32号
各省、自治区、直辖市通信管理局：
依据《中华人民共和国电信条例》，我部决定自即日起至2018年3月31日开展清理规范工作。"""


def page(**given):
    return Article(
        **{
            "source": "s",
            "key": "k",
            "url": "https://example.org/k",
            "title": "工业和信息化部关于清理规范互联网网络接入服务市场的通知",
            "text": TEXT,
            "published": Moment(datetime(2017, 1, 22, 7, tzinfo=UTC)),
            "tier": "regulator",
            "authority": "MIIT",
        }
        | given
    )


def test_a_notice_says_all_of_itself():
    found = facts(page())
    assert (found.form, found.doc_no, found.instrument, found.stage) == (
        "document",
        "工信部信管函〔2017〕32号",
        "normative-document",
        "final",
    )
    assert found.issuers == ("工业和信息化部",)
    assert found.keys == ("no:工信部信管函〔2017〕32号", "title:清理规范互联网网络接入服务市场的通知")
    assert found.cites == ("title:电信条例",)
    assert [(fact.kind, fact.date) for fact in found.dates] == [("campaign-end", date(2018, 3, 31))]


def test_a_report_has_no_number_of_its_own_though_it_gives_one():
    found = facts(page(tier="press", authority="", title="工信部整治VPN"))
    assert (found.form, found.doc_no, found.instrument, found.stage) == ("report", "", "report", "reported")
    assert "no:工信部信管函〔2017〕32号" in found.cites
    assert found.issuers == ()


@pytest.mark.parametrize(
    "title",
    [
        "工业和信息化部有关负责人就清理规范接入服务市场答记者问",
        "《关于清理规范接入服务市场的通知》解读",
        "一图读懂《关于清理规范接入服务市场的通知》",
        "關於清理規範的問答",
        "Questions and answers on the clean-up notice",
    ],
)
def test_an_explanation_is_a_follow_up_and_its_number_a_citation(title):
    found = facts(page(title=title))
    assert (found.form, found.doc_no, found.instrument, found.stage) == ("follow-up", "", "qa", "clarified")
    assert "no:工信部信管函〔2017〕32号" in found.cites


@pytest.mark.parametrize(
    ("title", "text", "instrument", "stage"),
    [
        ("关于公开征求《某某办法（征求意见稿）》意见的公告", "", "draft", "draft"),
        ("中华人民共和国某某法", "中华人民共和国主席令第五十三号", "law", "final"),
        (
            "国务院关于修改《某某条例》的决定",
            "中华人民共和国国务院令第147号",
            "administrative-regulation",
            "amended",
        ),
        ("某某管理办法", "中华人民共和国工业和信息化部令第68号", "departmental-rule", "final"),
        ("关于废止部分规范性文件的公告", "工业和信息化部公告2026年第5号", "normative-document", "repealed"),
        ("关于侵害用户权益行为的APP通报", "", "bulletin", "enforced"),
        ("关于延长试点期限的通知", "", "normative-document", "extended"),
        (
            "关于深入推进清理规范工作的通知",
            "现决定将清理规范工作时间延长至2019年3月31日。",
            "normative-document",
            "extended",
        ),
    ],
)
def test_instrument_and_stage_are_told_by_title_and_number(title, text, instrument, stage):
    found = facts(page(title=title, text=text))
    assert (found.form, found.instrument, found.stage) == ("document", instrument, stage)


def test_a_story_on_a_governments_page_is_a_report():
    story = page(
        tier="government",
        title="我国开展清理规范工作的决定",
        text="新华社北京1月22日电（记者张三）我国决定。",
    )
    assert facts(story).form == "report"
    assert facts(page(title="部领导出席会议", text="今天上午，会议召开。")).form == "report"


def test_issuers_come_from_the_label_block_if_it_names_any():
    labelled = page(labels=(("发文机关：", "工业和信息化部、公安部"),))
    assert facts(labelled).issuers == ("工业和信息化部", "公安部")
    assert facts(page(labels=(("发文机关：", "办公厅"),))).issuers == ("工业和信息化部",)
    assert facts(page(title="关于清理的通知")).issuers == ("工业和信息化部",)


def test_what_is_repealed_is_told_apart_from_what_is_cited():
    text = "根据《电信条例》，自2027年1月1日起施行，《旧时管理办法》（信息产业部令第9号）同时废止。"
    found = facts(page(title="某某管理规定", text=text))
    assert "title:电信条例" in found.cites
    assert "title:电信条例" not in found.repeals
    assert "no:信息产业部令第9号" in found.repeals
    assert facts(
        page(title="关于废止文件的公告", text="现决定废止《甲地管理办法》《乙地管理规定》。")
    ).repeals == (
        "title:甲地管理办法",
        "title:乙地管理规定",
    )


def test_the_day_of_issue_is_the_labels_and_only_a_documents():
    text = "本通知自印发之日起施行。"
    labelled = facts(page(text=text, labels=(("成文日期", "2017年1月17日"),)))
    assert [fact.date for fact in labelled.dates] == [date(2017, 1, 17)]
    assert [fact.date for fact in facts(page(text=text)).dates] == [date(2017, 1, 22)]
    assert facts(page(text=text, tier="press")).dates == ()


def test_a_label_gives_the_effective_date():
    (fact,) = facts(page(text="", labels=(("施行日期：", "2017-06-01"),))).dates
    assert (fact.kind, fact.date, fact.sentence) == ("effective", date(2017, 6, 1), "施行日期：2017-06-01")


def test_the_day_is_pekings_and_a_bare_date_stays():
    assert on(page(published=Moment(datetime(2017, 1, 21, 18, tzinfo=UTC)))) == date(2017, 1, 22)
    assert on(page(published=Moment(datetime(2017, 1, 21, 16, tzinfo=UTC), date(2017, 1, 23)))) == date(
        2017, 1, 23
    )
    assert on(page(published=None)) is None


@pytest.mark.parametrize("text", ["", "\x00", "\ud800《", "《" * 5000, "〔2017〕" * 5000, "请于" * 5000])
def test_broken_and_empty_texts_have_facts_too(text):
    assert facts(page(title=text[:200], text=text)).form in ("document", "report", "follow-up")


def test_the_end_of_a_very_long_regulation_is_read():
    text = "第一条 " + "为了规范市场秩序，制定本规定。\n" * 20_000 + "本规定自2017年6月1日起施行。"
    assert [fact.date for fact in facts(page(text=text)).dates] == [date(2017, 6, 1)]
