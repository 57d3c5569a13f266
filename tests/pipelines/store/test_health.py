from __future__ import annotations

import pytest

from crawlers.lease import Turn
from pipelines.store.health import step


@pytest.mark.parametrize(
    ("told", "turn", "news", "known"),
    [
        ("", Turn("ok"), False, "ok"),
        ("", Turn("failing", code="dns"), True, "failing:unreachable"),
        ("failing:unreachable", Turn("failing", code="timeout"), False, "failing:unreachable"),
        ("failing:unreachable", Turn("failing", code="http-502"), False, "failing:unreachable"),
        ("failing:unreachable", Turn("failing", code="no-unit"), True, "failing:no-unit"),
        ("", Turn("gap", code="max-pages"), True, "gap:max-pages"),
        ("ok", Turn("ok"), False, "ok"),
        ("ok", Turn("empty", code="no-rows"), True, "empty:no-rows"),
        ("empty:no-rows", Turn("empty", code="no-rows"), False, "empty:no-rows"),
        ("empty:no-rows", Turn("empty", code="few-rows"), True, "empty:few-rows"),
        ("empty:no-rows", Turn("blocked", code="no-rows"), True, "blocked:no-rows"),
        ("blocked:http-412", Turn("ok"), True, "ok"),
        ("blocked:http-412", Turn("gap", code="max-pages"), True, "gap:max-pages"),
        ("gap:max-pages", Turn("ok"), False, "ok"),
    ],
)
def test_what_people_are_told_of_a_turn(told, turn, news, known):
    taken = step("any", "", told, 0, turn)
    assert (taken.news, taken.told) == (news, known)


@pytest.mark.parametrize(
    ("state", "failures"), [("ok", 0), ("gap", 0), ("failing", 4), ("blocked", 4), ("empty", 4)]
)
def test_failures_add_up_until_a_turn_is_complete(state, failures):
    taken = step("failing", "dns", "failing:dns", 3, Turn(state))
    assert (taken.failures, taken.failed) == (failures, failures > 0)
