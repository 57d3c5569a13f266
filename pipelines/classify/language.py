"""The shape of a rule file: which keys it may have and what each takes.

    terms:                      # sets of words that mean one thing here
      circumvention:
        gloss: getting round the firewall
        words: {翻墙: climb the wall, VPN: virtual private network}
        form: noun              # noun, verb: Latin words also in their forms; stem: any ending; exact
        except: [翻墙入室]       # longer words in which it means something else
    concepts:                   # named expressions
      seller-caught: {all: [police, [circumvention, proxy-tool]], near: 60}
    rules:
      - id: vpn-seller-caught
        match: seller-caught    # or words: [...], the simplest rule

`yields: true` makes a rule the last resort: it is silent where another rule is told. `silent: true` keeps a
match and tells nobody. A later file extends by name: `add` words to a set, give a rule's id again with
only what changes.
Expressions (all, any, none, words, near, within, in, at_least, ordered) are read by `compile`. Never
reads a file itself.
"""

from __future__ import annotations

from typing import Annotated, Any, Literal

from pydantic import BaseModel, ConfigDict, Field, field_validator

from pipelines.match import TOPICS, Severity

Form = Literal["exact", "noun", "verb", "stem"]
FIELDS = ("title", "lead", "body")
TIERS = ("regulator", "government", "state-media", "press", "trade", "civil", "law-firm", "vendor")

Text = Annotated[str, Field(min_length=1)]


def one_or_more(value: object) -> object:
    """A single text stands for a list of one."""
    return [value] if isinstance(value, str) else value


class _Strict(BaseModel):
    model_config = ConfigDict(extra="forbid", frozen=True, strict=True)


class TermSet(_Strict):
    """A set of words: a list, or a mapping of word to gloss (empty: the set's own)."""

    gloss: str = ""
    words: list[Any] | dict[str, str | None] | None = None
    add: list[Any] | dict[str, str | None] | None = None
    remove: list[Text] = []
    form: Form = "exact"
    hidden: list[Text] = Field(default=[], alias="except")


class Countries(_Strict):
    """The sets that name the country watched, and those that name others."""

    home: list[Text]
    foreign: list[Text]


class Case(_Strict):
    """A text on which a rule should, or should not, fire."""

    title: str = ""
    text: str = ""
    tier: str = "press"
    lang: str = ""
    source: str = ""


class Rule(_Strict):
    """A rule, or, for an id that an earlier file has, what changes about it."""

    id: Text
    gloss: str = ""
    topic: str = "analysis"
    severity: Severity = "medium"
    words: list[Any] | dict[str, str | None] | None = None
    form: Form = "exact"
    match: Any = None
    also: Any = None
    unless: list[Any] = []
    about: Any = None
    country: Literal["home", "named", "foreign", "any"] = "any"
    tier: list[str] = []
    lang: list[str] = []
    source: list[str] = []
    silent: bool = False
    yields: bool = False
    enabled: bool = True
    should: list[Case] = []
    should_not: list[Case] = []

    @field_validator("unless", "tier", "lang", "source", mode="before")
    @classmethod
    def _listed(cls, value: object) -> object:
        return one_or_more(value)

    @field_validator("should", "should_not", mode="before")
    @classmethod
    def _cases(cls, value: object) -> object:
        if isinstance(value, list):
            return [{"text": item} if isinstance(item, str) else item for item in value]
        return value

    @field_validator("topic")
    @classmethod
    def _known_topic(cls, value: str) -> str:
        if value not in TOPICS:
            raise ValueError(f"no topic {value!r}; topics are {', '.join(TOPICS)}")
        return value

    @field_validator("tier")
    @classmethod
    def _known_tiers(cls, value: list[str]) -> list[str]:
        for tier in value:
            if tier not in TIERS:
                raise ValueError(f"no tier {tier!r}; tiers are {', '.join(TIERS)}")
        return value

    @field_validator("id")
    @classmethod
    def _plain_id(cls, value: str) -> str:
        if not all(sign.isalnum() or sign in "-_." for sign in value):
            raise ValueError(f"an id has letters, digits, - _ . only, not {value!r}")
        return value
