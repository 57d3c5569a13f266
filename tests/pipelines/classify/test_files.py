"""Rules read the text of a file as they read a text: what fires there is quoted from there, by name."""

from __future__ import annotations

from crawlers.article import Attachment
from pipelines.classify import load_rules

RULES = load_rules(["builtin"])
TITLE = "关于印发工作方案的通知"
SENTENCE = "未经电信主管部门批准，不得自行建立或者租用虚拟专用网络（VPN）开展跨境经营活动。"


def file(name, text):
    return Attachment(name, f"https://www.miit.gov.cn/{name}", "read", text=text)


def judge(text, *files):
    return RULES.judge(TITLE, text, tier="regulator", lang="zh-Hans", attachments=files)


def test_what_fires_in_a_file_alone_is_quoted_from_it_and_names_it():
    attached = file("附件1.pdf", f"一、总则。\n{SENTENCE}")
    assert not judge("详见附件。").matched
    verdict = judge("详见附件。", file("附件0.pdf", "汛期通信保障。"), attached)
    assert verdict.matched
    assert {one.attachment for one in verdict.evidence if one.field == "attachment"} == {attached.url}
    for one in verdict.evidence:
        assert one.field != "text"
        if one.field == "attachment":
            assert attached.text[one.start : one.end] == one.quote
    assert "in “附件1.pdf”" in verdict.told[0].why
    assert verdict.near is None


def test_a_rule_that_fires_on_both_is_one_match_with_the_evidence_of_both():
    verdict = judge(SENTENCE, file("附件1.pdf", SENTENCE))
    alone = judge(SENTENCE)
    assert {match.rule for match in verdict.matches} == {match.rule for match in alone.matches}
    first = verdict.told[0]
    assert {one.field for one in first.evidence} >= {"text", "attachment"}
    fields = [one.field for one in verdict.evidence]
    assert fields == sorted(fields, key=["title", "text", "attachment"].index)
    assert verdict.score >= alone.score


def test_words_that_stand_in_different_files_are_not_put_together():
    apart = judge("详见附件。", file("1.pdf", "未经电信主管部门批准"), file("2.pdf", "跨境经营活动"))
    assert not apart.matched


def test_files_without_text_change_nothing():
    unread = Attachment("扫描.pdf", "https://www.miit.gov.cn/s.pdf", "unread", "scan")
    assert judge(SENTENCE, unread) == judge(SENTENCE)
