"""How the kinds `listing` and `json_list` read a list, as data: selectors, further pages, a looked-up value.

CSS for `listing`, JMESPath for `json_list`. Checks at load that each can be read, with its place in the
file; never reads a list.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from functools import cached_property
from typing import Annotated, Any, Protocol
from urllib.parse import urlsplit

from pydantic import AfterValidator, BaseModel, ConfigDict, Field

from crawlers.parse.expressions import css, jmes
from crawlers.strict import Document

_JSON_ONLY = ("text", "publisher", "files", "guid")
_NEEDED = {"listing": ("row",), "json_list": ("row", "link", "title")}


def web_address(value: str) -> str:
    """The address, where it is one that may stand in a source. Raises ValueError."""
    parts = urlsplit(value)
    if parts.scheme not in {"http", "https"} or not parts.hostname:
        raise ValueError(f"{value!r} is not an http or https address")
    if parts.username or parts.password:
        raise ValueError("an address must not carry a password")
    return value


class Selectors(BaseModel):
    """Where a list keeps its rows, and a row its parts: CSS (`listing`) or JMESPath (`json_list`)."""

    model_config = ConfigDict(extra="forbid", frozen=True)

    row: Annotated[str, Field(description="the rows; everything else is looked for inside a row")] = ""
    link: Annotated[
        str, Field(description="the article's address; a listing's default is the row's link")
    ] = ""
    title: str = ""
    date: str = ""
    next: Annotated[str, Field(description="the link to the next page, in the whole answer")] = ""
    summary: str = ""
    number: Annotated[str, Field(description="the document number (文号)")] = ""
    issuer: Annotated[str, Field(description="who issued the document (发文机关)")] = ""
    publisher: Annotated[str, Field(description="json_list: who wrote it, where that is not the source")] = ""
    text: Annotated[str, Field(description="json_list: the whole text; then no page is fetched")] = ""
    files: Annotated[str, Field(description="json_list: the attachments, as [{name, url}]")] = ""
    guid: Annotated[str, Field(description="json_list: the row's own id")] = ""

    @cached_property
    def given(self) -> dict[str, str]:
        """Those that are given, by name."""
        return {name: text for name, text in self.model_dump().items() if text}


class Pages(BaseModel):
    """How further pages are asked for: by a parameter, or by an address with `{page}` in it."""

    model_config = ConfigDict(extra="forbid", frozen=True)

    param: Annotated[str, Field(description="the one of params, form or body that names the page")] = ""
    url: Annotated[str, Field(description="relative to the list: index_{page}.html")] = ""
    second: Annotated[int, Field(ge=0, description="how the second page is numbered")] = 2
    step: Annotated[int, Field(ge=1, description="1 for page numbers, the page's size for offsets")] = 1

    def number(self, page: int) -> int:
        """How the site numbers this page; the second page is 2."""
        return self.second + (page - 2) * self.step


class Resolve(BaseModel):
    """A parameter whose value the site itself names; where it does not answer, the given one stands."""

    model_config = ConfigDict(extra="forbid", frozen=True)

    param: Annotated[str, Field(description="the one of params, form or body that is looked up")]
    url: Annotated[str, Field(description="the JSON that names it"), AfterValidator(web_address)]
    value: Annotated[str, Field(description="JMESPath to the value")]


class Described(Protocol):
    """What is checked: a `Source`, as far as it says how its list is read."""

    kind: Any
    method: Any
    selectors: Selectors
    pages: Pages | None
    resolve: Resolve | None
    params: dict[str, str]
    form: dict[str, str]
    body: dict[str, Any]
    article: Any


def check(source: Described, document: Document) -> None:
    """Raises ConfigError, with the place in the file, for the first thing that cannot work."""
    for path, message, remedy in _faults(source):
        raise document.error(path, message, remedy)


_Fault = tuple[tuple[str, ...], str, str]


def _faults(source: Described) -> Iterator[_Fault]:
    given = source.selectors.given
    for name in _NEEDED.get(source.kind, ()):
        if name not in given:
            yield ("selectors",), f"a {source.kind} needs selectors.{name}", f"Add selectors: {{{name}: …}}."
    for name in given:
        if source.kind not in _NEEDED:
            yield ("selectors", name), f"a {source.kind} finds its rows itself", "Remove selectors:."
        if source.kind == "listing" and name in _JSON_ONLY:
            yield ("selectors", name), f"a listing has no selectors.{name}", "Name its place in article:."
    yield from _unreadable(source, given)
    yield from _misplaced(source)


def _unreadable(source: Described, given: Mapping[str, str]) -> Iterator[_Fault]:
    reading = jmes if source.kind == "json_list" else css
    places = [(("selectors", name), text, reading) for name, text in given.items()]
    if source.resolve:
        places.append((("resolve", "value"), source.resolve.value, jmes))
    places += [
        (("article", name), text, css)
        for name, text in source.article.model_dump().items()
        if text and isinstance(text, str)
    ]
    for path, text, compiled in places:
        try:
            compiled(text)
        except ValueError as error:
            yield path, f"{'.'.join(path)}: {error}", "Correct the expression."


def _misplaced(source: Described) -> Iterator[_Fault]:
    for name in ("form", "body"):
        if getattr(source, name) and source.method != "POST":
            yield (name,), f"{name}: is sent with method: POST only", "Add method: POST."
    if source.form and source.body:
        yield ("body",), "a request has a form or a body, not both", "Remove one of them."
    known = {**source.params, **source.form, **source.body}
    if source.resolve and source.resolve.param not in known:
        yield (
            ("resolve", "param"),
            _nowhere(source.resolve.param),
            "Add it there, with a value to fall back on.",
        )
    pages = source.pages
    if pages is None:
        return
    if bool(pages.param) == bool(pages.url):
        yield ("pages",), "pages: needs param: or url:, and not both", "Name the parameter or the address."
    if pages.param and pages.param not in known:
        yield ("pages", "param"), _nowhere(pages.param), "Add it there, with the first page's value."
    if pages.url and "{page}" not in pages.url:
        yield ("pages", "url"), f"{pages.url!r} holds no {{page}}", "Write for example index_{page}.html."


def _nowhere(name: str) -> str:
    return f"{name!r} stands in none of params, form and body"
