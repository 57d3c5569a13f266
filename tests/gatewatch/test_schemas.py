from __future__ import annotations

from importlib import resources
from pathlib import Path

import click
import jsonschema
import pytest
import yaml

from crawlers.source import builtin_files
from gatewatch.cli import main
from gatewatch.schemas import FILES, OUTPUTS, schema

CONFIG = """\
sources: [builtin, sources/*.yaml]
rules: [builtin, rules/*.yaml]
contact: compliance@example.com
timezone: Asia/Shanghai
robots: rfc9309
budgets: {miit.gov.cn: 60/h}
slack: {channel: "#china-telecom", ops_channel: "#gatewatch-ops", language: en, pace: 1}
exports: [{path: out/matched.csv, every: 1d}]
heartbeat_url: https://monitor.example/ping
"""
SOURCE = """\
sources:
  - id: miit_notices
    name: MIIT notices (通知)
    kind: jpaas
    url: https://www.miit.gov.cn/zwgk/zcwj/wjfb/tz/index.html
    authority: MIIT
    tier: regulator
    lang: zh-Hans
    every: 30m
    at_least: 5
    evidence: attested
  - {id: miit_laws, enabled: false}
"""


def validator(name):
    made = schema(name)
    jsonschema.Draft202012Validator.check_schema(made)
    return jsonschema.Draft202012Validator(made)


def shipped(folder):
    return sorted(Path(str(resources.files("pipelines") / folder)).glob("*.yaml"))


def json_commands(group=main, path=()):
    context = click.Context(group)
    for name in group.list_commands(context):
        found = group.get_command(context, name)
        if isinstance(found, click.Group):
            yield from json_commands(found, (*path, name))
        elif any("--json" in option.opts for option in found.params):
            yield "-".join((*path, name))


def test_every_json_output_has_a_schema_and_every_schema_an_output():
    assert {*json_commands(), "classify", "export-jsonl"} == set(OUTPUTS)
    there = {
        path.name for path in resources.files("gatewatch.schemas").iterdir() if path.name.endswith(".json")
    }
    assert there == {f"{name}.schema.json" for name in OUTPUTS}


@pytest.mark.parametrize("name", [*FILES, *OUTPUTS])
def test_every_schema_is_a_valid_one_that_refuses_what_it_does_not_know(name):
    made = validator(name).schema
    assert made["$schema"] == "https://json-schema.org/draft/2020-12/schema"
    for part in objects(made):
        if "properties" in part:
            assert part["additionalProperties"] is False, part


def objects(value):
    if isinstance(value, dict):
        yield value
        for inner in value.values():
            yield from objects(inner)
    elif isinstance(value, list):
        for inner in value:
            yield from objects(inner)


def test_an_unknown_schema_is_an_error():
    with pytest.raises(KeyError):
        schema("../files")


def test_the_contract_s_files_fit():
    validator("config").validate(yaml.safe_load(CONFIG))
    validator("sources").validate(yaml.safe_load(SOURCE))


@pytest.mark.parametrize("path", builtin_files(), ids=lambda path: path.name)
def test_the_shipped_sources_fit(path):
    validator("sources").validate(yaml.safe_load(path.read_text("utf-8")))


@pytest.mark.parametrize("path", shipped("rules"), ids=lambda path: path.name)
def test_the_shipped_rules_fit(path):
    validator("rules").validate(yaml.safe_load(path.read_text("utf-8")))


@pytest.mark.parametrize(
    ("name", "text"),
    [
        ("config", "sorces: []"),
        ("config", "slack: {chanel: x}"),
        ("config", "robots: never"),
        ("sources", "sources: [{id: a, nmae: b}]"),
        ("sources", "sources: [{name: b}]"),
        ("sources", "sources: [{id: a, kind: carrier-pigeon}]"),
        ("rules", "rules: [{id: a, wrods: [b]}]"),
        ("rules", "rules: [{id: a, topic: vpn}]"),
        ("rules", "rules: [{id: a, tier: [king]}]"),
        ("rules", "terms: {vpn: {word: [a]}}"),
    ],
)
def test_an_editor_sees_a_fault_before_the_program_does(name, text):
    assert not validator(name).is_valid(yaml.safe_load(text))
