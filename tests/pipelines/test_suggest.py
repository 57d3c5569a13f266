from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from pipelines.classify import BUILTIN, load_rules
from pipelines.classify.fold import fold
from pipelines.suggest import (
    Finder,
    Proposal,
    background,
    document,
    lines,
    propose,
    sample,
    terms,
)
from pipelines.trying import Text, lacking, measure, widen
from tests.pipelines.classify.rulefile import rules_of

RULES = """\
terms:
  lesson: [教程]
rules:
  - {id: vpn, gloss: speaks of VPNs, topic: vpn-crackdown, words: [VPN], unless: [lesson]}
  - {id: two, topic: licensing, match: {all: [{words: [许可证]}, {words: [吊销]}], near: 40}}
"""
NOVELS = ("在小说《长夜》中，VPN是一只猫。", "读者说，小说里的VPN不过是猫。", "小说新作，名为VPN。")
NEWS = ("各地清理VPN业务，三家企业被查。", "工信部通报VPN业务整改情况。", "专家谈VPN合规。")


def rules():
    return rules_of(RULES)


def samples(kind, bad, good, rule="vpn"):
    return [
        sample(kind, "", text, [rule], [("text", at, at + 3)] if (at := text.find("VPN")) >= 0 else (), bad=wanted)
        for wanted, texts in ((True, bad), (False, good))
        for text in texts
    ]  # fmt: skip


def build(proposal):
    from crawlers.strict import parse
    from pipelines.classify.loading import _Loader

    loader = _Loader()
    loader.take(parse(RULES, "rules"))
    loader.take(document(proposal, rules(), ""))
    return loader.finish()


def test_a_word_that_only_the_irrelevant_share_is_proposed_and_what_all_share_is_not():
    found = propose(samples("exclude", NOVELS, NEWS), "exclude")
    assert "小说" in [one.term for one in found]
    assert not [one for one in found if "VPN" in one.term.upper() or one.term in "业务"]
    assert found[0].of == 3
    assert found[0].share == 1.0


def test_a_word_that_the_rule_lives_by_is_not_taken_from_it():
    text = "小说里的VPN被封锁。"
    spans = [("text", text.find(word), text.find(word) + len(word)) for word in ("VPN", "封锁")]
    found = propose([sample("exclude", "", text, ["vpn"], spans, bad=True)] * 3, "exclude")
    assert found
    assert not {"vpn", "封锁"} & {one.term for one in found}


def test_one_text_proves_nothing():
    assert propose(samples("exclude", NOVELS[:1], NEWS), "exclude") == []
    assert propose(samples("add", NOVELS[:1], ()), "add") == []


def test_what_is_usual_everywhere_is_left_out():
    everywhere = [("", text, ["vpn"]) for text in (*NOVELS, *NEWS, *(f"小说{n}与VPN" for n in range(9)))]
    found = propose(samples("exclude", NOVELS, NEWS), "exclude")
    assert "小说" not in [one.term for one in background(found, everywhere)]
    rare = [("", text, ["vpn"]) for text in (*NOVELS, *NEWS, *(f"新闻{n}与VPN" for n in range(9)))]
    found = propose(samples("exclude", NOVELS, NEWS), "exclude")
    assert "小说" in [one.term for one in background(found, rare)]


def texts(relevant, *given, told=True):
    said = {"tier": "press", "lang": "", "source": ""}
    return [Text("", text, said, told, relevant) for text in given]


def test_an_exclusion_is_measured_by_the_rules_as_they_would_be():
    one = Proposal("exclude", "vpn", "小说", of=3)
    stored = [*texts(False, *NOVELS), *texts(True, *NEWS, "小说作者因卖VPN被罚"), *texts(None, "小说与VPN")]
    [found] = measure([one], stored, build, rules())
    assert (found.marked, found.loses, found.unmarked) == (3, 1, 1)
    assert found.examples == ["", ""]


def test_an_addition_is_measured_on_what_no_rule_told():
    one = Proposal("add", "two", "牌照被收回", of=2)
    stored = [*texts(True, "某公司牌照被收回", "又一家牌照被收回", told=False), *texts(False, "驾校牌照被收回", told=False), *texts(None, "天气", told=False)]  # fmt: skip
    assert measure([one], stored, build, rules()) == []  # as much lost as the two are worth
    stored = stored[:2]
    [found] = measure([Proposal("add", "two", "牌照被收回", of=2)], stored, build, rules())
    assert (found.marked, found.loses, found.unmarked) == (2, 0, 0)


