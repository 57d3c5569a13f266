from __future__ import annotations


def test_the_list_has_the_matter_with_what_belongs_to_it(story):
    [found] = story.desk.json("matters", "list", of="matters-list")
    assert found["matter_id"] == "m" + story.notice[1:]
    assert (found["articles"], found["matched"], found["topics"]) == (3, 3, ["vpn-crackdown"])
    assert "清理规范" in story.desk.call("matters", "list").stdout


def test_show_tells_what_was_said_in_order(story):
    [listed] = story.desk.json("matters", "list", of="matters-list")
    found = story.desk.json("matters", "show", listed["matter_id"], of="matters-show")
    assert [one["article_id"] for one in found["articles"]] == [story.notice, story.answers, story.press]
    assert [one["relation"] for one in found["articles"]] == ["opens", "follow-up", "report"]
    assert found["dates"][0]["date"] == "2018-03-31"
    plain = story.desk.call("matters", "show", listed["matter_id"]).stdout
    assert plain.index("opens by miit_notices") < plain.index("report by press")
    assert "campaign-end" in plain


def test_without_a_store_there_is_none(desk):
    assert "there is no store" in desk.call("matters", "list", code=2).stderr
    assert not desk.file.exists()


def test_an_unknown_matter_ends_with_2(story):
    assert "there is no matter 'm1'" in story.desk.call("matters", "show", "m1", code=2).stderr


def test_a_title_cannot_steer_the_terminal(desk):
    from tests.pipelines.store import making

    desk.store(making.judged(making.notice(title="a\x1b[31m\u202ered关于VPN的通知")))
    shown = desk.call("matters", "list").stdout + desk.call("export").stdout
    assert "\x1b" not in desk.call("matters", "list").stdout
    assert "\u202e" not in desk.call("matters", "list").stdout
    assert shown
