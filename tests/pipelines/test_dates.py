"""The dates that documents set, in the ways in which documents set them."""

from __future__ import annotations

from datetime import UTC, date, datetime

import pytest
from hypothesis import given
from hypothesis import strategies as st

from pipelines.dates import dates, sentences

TODAY = date(2026, 11, 24)


def found(text, published=TODAY, issued=TODAY, own=True):
    facts = dates(text, published=published, issued=issued, own=own)
    return [(fact.kind, fact.date.isoformat()) for fact in facts]


@pytest.mark.parametrize(
    ("text", "day"),
    [
        ("现向社会公开征求意见，如有意见或建议，请于2026年12月24日前反馈。", "2026-12-24"),
        ("公众可于2026年12月24日前，通过以下途径和方式提出反馈意见：", "2026-12-24"),
        ("意见反馈截止时间为2026年12月24日。", "2026-12-24"),
        ("征求意见时间为2026年11月24日至2026年12月23日。", "2026-12-23"),
        ("公示时间：2026年11月24日-2026年12月1日", "2026-12-01"),
        ("公示期：11月24日至12月1日。", "2026-12-01"),
        ("请将修改意见于12月10日（星期四）下班前反馈至我局信息通信管理处。", "2026-12-10"),
        ("各单位要于2026年12月31日前将自查情况报送当地通信管理局。", "2026-12-31"),
        ("请各企业在2027年1月15日之前完成备案信息更新。", "2027-01-15"),
        ("有关单位应在2026年12月底前完成存量用户的清理。", "2026-12-31"),
        ("上述APP应在12月3日前完成整改落实工作。", "2026-12-03"),
        ("本公告公示期为30日，自发布之日起计算。", "2026-12-24"),
        ("如有异议，请自公示之日起15日内以书面形式提出。", "2026-12-09"),
        ("请于本通知印发之日起一个月内报送实施方案。", "2026-12-24"),
        ("請於2026年12月24日前將意見回覆本署。", "2026-12-24"),
        ("諮詢期至2026年12月24日結束。", "2026-12-24"),
        ("Comments may be submitted until 24 December 2026.", "2026-12-24"),
        (
            "Interested parties are invited to submit written comments no later than December 24, 2026.",
            "2026-12-24",
        ),
        ("The deadline for feedback is Dec. 24.", "2026-12-24"),
        ("The draft is open for public comment through December 24, 2026.", "2026-12-24"),
        ("The public consultation closes on 24 December 2026.", "2026-12-24"),
        ("The comment period ends December 24.", "2026-12-24"),
        ("China's MIIT gave carriers until February 1, 2027 to cut off access.", "2027-02-01"),
        (
            "Carriers were ordered to block individuals' access to VPNs by Feb. 1, 2027, people familiar said.",
            "2027-02-01",
        ),
        ("Apps that fail to register by the end of March 2027 will be taken down.", "2027-03-31"),
        ("Comments are due within 30 days of publication.", "2026-12-24"),
        ("请有关单位认真研究，于2026年12月24日（星期四）17:00前将书面意见传真至010-66000000。", "2026-12-24"),
        ("反馈意见截止日期：\n2026-12-24", "2026-12-24"),
        ("申报截止时间：2026/12/24 18:00", "2026-12-24"),
        ("意见征集时间：2026.11.24—2026.12.24", "2026-12-24"),
        ("请务必于今年12月24日前完成清退。", "2026-12-24"),
        ("最迟于2026年12月24日报送总结。", "2026-12-24"),
        ("社会各界可自即日起至12月24日，将意见发送至下列邮箱。", "2026-12-24"),
        ("征求意见于下月24日截止。", "2026-12-24"),
        ("反馈截止时间：２０２６年１２月２４日", "2026-12-24"),
        ("The draft is open for comment for 30 days from the date of issuance.", "2026-12-24"),
        ("Comments are due by the end of next month.", "2026-12-31"),
    ],
)
def test_a_deadline_is_found(text, day):
    assert found(text) == [("deadline", day)]


