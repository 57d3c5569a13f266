"""Reads the files that operators and analysts write: YAML in, validated models out.

Every complaint names file, line and column, says what is wrong and, for a misspelt key, the nearest
known one. Duplicate keys, unknown keys and non-strings where text is meant are errors. Never reads
an environment variable, never guesses.
"""

from __future__ import annotations

import difflib
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any, TypeVar

import yaml
from pydantic import BaseModel, ValidationError

from crawlers.errors import ConfigError

_Loader: Any = getattr(yaml, "CSafeLoader", yaml.SafeLoader)
"""libyaml's where it is there: the same nodes and marks, several times as fast."""

_MERGE = "tag:yaml.org,2002:merge"

Model = TypeVar("Model", bound=BaseModel)
Place = tuple[int, int]
Path_ = tuple[str | int, ...]


@dataclass(frozen=True, slots=True)
class Document:
    """A YAML file as plain data, with the (line, column) of every key and item, counted from 1."""

    file: str
    data: Any
    places: Mapping[Path_, Place]

    def place(self, path: Sequence[str | int]) -> Place:
        """The place of this path, or of its nearest ancestor that stands in the file."""
        here = tuple(path)
        while here not in self.places and here:
            here = here[:-1]
        return self.places.get(here, (1, 1))

    def error(self, path: Sequence[str | int], message: str, remedy: str = "") -> ConfigError:
        """A complaint about this path, ready to raise."""
        line, column = self.place(path)
        return ConfigError(message, remedy, file=self.file, line=line, column=column)


def read(path: Path) -> Document:
    """Read one YAML file. Raises ConfigError when it is missing, not UTF-8 or not YAML."""
    try:
        text = path.read_text("utf-8-sig")
    except OSError as error:
        raise ConfigError(
            f"cannot be read: {error.strerror}", "Check the path and its rights.", file=path
        ) from None
    except UnicodeDecodeError as error:
        raise ConfigError(
            f"is not UTF-8 (byte {error.start})", "Save the file as UTF-8.", file=path
        ) from None
    return parse(text, str(path))


def parse(text: str, file: str) -> Document:
    """Parse YAML text that came from `file` (only named in errors)."""
    places: dict[Path_, Place] = {}
    try:
        loader = _Loader(text)
        try:
            node = loader.get_single_node()
            data = None if node is None else _plain(loader, node, (), places, file)
        finally:
            loader.dispose()
    except yaml.MarkedYAMLError as error:
        mark = error.problem_mark or error.context_mark
        raise ConfigError(
            f"is not YAML: {error.problem or error.context}",
            "Check indentation, colons and quotes at this place.",
            file=file,
            line=mark.line + 1 if mark else None,
            column=mark.column + 1 if mark else None,
        ) from None
    except yaml.YAMLError as error:
        raise ConfigError(f"is not YAML: {error}", "Remove the character named.", file=file) from None
    return Document(file, data, places)


def _plain(
    loader: yaml.SafeLoader, node: yaml.Node, path: Path_, places: dict[Path_, Place], file: str
) -> Any:
    places.setdefault(path, (node.start_mark.line + 1, node.start_mark.column + 1))
    if isinstance(node, yaml.MappingNode):
        found: dict[str, Any] = {}
        for key_node, value_node in _flat(loader, node, file):
            key = str(loader.construct_object(key_node))
            places[(*path, key)] = (key_node.start_mark.line + 1, key_node.start_mark.column + 1)
            found[key] = _plain(loader, value_node, (*path, key), places, file)
        return found
    if isinstance(node, yaml.SequenceNode):
        return [_plain(loader, item, (*path, index), places, file) for index, item in enumerate(node.value)]
    return loader.construct_object(node)


