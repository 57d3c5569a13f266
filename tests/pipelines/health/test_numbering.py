from __future__ import annotations

import pytest

from pipelines.health.numbering import holes, series_of


@pytest.mark.parametrize(
    ("numbers", "missing"),
    [
        (["工信部信管函〔2026〕31号", "工信部信管函〔2026〕33号"], ["工信部信管函〔2026〕32号"]),
        (["工信部信管函〔2026〕31号", "工信部信管函〔2025〕33号"], []),  # another year
        (["工信部信管函〔2026〕31号", "工信厅信管函〔2026〕33号"], []),  # another issuer
        (["工信部信管函〔2026〕31号", "工信部信管函〔2026〕32号"], []),
        (["工信部信管函〔2026〕31号", "工信部信管函〔2026〕77号"], []),  # nobody publishes every number
        (
            ["工业和信息化部公告2026年第5号", "工业和信息化部公告2026年第7号"],
            ["工业和信息化部公告2026年第6号"],
        ),
        (["工业和信息化部令第68号", "工业和信息化部令第70号"], []),  # no year, no series
        (["", "n/a"], []),
    ],
)
def test_a_small_hole_between_two_known_numbers_is_a_lead(numbers, missing):
    assert [hole.number(number) for hole in holes(numbers) for number in hole.missing] == missing


def test_a_series_is_issuer_and_year():
    assert series_of("工信部信管函〔2026〕32号") == ("工信部信管函〔2026〕", 32)
    assert series_of("工业和信息化部令第68号") is None
