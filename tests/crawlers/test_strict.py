from __future__ import annotations

import pytest
from pydantic import BaseModel, ConfigDict

from crawlers.errors import ConfigError
from crawlers.strict import parse, read, validate


class Inner(BaseModel):
    model_config = ConfigDict(extra="forbid")

    channel: str = ""


class Outer(BaseModel):
    model_config = ConfigDict(extra="forbid")

    slack: Inner = Inner()
    items: list[Inner] = []


def complaint(text: str) -> str:
    with pytest.raises(ConfigError) as caught:
        validate(Outer, parse(text, "a.yaml"))
    return f"{caught.value} / {caught.value.remedy}"


def test_an_unknown_key_is_named_with_file_line_column_and_the_nearest_known_one():
    said = complaint("slack:\n  chanel: x\n")
    assert said.startswith("a.yaml:2:3: unknown key 'chanel': did you mean 'channel'?")


def test_an_unknown_key_inside_a_list_is_placed_in_its_item():
    assert complaint("items:\n  - channel: a\n  - chnnel: b\n").startswith("a.yaml:3:5:")


def test_of_two_faults_the_first_in_the_file_is_told():
    assert complaint("items: 3\nslak: {}\n").startswith("a.yaml:1:1:")


def test_a_key_that_stands_twice_is_refused():
    assert "a.yaml:2:1: the key 'slack' stands twice" in complaint("slack: {}\nslack: {}\n")


def test_what_is_not_yaml_is_placed():
    assert complaint("slack: [\n").startswith("a.yaml:")
    assert "is not YAML" in complaint("slack: [\n")


def test_a_control_character_is_refused_and_not_a_crash():
    assert "is not YAML" in complaint("slack: \x07\n")


def test_a_file_that_is_not_utf8_says_so(tmp_path):
    file = tmp_path / "a.yaml"
    file.write_bytes("name: 工信部".encode("gbk"))
    with pytest.raises(ConfigError, match="is not UTF-8"):
        read(file)


def test_a_byte_order_mark_is_no_fault(tmp_path):
    file = tmp_path / "a.yaml"
    file.write_text("slack: {channel: x}\n", encoding="utf-8-sig")
    assert validate(Outer, read(file)).slack.channel == "x"


def test_an_empty_file_is_the_defaults():
    assert validate(Outer, parse("", "a.yaml")) == Outer()


def test_what_is_merged_gives_way_to_a_mappings_own_keys_and_may_stand_twice():
    text = "a: &a {x: 1, y: 2}\nb: &b {<<: *a, y: 3}\nc: {<<: *b, x: 9}\nd: *b\n"
    assert parse(text, "a.yaml").data == {
        "a": {"x": 1, "y": 2},
        "b": {"x": 1, "y": 3},
        "c": {"x": 9, "y": 3},
        "d": {"x": 1, "y": 3},
    }
    assert "a.yaml:2:21: the key 'y' stands twice" in complaint("a: &a {x: 1}\nb: {<<: *a, y: 3,   y: 4}\n")
