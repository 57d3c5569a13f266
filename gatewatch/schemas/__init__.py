"""The JSON Schemas: of every file that people write, and of every `--json` output.

Those of files come from the models that read them, so that they cannot differ; those of outputs are
written by hand in this folder, and a test holds every output against its own. Never validates anything.
"""

from __future__ import annotations

import json
from importlib import resources
from typing import Any

from gatewatch.schemas import files

FILES: tuple[str, ...] = ("config", "sources", "rules")

OUTPUTS: tuple[str, ...] = (
    "alerts-list",
    "archive-list",
    "archive-replay",
    "archive-verify",
    "classify",
    "db-status",
    "doctor",
    "export-jsonl",
    "matters-judgements",
    "matters-list",
    "matters-review",
    "matters-show",
    "matters-silences",
    "rules-check",
    "rules-explain",
    "rules-list",
    "rules-replay",
    "rules-suggest",
    "rules-test",
    "search",
    "sources-check",
    "sources-coverage",
    "sources-health",
    "sources-list",
    "sources-show",
    "why",
)
"""Each a file here, named after its command."""

_DRAFT = "https://json-schema.org/draft/2020-12/schema"


def schema(name: str) -> dict[str, Any]:
    """The schema of this name (one of FILES and OUTPUTS). Raises KeyError for any other."""
    if name in FILES:
        made: dict[str, Any] = getattr(files, name)()
        return {"$schema": _DRAFT} | made
    if name not in OUTPUTS:
        raise KeyError(name)
    text = (resources.files(__name__) / f"{name}.schema.json").read_text("utf-8")
    found: dict[str, Any] = json.loads(text)
    return found
