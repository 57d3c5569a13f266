"""The schemas of the files that people write, made from the models that read them."""

from __future__ import annotations

from typing import Any, get_args

from pydantic import TypeAdapter

from crawlers.article import Tier
from crawlers.refusals import Refusal
from crawlers.source import Source
from gatewatch.config import Config
from pipelines.classify.language import Countries, Rule, TermSet
from pipelines.match import TOPICS

Schema = dict[str, Any]

_REF = "#/$defs/{model}"


def config() -> Schema:
    """gatewatch.yaml."""
    return _titled(Config.model_json_schema(), "gatewatch.yaml")


def sources() -> Schema:
    """A file of sources, and of hosts that none may name.

    An entry of a known id may name only what changes, so only `id` is required.
    """
    source = TypeAdapter(Source).json_schema(ref_template=_REF)
    defs = source.pop("$defs", {})
    source["required"] = ["id"]
    defs |= {"Source": source, "Refusal": Refusal.model_json_schema()}
    lists = {"sources": "Source", "refused": "Refusal"}
    listed = {key: {"type": "array", "items": {"$ref": f"#/$defs/{name}"}} for key, name in lists.items()}
    return _titled(_file(listed, defs), "Sources of Gatewatch")


def rules() -> Schema:
    """A file of rules: `terms`, `concepts`, `countries`, `rules`; expressions are checked on reading."""
    defs: Schema = {}
    for model in (TermSet, Countries, Rule):
        made = model.model_json_schema(ref_template=_REF)
        defs |= made.pop("$defs", {})
        defs[model.__name__] = made
    words = {"anyOf": [{"type": "array"}, {"$ref": "#/$defs/TermSet"}]}
    rule = defs["Rule"]
    rule["properties"]["topic"]["enum"] = list(TOPICS)
    rule["properties"]["tier"]["items"]["enum"] = list(get_args(Tier))
    for key in ("unless", "tier", "lang", "source"):  # a single text stands for a list of one
        rule["properties"][key] = {"anyOf": [{"type": "string"}, rule["properties"][key]]}
    for key in ("should", "should_not"):  # a plain text is a case of only that text
        case = rule["properties"][key]["items"]
        rule["properties"][key]["items"] = {"anyOf": [{"type": "string"}, case]}
    keys: Schema = {
        "terms": {"type": "object", "additionalProperties": words},
        "concepts": {"type": "object"},
        "countries": {"$ref": "#/$defs/Countries"},
        "rules": {"type": "array", "items": {"$ref": "#/$defs/Rule"}},
    }
    return _titled(_file(keys, defs), "Rules of Gatewatch")


def _file(properties: Schema, defs: Schema) -> Schema:
    """A file with these keys and no other; an empty file is one without any."""
    return {
        "type": ["object", "null"],
        "additionalProperties": False,
        "properties": {key: _or_null(value) for key, value in properties.items()},
        "$defs": defs,
    }


def _or_null(value: Schema) -> Schema:
    return {"anyOf": [value, {"type": "null"}]}


def _titled(made: Schema, title: str) -> Schema:
    return made | {"title": title}
