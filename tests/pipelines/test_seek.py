from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from pipelines.seek import parse, words

TEXT = "工信部：未经批准，不得租用国际專線（含ＶＰＮ）开展跨境经营。Leased-line users, 2017."


@pytest.mark.parametrize(
    ("asked", "shown"),
    [
        ("专线", ["專線"]),
        ("國際專線", ["国际專線"]),
        ("vpn", ["ＶＰＮ"]),
        ("跨境 专线", ["專線", "跨境"]),
        ("线", ["線"]),
        ('"leased line"', None),
        ("leased", ["Leased"]),
        ("lease", None),
        ("专线 -跨境", None),
        ("翻墙 OR 跨境", ["跨境"]),
        ("翻墙 OR", None),
        ("翻墙", None),
        ("线跨", None),
        ("-翻墙 专线", ["專線"]),
        ("“不得租用”", ["不得租用"]),
    ],
)
def test_what_is_found_and_where(asked, shown):
    spans = parse(asked).spans(TEXT)
    assert (spans if spans is None else [TEXT[start:end] for start, end in spans]) == shown


@pytest.mark.parametrize("asked", ["", "  ", "-专线", "OR", "。。", '""', "-"])
def test_a_search_for_nothing_is_refused(asked):
    with pytest.raises(ValueError, match="at least one word"):
        parse(asked)


@given(st.text(max_size=60), st.integers(0, 60), st.integers(1, 8))
def test_whatever_stands_in_a_text_is_found_by_the_index_and_in_the_text(text, start, length):
    """The index never loses what the text shows: the words of a found phrase are among the text's."""
    try:
        query = parse(f'"{text[start : start + length]}"')
    except ValueError:
        return
    if query.spans(text) is not None:
        assert any(choice.words <= words(text) for choice in query.choices)


@given(st.text(alphabet="跨境专线国际出入口", min_size=2, max_size=40), st.integers(0, 40), st.integers(1, 6))
def test_every_run_of_chinese_characters_is_found(text, start, length):
    piece = text[start : start + length]
    if piece:
        query = parse(piece)
        assert query.choices[0].words <= words(text)
        assert query.spans(text)
