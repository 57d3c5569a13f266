"""Traditional script as simplified, place for place."""

from __future__ import annotations

from hypothesis import given
from hypothesis import strategies as st

from pipelines.script import simplified, telling


def test_traditional_characters_become_simplified_and_nothing_moves():
    assert simplified("關於VPN的通知：請於12月24日前報送") == "关于VPN的通知：请于12月24日前报送"


def test_each_script_has_characters_of_its_own():
    assert telling("关于发布") == (3, 0)
    assert telling("關於發布") == (0, 3)


@given(st.text())
def test_any_text_keeps_its_length(text):
    assert len(simplified(text)) == len(text)
