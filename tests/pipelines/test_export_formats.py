"""xlsx, feeds, calendar and report: each read back by a program that is not ours."""

from __future__ import annotations

import csv
import io
from datetime import UTC, date, datetime
from html.parser import HTMLParser
from zoneinfo import ZoneInfo

import feedparser
import openpyxl
import pytest
import vobject
from hypothesis import given, settings
from hypothesis import strategies as st
from lxml import etree

from pipelines.export import COLUMNS, records, write
from tests.pipelines.test_export import row

BEIJING = ZoneInfo("Asia/Shanghai")
NOW = datetime(2017, 1, 25, 12, tzinfo=UTC)
HOSTILE = "=cmd|'/C calc'!A0 <!channel> <script>alert(1)</script> \ud800 \x00\x0b & ]]> 清理VPN"
TEXTS = st.text(max_size=40) | st.sampled_from([HOSTILE, "", " ", "\ud800", "﷐", "a\r\nb"])


def written(kind, *rows_, raw=False, per="article", zone=BEIJING):
    stream = io.BytesIO()
    found = list(records(rows_, zone, lambda text, _: text[:300], per=per))
    return stream, write(found, stream, kind, raw=raw, now=NOW)


def sheet(stream):
    stream.seek(0)
    return list(openpyxl.load_workbook(stream).active.iter_rows(values_only=True))


def test_xlsx_says_what_the_raw_csv_says():
    rows_ = [row(), row(id="a2", title="=1+1", doc_no="", score=0.5, deliveries=[], disposition="baseline")]
    stream, count = written("xlsx", *rows_)
    header, *found = sheet(stream)
    plain, _ = written("csv", *rows_, raw=True)
    lines = list(csv.reader(io.StringIO(plain.getvalue().decode("utf-8-sig"), newline="")))
    assert count == 2
    assert list(header) == list(COLUMNS) == lines[0]
    assert [["" if value is None else str(value) for value in line] for line in found] == lines[1:]


def test_nothing_in_xlsx_is_a_formula_or_a_link():
    stream, _ = written("xlsx", row(title=HOSTILE, url="https://x.example/\n=1", source="=2+2"))
    stream.seek(0)
    cells = [cell for line in openpyxl.load_workbook(stream).active.iter_rows(min_row=2) for cell in line]
    assert not [cell for cell in cells if cell.data_type == "f" or cell.hyperlink]
    assert "清理VPN" in next(cell.value for cell in cells if cell.column == COLUMNS.index("title") + 1)


def test_a_text_beyond_a_cell_is_cut_and_says_so():
    stream, _ = written("xlsx", row(title="长" * 40_000))
    title = sheet(stream)[1][COLUMNS.index("title")]
    assert len(title) == 32_767
    assert title.endswith("…")


@settings(max_examples=60)
@given(title=TEXTS, why=TEXTS, text=TEXTS)
@pytest.mark.parametrize("kind", ["xlsx", "rss", "atom", "ics", "html"])
def test_whatever_the_text_the_file_opens(kind, title, why, text):
    stream, count = written(
        kind, row(title=title, text=text, matches=[], source=why, url=f"https://x.example/{title}")
    )
    body = stream.getvalue()
    assert count == 1
    if kind == "xlsx":
        assert len(sheet(stream)) == 2
    elif kind in {"rss", "atom"}:
        etree.fromstring(body)
        parsed = feedparser.parse(io.BytesIO(body))
        assert not parsed.bozo
        assert len(parsed.entries) == 1
    elif kind == "ics":
        vobject.readOne(body.decode())
    else:
        assert "<script" not in body.decode().lower()


@pytest.mark.parametrize(("kind", "version"), [("rss", "rss20"), ("atom", "atom10")])
def test_a_feed_holds_the_newest_first_with_what_a_reader_needs(kind, version):
    many = [row(id=f"a{n:03}", title=f"第{n}号 <b>&</b>", first_seen=datetime(2017, 1, 1 + n % 28, n % 24, tzinfo=UTC)) for n in range(130)]  # fmt: skip
    stream, count = written(kind, *many)
    parsed = feedparser.parse(io.BytesIO(stream.getvalue()))
    assert (parsed.version, parsed.bozo, count, len(parsed.entries)) == (version, False, 100, 100)
    times = [entry.published_parsed for entry in parsed.entries]
    assert times == sorted(times, reverse=True)
    first = parsed.entries[0]
    assert first.id.startswith("urn:gatewatch:a")
    assert first.link == "https://www.miit.gov.cn/32.html"
    assert len({entry.id for entry in parsed.entries}) == 100
    assert {tag.term for tag in first.tags} == {"vpn-crackdown", "cross-border-lines"}


def test_a_link_that_is_none_of_the_web_is_none_in_a_feed_or_report():
    for kind in ("rss", "atom", "html"):
        stream, _ = written(kind, row(url="javascript:alert(1)"))
        assert b"javascript:" not in stream.getvalue()


def test_dates_are_all_day_events_once_a_matter_and_keep_their_id():
    copy = row(id="a2", source="govcn")
    stream, count = written("ics", row(), copy, row(id="a3", matter="m2", dates=[]))
    calendar = vobject.readOne(stream.getvalue().decode())
    [event] = calendar.vevent_list
    assert count == 1
    assert event.dtstart.value == date(2018, 3, 31)
    assert event.dtend.value == date(2018, 4, 1)
    assert event.summary.value.startswith("Campaign ends: 工信部信管函〔2017〕32号")
    assert "至2018年3月31日" in event.description.value
    again = vobject.readOne(written("ics", copy)[0].getvalue().decode())
    assert again.vevent.uid.value == event.uid.value
    assert max(map(len, stream.getvalue().splitlines())) <= 75


class Shown(HTMLParser):
    def __init__(self):
        super().__init__()
        self.tags, self.words, self.links = [], [], []

    def handle_starttag(self, tag, attrs):
        self.tags.append(tag)
        self.links += [value for name, value in attrs if name in {"href", "src"}]

    def handle_data(self, data):
        self.words.append(data)


def test_the_report_is_one_page_that_loads_nothing_and_groups_by_matter():
    stream, count = written(
        "html", row(), row(id="a2", title=HOSTILE), row(id="a3", matter="m2", title="另一事项")
    )
    page = Shown()
    page.feed(stream.getvalue().decode())
    text = " ".join(page.words)
    assert count == 3
    assert page.tags.count("section") == 2
    assert "3 articles in 2 matters" in text
    assert "2018-03-31" in text
    assert "Campaign ends" in text
    assert not {"script", "link", "img", "iframe"} & set(page.tags)
    assert set(page.links) == {"https://www.miit.gov.cn/32.html"}
    assert "<script>alert(1)</script>" in text  # as words


def test_nothing_matched_is_a_whole_file_too():
    for kind in ("xlsx", "rss", "atom", "ics", "html"):
        stream, count = written(kind)
        assert count == 0
        assert stream.getvalue()
    assert "Nothing matched" in written("html")[0].getvalue().decode()
