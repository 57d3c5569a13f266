"""What is frozen keeps its structure and none of its sentences: every shipped source's page, frozen again."""

from __future__ import annotations

import json
import re
from datetime import UTC, datetime
from html import unescape

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from crawlers.errors import ConfigError
from crawlers.parse import labels
from gatewatch.frozen import data, markup
from gatewatch.frozen.filler import BYLINE, Filler
from gatewatch.frozen.folder import Page, _text, write
from tests.support.pages import CATALOGUE, FOLDERS, PAGES, meta

NOW = datetime(2026, 11, 24, 4, 0, tzinfo=UTC)
SOURCES = [name for name in FOLDERS if name in CATALOGUE]
# What may stay: labels, dates and numbers by their shape, ids and names of structure.
STAYS = {*labels.NAMES, *BYLINE, "右侧内容", "当前栏目", "分页列表", "内容区域"}
RUN = re.compile(r"[\u3400-\u9fff]{4,}|(?:[A-Za-z]{3,}[ ,]+){3}[A-Za-z]{3,}")
DATE = re.compile(r"[〇○零一二三四五六七八九十]{4,}")


def live(name):
    """The pages of a source as a survey would have brought them."""
    about = meta(PAGES / name)
    return [
        Page(file, (PAGES / name / file).read_bytes(), said["content_type"], said.get("url", ""), said.get("entry"))
        for file, said in about["files"].items()
    ]  # fmt: skip


def sentences(text):
    """The runs of words of a text, whatever escapes them."""
    for _ in range(2):
        text = unescape(text)
    return {run for run in RUN.findall(text) if run not in STAYS and not DATE.search(run)}


@pytest.mark.parametrize("name", SOURCES)
def test_a_source_frozen_again_reads_as_before_in_other_words(name, tmp_path):
    pages, source = live(name), CATALOGUE[name]
    golden = write(source, pages, tmp_path / name, NOW)
    before = json.loads((PAGES / name / "golden.json").read_text("utf-8"))
    said = {field: [entry.get(field) for entry in golden["entries"]] for field in ("published", "title")}
    kept = len(golden["entries"])
    assert kept >= min(8, len(before["entries"]))
    assert said["published"] == [entry.get("published") for entry in before["entries"]][:kept]
    assert len(set(said["title"])) == kept
    assert [len(title) for title in said["title"]] == [len(entry["title"]) for entry in before["entries"]][
        :kept
    ]
    assert ("article" in golden) == ("article" in before)
    if "article" in golden:
        for field in ("published", "text"):
            one, other = golden["article"][field], before["article"][field]
            assert (one["lines"] == other["lines"]) if field == "text" else (one == other), field
        assert [label for label, _ in golden["article"]["labels"]] == [
            label for label, _ in before["article"]["labels"]
        ]
        assert len(golden["article"]["attachments"]) == len(before["article"]["attachments"])
    about = json.loads((tmp_path / name / "meta.json").read_text("utf-8"))
    assert about | {"files": 0} == meta(PAGES / name) | {"fetched": "2026-11-24T04:00:00Z", "files": 0}
    for page in pages:
        found = _text(Page(page.file, (tmp_path / name / page.file).read_bytes(), page.content_type))[0]
        assert "\ufffd" not in found
        survived = sentences(_text(page)[0]) & sentences(found)
        assert not {run for run in survived if not re.search(rf"(?:querydata|id|class|unitid)=[^>]*{re.escape(run)}", found, re.IGNORECASE)}  # fmt: skip


def test_a_folder_that_is_there_is_never_overwritten(tmp_path):
    (tmp_path / "cena").mkdir()
    with pytest.raises(ConfigError, match="nothing is overwritten"):
        write(CATALOGUE["cena"], live("cena"), tmp_path / "cena", NOW)


# --- the filler ---------------------------------------------------------------------------------------
LETTERS = st.text(alphabet=st.characters(codec="utf-8"), max_size=60)


@given(LETTERS, LETTERS)
def test_a_beginning_becomes_a_beginning_and_the_length_stays(one, other):
    filler = Filler("a")
    whole, start = filler._replaced(one + other, 1)[0], filler._replaced(one, 1)[0]
    assert whole.startswith(start)
    assert len(whole) == len(one + other)


@given(LETTERS)
def test_no_letter_stays_what_it_was(text):
    new = Filler("a")._replaced(text, 7)[0]
    assert len(new) == len(text)
    assert not [(a, b) for a, b in zip(text, new, strict=True) if a.isalnum() and a == b]


@pytest.mark.parametrize(
    "text",
    ["2026年11月24日", "2026-11-24 08:30:00", "2026-11-24T08:30:00+08:00", "Tue, 24 Nov 2026 08:30:00 +0800", "Nov 24, 2026",
     "二〇二六年十一月二十四日", "函〔2026〕123号", "发文机关：", "来源：", "成文日期"],
)  # fmt: skip
def test_dates_numbers_of_documents_and_labels_stay(text):
    assert Filler("a").text(text) == text


def test_a_number_of_a_document_keeps_its_shape_and_not_its_issuer():
    new = Filler("a").text("工信部联信管函〔2026〕123号")
    assert new.endswith("函〔2026〕123号")
    assert len(new) == len("工信部联信管函〔2026〕123号")
    assert "工信" not in new


