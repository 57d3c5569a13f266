"""Reads rule files, merges them in order and compiles the rules.

A fault is a ConfigError with its place, raised before any text is judged. Never judges a text.
"""

from __future__ import annotations

import difflib
import hashlib
import json
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field
from importlib import resources
from pathlib import Path
from typing import Any

from crawlers.errors import ConfigError
from crawlers.strict import Document, read, validate
from pipelines.classify.compile import Library, Place
from pipelines.classify.country import Compass
from pipelines.classify.fold import let_go
from pipelines.classify.judging import Ruling
from pipelines.classify.language import Countries, Rule, TermSet
from pipelines.classify.nodes import AnyOf, Node
from pipelines.classify.rules import Rules

BUILTIN = "builtin"
_KEYS = ("terms", "concepts", "countries", "rules")
_LANGUAGE_VERSION = 1
"""Goes into every rule's text: a change of what the language means changes the hashes."""


def load_rules(files: Iterable[Path | str], more: Iterable[Document] = ()) -> Rules:
    """Load rules from files in order; "builtin" stands for the shipped ones, `*` for a pattern.

    `more` comes after them. Raises ConfigError with file, line and column for the first fault found.
    """
    loader = _Loader()
    for path in _expand(files):
        loader.take(read(path))
    for document in more:
        loader.take(document)
    rules = loader.finish()
    let_go()
    return rules


def reload(current: Rules, files: Iterable[Path | str]) -> tuple[Rules, ConfigError | None]:
    """The rules as the files now have them; where those are wrong the current ones, and what is wrong."""
    try:
        return load_rules(files), None
    except ConfigError as fault:
        return current, fault


def _expand(files: Iterable[Path | str]) -> Iterator[Path]:
    for file in files:
        if file == BUILTIN:
            shipped = resources.files("pipelines") / "rules"
            yield from sorted(Path(str(entry)) for entry in shipped.iterdir() if entry.name.endswith(".yaml"))
        elif any(sign in str(file) for sign in "*?["):
            yield from sorted(_matching(Path(file)))
        else:
            yield Path(file)


def _matching(pattern: Path) -> Iterator[Path]:
    """The files of a pattern whose last parts may hold `*`: rules/*.yaml."""
    parts = pattern.parts
    first = next(index for index, part in enumerate(parts) if any(sign in part for sign in "*?["))
    return Path(*parts[:first]).glob(str(Path(*parts[first:])))


@dataclass(slots=True)
class _Draft:
    """A rule as the files so far have it: its keys, and the place of each."""

    given: dict[str, Any] = field(default_factory=dict)
    places: dict[str, Place] = field(default_factory=dict)
    also: list[tuple[Any, Place]] = field(default_factory=list)