def test_what_the_rules_of_today_see_otherwise_is_not_measured():
    one = Proposal("exclude", "vpn", "小说", of=3)
    assert measure([one], texts(False, "小说没有关键词"), build, rules()) == []


@pytest.mark.parametrize(
    ("proposal", "wanted"),
    [
        (Proposal("exclude", "vpn", "小说"), ["unless: [lesson, {words: [小说]}]"]),
        (Proposal("add", "two", "收回牌照"), ["id: two", "also: {words: [收回牌照]}"]),
        (Proposal("add", "", "app store"), ["id: found-app-store", "topic: licensing", "words: [app store]"]),
    ],
)
def test_a_proposal_is_lines_for_a_rule_file_that_keep_what_the_rule_had(proposal, wanted):
    text = " ".join(lines(proposal, rules(), "licensing").split())
    for part in wanted:
        assert part in text
    build(proposal)


@given(st.text(alphabet=st.characters(codec="utf-8"), max_size=60))
def test_every_term_of_a_text_is_found_in_it(text):
    found = sorted(set(terms(text)))
    finder = Finder([Proposal("add", "", term) for term in found])
    whole = fold(f"\n{text}").text.casefold()
    assert all(term in whole for term in found)
    if found and not any(sign.isalpha() and sign.isascii() for sign in whole):
        assert finder("", text) == list(range(len(found)))


def test_a_term_is_found_in_other_scripts_and_letters():
    assert Finder([Proposal("add", "", "软件"), Proposal("add", "", "leased line")])(
        "LEASED LINE", "翻牆軟件"
    ) == [0, 1]


NOVEL = ("China blocks VPN in new novel", "In the novel Beijing blocks every VPN, and readers laugh.")
SATIRE = ("Novel of the year: China blocked my VPN", "The novel is a satire on the great firewall.")
ENGLISH = {"tier": "press", "lang": "en", "source": ""}


def shipped(proposal=None, current=None):
    return load_rules([BUILTIN], [document(proposal, current, "")] if proposal else [])


@pytest.fixture(scope="module")
def current():
    return shipped()


def novels(current, *more):
    given = [(title, text, False) for title, text in (NOVEL, SATIRE)]
    return [Text(title, text, ENGLISH, True, relevant) for title, text, relevant in (*given, *more)]


def test_with_the_shipped_rules_a_word_is_excluded_from_all_that_would_tell_the_same_texts(current):
    stored = novels(current)
    alone = Proposal("exclude", "vpn-blocked", "novel", of=2)
    build = lambda one: shipped(one, current)  # noqa: E731
    assert measure([alone], stored, build, current) == []  # others tell them in its place
    assert alone.regraded
    alone = Proposal("exclude", "vpn-blocked", "novel", of=2)
    [wide] = widen([alone], lambda: stored, build, current)
    assert wide.rule == "vpn-blocked"
    assert {"vpn-governed", "china-vpn-title"} <= set(wide.others)
    [found] = measure([alone, wide], stored, build, current)
    assert (found, found.marked, found.of, found.loses, found.regraded) == (wide, 2, 2, 0, 0)
    assert lines(found, current, "").count("words: [novel]") == len(found.rules)


def test_what_people_marked_relevant_and_would_be_lost_is_counted_or_the_word_is_not_proposed(current):
    wanted = (
        "China blocks VPN used by a novel's author",
        "Beijing blocks the VPN of the author of the novel.",
    )
    stored = novels(current, (*wanted, True))
    build = lambda one: shipped(one, current)  # noqa: E731
    [wide] = widen([Proposal("exclude", "vpn-blocked", "novel")], lambda: stored, build, current)
    assert measure([wide], stored, build, current) == []
    assert (wide.marked, wide.loses) == (2, 1)
    assert wanted[0] in wide.examples
    said = lacking([], [wide], [wide], [wide])
    assert "“novel” (exclude, vpn-blocked, " in said
    assert "would silence 2 of 2, lose 1 marked otherwise" in said


def test_why_nothing_is_proposed_says_how_far_it_came():
    assert "nothing is marked" in lacking([], [], [], [])
    assert "one text proves nothing" in lacking(samples("exclude", NOVELS[:1], ()), [], [], [])
    assert "the 3 of vpn" in lacking(samples("exclude", NOVELS, NEWS), [], [], [])
    usual = Proposal("exclude", "vpn", "猫")
    assert lacking([], [usual], [], []) == (
        "1 words tried, none much rarer in the other texts that vpn told: “猫”, say"
    )
