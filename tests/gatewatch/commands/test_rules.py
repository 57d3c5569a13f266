from __future__ import annotations

import pytest


def test_check_lists_the_rules_and_runs_their_cases(desk):
    found = desk.json("rules", "check", of="rules-check")
    assert [(rule["id"], rule["topic"], rule["cases"]) for rule in found["rules"]] == [
        ("vpn", "vpn-crackdown", 2),
        ("two-words", "licensing", 0),
    ]
    assert found["faults"] == []
    assert "vpn" in desk.call("rules", "check").stdout


def test_a_case_that_does_not_come_out_ends_with_5_and_its_place(desk):
    file = desk.folder / "rules.yaml"
    file.write_text(file.read_text("utf-8").replace("今天天气", "今天VPN天气"), "utf-8")
    [fault] = desk.json("rules", "check", of="rules-check", code=5)["faults"]
    assert (fault["rule"], fault["wanted"], fault["line"]) == ("vpn", False, 2)
    assert "rules.yaml:2: vpn should not fire and does" in desk.call("rules", "check", code=5).stderr


@pytest.mark.parametrize(
    ("text", "line", "words"),
    [
        ("rules:\n  - id: x\n    wrods: [a]\n", 3, "unknown key 'wrods': did you mean 'words'?"),
        ("rules:\n  - id: x\n    words: ['']\n", 3, "not a word"),
        ("rules:\n  - id: x\n    words: [a]\n    topic: vpn-crakdown\n", 4, "vpn-crackdown"),
        ("rules:\n  - id: x\n    words: [a\n", 4, "is not YAML"),
    ],
)
def test_a_file_that_is_wrong_is_refused_with_its_line_and_reason(desk, text, line, words):
    (desk.folder / "rules.yaml").write_text(text, "utf-8")
    for command in (["rules", "check"], ["rules", "explain", "x"], ["classify"]):
        done = desk.call(*command, stdin="", code=2)
        assert f"rules.yaml:{line}:" in done.stderr
        assert words in done.stderr


def test_named_files_are_checked_on_top_of_the_shipped_rules(desk):
    (desk.folder / "more.yaml").write_text("rules:\n  - {id: my-own, words: [某某电信]}\n", "utf-8")
    found = desk.json("rules", "check", "more.yaml", of="rules-check")
    ids = [rule["id"] for rule in found["rules"]]
    assert "my-own" in ids
    assert len(ids) > 1
    assert "two-words" not in ids


def test_explain_says_what_fires_where_and_what_the_nearest_lack(desk):
    found = desk.json("rules", "explain", "租用专线须有许可证", "--title", "VPN", of="rules-explain")
    assert (found["matched"], found["severity"], found["topics"]) == (True, "high", ["vpn-crackdown"])
    rules = {rule["rule"]: rule for rule in found["rules"]}
    assert rules["vpn"]["fired"]
    assert [(each["field"], each["quote"]) for each in rules["vpn"]["evidence"]] == [
        ("title", "VPN"),
        ("text", "专线"),
    ]
    assert not rules["two-words"]["fired"]
    assert "吊销" in rules["two-words"]["lacked"]
    plain = desk.call("rules", "explain", "-", stdin="租用专线须有许可证").stdout
    assert "✓ vpn" in plain
    assert "text 2–4: 专线 (leased line)" in plain
    assert "· two-words" in plain


def test_explain_of_nothing_says_so(desk):
    assert desk.call("rules", "explain", "天气").stdout == "not matched\n"


def test_a_silent_rule_is_named_as_such(desk):
    (desk.folder / "rules.yaml").write_text("rules:\n  - {id: quiet, words: [天气], silent: true}\n", "utf-8")
    found = desk.json("rules", "explain", "天气", of="rules-explain")
    assert (found["matched"], found["rules"][0]["fired"], found["rules"][0]["silent"]) == (False, True, True)
    assert "quiet (silent)" in desk.call("rules", "explain", "天气").stdout


def test_a_text_cannot_steer_the_terminal(desk):
    assert "\x1b" not in desk.call("rules", "explain", "a\x1b[31mVPN").stdout
