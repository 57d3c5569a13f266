"""Files of an article: each once, by the name the page shows, with an absolute address."""

from __future__ import annotations

from bs4 import BeautifulSoup

from crawlers.article import Attachment
from crawlers.parse.attachments import attachments

PAGE = "https://www.miit.gov.cn/zwgk/art/2026/art_1.html"


def found(html: str) -> list[Attachment]:
    return list(attachments([BeautifulSoup(html, "lxml")], PAGE))


def test_a_link_and_a_viewer_of_one_file_are_one_attachment_under_the_links_name() -> None:
    viewer = '<iframe src="/pdfjs/viewer.html?file=/cms_files/a.pdf" fileurl="/cms_files/a.pdf"></iframe>'
    link = '<a href="/cms_files/a.pdf">1.名单.pdf</a>'
    wanted = [Attachment("1.名单.pdf", "https://www.miit.gov.cn/cms_files/a.pdf")]
    assert found(viewer + link) == found(link + viewer) == wanted


def test_a_viewer_without_fileurl_is_read_by_its_query() -> None:
    assert found('<iframe src="/v.html?file=%2Fcms_files%2Fb.ofd"></iframe>') == [
        Attachment("b.ofd", "https://www.miit.gov.cn/cms_files/b.ofd")
    ]


def test_a_download_address_is_named_by_its_parameter_where_the_page_does_not() -> None:
    html = '<a href="/cms/pub/interact/downloadfile.jsp?filepath=x&fText=清单.docx"><img src="i.png"></a>'
    assert [file.name for file in found(html)] == ["清单.docx"]


def test_pages_pictures_and_other_schemes_are_no_attachments() -> None:
    html = '<a href="/b.html">b</a><a href="/a.png">p</a><a href="file:///c.pdf">c</a><a href="javascript:d.pdf">d</a><a href="http://[/e.pdf">e</a>'
    assert found(html) == []
