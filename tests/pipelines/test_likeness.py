"""How alike texts are: copies, quotations, series and strangers must stay apart."""

from __future__ import annotations

from hypothesis import given
from hypothesis import strategies as st

from pipelines.likeness import alike, fingerprints, same_heading, skeleton, within

TEXT = (
    "为查处违法违规行为，我部决定自即日起在全国范围内对接入服务市场开展清理规范工作。"
    "未经主管部门批准，不得自建或者租用专线开展跨境经营活动，国际专线只供企业办公自用。"
)
OTHER = "经组织专家评审，现将智能制造试点示范项目名单予以公布，请有关地区做好指导和服务，及时总结推广经验。"


def test_a_copy_differs_by_dress_only():
    assert alike(TEXT, TEXT.replace("，", ", ").replace("。", "。\n")) == 1.0
    assert alike(TEXT, f"发布时间：2017年1月22日\n{TEXT}") > 0.8


def test_script_makes_no_difference():
    assert skeleton("關於清理規範") == skeleton("关于 清理，规范")


def test_a_report_that_quotes_stands_within():
    report = (
        "记者获悉，工信部明确，未经主管部门批准，不得自建或者租用专线开展跨境经营活动。业内认为影响有限。"
    )
    assert within(report, TEXT) > 0.3
    assert within(OTHER, TEXT) < 0.1


def test_headlines_are_compared_by_words_and_characters():
    assert (
        same_heading(
            "China orders clean-up of VPN services", "China orders clean-up of VPN services, media say"
        )
        > 0.6
    )
    assert same_heading("工信部清理规范接入服务市场", "工信部：清理规范接入服务市场") > 0.6
    assert (
        same_heading("China orders clean-up of VPN services", "China orders inspection of steel mills") < 0.6
    )
    assert same_heading("VPN", "VPN") == 0.0
    assert same_heading("工信部通报22款侵害用户权益的APP", "工信部通报49款侵害用户权益的APP") == 0.0
    assert same_heading("", "") == 0.0


def test_titles_with_enough_in_common_share_a_fingerprint():
    one, other = "清理规范互联网网络接入服务市场", "工信部整治清理规范互联网网络接入"
    assert set(fingerprints(one)) & set(fingerprints(other))
    assert not set(fingerprints(one)) & set(fingerprints("公布智能制造试点示范项目名单"))


def test_empty_texts_are_like_nothing():
    assert alike("", "") == within("", TEXT) == alike(TEXT, "") == 0.0
    assert fingerprints("短") == ()


@given(st.text(max_size=80), st.text(max_size=80))
def test_likeness_is_a_share_and_symmetric(one, other):
    assert 0.0 <= alike(one, other) <= 1.0
    assert alike(one, other) == alike(other, one)
    assert 0.0 <= same_heading(one, other) <= 1.0


@given(
    st.text("清理规范互联网接入服务市场电信业务", min_size=8, max_size=12),
    st.text("甲乙丙", max_size=6),
    st.text("丁戊己", max_size=6),
)
def test_eight_characters_in_common_are_always_found(common, before, after):
    assert set(fingerprints(before + common)) & set(fingerprints(common + after))
