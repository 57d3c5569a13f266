"""Keeps secrets from being shown: a value whose text is `***`, and the redactor for everything printed.

A secret leaves only through `reveal()`, called where it is used. The redactor is the second line of
defence, for text of others (a library's debug line, a driver's error). Never writes a secret anywhere.
"""

from __future__ import annotations

import base64
import json
import re
from collections.abc import Iterable
from typing import TYPE_CHECKING, Any, NoReturn
from urllib.parse import quote, quote_plus, unquote, urlsplit

if TYPE_CHECKING:
    from pydantic_core import CoreSchema

MASK = "***"

_SHORTEST = 4
"""A shorter value is no secret worth the name, and masking it would make every line unreadable."""

_PATTERNS: tuple[tuple[re.Pattern[str], str], ...] = (
    # xoxb-17653672481-19874698323-pdFZKVeTuE8sk7oOcHrzqqgy, xoxe.xoxp-1-Mi0y, xapp-1-A012-3456-abcdef
    (re.compile(r"\bxox[a-z](?:\.xox[a-z])?-[A-Za-z0-9-]{4,}"), MASK),
    (re.compile(r"\bxapp-[A-Za-z0-9-]{4,}"), MASK),
    # https://hooks.slack.com/services/T000/B000/XXXX, https://hooks.slack-gov.com/triggers/E1/2/abc
    (re.compile(r"(https?://hooks\.slack(?:-gov)?\.com/)[^\s\"'<>\\)]+"), rf"\1{MASK}"),
    # /services/T00000000/B00000000/XXXXXXXXXXXXXXXXXXXXXXXX, as a debug line shows a request's path
    (re.compile(r"(/services/T[A-Za-z0-9]+/B[A-Za-z0-9]+/)[A-Za-z0-9]+"), rf"\1{MASK}"),
    # postgresql://gatewatch:p@ss@db.example/gatewatch
    (re.compile(r"(://[^\s/:@\"']*:)[^\s/\"']*@"), rf"\1{MASK}@"),
    # Authorization: Bearer abc, Proxy-Authorization: Basic dTpw
    (re.compile(r"(?i)(\bauthorization['\"]?\s*[:=]\s*['\"]?(?:bearer|basic)\s+)[^\s'\"]+"), rf"\1{MASK}"),
)


class Secret:
    """A text that shows itself as `***`; `reveal()` gives it. Equal to another of the same text."""

    __slots__ = ("_value",)

    def __init__(self, value: str) -> None:
        self._value = value

    def reveal(self) -> str:
        """The text itself. Call it where it is used, and keep the result in no variable that lives on."""
        return self._value

    def __repr__(self) -> str:
        return MASK

    __str__ = __repr__

    def __format__(self, spec: str) -> str:
        return format(MASK, spec)

    def __eq__(self, other: object) -> bool:
        return self._value == other._value if isinstance(other, Secret) else NotImplemented

    def __hash__(self) -> int:
        return hash((Secret, self._value))

    def __bool__(self) -> bool:
        return bool(self._value)

    def __reduce__(self) -> NoReturn:
        raise TypeError("a secret is not pickled")

    @classmethod
    def __get_pydantic_core_schema__(cls, _source: Any, _handler: Any) -> CoreSchema:
        """For pydantic: text in, a Secret kept, `***` out; the JSON Schema is that of a text."""
        from pydantic_core import core_schema  # noqa: PLC0415  # pydantic asks, so it is there already

        return core_schema.no_info_after_validator_function(
            cls,
            core_schema.str_schema(min_length=1),
            serialization=core_schema.plain_serializer_function_ser_schema(str),
        )


class Redactor:
    """Masks every known secret, in each form it may be printed in, and what looks like one.

    Callable: text in, text out. `add` takes more secrets while it is in use.
    """

    def __init__(self, secrets: Iterable[str] = ()) -> None:
        self._forms: set[str] = set()
        self._words: set[str] = set()
        self._known: re.Pattern[str] | None = None
        self.add(secrets)

    def add(self, secrets: Iterable[str]) -> None:
        """Mask these too. For an address its password, its path and its query are masked by themselves."""
        for secret in secrets:
            self._forms.update(_forms(secret))
            self._words.update(_words(secret))
        parts = [re.escape(form) for form in sorted(self._forms, key=len, reverse=True)]
        # A password may be a word of the language (`postgres`): masked only where it stands alone.
        parts += [rf"(?<!\w){re.escape(word)}(?!\w)" for word in sorted(self._words, key=len, reverse=True)]
        self._known = re.compile("|".join(parts)) if parts else None

    def __call__(self, text: str) -> str:
        """The text without secrets."""
        if self._known is not None:
            text = self._known.sub(MASK, text)
        for pattern, replacement in _PATTERNS:
            text = pattern.sub(replacement, text)
        return text


def _forms(secret: str) -> set[str]:
    """The ways a whole secret may be printed: as it is, in JSON, as a Python literal, in an address."""
    forms = {secret, secret.strip(), json.dumps(secret)[1:-1], repr(secret)[1:-1], quote(secret, safe="")}
    return {form for form in forms if len(form) >= _SHORTEST}


def _words(secret: str) -> set[str]:
    """The parts of an address that are secret by themselves."""
    try:
        parts = urlsplit(secret)
        password, path = parts.password or "", parts.path
    except ValueError:  # not an address
        return set()
    if not parts.scheme or not parts.netloc:
        return set()
    words = {password, unquote(password), quote(unquote(password), safe=""), quote_plus(unquote(password))}
    if password:
        pair = f"{unquote(parts.username or '')}:{unquote(password)}"
        words.add(base64.b64encode(pair.encode()).decode())
    elif parts.scheme in {"http", "https"} and len(path) > 8:
        words |= {path, path.lstrip("/"), path.rsplit("/", 1)[-1]} | ({parts.query} if parts.query else set())
    return {word for word in words if len(word) >= _SHORTEST}
