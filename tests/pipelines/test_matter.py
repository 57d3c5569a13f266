"""Which matter an article belongs to: the story of January 2017, and what must not be joined to it."""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, datetime, timedelta
from itertools import permutations

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from crawlers.article import Article, Moment
from pipelines.matter import Candidate, candidate_keys, facts, place
from tests.support.ledger import Ledger

SUNDAY = datetime(2017, 1, 22, 7, 0, tzinfo=UTC)
TITLE = "工业和信息化部关于清理规范互联网网络接入服务市场的通知"
TEXT = """工信部信管函〔2017〕32号
各省、自治区、直辖市通信管理局，各基础电信企业，各接入服务企业：
近年来网络接入服务发展很快，无序经营的苗头也随之出现。为查处违法违规行为，依据《中华人民共和国电信条例》
《电信业务经营许可管理办法》，我部决定自即日起至2018年3月31日，在全国范围内对互联网网络接入服务市场开展清理规范工作。
一、目标。查处互联网数据中心（IDC）、互联网接入（ISP）和内容分发网络（CDN）业务中无证经营、超范围经营和层层转租。
二、重点。未经主管部门批准，不得自建或者租用专线（含虚拟专用网络VPN）开展跨境经营活动；国际专线只供企业办公自用。
三、各企业应当在2017年6月30日前完成自查自纠。
工业和信息化部
2017年1月17日"""

NOTICES = (
    ("关于做好春节期间安全生产工作的通知", "41", "请各单位值守应急，确保平安。"),
    ("关于公布智能制造试点示范项目名单的通知", "42", "经评审，现将智能制造试点名单公布如下。"),
    ("关于印发《信息通信行业发展规划》的通知", "43", "现将规划印发，请结合实际贯彻落实。"),
    ("关于开展工业节能与绿色发展评价的通知", "44", "请于2018年3月31日前报送评价材料。"),
    ("关于规范电信服务协议有关事项的通知", "45", "电信服务协议应当载明资费和期限。"),
    ("关于做好互联网网络安全检查的通知", "46", "自即日起至2018年3月31日，开展网络安全专项检查。"),
    ("关于组织申报互联网数据中心绿色示范的通知", "47", "请各数据中心企业于2017年4月30日前申报。"),
    ("关于电信业务经营许可年检的通知", "48", "持证企业应于2017年3月31日前报送年检材料。"),
)


def later(days=0.0):
    return SUNDAY + timedelta(days=days)


def page(title, text, days=0.0, *, key="", **given):
    """A regulator's page, `days` after the notice."""
    return Article(
        **{
            "source": "miit_notices",
            "key": key or f"https://www.example.org/{abs(hash((title, text, days)))}",
            "url": "https://www.example.org/x",
            "title": title,
            "text": text,
            "published": Moment(later(days)),
            "tier": "regulator",
            "authority": "MIIT",
        }
        | given
    )


def press(title, text, days=1.0, **given):
    return page(title, text, days, **({"tier": "press", "authority": "", "source": "feed"} | given))


def notice():
    return page(TITLE, TEXT)


def others():
    return [
        page(f"工业和信息化部{title}", f"工信部函〔2017〕{number}号\n各有关单位：\n{text}", index / 2)
        for index, (title, number, text) in enumerate(NOTICES)
    ]


QA = page(
    "工业和信息化部有关负责人就清理规范互联网网络接入服务市场答记者问",
    "问：《关于清理规范互联网网络接入服务市场的通知》针对谁？\n答：针对无证经营者，外贸企业可以租用专线办公自用，不受影响。",
    2.1,
)
GOV_CN = page(
    f"{TITLE}_部门政策_中国政府网",
    TEXT.replace("〔2017〕32号", "［２０１７］３２号"),
    1,
    tier="government",
    authority="SC",
)
PROVINCE = page(
    TITLE, TEXT.replace("工信部信管函〔2017〕32号", "（工信部信管函(2017) 32 号）"), 3, authority="BJCA"
)
PRESS = (
    press(
        "工信部：未经批准不得自建或租用VPN",
        "工信部日前印发工信部信管函[2017]32号文，明确未经批准不得自建、租用专线跨境经营。",
    ),
    press(
        "工信部整顿接入服务市场",
        "工信部近日发布《关于清理规范互联网网络接入服务市场的通知》，要求各地查处无证经营。",
    ),
    press(
        "China orders clean-up of unauthorised VPN services",
        "BEIJING - The Ministry of Industry and Information Technology said in a notice that cross-border VPN "
        "services need its approval. The clean-up will run until March 31, 2018.",
        3,
    ),
    press(
        "Beijing tightens its grip on VPNs",
        "A circular that MIIT published over the weekend bars firms from setting up or leasing cross-border "
        "private lines, including virtual private networks, without approval. Internet access providers and data "
        "centres will be inspected.",
        2,
    ),
)
EXTENSION = page(
    "工业和信息化部办公厅关于深入推进互联网网络接入服务市场清理规范工作的通知",
    "工信厅信管函〔2018〕161号\n各省、自治区、直辖市通信管理局：\n按照《关于清理规范互联网网络接入服务市场的通知》"
    "（工信部信管函〔2017〕32号）部署，工作取得进展。现决定将清理规范工作时间延长至2019年3月31日。",
    473,
)


