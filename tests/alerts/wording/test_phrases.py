from __future__ import annotations

from dataclasses import replace

import pytest

from alerts.message import compose
from alerts.wording.phrases import sentences
from alerts.wording.words import CHINESE, ENGLISH, counted
from pipelines.match import Evidence, Match
from tests.alerts.test_message import NOTICE, alert

NO_MATTER = ("must not", "without approval", "cleared", "only", "Shanghai", "telecom authority",
             "Ministry of Industry and Information Technology", "order to stop networking")  # fmt: skip
MATTER = ("private line", "virtual private network", "operating licence", "app store", "climbing the wall")


def concerning(*glosses, **changes):
    evidence = tuple(Evidence("r", gloss, gloss, "text", 0, 1, "词") for gloss in glosses)
    match = Match("r", "h", "licensing", "high", 0.9, evidence, changes.pop("why", ""))
    return replace(NOTICE, matches=(match,), **changes)


@pytest.mark.parametrize("gloss", NO_MATTER)
def test_a_modal_word_an_authority_or_a_place_is_not_what_is_regulated(gloss):
    assert not any(line.startswith("It concerns") for line in sentences(concerning(gloss), "new", ENGLISH))


@pytest.mark.parametrize("gloss", MATTER)
def test_a_thing_is_what_is_regulated(gloss):
    assert f"It concerns {gloss} (词)" in sentences(concerning(gloss), "new", ENGLISH)


def test_at_most_four_things_are_named():
    things = ("VPN", "private line", "proxy tool", "app store", "international gateway")
    [line] = [one for one in sentences(concerning(*things), "new", ENGLISH) if one.startswith("It concerns")]
    assert line.count("(词)") == 4


def test_a_long_gloss_goes_without_its_brackets_before_it_is_cut():
    [line] = [
        one
        for one in sentences(
            concerning(
                "market of internet access services (cleaned up since the notice of 2017)", "line " * 20
            ),
            "new",
            ENGLISH,
        )
        if one.startswith("It concerns")
    ]
    assert "market of internet access services (词)" in line
    assert "… (词)" in line


def test_the_reason_does_not_say_the_topic_again():
    told = concerning("private line", why="telecom licences", topics=("licensing",))
    assert not any(line.startswith("Why") for line in sentences(told, "new", ENGLISH))
    told = concerning("private line", why="a regulator clears out private networks", topics=("licensing",))
    assert "Why: a regulator clears out private networks" in sentences(told, "new", ENGLISH)


def test_a_regulator_s_own_document_is_never_called_an_analysis():
    for topics in (("analysis",), ("analysis", "licensing")):
        assert "analysis" not in sentences(concerning("VPN", topics=topics), "new", ENGLISH)[0]
    press = concerning("VPN", topics=("analysis",), tier="press")
    assert "an analysis" in sentences(press, "report", ENGLISH)[0]


def test_several_rules_are_rules():
    more = replace(NOTICE, matches=tuple(replace(NOTICE.matches[0], rule=name) for name in ("a", "b")))
    assert "rules a, b" in compose(replace(alert("new"), article=more)).text


@pytest.mark.parametrize(("count", "words"), [(0, "0 sources"), (1, "1 source"), (2, "2 sources")])
def test_a_number_agrees_with_its_noun(count, words):
    assert counted(ENGLISH, "sources", count) == words
    assert counted(CHINESE, "sources", count) == f"{count} 个来源"