@pytest.mark.parametrize(
    ("text", "day"),
    [
        ("本规定自2027年3月1日起施行。", "2027-03-01"),
        ("本办法自二〇二七年三月一日起施行。", "2027-03-01"),
        ("本通知自发布之日起执行。", "2026-11-24"),
        ("本公告自公布之日起施行，有效期三年。", "2026-11-24"),
        ("本办法自印发之日起30日后施行。", "2026-12-24"),
        ("新规将于明年3月1日正式施行", "2027-03-01"),
        ("2027年3月1日起，未取得许可的企业一律不得开展跨境数据通信业务。", "2027-03-01"),
        ("该条例将从2027年3月1日开始实施。", "2027-03-01"),
        ("本标准于2027年3月1日实施。", "2027-03-01"),
        ("实施日期：2027-03-01", "2027-03-01"),
        ("修订后的《电信业务分类目录》2027年3月1日起生效", "2027-03-01"),
        ("條例將於2027年3月1日起實施。", "2027-03-01"),
        ("The rules will take effect on March 1, 2027.", "2027-03-01"),
        ("The amended law, which comes into force on 1 March 2027, raises fines.", "2027-03-01"),
        ("Effective March 1, 2027, operators need a licence.", "2027-03-01"),
        ("The measures shall be implemented as of March 1, 2027.", "2027-03-01"),
        ("These Provisions shall come into force as of the date of promulgation.", "2026-11-24"),
        ("Starting from March 1, 2027, the new catalogue takes effect.", "2027-03-01"),
        ("The new regulation, effective from 1 March, bans unlicensed lines.", "2027-03-01"),
        ("（2026年11月20日工业和信息化部令第99号公布，自2027年3月1日起施行）", "2027-03-01"),
        ("本办法自公布之日起满三个月施行。", "2027-02-24"),
        ("有效期自2027年3月1日起至2032年2月29日。", "2027-03-01"),
        ("新规自2027年3月1日零时起正式施行。", "2027-03-01"),
        ("新規將於2027年3月1日上路。", "2027-03-01"),
        ("本办法自二〇二七年元月一日起施行。", "2027-01-01"),
        ("下月起，新办法正式施行。", "2026-12-01"),
        ("The curbs kick in on March 1, 2027.", "2027-03-01"),
        ("The decision enters into force upon promulgation.", "2026-11-24"),
    ],
)
def test_an_effective_date_is_found(text, day):
    assert found(text) == [("effective", day)]


@pytest.mark.parametrize(
    ("text", "day"),
    [
        ("自即日起至2027年3月31日，在全国范围内开展清理规范工作。", "2027-03-31"),
        ("专项行动自2026年12月1日起，至2027年3月31日结束。", "2027-03-31"),
        ("专项整治从2026年12月开始，到2027年3月底结束。", "2027-03-31"),
        ("本次清理规范工作时间延长至2027年3月31日。", "2027-03-31"),
        ("集中整治期为2026年12月1日至2027年3月31日。", "2027-03-31"),
        ("行动将一直持续到2027年3月31日", "2027-03-31"),
        ("工信部：互联网网络接入服务市场清理规范延期至2027年3月31日", "2027-03-31"),
        ("2026年12月至2027年3月31日，各地要开展集中排查整治。", "2027-03-31"),
        ("試點期限至2027年12月31日。", "2027-12-31"),
        ("The campaign runs until March 31, 2027.", "2027-03-31"),
        ("The 14-month crackdown will last through the end of March 2027.", "2027-03-31"),
        ("MIIT extended the clean-up to March 31, 2027.", "2027-03-31"),
        (
            "The nationwide clean-up starts immediately and will be carried out until March 31, 2027.",
            "2027-03-31",
        ),
        (
            "The special operation, from December 1, 2026 to March 31, 2027, targets illegal lines.",
            "2027-03-31",
        ),
        ("The inspection drive is set to end on March 31, 2027.", "2027-03-31"),
        ("The notice is in effect until March 31, 2027.", "2027-03-31"),
        ("自本通知印发之日起至2027年3月31日，集中开展打击整治。", "2027-03-31"),
        ("自2027年3月1日起，开展为期三个月的专项整治行动。", "2027-05-31"),
        ("清理規範工作期限到2027年3月31日。", "2027-03-31"),
        ("集中整治时间为2026年12月至2027年3月。", "2027-03-31"),
        ("专项检查时间为2027年1月至3月。", "2027-03-31"),
        ("专项行动从11月持续到年底。", "2026-12-31"),
        ("The sweep is to wrap up by March 31, 2027.", "2027-03-31"),
    ],
)
def test_the_end_of_a_campaign_is_found(text, day):
    assert found(text) == [("campaign-end", day)]


@pytest.mark.parametrize(
    "text",
    [
        "逾期未完成整改的，将依法处置。",
        "自公告之日起7个工作日内提出意见。",
        "工业和信息化部\n2026年11月20日",
        "2026年11月20日",
        "联系电话：010-66022603",
        "截至2026年10月底，全国共有1926家外资企业获准经营。",
        "2026年1月至10月，电信业务收入累计完成1.2万亿元。",
        "会议于2026年12月3日在北京召开。",
        "展会将于12月1日至5日在广州举行。",
        "到2030年底，基本建成安全可靠的网络体系。",
        "力争在2027年底前完成改造。",
        "根据《网络安全法》（2017年6月1日起施行），制定本办法。",
        "2026年11月20日，工业和信息化部发布通知。",
        "The company said on Nov. 24, 2026 that sales rose.",
        "The ministry issued the notice on January 22, 2027.",
        "He was arrested on March 1, 2027.",
        "记者11月24日获悉，工信部近日印发通知。",
        "IP地址 2026.12.24.1 已封禁",
        "版本 2026.12.24 已发布",
        "2026年12月24日前后有大雪。",
        "2026年12月24日前任局长离任。",
        "该公司成立于2015年3月1日。",
        "有效期至2031年12月31日。",
        "The exhibition runs from December 1 to December 5, 2026.",
        "2017年1月22日",
        "首席执行官2026年12月24日执行离任手续",
        "请于近期反馈。",
        "投标文件递交截止时间为2026年12月24日。",
        "供应商应于2026年12月24日前提交响应文件。",
        "Bids must be submitted by December 24, 2026.",
        "The permit is valid until March 31, 2031.",
        "The licence runs until March 31, 2031.",
        "上月底，该公司提交了申请。",
        "本月15日，部长会见了来访代表团。",
        "2026年12月至2027年3月，气温偏低。",
        "2026年2月30日前反馈",
        "请于2026年13月1日前反馈",
        "",
    ],
)
def test_other_dates_are_none_of_these(text):
    assert found(text) == []