@pytest.fixture
def ledger():
    book = Ledger()
    book.put(notice())
    return book


def test_the_notice_its_copies_its_questions_and_its_press_are_one_matter(ledger):
    story = [GOV_CN, PROVINCE, QA, *PRESS]
    placed = [ledger.put(article) for article in story]
    assert {one.matter for one in placed} == {"m1"}
    assert [one.relation for one in placed] == ["copy", "copy", "follow-up", *["report"] * 4]
    assert all(one.placement.because for one in placed)


@pytest.mark.parametrize(
    ("title", "text"),
    [
        (
            "China begins a clean-up of the internet: VPNs to be licensed",
            "In an announcement, the Ministry of Industry and Information Technology said VPN services need approval.",
        ),
        (
            "北京收緊翻牆",
            "工業和信息化部發出通知，未經批准不得自行建立或租用VPN，全國開展清理整頓。",
        ),
        (
            "Doing business in China may get harder: VPNs need approval",
            "A new notice from MIIT says companies may not set up or lease VPN channels without permission.",
        ),
    ],
)
def test_the_press_of_the_week_joins_by_what_it_tells(ledger, title, text):
    for article in others():
        ledger.put(article)
    assert ledger.put(press(title, text, 1.5)).matter == "m1"


@pytest.mark.parametrize(
    ("title", "text", "days"),
    [
        (
            "MIIT fines a VPN seller",
            "MIIT said in a statement that the firm set up VPN lines without approval.",
            2,
        ),
        ("工信部通报VPN案件", "工信部通知，某公司未经批准自建VPN，被处罚款，将清理整顿。", 2),
        ("VPN sales soar in China", "Demand for VPNs rose, sellers said.", 2),
        (
            "MIIT says VPN approval is simple",
            "MIIT issued a notice: VPN approval, set up and lease rules explained.",
            9,
        ),
        (
            "MOFCOM on VPNs",
            "The Ministry of Commerce issued a notice: VPN approval needed to set up or lease.",
            2,
        ),
    ],
)
def test_other_news_of_the_week_is_not_put_away_in_the_thread(ledger, title, text, days):
    assert ledger.put(press(title, text, days)).matter != "m1"


def test_the_extension_opens_its_own_message_linked_to_the_notice(ledger):
    extension = ledger.put(EXTENSION)
    assert (extension.relation, extension.matter, extension.placement.cites) == ("opens", "m2", ("m1",))
    assert extension.facts.stage == "extended"


def test_eight_other_notices_of_the_week_are_eight_other_matters():
    ledger = Ledger()
    week = sorted([notice(), *others()], key=lambda article: article.published.at)
    placed = [ledger.put(article) for article in week]
    assert [one.relation for one in placed] == ["opens"] * 9
    assert len({one.matter for one in placed}) == 9
    assert all(one.placement.cites == () for one in placed)
    assert {ledger.put(article).matter for article in (GOV_CN, PROVINCE, QA, *PRESS)} == {
        one.matter for one in placed if one.article.title == TITLE
    }


def test_the_press_of_another_notice_does_not_join_this_one(ledger):
    for article in others():
        ledger.put(article)
    elsewhere = [
        press("工信部：做好春节期间安全生产", "工信部要求各单位做好春节期间安全生产工作。"),
        press(
            "MIIT names smart manufacturing pilots",
            "The Ministry of Industry and Information Technology named 64 pilots.",
        ),
        press(
            "MIIT minister visits a car plant",
            "The minister saw electric vehicles. The visit ended on March 31, 2018.",
        ),
        press(
            "VPN use rises in Turkey",
            "Turkey's regulator blocked sites until March 31, 2018; VPN downloads rose.",
        ),
        press("Best VPN deals until March 31, 2018", "Save 70% on a VPN. Offer ends March 31, 2018."),
        press(
            "公安部通报一起VPN案件",
            "公安部通报，某地查处一起出售VPN案件，行政处罚依据《电信条例》第五十九条作出。",
        ),
    ]
    assert all(ledger.put(article).matter != "m1" for article in elsewhere)


