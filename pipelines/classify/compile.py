"""From rule files to nodes: resolves names, reads expressions, says where a file is wrong.

Files are merged in order; a later one adds to sets, replaces concepts and changes rules by id. Every
complaint is a ConfigError with file, line, column and a hint. Never judges a text.
"""

from __future__ import annotations

import difflib
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any, NoReturn

from crawlers.strict import Document
from pipelines.classify.engine import Automaton, Word
from pipelines.classify.language import FIELDS, Form, TermSet
from pipelines.classify.layout import LINK_HEADS
from pipelines.classify.nodes import AllOf, AnyOf, AtLeast, Node, Terms
from pipelines.classify.words import spellings

Path = tuple[str | int, ...]
DIVISIONS = ("sentence", "paragraph", "passage")
_HEADS = ("all", "any", "words", "set")
_KEYS = (*_HEADS, "none", "near", "within", "in", "at_least", "ordered", "form", "gloss")
_DEEPEST = 12


@dataclass(frozen=True, slots=True)
class Place:
    """Where in which file something stands."""

    document: Document
    path: Path

    def at(self, *steps: str | int) -> Place:
        """A place below this one."""
        return Place(self.document, (*self.path, *steps))

    def fail(self, message: str, remedy: str) -> NoReturn:
        """Raise a ConfigError that names this place."""
        raise self.document.error(self.path, message, remedy) from None


@dataclass(slots=True)
class SetDraft:
    """A set of terms as the files so far have it."""

    gloss: str
    form: Form
    place: Place
    words: dict[str, tuple[str, Form, Place]] = field(default_factory=dict)
    hidden: dict[str, Place] = field(default_factory=dict)


