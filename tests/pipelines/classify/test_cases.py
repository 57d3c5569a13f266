"""The shipped rules on cases of our own writing, each after a real pattern: a floor that only rises."""

from __future__ import annotations

from collections import Counter
from pathlib import Path
from typing import Any

import pytest
import yaml

from pipelines.classify import load_rules
from pipelines.match import TOPICS

CASES = Path(__file__).parent / "cases"
RULES = load_rules(["builtin"])


def rows() -> list[dict[str, Any]]:
    return [
        row | {"lang": path.stem}
        for path in sorted(CASES.glob("*.yaml"))
        for row in yaml.safe_load(path.read_text("utf-8"))
    ]


def outcomes() -> list[tuple[dict[str, Any], bool, tuple[str, ...]]]:
    judged = ((row, RULES.judge(row["title"], row["text"])) for row in rows())
    return [(row, verdict.matched, verdict.topics) for row, verdict in judged]


def test_the_cases_are_many_of_every_topic_and_script() -> None:
    counted = Counter(row["want"] for row in rows())
    assert sum(counted.values()) >= 130
    assert all(counted[topic] >= 2 for topic in TOPICS if topic != "foreign")
    assert all(
        sum(row["lang"].startswith(lang) for row in rows()) >= 30 for lang in ("zh-Hans", "zh-Hant", "en")
    )


def test_recall_and_precision_on_the_cases_hold_their_floor() -> None:
    results = outcomes()
    missed = [row["title"] for row, matched, _ in results if row["want"] != "nothing" and not matched]
    false = [row["title"] for row, matched, _ in results if row["want"] == "nothing" and matched]
    wanted = sum(row["want"] != "nothing" for row, _, _ in results)
    hit = wanted - len(missed)
    assert len(missed) <= wanted * 0.05, missed
    assert len(false) <= (hit + len(false)) * 0.05, false


def test_the_topic_wanted_is_among_those_told_in_nine_of_ten() -> None:
    results = [(row, topics) for row, matched, topics in outcomes() if matched and row["want"] != "nothing"]
    wrong = [row["title"] for row, topics in results if row["want"] not in topics]
    assert len(wrong) <= len(results) * 0.1, wrong


def test_every_shipped_word_has_a_gloss_and_every_rule_a_topic_and_cases() -> None:
    for ruling in RULES.rulings:
        assert ruling.rule.gloss, ruling.rule.id
        assert ruling.rule.should, ruling.rule.id
    # Words that only hide others, and the heads of lists of links, are never shown to anyone.
    unseen = {RULES.automaton.links, *RULES.automaton.hides.values()}
    for word in RULES.automaton.words:
        if any("\u4e00" <= sign <= "\u9fff" for sign in word.term) and word.set not in unseen:
            assert word.gloss, word.term


def test_the_cases_beside_the_shipped_rules_come_out() -> None:
    assert [str(failure) for failure in RULES.run_cases()] == []


@pytest.mark.parametrize("tier", ["press", "regulator"])
def test_another_countrys_law_never_matches_alone(tier: str) -> None:
    verdict = RULES.judge("俄罗斯全面封禁VPN服务", "俄罗斯要求下架VPN应用，违者罚款。", tier=tier)
    assert {match.topic for match in verdict.matches} == {"foreign"}
    assert not verdict.matched
