from __future__ import annotations

import json

import pytest
import yaml

from tests.pipelines.store import making

WHO = ("--by", "li", "--reason", "read")
MORE = "rules:\n  - {id: snow, gloss: snow, topic: analysis, words: {下雪: snow}}\n  - {id: vpn, unless: [{words: [别处有续]}]}\n"


@pytest.fixture
def changed(story):
    (story.desk.folder / "more.yaml").write_text(MORE, "utf-8")
    [snow] = story.desk.store(*texts_of(story.desk, "今天\n下雪了。", matched=False))
    story.snow = snow.article
    return story


def texts_of(desk, *texts, **more):
    return [
        making.judged(making.article(f"https://news.example.com/{number}", title=f"标题{number}", text=text), **more)
        for number, text in enumerate(texts, start=100)
    ]  # fmt: skip


def test_replay_shows_what_a_changed_file_would_gain_and_lose_with_the_words_found(changed):
    desk = changed.desk
    [told] = desk.store(making.judged(making.article("https://x.example/1", title="标题", text="VPN的事，别处有续。")))  # fmt: skip
    found = desk.json("rules", "replay", "--file", "more.yaml", of="rules-replay")
    assert (found["gained"], found["lost"], found["regraded"], found["read"]) == (1, 1, 0, 6)
    gained, lost = sorted(found["changes"], key=lambda one: one["sign"])
    assert (gained["article_id"], gained["rules"], gained["quote"]) == (
        changed.snow,
        ["snow"],
        "下雪了。",
    )
    assert (lost["rules"], lost["article_id"]) == (["vpn"], told.article)
    done = desk.call("rules", "replay", "--file", "more.yaml")
    assert done.stdout.splitlines()[-1] == "+1 −1"
    assert f"+ {changed.snow}  snow  标题100" in done.stdout
    assert "nothing was changed" in done.stderr


def test_replay_changes_nothing(changed):
    before = changed.desk.file.read_bytes(), changed.desk.call("matters", "list", "--json").stdout
    changed.desk.call("rules", "replay", "--file", "more.yaml")
    assert changed.desk.call("matters", "list", "--json").stdout == before[1]
    assert changed.desk.call("why", changed.snow, "--json").stdout.count("no-rule") == 1


def test_after_an_upgrade_replay_holds_the_rules_against_what_is_stored(changed):
    desk = changed.desk
    # The store says that this one did not match; its title does, by the rules of today.
    [gained] = desk.json("rules", "replay", of="rules-replay")["changes"]
    assert (gained["sign"], gained["article_id"]) == ("+", changed.weather)
    (desk.folder / "rules.yaml").write_text(
        "rules:\n  - {id: snow, topic: analysis, words: [下雪]}\n", "utf-8"
    )
    found = desk.json("rules", "replay", of="rules-replay")
    assert [one["rules"] for one in found["changes"] if one["sign"] == "+"] == [["snow"]]
    lost = [one for one in found["changes"] if one["sign"] == "-"]
    assert {one["article_id"] for one in lost} == {changed.notice, changed.answers, changed.press}
    assert all(one["rules"] == ["vpn"] for one in lost)


def test_replay_since_a_time_reads_only_what_came_from_then_on(changed):
    found = changed.desk.json("rules", "replay", "--since", "2017-01-23", of="rules-replay")
    assert found == {"changes": [], "gained": 0, "lost": 0, "regraded": 0, "read": 0}


def test_replay_with_a_wrong_file_ends_with_2_and_its_place(changed):
    (changed.desk.folder / "more.yaml").write_text("rules:\n  - {id: x, wrods: [a]}\n", "utf-8")
    assert "more.yaml:2:" in changed.desk.call("rules", "replay", "--file", "more.yaml", code=2).stderr


def test_without_a_store_there_is_nothing_to_replay_or_to_learn_from(desk):
    assert desk.json("rules", "replay", of="rules-replay")["read"] == 0
    assert desk.json("rules", "suggest", of="rules-suggest")["proposals"] == []
    assert {row["fired"] for row in desk.json("rules", "list", of="rules-list")} == {0}
    assert not desk.file.exists()


def mark(desk, saved, relevant):
    for one in saved:
        flag = "--relevant" if relevant else "--not-relevant"
        desk.call("matters", "mark", one.article, flag, *WHO)