def _flat(loader: yaml.SafeLoader, node: yaml.MappingNode, file: str) -> list[tuple[yaml.Node, yaml.Node]]:
    """The pairs of a mapping, what it merges (`<<: *params`) first, its own keys in their place."""
    own: set[str] = set()
    for key_node, _ in node.value:
        if key_node.tag == _MERGE:
            continue
        key = str(loader.construct_object(key_node))
        if key in own:
            raise ConfigError(
                f"the key {key!r} stands twice",
                "Keep one of them.",
                file=file,
                line=key_node.start_mark.line + 1,
                column=key_node.start_mark.column + 1,
            )
        own.add(key)
    loader.flatten_mapping(node)
    pairs = {str(loader.construct_object(key_node)): (key_node, value) for key_node, value in node.value}
    flat = list(pairs.values())
    node.value = flat  # the node may stand in several places (`*params`)
    return flat


def validate(model: type[Model], document: Document, path: Sequence[str | int] = ()) -> Model:
    """The part of the document at `path` as a `model`.

    Raises ConfigError for the first fault in the order of the file.
    """
    data = document.data
    for step in path:
        data = data[step]
    if data is None:
        data = {}
    try:
        return model.model_validate(data)
    except ValidationError as error:
        faults = sorted(error.errors(), key=lambda fault: document.place([*path, *_real(fault["loc"])]))
        fault = _misspelt(faults) or faults[0]
        where = [*path, *_real(fault["loc"])]
        message, remedy = _explain(model, fault)
        raise document.error(where, message, remedy) from None


def _misspelt(faults: Sequence[Any]) -> Any:
    """Where the first fault is a key that is missing: the unknown key beside it that is meant for it."""
    if faults[0]["type"] != "missing":
        return None
    *parent, key = faults[0]["loc"]
    beside = (
        fault
        for fault in faults
        if fault["type"] == "extra_forbidden"
        and list(fault["loc"][:-1]) == parent
        and difflib.get_close_matches(str(fault["loc"][-1]), [str(key)], cutoff=0.5)
    )
    return next(beside, None)


def _real(location: Sequence[str | int]) -> list[str | int]:
    """A pydantic location without the names of union branches, which do not stand in the file."""
    return [
        step
        for step in location
        if not (isinstance(step, str) and ("[" in step or step.startswith("function-")))
    ]


def _explain(model: type[BaseModel], fault: Mapping[str, Any]) -> tuple[str, str]:
    location = fault["loc"]
    name = ".".join(str(step) for step in _real(location)) or "the file"
    kind = fault["type"]
    if kind == "extra_forbidden":
        known = sorted(_keys_at(model, location[:-1]))
        key = str(location[-1])
        near = difflib.get_close_matches(key, known, n=1, cutoff=0.5)
        if near:
            return (
                f"unknown key {key!r}: did you mean {near[0]!r}?",
                f"Write {near[0]!r}, or remove the line.",
            )
        return f"unknown key {key!r}", f"Known keys here: {', '.join(known)}."
    if kind == "missing":
        return f"the key {str(location[-1])!r} is missing", f"Add {location[-1]}: …"
    message = str(fault["msg"]).removeprefix("Value error, ")
    return f"{name}: {message}", ""


def _keys_at(model: type[BaseModel], location: Sequence[str | int]) -> set[str]:
    """The keys that the model allows at this location (nested models followed by field name)."""
    here: Any = model
    for step in location:
        if (
            isinstance(step, str)
            and isinstance(here, type)
            and issubclass(here, BaseModel)
            and step in here.model_fields
        ):
            here = _model_in(here.model_fields[step].annotation) or here
    if not (isinstance(here, type) and issubclass(here, BaseModel)):
        return set()
    return {field.alias or name for name, field in here.model_fields.items()}


def _model_in(annotation: Any) -> type[BaseModel] | None:
    """The first model named inside an annotation such as `list[Rule] | None`."""
    if isinstance(annotation, type) and issubclass(annotation, BaseModel):
        return annotation
    for inner in getattr(annotation, "__args__", ()):
        found = _model_in(inner)
        if found is not None:
            return found
    return None
