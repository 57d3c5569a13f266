"""Authorities by name and code."""

from __future__ import annotations

import pytest

from pipelines import authorities


@pytest.mark.parametrize(
    ("name", "code"),
    [
        ("工信部", "MIIT"),
        ("中华人民共和国工业和信息化部", "MIIT"),
        ("MIIT", "MIIT"),
        ("国家发改委", "NDRC"),
        ("中央网信办", "CAC"),
        ("某某公司", ""),
        ("", ""),
    ],
)
def test_a_name_leads_to_its_code(name, code):
    assert authorities.code_of(name) == code


def test_an_english_text_names_them_as_words():
    assert authorities.named("China's MIIT and the Cyberspace Administration of China said") == (
        "MIIT",
        "CAC",
    )
    assert authorities.named("a cactus of 30 mps, cac 40 index") == ()


def test_a_longer_name_is_not_taken_for_the_shorter_one_within():
    assert authorities.named("国务院新闻办公室举行发布会") == ("SCIO",)


def test_a_title_begins_with_its_issuers():
    assert authorities.heading("工业和信息化部 公安部 国家网信办关于某事的通知") == (
        "工业和信息化部",
        "公安部",
        "国家互联网信息办公室",
    )
    assert authorities.heading("北京市通信管理局关于某事的通知") == ("北京市通信管理局",)
    assert authorities.heading("关于某事的通知") == ()


def test_a_head_of_nothing_but_authorities_is_told_from_other_words():
    assert authorities.only("工业和信息化部、公安部")
    assert authorities.only("工信部等八部门")
    assert authorities.only("")
    assert not authorities.only("请报送")
