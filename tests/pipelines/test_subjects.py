"""What a text is about, in either language."""

from __future__ import annotations

import pytest

from pipelines.subjects import subjects


@pytest.mark.parametrize(
    ("title", "subject"),
    [
        ("清理VPN业务", "vpn"),
        ("IP-VPN服务", "vpn"),
        ("虛擬私人網路", "vpn"),
        ("rules on virtual private networks", "vpn"),
        ("租用国际专线", "leased-line"),
        ("international private leased lines", "leased-line"),
        ("IDC业务", "data-centre"),
        ("侵害用户权益APP通报", "apps"),
        ("跨境數據", "cross-border"),
    ],
)
def test_a_subject_is_known_by_its_words(title, subject):
    assert subject in subjects(title)


def test_words_that_hold_others_are_not_those():
    assert subjects("Apple appears happy; svpn; chipotle") == ()


def test_the_title_comes_first():
    assert subjects("关于卫星的通知", "VPN和专线")[0] == "satellite"
