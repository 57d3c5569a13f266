from __future__ import annotations

from hypothesis import given
from hypothesis import strategies as st

from alerts.wording.excerpt import LIMIT, Piece, excerpt

FILLER = "一切正常的一句话。" * 60


def spans(text, *words):
    return [(text.index(word), text.index(word) + len(word), word) for word in words]


def shown(pieces):
    return "".join(piece.text for piece in pieces)


def marked(pieces):
    return [piece.text for piece in pieces if piece.marked]


def test_the_excerpt_begins_with_the_sentence_of_the_first_matched_word():
    text = FILLER + "不得租用专线开展经营。" + FILLER
    pieces = excerpt(text, spans(text, "专线"))
    assert shown(pieces).startswith("…不得租用专线开展经营。")
    assert marked(pieces) == ["专线"]
    assert len(shown(pieces)) <= LIMIT


def test_words_are_marked_inside_chinese_without_blanks_around_them():
    text = "含虚拟专用网络VPN的专线"
    assert excerpt(text, spans(text, "虚拟专用网络", "VPN")) == (
        Piece("含"),
        Piece("虚拟专用网络VPN", marked=True),
        Piece("的专线"),
    )


def test_the_window_with_most_different_words_is_shown():
    text = "先提到专线一次。" + FILLER + "这里有专线、跨境和虚拟专用网络。" + FILLER
    again = text.rindex("专线")
    pieces = excerpt(text, [*spans(text, "专线", "跨境", "虚拟专用网络"), (again, again + 2, "专线")])
    assert set(marked(pieces)) == {"专线", "跨境", "虚拟专用网络"}


def test_a_quote_that_stands_elsewhere_is_found_and_one_that_stands_nowhere_is_dropped():
    text = "关于专线的说明"
    assert marked(excerpt(text, [(99, 101, "专线"), (0, 2, "跨境")])) == ["专线"]


def test_without_evidence_the_beginning_is_shown():
    assert shown(excerpt("  甲乙丙\n丁", [])) == "甲乙丙 丁"
    assert len(shown(excerpt(FILLER, []))) <= LIMIT


def test_an_empty_text_has_no_excerpt():
    assert excerpt("", []) == ()
    assert excerpt(" \n\x00 ", [(0, 1, "x")]) == ()


@given(st.data(), st.text(alphabet="专线VPN a\n\x1b\u202e。. ", max_size=900))
def test_an_excerpt_is_short_verbatim_and_clean_whatever_the_spans(data, text):
    places = data.draw(st.lists(st.tuples(st.integers(-5, 950), st.integers(-5, 950)), max_size=8))
    pieces = excerpt(text, [(start, end, text[max(0, start) : max(0, end)]) for start, end in places])
    assert len(shown(pieces)) <= LIMIT
    assert not any(piece.text == "" for piece in pieces)
    assert "\x1b" not in shown(pieces)
    assert "\n" not in shown(pieces)