class Library:
    """The sets and concepts of all files, and the nodes made of them so far."""

    def __init__(self) -> None:
        self.drafts: dict[str, SetDraft] = {}
        self.concepts: dict[str, tuple[Any, Place]] = {}
        self._sets: dict[str, int] = {}
        self._named: dict[str, tuple[Node, Any]] = {}
        self._open: list[str] = []
        self._words: list[Word] = []
        self._hides: dict[int, int] = {}
        self._count = 0

    def add_set(self, name: str, model: TermSet, place: Place) -> None:
        """Take a file's word on a set: the whole of it (`words`), or what it adds and removes."""
        draft = self.drafts.get(name)
        if model.words is None and model.add is None and draft is None:
            place.fail(f"the set {name!r} has no words", "Add words: [...].")
        if draft is None or model.words is not None:
            draft = self.drafts[name] = SetDraft(model.gloss, model.form, place)
        for key, listed in (("words", model.words), ("add", model.add)):
            if listed is not None:
                draft.words.update(read_words(listed, model.form, place.at(key)))
        for index, word in enumerate(model.remove):
            if draft.words.pop(word, None) is None:
                place.at("remove", index).fail(
                    f"the set {name!r} has no word {word!r}", _near(word, draft.words)
                )
        draft.hidden.update({word: place.at("except", index) for index, word in enumerate(model.hidden)})

    def add_concept(self, name: str, value: Any, place: Place) -> None:
        """Take a file's word on a concept; the last file's counts."""
        if name in self.drafts:
            place.fail(f"{name!r} is a set of terms already", "Take another name.")
        self.concepts[name] = (value, place)

    def names(self) -> list[tuple[str, Place]]:
        """Every set and concept with its place."""
        concepts = [(name, place) for name, (_, place) in self.concepts.items()]
        return [(name, draft.place) for name, draft in self.drafts.items()] + concepts

    def node(self, name: str, place: Place) -> tuple[Node, Any]:
        """The node of a named set or concept, and its full description. Made on first use."""
        known = self._named.get(name)
        if known is not None:
            return known
        if name in self._open:
            place.fail(
                f"{name!r} is made of itself ({' -> '.join([*self._open, name])})", "Break the circle."
            )
        if name in self.drafts:
            made = self._set_node(name, self.drafts[name])
        elif name in self.concepts:
            value, where = self.concepts[name]
            self._open.append(name)
            node, described = self.expression(value, where, label=name)
            self._open.pop()
            made = node, {name: described}
        else:
            known_names = [*self.drafts, *self.concepts]
            place.fail(
                f"no set or concept {name!r}",
                _near(name, known_names, "Literal words go into {words: [...]}."),
            )
        self._named[name] = made
        return made

    def expression(self, value: Any, place: Place, *, label: str = "") -> tuple[Node, Any]:
        """The node of an expression: a name, a list (any of it) or a mapping, and its full description."""
        if len(self._open) > _DEEPEST or len(place.path) > 3 * _DEEPEST:
            place.fail("the expression is nested too deep", "Give its parts names under concepts.")
        if isinstance(value, str):
            return self.node(value, place)
        if isinstance(value, list):
            return self._any(value, place, label)
        if not isinstance(value, Mapping):
            place.fail(f"{value!r} is not an expression", "Write a name, a list of names, or {all: [...]}.")
        for key in value:
            if key not in _KEYS:
                place.at(key).fail(
                    f"unknown key {key!r}", _near(key, _KEYS, f"Known keys here: {', '.join(_KEYS)}.")
                )
        heads = [key for key in _HEADS if key in value]
        if len(heads) != 1:
            place.fail("an expression has exactly one of all, any, words, set", f"It has {len(heads)}.")
        return self._mapping(heads[0], value, place, label or str(value.get("gloss", "")))

    def _mapping(self, head: str, value: Mapping[str, Any], place: Place, label: str) -> tuple[Node, Any]:
        near = _number(value, "near", place, 0)
        count = _number(value, "at_least", place, 1)
        within = value.get("within", "passage")
        if within not in DIVISIONS:
            place.at("within").fail(f"no division {within!r}", f"Divisions are {', '.join(DIVISIONS)}.")
        fields = _fields(value, place)
        for key, needs in (("none", "all"), ("ordered", "all"), ("form", "words")):
            if key in value and head != needs:
                place.at(key).fail(
                    f"{key} goes with {needs}, not with {head}", f"Put it into an expression with {needs}."
                )
        node: Node
        if head == "words":
            index, described = self._add_words(
                read_words(value["words"], value.get("form", "exact"), place.at("words")), label
            )
            node = Terms(label or _listed(described), index)
        elif head == "set":
            node, described = self.expression(value["set"], place.at("set"))
        elif head == "any":
            node, described = self._any(value["any"], place.at("any"), label)
        else:
            node, described = self._all(value, place, label, near, within)
        if count > 1:
            node = AtLeast(f"{count} of {node.label}", node, count, near, within)
        if fields:
            node = (
                Terms(node.label, node.index, fields)
                if isinstance(node, Terms)
                else AnyOf(node.label, (node,), fields)
            )
        options = {key: value[key] for key in ("near", "within", "in", "at_least", "ordered") if key in value}
        return node, {head: described, **options} if options else {head: described}

    def _all(
        self, value: Mapping[str, Any], place: Place, label: str, near: int, within: Any
    ) -> tuple[Node, Any]:
        nodes, described = self._several(value["all"], place.at("all"))
        none: tuple[Node, ...] = ()
        if "none" in value:
            none, without = self._several(value["none"], place.at("none"))
            described = [*described, {"none": without}]
        ordered = value.get("ordered", False)
        if not isinstance(ordered, bool):
            place.at("ordered").fail("ordered is true or false", "Write ordered: true.")
        label = label or " + ".join(node.label for node in nodes)
        return AllOf(label, nodes, none, near, within, ordered), described

    def _any(self, value: Any, place: Place, label: str) -> tuple[Node, Any]:
        nodes, described = self._several(value, place)
        if len(nodes) == 1:
            return nodes[0], described
        return AnyOf(label or " / ".join(node.label for node in nodes), nodes), described

    def _several(self, value: Any, place: Place) -> tuple[tuple[Node, ...], list[Any]]:
        if isinstance(value, str):
            value = [value]
        if not isinstance(value, list) or not value:
            place.fail("a list of names or expressions is missing here", "Write [name, name].")
        pairs = [self.expression(item, place.at(index)) for index, item in enumerate(value)]
        return tuple(node for node, _ in pairs), [described for _, described in pairs]

    def _set_node(self, name: str, draft: SetDraft) -> tuple[Node, Any]:
        index, described = self._add_words(draft.words, draft.gloss)
        if draft.hidden:
            hides = {word: ("", "exact", place) for word, place in draft.hidden.items()}
            self._hides[index], _ = self._add_words(hides, "")  # type: ignore[arg-type]
            described = [*described, {"except": sorted(draft.hidden)}]
        return Terms(draft.gloss or name, index), {name: described}

    def _add_words(self, words: Mapping[str, tuple[str, Form, Place]], gloss: str) -> tuple[int, list[Any]]:
        index = self._count
        self._count += 1
        for term, (own, form, place) in words.items():
            meaning = len(self._words)
            try:
                for text, open_end in dict(spellings(term, form)).items():
                    self._words.append(Word(text, index, term, own or gloss, meaning, open_end))
            except ValueError as error:
                place.fail(str(error), "Write the word itself, at least one letter of it.")
        return index, [
            [term, form] if form != "exact" else term for term, (_, form, _) in sorted(words.items())
        ]

    def automaton(self) -> Automaton:
        """The automaton of all words that any node uses."""
        links = self._count
        heads = [Word(head, links, head, "", 0, open_end=True) for head in LINK_HEADS]
        return Automaton([*self._words, *heads], self._hides, links)


