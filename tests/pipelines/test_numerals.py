"""Chinese numerals as numbers."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from pipelines.numerals import NUMERAL, number


@pytest.mark.parametrize(
    ("text", "value"),
    [
        ("32", 32),
        ("３２", 32),
        ("二〇二六", 2026),
        ("二○一七", 2017),
        ("十", 10),
        ("十二", 12),
        ("二十", 20),
        ("五十三", 53),
        ("一百零二", 102),
        ("两百", 200),
        ("廿四", 24),
        ("三十一", 31),
    ],
)
def test_a_numeral_is_read_whole(text, value):
    assert number(text) == value


@pytest.mark.parametrize("text", ["", "百", "第", "3x", "²", "十号"])
def test_what_is_no_numeral_is_none(text):
    assert number(text) in (None, 0) if text == "" else number(text) is None


@given(st.text(NUMERAL + "0123456789", max_size=8))
def test_no_row_of_numerals_raises(text):
    assert number(text) is None or number(text) >= 0