def test_the_notice_of_2017_runs_until_the_end_of_march_2018():
    sentence = "我部决定自即日起至2018年3月31日，在全国范围内对互联网网络接入服务市场开展清理规范工作。"
    text = f"{sentence}特此通知。\n2017年1月17日"
    (fact,) = dates(text, published=date(2017, 1, 22), issued=date(2017, 1, 17))
    assert (fact.kind, fact.date, fact.sentence) == ("campaign-end", date(2018, 3, 31), sentence)


def test_the_sentence_is_verbatim_in_any_script():
    text = "主旨如下。請於２０２６年１２月２４日前反饋；逾期不候。"
    (fact,) = dates(text, published=TODAY)
    assert fact.sentence == "請於２０２６年１２月２４日前反饋；"


def test_the_day_of_issue_counts_only_where_it_is_known():
    assert found("本通知自印发之日起施行。", issued=None) == []
    assert found("自发布之日起30日内反馈意见。", issued=None, own=False) == []
    assert found("自发布之日起30日内反馈意见。", issued=None) == [("deadline", "2026-12-24")]
    assert found("本通知自印发之日起施行。", issued=date(2026, 11, 20)) == [("effective", "2026-11-20")]


def test_a_moment_of_publication_or_issue_counts_as_its_day():
    moment = datetime(2026, 11, 24, 23, 59, tzinfo=UTC)
    text = "本办法自发布之日起施行，请于12月24日前反馈。"
    assert (
        found(text, moment, moment)
        == found(text)
        == [("deadline", "2026-12-24"), ("effective", "2026-11-24")]
    )


def test_a_day_without_a_year_needs_the_publication():
    assert found("请于12月24日前反馈", published=None) == []
    assert found("请于1月10日前反馈", published=date(2026, 12, 20)) == [("deadline", "2027-01-10")]
    assert found("comments by January 10", published=date(2026, 12, 20)) == [("deadline", "2027-01-10")]


def test_what_had_passed_long_before_belongs_to_another_document():
    assert found("违反2017年6月1日起施行的《网络安全法》") == []
    text = "清理规范工作原定至2018年3月31日结束，现延长至2027年3月31日。"
    assert found(text) == [("campaign-end", "2027-03-31")]


def test_one_sentence_may_set_several_dates():
    text = "本办法自2027年3月1日起施行，请各单位于2027年1月15日前完成自查；专项行动至2027年6月30日结束。"
    assert sorted(found(text)) == [
        ("campaign-end", "2027-06-30"),
        ("deadline", "2027-01-15"),
        ("effective", "2027-03-01"),
    ]


def test_a_date_told_twice_is_one_fact_with_its_first_sentence():
    facts = dates("新规2027年3月1日起施行。据悉，新规自2027年3月1日起施行。", published=TODAY)
    assert [fact.sentence for fact in facts] == ["新规2027年3月1日起施行。"]


def test_sentences_end_where_sentences_end():
    text = "On Dec. 24, No. 5 came. 他说：“好。”\n反馈时间：\n12月24日 End"
    assert list(sentences(text)) == ["On Dec. 24, No. 5 came.", "他说：“好。”", "反馈时间：\n12月24日 End"]


@given(st.text("请于年月日前反馈自起施行至202612240。；\n，.\ue100\ue0ff一二十 byuntil", max_size=120))
def test_no_text_raises_and_every_sentence_is_verbatim(text):
    for fact in dates(text, published=TODAY, issued=TODAY):
        assert fact.sentence in text


@given(st.dates(date(2027, 1, 1), date(2049, 12, 31)))
def test_any_day_is_read_back(day):
    assert found(f"请于{day.year}年{day.month}月{day.day}日前反馈") == [("deadline", day.isoformat())]
    assert found(f"comments by {day:%B} {day.day}, {day.year}") == [("deadline", day.isoformat())]
    assert found(f"自{day.isoformat()}起施行") == [("effective", day.isoformat())]