def read_words(listed: Any, form: Any, place: Place) -> dict[str, tuple[str, Form, Place]]:
    """The words of a list or of a mapping to glosses; items of a list may be `word: gloss` too."""
    if form not in ("exact", "noun", "verb", "stem"):
        place.fail(f"no word form {form!r}", "Forms are exact, noun, verb, stem.")
    found: dict[str, tuple[str, Form, Place]] = {}
    if not isinstance(listed, (list, Mapping)) or not listed:
        place.fail("a list of words is missing here", "Write words: [one, two].")
    items: Iterable[tuple[Any, Any, Place]]
    if isinstance(listed, Mapping):
        items = [(word, gloss, place.at(word)) for word, gloss in listed.items()]
    else:
        items = [
            (*next(iter(item.items())), place.at(index))
            if isinstance(item, Mapping) and len(item) == 1
            else (item, "", place.at(index))
            for index, item in enumerate(listed)
        ]
    for word, gloss, where in items:
        if not isinstance(word, str) or not word.strip():
            where.fail(f"{word!r} is not a word", "Quote it if YAML takes it for something else.")
        if gloss is not None and not isinstance(gloss, str):
            where.fail(f"the gloss of {word!r} is not text", "Quote it.")
        if word in found:
            where.fail(f"the word {word!r} stands twice", "Keep one of them.")
        found[word] = (gloss or "", form, where)
    return found


def _number(value: Mapping[str, Any], key: str, place: Place, default: int) -> int:
    number = value.get(key, default)
    if (
        isinstance(number, bool)
        or not isinstance(number, int)
        or not 0 <= number <= 10_000
        or (key in value and not number)
    ):
        place.at(key).fail(f"{key} is a number from 1 to 10000, not {number!r}", f"Write {key}: 40.")
    return number


def _fields(value: Mapping[str, Any], place: Place) -> tuple[str, ...]:
    named = value.get("in", [])
    fields = [named] if isinstance(named, str) else named
    if not isinstance(fields, list) or any(name not in FIELDS for name in fields):
        place.at("in").fail(f"no field {named!r}", f"Fields are {', '.join(FIELDS)}.")
    return tuple(fields)


def _listed(described: Sequence[Any]) -> str:
    shown = [str(item[0] if isinstance(item, list) else item) for item in described[:3]]
    return " / ".join(shown) + (" …" if len(described) > 3 else "")


def _near(word: str, known: Iterable[str], otherwise: str = "") -> str:
    near = difflib.get_close_matches(word, list(known), n=1, cutoff=0.5)
    return f"Did you mean {near[0]!r}?" if near else otherwise or "Check the name."
