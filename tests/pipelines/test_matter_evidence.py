"""What speaks for two texts belonging together."""

from __future__ import annotations

from crawlers.article import Article
from pipelines.facts import facts
from pipelines.matter_evidence import brings_new_date, mentions, same_subject, same_text

BULLETIN = (
    "依据法律法规，我部组织第三方机构对移动应用进行检查，书面要求存在问题的企业整改。"
    "截至{}，尚有{}款应用未完成整改，上述应用应在{}前落实整改，逾期将依法处置。附件为名单。"
)


def said(text, title="题目"):
    article = Article(source="s", key="k", url="https://example.org/k", title=title, text=text)
    return {mention.name: mention for mention in mentions(article, facts(article))}


def test_a_law_that_is_applied_is_a_basis_and_a_notice_that_is_reported_is_not():
    found = said(
        "警方依据《电信条例》处罚。工信部印发《关于清理规范市场的通知》，《网络安全法》第二十一条规定。"
    )
    assert found["电信条例"].basis
    assert found["网络安全法"].basis
    assert not found["关于清理规范市场的通知"].basis


def test_the_number_behind_a_title_shares_its_place():
    found = said("根据《关于清理规范市场的通知》（工信部信管函〔2017〕32号）处理。")
    assert found["工信部信管函〔2017〕32号"].basis
    assert found["工信部信管函〔2017〕32号"].number


def test_what_the_headline_names_is_marked():
    assert said("正文", "《关于清理规范市场的通知》发布")["关于清理规范市场的通知"].headline
    assert not said("《关于清理规范市场的通知》发布")["关于清理规范市场的通知"].headline


def test_the_same_text_with_other_numbers_is_another_text():
    january, february = BULLETIN.format("1月20日", 15, "1月27日"), BULLETIN.format("2月22日", 38, "2月28日")
    assert same_text(january, january)
    assert same_text(january, f"发布时间：\n{january}", strict=True)
    assert not same_text(january, february)


def test_short_texts_are_the_same_only_if_equal_and_titled_alike():
    assert same_text("详见附件。", "详见附件")
    assert not same_text("详见附件。", "详见附件", strict=True)
    assert not same_text("详见附件。", "见附件")


def test_a_quotation_is_not_a_copy():
    january = BULLETIN.format("1月20日", 15, "1月27日")
    assert not same_text(january[:80], january + "其他内容各不相同，另有安排，请遵照执行，不得有误。" * 12)


def test_subjects_are_the_same_whatever_the_paper():
    assert same_subject(
        "工业和信息化部有关负责人就清理规范接入服务市场答记者问", "关于清理规范接入服务市场的通知"
    )
    assert not same_subject("关于公布智能制造示范名单的通知", "关于清理规范接入服务市场的通知")
    assert not same_subject("通知", "通知")


def test_a_date_that_the_matter_knows_is_not_new():
    article = Article(source="s", key="k", url="u", title="t", text="专项行动持续到2018年3月31日。")
    known = facts(article)
    assert not brings_new_date(known, ["date:2018-03-31|MIIT|vpn|0"])
    assert brings_new_date(known, ["date:2019-03-31|MIIT|vpn|0"])
    assert not brings_new_date(facts(Article(source="s", key="k", url="u", title="t", text="")), [])