def test_the_press_is_silent_alone_unless_it_matched():
    ledger = Ledger()
    assert ledger.put(PRESS[2], matched=False).placement.relation == ""
    assert ledger.put(PRESS[2], matched=True).relation == "opens"


def test_a_document_opens_though_the_press_wrote_first_and_is_linked_to_it():
    ledger = Ledger()
    early = ledger.put(PRESS[0])
    document = ledger.put(notice())
    assert (early.relation, document.relation) == ("opens", "opens")
    assert document.placement.cites == (early.matter,)
    assert ledger.put(PRESS[1]).matter == document.matter
    assert ledger.put(replace(PRESS[0], key="again")).matter == document.matter


def test_a_q_and_a_before_its_notice_is_linked_from_it():
    ledger = Ledger()
    early = ledger.put(QA)
    assert early.relation == "opens"
    assert ledger.put(notice()).relation == "opens"


def test_two_reports_of_one_thing_join_where_no_document_is_known():
    ledger = Ledger()
    first = ledger.put(PRESS[2])
    again = press(
        "China orders clean-up of unauthorised VPN services, state media say", PRESS[2].text[:120], 3.2
    )
    assert ledger.put(again).matter == first.matter


def test_a_q_and_a_that_names_nothing_joins_by_authority_subject_and_time(ledger):
    vague = replace(QA, key="q", text="答：规定主要针对无证经营者，正常办公不受影响。")
    assert ledger.put(vague).relation == "follow-up"
    assert (
        ledger.put(replace(vague, key="q2", published=Moment(later(40)), title=vague.title + "续")).relation
        == "opens"
    )
    stranger = replace(
        vague, key="q3", authority="MOFCOM", title=vague.title.replace("工业和信息化部", "商务部")
    )
    assert Ledger().put(stranger).relation == "opens"


def test_a_q_and_a_published_again_is_a_copy_and_not_told_twice(ledger):
    assert ledger.put(QA).relation == "follow-up"
    again = replace(QA, key="gov", tier="government", authority="SC", published=Moment(later(3)))
    assert (ledger.put(again).relation, ledger.placed[-1].matter) == ("copy", "m1")


def test_a_correction_without_a_number_is_an_amendment(ledger):
    correction = page(
        "关于延长互联网网络接入服务市场清理规范工作时间的公告",
        "《关于清理规范互联网网络接入服务市场的通知》所定时间延长至2018年6月30日。",
        60,
    )
    assert (ledger.put(correction).relation, ledger.placed[-1].matter) == ("amendment", "m1")


def test_the_regulators_own_news_of_its_notice_follows_up_and_later_news_opens(ledger):
    news = page(
        "我部部署清理规范互联网网络接入服务市场",
        "我部日前印发《关于清理规范互联网网络接入服务市场的通知》，全面部署。",
        1,
    )
    assert ledger.put(news).relation == "follow-up"
    assert (
        ledger.put(replace(news, key="late", title="各地推进清理规范", published=Moment(later(90)))).relation
        == "opens"
    )


def test_next_months_bulletin_of_the_same_title_is_not_a_copy():
    ledger = Ledger()
    body = "依据法律法规，我部组织第三方机构对移动应用进行检查，书面要求整改。截至{}，尚有{}款未完成整改，应在{}前落实整改。"
    title = "关于侵害用户权益行为的APP通报"
    first = ledger.put(page(title, body.format("1月20日", 15, "1月27日"), 0))
    second = ledger.put(page(title, body.format("2月20日", 22, "2月27日"), 30))
    copy = ledger.put(
        page(title, body.format("2月20日", 22, "2月27日"), 31, tier="government", authority="SC")
    )
    assert (first.relation, second.relation, copy.relation) == ("opens", "opens", "copy")
    assert copy.matter == second.matter


def test_a_province_that_forwards_under_its_own_number_opens_its_own(ledger):
    forwarded = page(
        "北京市通信管理局转发工业和信息化部关于清理规范互联网网络接入服务市场的通知",
        "京通管发〔2017〕5号\n各企业：\n现转发《关于清理规范互联网网络接入服务市场的通知》（工信部信管函〔2017〕32号）。",
        8,
        authority="BJCA",
    )
    placed = ledger.put(forwarded)
    assert (placed.relation, placed.placement.cites) == ("opens", ("m1",))


