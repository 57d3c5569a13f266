"""Document numbers: found in any dress, in one form, and never where there is none."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from pipelines.document_number import find, normalise, variants

THE_NOTICE = "工信部信管函〔2017〕32号"


@pytest.mark.parametrize(
    "text",
    [
        "工信部信管函〔2017〕32号",
        "工信部信管函[2017]32号",
        "工信部信管函［2017］32号",
        "工信部信管函【2017】32号",
        "工信部信管函（2017）32号",
        "工信部信管函(2017)32号",
        "工信部信管函﹝2017﹞32号",
        "工信部信管函〖2017〗32号",
        "工信部信管函〔２０１７〕３２号",
        "工信部信管函〔二〇一七〕32号",
        "工信部信管函〔二○一七年〕第32号",
        "工信部信管函〔17〕32号",
        "工信部信管函〔2017年〕32号",
        "工信部信管函〔2017〕第32号",
        "工信部信管函〔2017〕0032号",
        "工信部信管函 〔2017〕 32 号",
        "工信部信管函\u3000〔2017〕\xa032号",
        "工 信 部 信 管 函〔2017〕32 号",
        "工信部信管函〔2017)32号",
        "工信部信管函2017年第32号",
        "工信部信管函〔2017〕32",
        "工信部信管函〔2017〕32號",
        "（工信部信管函〔2017〕32号）",
        " 工信部信管函〔2017〕32号。",
    ],
)
def test_any_bracket_year_width_and_blank_comes_to_one_form(text):
    assert normalise(text) == THE_NOTICE


@pytest.mark.parametrize(
    "text",
    [
        "根据工信部信管函〔2017〕32号要求，各单位",
        "按照《关于清理规范接入服务市场的通知》（工信部信管函[2017]32号）有关部署",
        "工业和信息化部工信部信管函〔2017〕32号",
        "各有关单位 工信部信管函（2017）32号",
        "现将工信部印发的工信部信管函〔2017〕32号文转发",
        "落实工信部信管函〔2017〕32号、做好检查",
        "文号：工信部信管函〔2017〕32号",
        "記者獲得工信部信管函〔2017〕32號文件",
    ],
)
def test_the_words_before_a_number_do_not_become_part_of_it(text):
    assert [one.canonical for one in find(text)] == [THE_NOTICE]


@pytest.mark.parametrize(
    ("text", "canonical"),
    [
        ("工信厅信管函〔2018〕161号", "工信厅信管函〔2018〕161号"),
        ("国发〔2012〕23 号", "国发〔2012〕23号"),
        ("国办发明电〔2020〕1号", "国办发明电〔2020〕1号"),
        ("沪通信管业字〔2017〕12号", "沪通信管业字〔2017〕12号"),
        ("京通管发（2020）第5号", "京通管发〔2020〕5号"),
        ("工信部联通信〔2023〕5号", "工信部联通信〔2023〕5号"),
        ("发改数据〔2020〕1922号", "发改数据〔2020〕1922号"),
        ("財會〔2024〕6號", "财会〔2024〕6号"),
        ("法释〔2011〕19号", "法释〔2011〕19号"),
    ],
)
def test_numbers_of_other_authorities_are_read_too(text, canonical):
    assert normalise(text) == canonical


@pytest.mark.parametrize(
    ("text", "canonical"),
    [
        ("工业和信息化部公告2026年第5号", "工业和信息化部公告2026年第5号"),
        ("中华人民共和国工业和信息化部公告（2026年 第5号）", "工业和信息化部公告2026年第5号"),
        ("工信部公告 2026年 第 五 号".replace(" 五 ", "五"), "工业和信息化部公告2026年第5号"),
        ("工业和信息化部2026年第5号公告", "工业和信息化部公告2026年第5号"),
        ("工业和信息化部通告〔2024〕12号", "工业和信息化部通告2024年第12号"),
        ("中国人民银行公告〔2018〕第3号", "中国人民银行公告2018年第3号"),
        ("商务部、海关总署公告2025年第58号", "商务部公告2025年第58号"),
        ("商务部 海关总署公告2025年第58号", "商务部公告2025年第58号"),
        ("工业和信息化部令第68号", "工业和信息化部令第68号"),
        ("中华人民共和国工业和信息化部令 第 68 号", "工业和信息化部令第68号"),
        ("工信部令第六十八号", "工业和信息化部令第68号"),
        ("工业和信息化部第68号令", "工业和信息化部令第68号"),
        ("原信息產業部令第9號", "原信息产业部令第9号"),
        ("中华人民共和国国务院令（第147号）", "国务院令第147号"),
        ("国家发展改革委2024年第27号令", "国家发展改革委令2024年第27号"),
        ("中华人民共和国主席令第五十三号", "主席令第53号"),
        ("第六十九号主席令", "主席令第69号"),
        ("国家网信办、工信部、公安部令第15号", "国家互联网信息办公室令第15号"),
    ],
)
def test_announcements_and_orders_carry_their_issuer(text, canonical):
    found = [one.canonical for one in find(text)]
    assert [one.removeprefix("原") for one in found] == [canonical.removeprefix("原")]


@pytest.mark.parametrize(
    "text",
    [
        "住在幸福里小区第32号楼",
        "朝阳区建国路（2015）12号",
        "中山路[2017]32号商铺",
        "（2017）京0105刑初123号判决书",
        "京ICP备05054969号-1",
        "京公网安备11010202007111号",
        "增值电信业务经营许可证 B1.B2-20040001号",
        "电话（2017）1234567",
        "合同编号〔2017〕32号",
        "第32号文件",
        "今年第12号台风",
        "綦江2023年第1号洪水",
        "安理会第1701号决议",
        "公告2026年第5号",
        "本公告第5号附件",
        "令第68号",
        "司机收到命令第3号",
        "参考文献[2017] 32",
        "第14028号行政命令",
        "工信部信管函〔2117〕32号",
        "工信部信管函〔2017〕0号",
    ],
)
def test_other_numbers_are_no_document_numbers(text):
    assert find(text) == ()


def test_places_are_those_of_the_text_as_given():
    text = "根据《通知》（工信部信管函［２０１７］ ３２ 号）和国发〔2012〕23 号，"
    assert [text[one.start : one.end] for one in find(text)] == [
        "工信部信管函［２０１７］ ３２ 号",
        "国发〔2012〕23 号",
    ]


def test_a_text_with_more_than_a_number_is_not_normalised():
    assert normalise("工信部信管函〔2017〕32号和国发〔2012〕23号") == ""
    assert normalise("根据工信部信管函〔2017〕32号") == ""
    assert normalise("") == ""


def test_the_press_may_leave_out_the_ministry():
    assert "通信函〔2024〕107号" in variants("工信部通信函〔2024〕107号")
    assert "工信部通信函〔2024〕107号" in variants("通信函〔2024〕107号")
    assert variants("国发〔2012〕23号") == ("国发〔2012〕23号",)
    assert variants("工业和信息化部令第68号") == ("工业和信息化部令第68号",)


@given(
    st.sampled_from(["工信部信管函", "国办发", "沪通信管业字", "工信厅信管函"]),
    st.sampled_from(["〔〕", "[]", "［］", "【】", "（）", "()", "﹝﹞"]),
    st.integers(1990, 2099),
    st.integers(1, 9999),
    st.sampled_from(["", " ", "\u3000"]),
)
def test_a_number_in_any_dress_is_found_and_its_form_is_stable(code, brackets, year, count, blank):
    canonical = f"{code}〔{year}〕{count}号"
    text = f"{code}{blank}{brackets[0]}{year}{brackets[1]}{blank}{count}{blank}号"
    assert normalise(text) == canonical
    assert normalise(canonical) == canonical


@given(st.text("工信部令公告第〔〕[]()年号0123456789二〇 、\n主席国务院", max_size=60))
def test_no_text_raises_and_every_find_lies_within_it(text):
    for one in find(text):
        assert 0 <= one.start < one.end <= len(text)
        assert normalise(one.canonical) == one.canonical