def test_two_sources_are_filled_differently_and_one_always_alike():
    assert Filler("a").text("关于规范市场的通知") == Filler("a").text("关于规范市场的通知")
    assert Filler("a").text("关于规范市场的通知") != Filler("b").text("关于规范市场的通知")


def test_traditional_text_is_filled_in_traditional_script():
    new = Filler("a", "電信管理局公佈規範市場").text("電信管理局公佈規範市場" * 20)
    assert new.encode("big5")
    assert "來" in new or "雲" in new or "龍" in new or "黃" in new


@pytest.mark.parametrize(
    ("url", "same"),
    [
        ("https://www.miit.gov.cn/zwgk/art/2026/art_0123456789abcdef0123456789abcdef.html", True),
        ("./202604/t20260430_1405007_ext.html", True),
        ("https://example.org/a?id=12&page=2", True),
        ("https://example.org/2026/china-bans-all-vpn-services/", False),
        ("/%E5%B7%A5%E4%BF%A1%E9%83%A8/1.html", False),
        ("https://example.org/?q=%E5%B7%A5%E4%BF%A1", False),
        ("https://example.org/a#the-ministry-has-said-so", False),
    ],
)
def test_an_address_keeps_its_shape_and_no_words(url, same):
    new = Filler("a").url(url)
    assert (new == url) is same
    assert new.split("?")[0].count("/") == url.split("?")[0].count("/")


# --- markup: nothing of a sentence survives, wherever it stands -------------------------------------------
SENTENCE = "未经批准不得自行建立专线"
ENGLISH = "unauthorised services must close their doors"
PLACES = [
    "<p>{}</p>", "<p title='{}'>x</p>", '<img alt="{}">', "<meta name=description content='{}'>", "<title>{}</title>", "<!-- {} -->",
    "<script>var a = '{}';</script>", '<script type="application/ld+json">{{"headline": "{}"}}</script>', "<style>/* {} */</style>",
    "<noscript>{}</noscript>", "<svg><text>{}</text></svg>", "<![CDATA[{}]]>", "<![CDATA[<b>{}</b>]]>", "&lt;p&gt;{}&lt;/p&gt;",
    "&lt;p title=&quot;{}&quot;&gt;", "<a onclick=\"alert('{}')\">", "<p data-x='{}'>", "<p {}>", "<p style='content: \"{}\"'>", "<input value={}>",
    "<option label='{}'>", "<a href='/x?t={}'>", "<a href='javascript:say(\"{}\")'>", "<p unfinished title='{}", "<textarea>{}</textarea>",
    "<!DOCTYPE html [<!ENTITY a '{}'>]>", "<?php {} ?>", "<a href='data:text/html,{}'>", '<p title="&#34;{}">', "text {} < 3", "<img srcset='/a.jpg 1x, {}'>",
]  # fmt: skip


@pytest.mark.parametrize("place", PLACES)
@pytest.mark.parametrize("coded", ["plain", "numeric"])
def test_no_sentence_survives_wherever_it_stands(place, coded):
    for sentence in (SENTENCE, ENGLISH):
        shown = (
            sentence
            if coded == "plain"
            else "".join(f"&#{ord(letter)};" if letter.isalpha() else letter for letter in sentence)
        )
        new = markup.scrubbed(f"<div class='a'>{place.format(shown)}</div><b>1</b>", Filler("a"))
        for _ in range(3):
            new = unescape(new)
        assert sentence not in new
        parts = (
            [sentence[n : n + 4] for n in range(0, 8, 4)]
            if sentence is SENTENCE
            else ["unauthorised services", "close their doors"]
        )
        assert not [part for part in parts if part in new], new


@settings(max_examples=150, deadline=None)
@given(
    st.lists(
        st.one_of(st.sampled_from(PLACES), st.text(alphabet="<>/\"'=!-[]&;# a\u7684", max_size=8)), max_size=5
    )
)
def test_broken_markup_lets_no_sentence_through(parts):
    page = "".join(part.replace("{{", "{").replace("}}", "}").replace("{}", SENTENCE) for part in parts)
    new = markup.scrubbed(page, Filler("a"))
    for _ in range(3):
        new = unescape(new)
    assert SENTENCE not in new


def test_json_keeps_keys_numbers_ids_dates_and_no_sentence():
    value = {
        "code": "200", "success": True, "count": 38, "id": "ff8081819c230fa1", "pubtime": "2026-03-22 20:00:00", "url": "//www.cac.gov.cn/c_1.htm",
        "title": SENTENCE, "html": f"<li><a title='{SENTENCE}' href='/a.html'>{SENTENCE[:5]}…</a><span>2026-01-02</span></li>",
        "inner": json.dumps({"t": SENTENCE}), "list": [SENTENCE, None, 1.5],
    }  # fmt: skip
    new = data.scrubbed(value, Filler("a"))
    assert {key: new[key] for key in list(value)[:6]} == {key: value[key] for key in list(value)[:6]}
    assert SENTENCE not in json.dumps(new, ensure_ascii=False)
    assert json.loads(new["inner"])["t"] == new["title"]
    assert new["title"] in new["html"]
    assert f"{new['title'][:5]}…" in new["html"]
    assert "<span>2026-01-02</span>" in new["html"]