class _Loader:
    """Merges files in order."""

    def __init__(self) -> None:
        self.library = Library()
        self.countries: tuple[Countries, Place] | None = None
        self.drafts: dict[str, _Draft] = {}

    def take(self, document: Document) -> None:
        """Merge one file."""
        data = document.data
        if data is None:
            return
        top = Place(document, ())
        if not isinstance(data, dict):
            top.fail("is not a rule file", "Begin with rules:.")
        for key in data:
            if key not in _KEYS:
                top.at(key).fail(f"unknown key {key!r}", f"Known keys here: {', '.join(_KEYS)}.")
        for section in ("terms", "concepts"):
            if not isinstance(data.get(section) or {}, dict):
                top.at(section).fail(
                    f"{section} is not a mapping of names", f"Write {section}: {{name: ...}}."
                )
        for name, value in (data.get("terms") or {}).items():
            place = top.at("terms", name)
            model = (
                TermSet(words=value) if isinstance(value, list) else validate(TermSet, document, place.path)
            )
            self.library.add_set(name, model, place)
        for name, value in (data.get("concepts") or {}).items():
            self.library.add_concept(name, value, top.at("concepts", name))
        if data.get("countries"):
            self.countries = validate(Countries, document, ["countries"]), top.at("countries")
        self._take_rules(data.get("rules") or [], top.at("rules"))

    def _take_rules(self, listed: Any, top: Place) -> None:
        if not isinstance(listed, list):
            top.fail("rules is not a list", "Write each rule as - id: name.")
        seen: set[str] = set()
        for index in range(len(listed)):
            place = top.at(index)
            rule = validate(Rule, place.document, place.path)
            if rule.id in seen:
                place.at("id").fail(f"the rule {rule.id!r} stands twice in this file", "Give one another id.")
            seen.add(rule.id)
            self._take_rule(rule, place)

    def _take_rule(self, rule: Rule, place: Place) -> None:
        given = rule.model_fields_set
        if "words" in given and "match" in given:
            place.at("words").fail(
                "a rule has words or match, not both", "Put the words into match as {words: [...]}."
            )
        draft = self.drafts.get(rule.id)
        whole = "words" in given or "match" in given
        if draft is None:
            if not whole:
                known = ", ".join(sorted(self.drafts)[:60])
                message = f"no rule {rule.id!r} to change, and no words or match to make one"
                place.at("id").fail(
                    message, _nearest_id(rule.id, self.drafts) or f"Add words: [...]. Known: {known}"
                )
            draft = self.drafts[rule.id] = _Draft()
        if whole:
            draft.also.clear()
            for key in ("words", "match"):
                draft.given.pop(key, None)
        for key in given:
            if key == "also":
                draft.also.append((rule.also, place.at("also")))
            else:
                draft.given[key] = getattr(rule, key)
                draft.places[key] = place.at(key)
        draft.places.setdefault("id", place.at("id"))

    def finish(self) -> Rules:
        """Compile what was merged."""
        compass = None
        if self.countries:
            model, place = self.countries
            home, _ = self.library.expression(model.home, place.at("home"), label="home")
            foreign, _ = self.library.expression(model.foreign, place.at("foreign"), label="abroad")
            compass = Compass(home, foreign)
        rulings = [self._compile(draft, compass) for draft in self.drafts.values()]
        # Names nobody uses are read too: a fault in them would show only when someone does.
        for name, place in self.library.names():
            self.library.node(name, place)
        return Rules(rulings, self.library.automaton(), compass)

    def _compile(self, draft: _Draft, compass: Compass | None) -> Ruling:
        rule = Rule.model_validate(draft.given)
        key = "words" if "words" in draft.given else "match"
        place = draft.places[key]
        value = {"words": rule.words, "form": rule.form} if key == "words" else rule.match
        try:
            node, described = self.library.expression(
                value, Place(place.document, place.path[:-1]) if key == "words" else place
            )
            extra: tuple[Node, ...] = ()
            if draft.also:
                more = [self.library.expression(value, where) for value, where in draft.also]
                extra = tuple(found for found, _ in more)
                node = AnyOf(node.label, (node, *extra))
                described = {"any": [described, *(text for _, text in more)]}
            unless = [
                self.library.expression(item, draft.places["unless"].at(index))
                for index, item in enumerate(rule.unless)
            ]
            about: Node | None = None
            subject = None
            if rule.about is not None:
                main, subject = self.library.expression(rule.about, draft.places["about"])
                # What a later file adds to a rule is a subject of its own.
                about = AnyOf("its subject", (main, *extra))
        except RecursionError:
            place.fail("the expression is nested too deep", "Give its parts names under concepts.")
        if rule.country != "any" and compass is None:
            draft.places["country"].fail(
                "no countries are declared", "Add countries: {home: [...], foreign: [...]}."
            )
        canonical = rule.model_dump(
            exclude={"words", "match", "also", "unless", "about", "should", "should_not", "form"}
        )
        canonical |= {
            "match": described,
            "unless": [text for _, text in unless],
            "about": subject,
            "language": _LANGUAGE_VERSION,
        }
        text = json.dumps(canonical, ensure_ascii=False, sort_keys=True, separators=(",", ":"))
        where = draft.places["id"]
        return Ruling(
            rule=rule,
            node=node,
            unless=tuple(node for node, _ in unless),
            about=about,
            masks=node.masks(),
            text=text,
            hash=hashlib.sha256(text.encode()).hexdigest(),
            file=where.document.file,
            line=where.document.place(where.path)[0],
        )


def _nearest_id(wanted: str, known: Iterable[str]) -> str:
    near = difflib.get_close_matches(wanted, list(known), n=1, cutoff=0.5)
    return f"Did you mean {near[0]!r}?" if near else ""
