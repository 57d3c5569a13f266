from __future__ import annotations

import json
import os
import subprocess
import sys
from pathlib import Path

import pytest

from tests.gatewatch.commands.conftest import valid

ROOT = Path(__file__).parents[3]


def lines(done):
    return [json.loads(line) for line in done.stdout.splitlines()]


def asked(*items):
    return "".join(json.dumps(item, ensure_ascii=False) + "\n" for item in items)


def test_lines_come_back_in_order_to_the_contract(desk):
    done = desk.call("classify", stdin=asked(
        {"id": "1", "title": "租用专线", "text": "含VPN。", "tier": "regulator", "lang": "zh-Hans", "url": "u", "published": "p"},
        {"id": "2", "title": "天气", "text": "晴"},
        {"id": "3", "title": "VPN"},
    ))  # fmt: skip
    found = lines(done)
    for each in found:
        valid(each, "classify")
    assert [each["id"] for each in found] == ["1", "2", "3"]
    assert [each["matched"] for each in found] == [True, False, True]
    assert [each["severity"] for each in found] == ["high", None, "high"]
    assert found[0]["topics"] == ["vpn-crackdown"]
    first, second = found[0]["evidence"]
    assert (first["field"], first["start"], first["end"], first["quote"]) == ("title", 2, 4, "专线")
    assert (second["field"], second["gloss"]) == ("text", "virtual private network")
    assert "含VPN。"[second["start"] : second["end"]] == second["quote"] == "VPN"
    assert found[1] == {
        "id": "2",
        "matched": False,
        "severity": None,
        "score": 0.0,
        "topics": [],
        "evidence": [],
    }


def test_no_store_is_made(desk):
    desk.call("classify", stdin=asked({"id": "1", "title": "x"}))
    assert not (desk.folder / "home").exists()


def test_offsets_count_code_points_beyond_the_basic_plane(desk):
    text = "𠮷😀 VPN"
    [found] = lines(desk.call("classify", stdin=asked({"id": "1", "text": text})))
    [place] = found["evidence"]
    assert text[place["start"] : place["end"]] == "VPN"


@pytest.mark.parametrize(
    ("line", "words"),
    [
        ("{", "is not JSON"),
        ("[1]", "is not an object"),
        ('"x"', "is not an object"),
        ('{"title": "a"}', 'has no "id"'),
        ('{"id": 7, "title": "a"}', 'has no "id"'),
        ('{"id": "1", "title": 7}', '"title" is not a text'),
        ('{"id": "1", "text": ["a"]}', '"text" is not a text'),
        ('{"id": "1"}', "has neither"),
        ('{"id": "1", "text": "a", "tier": "king"}', '"tier" is none of regulator'),
        ("[" * 100_000, "is nested too deeply"),
        (b'{"id": "1", "text": "\xff"}', "is not UTF-8 (byte 22)"),
    ],
)
def test_a_broken_line_is_named_and_the_rest_goes_on(desk, line, words):
    line = line if isinstance(line, bytes) else line.encode()
    before, after = (json.dumps({"id": name, "title": "VPN"}).encode() for name in "ab")
    done = desk.call("classify", stdin=b"\n".join([before, b"", line, after]), code=1)
    assert [each["id"] for each in lines(done)] == ["a", "b"]
    assert "line 3: " in done.stderr
    assert words in done.stderr


def test_a_file_with_a_byte_order_mark_and_windows_line_ends_is_read(desk):
    (desk.folder / "in.jsonl").write_bytes(
        b'\xef\xbb\xbf{"id": "1", "title": "VPN"}\r\n\r\n{"id": "2", "title": null, "text": ""}\r\n'
    )
    found = lines(desk.call("classify", "in.jsonl"))
    assert [each["matched"] for each in found] == [True, False]


def test_a_lone_surrogate_comes_back_as_it_was_given(desk):
    done = desk.call("classify", stdin='{"id": "\\ud83d", "title": "VPN"}\n')
    assert lines(done)[0]["id"] == "\ud83d"


def talk_to(desk):
    return subprocess.Popen(
        [sys.executable, "-m", "gatewatch", "classify"], cwd=desk.folder, env={**os.environ, "PYTHONPATH": str(ROOT)},
        stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True, bufsize=1,
    )  # fmt: skip


def test_each_line_is_answered_before_the_next_is_asked(desk):
    """A program may hold the conversation open: nothing waits for the end of the input."""
    with talk_to(desk) as talk:
        for number in "123":
            talk.stdin.write(asked({"id": number, "title": "VPN"}))
            talk.stdin.flush()
            assert json.loads(talk.stdout.readline())["id"] == number
        talk.stdin.close()
        assert talk.wait(30) == 0


def test_a_wrong_rule_file_ends_with_2_and_its_line(desk):
    (desk.folder / "rules.yaml").write_text("rules:\n  - id: x\n    wrods: [a]\n")
    done = desk.call("classify", stdin="", code=2)
    assert "rules.yaml:3:5: unknown key 'wrods'" in done.stderr
    assert "words" in done.stderr


def test_sigterm_ends_the_conversation_with_0_after_the_open_line(desk):
    with talk_to(desk) as talk:
        talk.stdin.write(asked({"id": "1", "title": "VPN"}))
        talk.stdin.flush()
        assert json.loads(talk.stdout.readline())["id"] == "1"
        talk.terminate()
        assert talk.wait(10) == 0
        assert talk.stdout.read() == ""