@pytest.fixture
def feedback(desk):
    novels = desk.store(*texts_of(desk, "在小说《长夜》中，VPN是一只猫。", "读者说，小说里的VPN不过是猫。", "小说新作，名为VPN。"))  # fmt: skip
    news = desk.store(*[making.judged(making.article(f"https://n.example/{n}", title="新闻", text=text)) for n, text in enumerate(["各地清理VPN业务。", "通报VPN业务整改。", "专家谈VPN合规。", "一篇没有标记的VPN小说。"])])  # fmt: skip
    missed = desk.store(*texts_of(desk, matched=False)) or desk.store(*[making.judged(making.article(f"https://m.example/{n}", title="漏", text=text), matched=False) for n, text in enumerate(["某地封堵翻墙软件。", "多人因翻墙软件被罚。", "天气预报。"])])  # fmt: skip
    mark(desk, novels, relevant=False)
    mark(desk, news[:3], relevant=True)
    mark(desk, missed[:2], relevant=True)
    return desk


def test_suggest_learns_words_to_exclude_and_to_find_with_their_gain_and_cost(feedback):
    found = feedback.json("rules", "suggest", of="rules-suggest")
    assert found["marked"] == {"not_relevant": 3, "relevant": 3, "relevant_but_missed": 2}
    rows = {(row["kind"], row["term"]): row for row in found["proposals"]}
    novel = rows["exclude", "小说"]
    assert (novel["rule"], novel["gains"], novel["of"], novel["costs"], novel["unmarked"]) == (
        "vpn",
        3,
        3,
        0,
        1,
    )
    assert novel["examples"] == ["新闻"]
    climbing = rows["add", "翻墙软件"]
    assert (climbing["rule"], climbing["gains"], climbing["costs"], climbing["unmarked"]) == ("vpn", 2, 0, 0)
    shown = feedback.call("rules", "suggest").stdout
    assert "silences 3 of 3 marked not relevant; costs 0 marked otherwise, changes 1 unmarked" in shown
    assert "finds 2 of 2 missed" in shown


def test_a_proposal_can_be_replayed_as_it_stands_and_does_what_was_measured(feedback):
    rows = feedback.json("rules", "suggest", of="rules-suggest")["proposals"]
    for row in rows:
        assert yaml.safe_load(row["yaml"])["rules"]
        (feedback.folder / "more.yaml").write_text(row["yaml"], "utf-8")
        found = feedback.json("rules", "replay", "--file", "more.yaml", of="rules-replay")
        assert found["gained"] + found["lost"] == row["gains"] + row["costs"] + row["unmarked"]
        assert found["regraded"] == row["regraded"]


def test_what_was_taken_back_teaches_nothing(feedback):
    store = feedback.open()
    for event in list(store.events.read(kind="marked")):
        store.matters.undo(event.id, by="li", reason="no", now=making.NOW)
    store.close()
    assert feedback.json("rules", "suggest", of="rules-suggest")["proposals"] == []
    assert "nothing to propose: nothing is marked" in feedback.call("rules", "suggest").stdout


def test_suggest_for_another_topic_leaves_this_one_s_rules_alone(feedback):
    found = feedback.json("rules", "suggest", "--topic", "licensing", of="rules-suggest")
    assert found["proposals"] == []


def test_the_list_of_rules_has_their_precision(feedback):
    rows = {row["id"]: row for row in feedback.json("rules", "list", of="rules-list")}
    vpn = rows["vpn"]
    assert (vpn["fired"], vpn["relevant"], vpn["not_relevant"], vpn["precision"]) == (7, 3, 3, 0.5)
    assert rows["two-words"]["precision"] is None
    assert "0.5" in feedback.call("rules", "list").stdout


def test_the_rules_own_cases_are_run_and_one_that_fails_ends_with_5(desk):
    assert desk.json("rules", "test", of="rules-test") == {"cases": 2, "faults": []}
    assert desk.call("rules", "test").stdout == "2 of 2 cases come out as they should\n"
    file = desk.folder / "rules.yaml"
    file.write_text(file.read_text("utf-8").replace("今天天气", "今天VPN天气"), "utf-8")
    [fault] = desk.json("rules", "test", of="rules-test", code=5)["faults"]
    assert (fault["rule"], fault["wanted"]) == ("vpn", False)
    assert "rules.yaml:2: vpn should not fire and does" in desk.call("rules", "test", code=5).stdout


def test_named_files_are_tested_on_top_of_the_shipped_rules(desk):
    (desk.folder / "more.yaml").write_text(
        "rules:\n  - {id: my-own, words: [某某电信], should: [别的]}\n", "utf-8"
    )
    faults = json.loads(desk.call("rules", "test", "more.yaml", "--json", code=5).stdout)["faults"]
    assert "my-own" in {fault["rule"] for fault in faults}
