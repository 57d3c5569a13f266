"""What is kept of who pressed: a name, a pseudonym, or nothing. Pure.

A pseudonym is a keyed hash of Slack's id: the same person has the same one in one store, and without the
store's key nobody can tell who it is.
"""

from __future__ import annotations

import hashlib
import hmac
import re
import secrets
from collections.abc import Collection
from typing import Literal

from alerts.answers.buttons import Person
from alerts.wording.inert import clean

People = Literal["names", "pseudonyms", "none"]
SOMEBODY = "somebody"
KEY = "people_key"
"""The name of the store's fact that holds the key of pseudonyms."""

# "U012ABCDE", "W3XY": an id of Slack's, as against a name
_ID = re.compile(r"[UW](?=[A-Z]*\d)[A-Z0-9]{2,30}")


def is_id(given: str) -> bool:
    """Whether this is an id of Slack's, which nobody else can take, and no name."""
    return _ID.fullmatch(given) is not None


def new_key() -> str:
    """A key for a store's pseudonyms."""
    return secrets.token_hex(32)


def kept(person: Person, people: People, key: str) -> str:
    """How a person is called in the events, in messages and on the command line."""
    if people == "none":
        return SOMEBODY
    if people == "pseudonyms":
        digest = hmac.new(bytes.fromhex(key), person.id.encode(), hashlib.sha256).hexdigest()
        return f"person-{digest[:10]}"
    return clean(person.name, 80) or person.id


def may_judge(person: Person, judges: Collection[str]) -> bool:
    """Whether this person is one of the judges, by id or name; without any, everybody is.

    Whoever takes somebody's id for a name is not taken for them.
    """
    given = {one.strip().lstrip("@") for one in judges}
    names = {one.casefold() for one in given if not is_id(one)} - {""}
    return not given or person.id in given or person.name.casefold() in names