def test_a_case_judged_by_an_old_law_is_news_and_not_a_report_of_the_law():
    ledger = Ledger()
    law = ledger.put(
        page("中华人民共和国电信条例", "中华人民共和国国务院令第291号\n第一条 为了规范电信市场。", -600)
    )
    assert law.facts.doc_no == "国务院令第291号"
    case = press("男子出售翻墙软件被罚", "警方依据《中华人民共和国电信条例》第五十八条作出处罚。", 5)
    other = press(
        "男子自用VPN被警告", "《中华人民共和国电信条例》（国务院令第291号）规定，未经批准不得经营。", 6
    )
    assert [ledger.put(article).relation for article in (case, other)] == ["opens", "opens"]


def test_the_press_with_a_new_date_for_an_old_notice_is_news(ledger):
    news = press(
        "工信部延长VPN清理期限",
        "工信部将工信部信管函〔2017〕32号所定清理规范工作时间延长至2019年3月31日。",
        474,
    )
    placed = ledger.put(news)
    assert (placed.relation, placed.placement.cites) == ("opens", ("m1",))
    recalled = press(
        "回顾：工信部信管函〔2017〕32号之后", "工信部信管函〔2017〕32号发布一年以来，市场如何？", 400
    )
    assert ledger.put(recalled).matter == "m1"


def test_a_report_names_the_newer_of_two_documents(ledger):
    extension = ledger.put(EXTENSION)
    report = press(
        "清理规范延长", "工信厅信管函〔2018〕161号将工信部信管函〔2017〕32号的期限延长至2019年3月31日。", 474
    )
    assert ledger.put(report).matter == extension.matter


def test_two_notices_alike_in_doubt_join_nothing():
    ledger = Ledger()
    for number in (51, 52):
        ledger.put(
            page(
                f"工业和信息化部关于跨境专线{number}有关事项的公告",
                f"工信部信管函〔2017〕{number}号\n各企业：\n跨境VPN专项整治自即日起至2018年3月31日。",
            )
        )
    doubtful = press("MIIT on VPNs", "MIIT said a VPN campaign will run until March 31, 2018.", 1)
    assert ledger.put(doubtful).relation == "opens"


def test_a_number_shortened_by_the_press_still_leads_home():
    ledger = Ledger()
    ledger.put(page("关于开展试点工作的通告", "工信部通信函〔2024〕107号\n各单位：\n开展试点。"))
    assert ledger.put(press("试点启动", "依照安排，通信函〔2024〕107号文件自四月起实施试点。")).matter == "m1"


def test_a_draft_is_found_under_its_coming_name_and_the_final_text_is_linked_to_it():
    ledger = Ledger()
    draft = ledger.put(
        page("关于公开征求《跨境数据管理办法（征求意见稿）》意见的公告", "请于2017年2月22日前反馈。")
    )
    assert (
        ledger.put(press("跨境数据新规征求意见", "工信部就《跨境数据管理办法》公开征求意见。")).matter
        == draft.matter
    )
    final = ledger.put(page("跨境数据管理办法", "工业和信息化部令第68号\n第一条 为了规范。", 200))
    assert (final.relation, final.placement.cites) == ("opens", (draft.matter,))
    assert ledger.put(press("新规出台", "工信部公布《跨境数据管理办法》。", 201)).matter == final.matter


def test_an_article_without_any_time_joins_by_name_only(ledger):
    named, retold = (
        replace(article, published=None, key=str(index)) for index, article in enumerate((PRESS[0], PRESS[3]))
    )
    assert ledger.put(retold).matter != "m1"
    assert ledger.put(named).matter == "m1"


def test_whoever_comes_first_the_document_and_its_copies_are_one_matter():
    for order in permutations((notice(), GOV_CN, PROVINCE)):
        ledger = Ledger()
        placed = [ledger.put(article) for article in order]
        assert [one.relation for one in placed] == ["opens", "copy", "copy"]


@settings(max_examples=60)
@given(
    st.text("工信部〔2017〕32号《通知》关于VPN年月日。\n", max_size=120),
    st.text("工信部〔2017〕32号《通知》关于答记者问", max_size=40),
    st.sampled_from(["regulator", "government", "press", "civil"]),
    st.booleans(),
)
def test_no_article_raises_and_every_placement_is_sound(text, title, tier, matched):
    article = page(title, text, 1, tier=tier)
    known = facts(article)
    candidate = Candidate(
        "m1", TITLE, SUNDAY, "regulator", TEXT, "MIIT", (("no:工信部信管函〔2017〕32号", True),)
    )
    placed = place(article, known, matched, [candidate])
    assert (placed.matter is None) == (placed.relation in ("opens", ""))
    assert placed.matter in (None, "m1")
    assert set(placed.cites) <= {"m1"}
    assert len(dict(placed.keys)) == len(placed.keys)
    keys = candidate_keys(known, article)
    assert len(set(keys)) == len(keys) <= 800
