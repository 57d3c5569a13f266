"""The lines of YAML that a new source is: written from a mapping, in the order of the shipped catalogue.

Writes a file only where there is none, and only one that loads beside the rest. Never fetches.
"""

from __future__ import annotations

import re
import tempfile
from collections.abc import Collection, Iterable, Mapping
from contextlib import suppress
from pathlib import Path
from typing import Any
from urllib.parse import urlsplit

import yaml

from crawlers.errors import ConfigError
from crawlers.fetch.guard import literal
from crawlers.source import BUILTIN, Source, builtin_files, load_catalogue
from gatewatch.config import Settings

_ORDER = ("id", "name", "kind", "url", "authority", "tier", "lang", "every", "at_least")
# What a host's name holds besides the name of the house.
_COMMON = frozenset("www wap m rss feeds feed api com net org gov edu co cn hk tw mo uk info news".split())  # noqa: SIM905
_NOT_IN_IDS = re.compile(r"[^a-z0-9]+")
_STEM = re.compile(r"(?:index|list|default|feed|rss|atom|home)?(?:\.\w{1,5})?", re.IGNORECASE)


def lines(sources: Iterable[Mapping[str, Any]]) -> str:
    """The YAML of these sources, ready to be a file."""
    return "sources:\n" + "\n".join(_source(source) for source in sources)


def _source(source: Mapping[str, Any]) -> str:
    keys = [*(key for key in _ORDER if key in source), *(key for key in source if key not in _ORDER)]
    rows = [f"{key}: {_scalar(source[key])}\n" for key in keys if source[key] not in ("", None, {}, [])]
    return "".join(f"{'    ' if number else '  - '}{row}" for number, row in enumerate(rows))


def _scalar(value: Any) -> str:
    text = yaml.safe_dump(value, allow_unicode=True, default_flow_style=True, width=10_000, sort_keys=False)
    return text.removesuffix("\n").removesuffix("...").strip()


def read(text: str) -> dict[str, Source]:
    """The sources of this YAML, validated as a file's would be. Raises ConfigError."""
    with tempfile.TemporaryDirectory(prefix="gatewatch-") as folder:
        file = Path(folder) / "sources.yaml"
        file.write_text(text, "utf-8")
        return load_catalogue([file])


def new_id(url: str, taken: Collection[str]) -> str:
    """An id for a source at this address that is not taken: its house, and what tells its lists apart."""
    parts = urlsplit(url)
    host = parts.hostname or ""
    house = [] if literal(host) else [word for word in host.split(".") if word not in _COMMON]
    steps = [step for step in parts.path.split("/") if step and not _STEM.fullmatch(step)]
    last = steps[-1].rsplit(".", 1)[0] if steps else ""
    words = [*(house or ["site"]), last if re.search("[A-Za-z]", last) else ""]
    stem = _NOT_IN_IDS.sub("_", "_".join(words).lower()).strip("_")[:50].strip("_") or "source"
    number = 1
    while (found := stem if number == 1 else f"{stem}_{number}") in taken:
        number += 1
    return found


def place(file: str, settings: Settings) -> Path:
    """Where `--write FILE` writes: a bare name stands in `sources/` beside the config file."""
    path = Path(file).expanduser()
    if not path.suffix:
        path = path.with_suffix(".yaml")
    return path if path.parent != Path() or path.is_absolute() else settings.folder / "sources" / path


def write(path: Path, text: str, settings: Settings) -> bool:
    """Write a new file; False where the config does not read it. Raises ConfigError, leaving no file."""
    path.parent.mkdir(parents=True, exist_ok=True)
    try:
        with path.open("x", encoding="utf-8") as stream:
            stream.write(text)
    except FileExistsError:
        remedy = "Name another file, or paste the lines there yourself."
        raise ConfigError("is there already, and nothing is overwritten", remedy, file=path) from None
    try:
        _load(path, settings)
    except ConfigError:
        with suppress(OSError):
            path.unlink()
        raise
    return _is_read(path, settings)


def _load(path: Path, settings: Settings) -> None:
    """Read the new file beside all others, as the next command will. Raises ConfigError."""
    if _ships(path, settings):
        load_catalogue(settings.source_files)
    else:
        load_catalogue([*(file for file in settings.source_files if file != path), path])


def _ships(path: Path, settings: Settings) -> bool:
    """True where the file stands in the shipped catalogue, and that is read."""
    return BUILTIN in settings.source_files and path.resolve() in {one.resolve() for one in builtin_files()}


def _is_read(path: Path, settings: Settings) -> bool:
    if _ships(path, settings):
        return True
    for pattern in settings.config.sources:
        whole = settings.folder / Path(pattern).expanduser()
        with suppress(ValueError, IndexError):
            if path.resolve() in {found.resolve() for found in whole.parent.glob(whole.name)}:
                return True
    return False
