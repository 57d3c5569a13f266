from __future__ import annotations

from dataclasses import replace

from hypothesis import given, settings
from hypothesis import strategies as st

from pipelines.match import Evidence, Match, Verdict
from pipelines.store.texts import LONGEST, keep, twin
from tests.pipelines.store.making import article, day_only, notice


def verdict(*places: tuple[int, int]) -> Verdict:
    found = tuple(Evidence("r", "t", "g", "text", start, end, "q") for start, end in places)
    return Verdict((Match("r", "h", "analysis", "low", 0.5, found, "why"),) if found else ())


WORDS = st.text(alphabet="甲乙丙丁。！？\n. VPNabc", max_size=3_000)


@settings(max_examples=60, deadline=None)
@given(WORDS, st.lists(st.tuples(st.integers(0, 2_990), st.integers(1, 8)), max_size=12))
def test_an_extract_is_short_and_its_evidence_stands_where_it_says(text, places):
    spans = [(start, start + length) for start, length in places if start + length <= len(text)]
    judged = verdict(*spans)
    kept = keep(article(text=text), judged)
    assert len(kept.text) <= LONGEST
    assert kept.private in {"", text}
    for found in judged.evidence:
        place = kept.place(found)
        if place is not None:
            assert kept.text[place : place + found.end - found.start] == text[found.start : found.end]


def test_the_first_evidence_is_always_in_the_extract():
    text = "头。" + "无关的字" * 2_000 + "VPN" + "无关的字" * 2_000
    at = text.index("VPN")
    kept = keep(article(text=text), verdict((at, at + 3)))
    assert kept.place(verdict((at, at + 3)).evidence[0]) is not None
    assert kept.text.startswith("头。 … ")


def test_an_unmatched_article_keeps_its_lead_only():
    kept = keep(article(text="  导语在此。" + "后面的话。" * 400), verdict())
    assert kept.text == "导语在此。"


def test_evidence_in_the_title_stands_where_it_stood():
    kept = keep(article(text="长。" * 1_000), verdict())
    assert kept.place(Evidence("r", "t", "g", "title", 3, 5, "q")) == 3


def test_a_republication_has_the_same_twin_whatever_its_blanks_address_and_date():
    one = notice(text="通知正文。" * 30)
    again = notice(
        "https://www.miit.gov.cn/new", text="通知 正文。\n" * 30, title=f" {one.title} ", published=None
    )
    assert twin(one) == twin(again)


def test_another_number_title_or_text_is_another_document():
    one = notice(text="通知正文。" * 30)
    for other in (replace(one, doc_no="x"), replace(one, title="x"), replace(one, text=one.text + "改")):
        assert twin(one) != twin(other)


def test_a_text_too_short_to_tell_counts_with_its_date_or_its_address():
    days = [article(f"https://x/{n}", title="t", text="见附件", published=day_only(n)) for n in range(3)]
    bare = [article(f"https://x/{n}", title="t", text="见附件", published=None) for n in range(3)]
    assert len({twin(one) for one in (*days, *bare)}) == 6
