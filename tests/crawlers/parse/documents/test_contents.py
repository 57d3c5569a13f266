"""Files that others' programs made give their text; what cannot be read is named for what it is."""

from __future__ import annotations

from contextlib import suppress

import pytest

from crawlers.parse.documents.contents import contents
from crawlers.parse.documents.lines import paragraphs
from crawlers.parse.documents.outcome import Unread
from tests.support.papers import SENTENCE, docx, ofd, packed, packed_as, paper


def unread(data, name=""):
    with pytest.raises(Unread) as raised:
        contents(data, name)
    return raised.value


@pytest.mark.parametrize("name", ["notice.pdf", "notice.docx", "notice.doc", "notice.rtf", "notice.ofd"])
def test_a_notice_is_read_whole_and_a_broken_line_is_made_one(name):
    found = contents(paper(name), name)
    assert found.kind == name.rpartition(".")[2]
    assert SENTENCE in found.text
    assert found.text.endswith("四、本方案自印发之日起执行。")
    assert "跨境专线已登记" in found.text
    assert found.missing == ""


@pytest.mark.parametrize("name", ["table.xls", "table.xlsx"])
def test_a_table_is_read_a_row_a_line(name):
    assert contents(paper(name)).text.splitlines()[1] == "1 甲应用 因提供翻墙软件下架"


def test_a_file_is_what_its_bytes_say_whatever_it_is_called():
    assert contents(paper("notice.doc"), "附件.wps").kind == "doc"
    assert contents(paper("notice.rtf"), "附件.doc").kind == "rtf"
    assert contents(paper("table.xls"), "名单.et").kind == "xls"
    assert contents("甲应用,下架".encode("gb18030"), "名单.csv").text == "甲应用,下架"


@pytest.mark.parametrize(
    ("data", "name", "code"),
    [
        (paper("locked.pdf"), "a.pdf", "encrypted"),
        (paper("locked.docx"), "a.docx", "encrypted"),
        (paper("scan.pdf"), "a.pdf", "scan"),
        (ofd([], picture=True), "a.ofd", "scan"),
        (b"\xff\xd8\xff\xe0JFIF", "a.jpg", "scan"),
        (docx("<w:p/>", **{"word/media/image1.png": b"x"}), "a.docx", "scan"),
        (paper("notice.pdf")[:900], "a.pdf", "corrupt"),
        (paper("notice.docx")[:900], "a.docx", "corrupt"),
        (paper("notice.doc")[:2000], "a.doc", "corrupt"),
        (b"Rar!\x1a\x07\x00rest", "a.rar", "unknown-type"),
        (b"\x00\x01\x02\x03" * 50, "a.bin", "unknown-type"),
        (b"<!DOCTYPE html><html><body>404</body></html>", "a.pdf", "not-a-file"),
        (b"", "a.pdf", "empty"),
        (docx("<w:p/>"), "a.docx", "empty"),
        (packed(), "a.zip", "empty"),
    ],
)
def test_what_cannot_be_read_is_named(data, name, code):
    assert unread(data, name).code == code


def test_an_archive_s_files_are_read_each_and_what_is_missing_is_named():
    found = contents(packed(a__docx=paper("notice.docx"), b__pdf=paper("scan.pdf"), __MACOSX=b""), "附件.zip")
    assert found.kind == "zip"
    assert found.text.startswith("a.docx\n附件1")
    assert SENTENCE in found.text
    assert found.missing == "b.pdf (scan)"
    assert unread(packed(b__pdf=paper("scan.pdf"))).code == "scan"


def test_a_chinese_name_in_an_archive_of_a_chinese_windows_is_told_right():
    data = packed(xxxx1__docx=paper("notice.docx")).replace(b"xxxx1.docx", "附件1.docx".encode("gbk"))
    assert contents(data).text.splitlines()[0] == "附件1.docx"
    assert contents(data).text.splitlines()[1].startswith("附件1 测试市")


def test_bombs_end_at_the_limit():
    zeros = b"\x00" * 40_000_000
    assert unread(packed(a__txt=zeros)).code == "too-large"
    deep = packed(a__docx=paper("notice.docx"))
    assert contents(packed(a__zip=deep)).text.splitlines()[0] == "a.zip"
    for _ in range(3):
        deep = packed(a__zip=deep)
    assert unread(deep).code == "too-large"
    swelling = docx("<w:p/>", **{"word/footnotes.xml": b"<a>" + b" " * 40_000_000 + b"</a>"})
    assert unread(swelling).code == "too-large"
    many = packed_as({f"{number}.txt": b"x" for number in range(60)})
    assert "(too-many)" in contents(many).missing


def test_entities_are_refused():
    lol = b'<!DOCTYPE l [<!ENTITY a "aaaa"><!ENTITY b "&a;&a;&a;">]><w:document><w:p>&b;</w:p></w:document>'
    assert unread(packed_as({"word/document.xml": lol})).code == "corrupt"


def test_of_a_docx_what_was_deleted_is_not_text_and_a_box_is_read_once():
    box = "<w:txbxContent><w:p><w:r><w:t>框内</w:t></w:r></w:p></w:txbxContent>"
    body = (
        "<w:p><w:r><w:t>保留</w:t></w:r><w:del><w:r><w:t>删去</w:t></w:r></w:del>"
        "<w:r><w:tab/><w:t>一行</w:t></w:r></w:p>"
        f"<w:p><w:AlternateContent><w:Choice>{box}</w:Choice><w:Fallback>{box}</w:Fallback></w:AlternateContent></w:p>"
    )
    assert contents(docx(body)).text == "保留\t一行\n框内"


def test_an_ofd_of_one_object_a_character_is_read_in_lines():
    lines = ["各接入服务企业不得租用虚拟专", "用网络开展跨境经营活动。", "二、另行通知。"]
    assert contents(ofd(lines)).text == "各接入服务企业不得租用虚拟专用网络开展跨境经营活动。\n二、另行通知。"


def test_lines_of_a_page_are_joined_where_they_were_full_only():
    page = ["关于测试的通知", "各有关单位应当按照本通知的要求开展自查自", "纠。", "一、总体要求", "- 2 -"]
    assert paragraphs([page]).split("\n") == [
        "关于测试的通知",
        "各有关单位应当按照本通知的要求开展自查自纠。",
        "一、总体要求",
    ]
    assert paragraphs([["the licence of the oper-", "ator is not revoked by the", "rule"]]).count("\n") <= 1


@pytest.mark.parametrize(
    "name", ["notice.doc", "notice.pdf", "notice.docx", "table.xls", "notice.ofd", "notice.rtf"]
)
def test_a_damaged_file_is_unread_or_read_and_never_an_error_of_ours(name):
    data = bytearray(paper(name))
    for at in range(7, len(data), max(len(data) // 40, 1)):
        hurt = bytes(data[:at]) + b"\xff\xff\x00" + bytes(data[at + 3 :])
        with suppress(Unread):
            contents(hurt, name)
