"""The two languages in which a source says where things stand: CSS and JMESPath, compiled once.

JMESPath has two functions of ours: `json(x)` reads JSON in a string (and leaves all else as it is, or
null where it is none), `having(x, 'key')` gives the objects that have the key, however deep. Both take
whatever a site sends; neither raises. Never sees a page.
"""

from __future__ import annotations

import difflib
import json
from collections.abc import Callable
from functools import cache
from typing import Any

import jmespath
import soupsieve
from jmespath import functions
from jmespath.exceptions import JMESPathError

_LONGEST = 2000
"""Characters of an expression: nobody writes more, and both compilers are recursive."""

_MOST = 200_000
"""Values that `having` looks at."""


@cache
def css(text: str) -> soupsieve.SoupSieve:
    """The compiled CSS selector. Raises ValueError, saying where it is wrong."""
    try:
        return soupsieve.compile(_short(text))
    except (soupsieve.SelectorSyntaxError, RecursionError) as error:
        raise ValueError(f"{text[:80]!r} is no CSS selector ({_first(error)})") from None


@cache
def jmes(text: str) -> Callable[[Any], Any]:
    """The compiled JMESPath expression: data in, data out, null for what fits none of its types.

    Raises ValueError, saying where it is wrong.
    """
    try:
        compiled = jmespath.compile(_short(text))
        _check_calls(compiled.parsed)
    except (JMESPathError, RecursionError) as error:
        raise ValueError(f"{text[:80]!r} is no JMESPath expression ({_first(error)})") from None

    def search(data: Any) -> Any:
        try:
            return compiled.search(data, _OPTIONS)
        except (JMESPathError, RecursionError, TypeError, ValueError, ArithmeticError):
            return None  # a function was given what it does not take: the row has no such value

    return search


def _check_calls(node: Any) -> None:
    """Raises ValueError for a function that is not there: JMESPath itself finds out when it is called."""
    waiting = [node]
    while waiting:
        node = waiting.pop()
        if node["type"] == "function_expression":
            _check_call(node["value"], len(node["children"]))
        waiting.extend(child for child in node["children"] if isinstance(child, dict))


def _check_call(name: str, arguments: int) -> None:
    known = _Functions.FUNCTION_TABLE.get(name)
    if known is None:
        near = difflib.get_close_matches(name, _Functions.FUNCTION_TABLE, n=1)
        hint = f": did you mean {near[0]}()?" if near else ""
        raise ValueError(f"there is no function {name}(){hint}")
    wanted = known["signature"]
    variadic = bool(wanted) and wanted[-1].get("variadic", False)
    if arguments < len(wanted) or (arguments > len(wanted) and not variadic):
        raise ValueError(f"{name}() takes {len(wanted)} arguments and is given {arguments}")


def _short(text: str) -> str:
    if len(text) > _LONGEST:
        raise ValueError(f"an expression of {len(text)} characters is not read")
    return text


def _first(error: BaseException) -> str:
    return (str(error).splitlines() or ["nested too deep"])[0].rstrip(":. ") or "nested too deep"


class _Functions(functions.Functions):  # type: ignore[misc]
    """JMESPath's own functions, and ours."""

    @functions.signature({"types": []})  # type: ignore[untyped-decorator]
    def _func_json(self, value: Any) -> Any:
        if not isinstance(value, str):
            return value
        try:
            return json.loads(value)
        except (ValueError, RecursionError):
            return None

    @functions.signature({"types": []}, {"types": ["string"]})  # type: ignore[untyped-decorator]
    def _func_having(self, value: Any, key: str) -> list[dict[str, Any]]:
        found: list[dict[str, Any]] = []
        waiting, seen = [value], 0
        while waiting and seen < _MOST:
            node = waiting.pop()
            seen += 1
            if isinstance(node, dict):
                if key in node:
                    found.append(node)
                waiting.extend(reversed(node.values()))
            elif isinstance(node, list):
                waiting.extend(reversed(node))
        return found


_OPTIONS = jmespath.Options(custom_functions=_Functions())
