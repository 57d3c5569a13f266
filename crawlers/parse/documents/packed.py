"""An archive of files: each is read as if it stood alone, two deep, within one budget."""

from __future__ import annotations

import io
import zipfile
from collections.abc import Callable
from contextlib import suppress
from dataclasses import dataclass

from crawlers.parse.documents import parts
from crawlers.parse.documents.outcome import LONGEST, Contents, Unread

_DEEPEST = 2
_MOST = 40
"""Members that are read."""


@dataclass(slots=True)
class Budget(parts.Budget):
    """What an archive has left: bytes, and how deep it stands in others."""

    depth: int = 0
    members: int = 0


Reader = Callable[[bytes, str, Budget], Contents]


def contents(data: bytes, budget: Budget, read: Reader) -> Contents:
    """The members' texts, each under its name. Raises Unread where none can be read."""
    if budget.depth >= _DEEPEST:
        raise Unread("too-large", "it is packed too deep")
    texts: list[str] = []
    missing: list[str] = []
    codes: list[str] = []
    with zipfile.ZipFile(io.BytesIO(data)) as pack:
        files = [info for info in pack.infolist() if not info.is_dir() and not _hidden(info.filename)]
        budget.depth += 1
        for info in files:
            name = _name(info)
            budget.members += 1
            if budget.members > _MOST:
                missing.append(f"{name} and what follows (too-many)")
                break
            try:
                found = read(budget.take(pack, info), name, budget)
            except Unread as unread:
                codes.append(unread.code)
                missing.append(f"{name} ({unread.code})")
                if unread.code == "too-large":
                    break
            else:
                texts.append(f"{name}\n{found.text}")
                missing += [f"{name}: {found.missing}"] if found.missing else []
                if sum(map(len, texts)) > LONGEST:
                    break
        budget.depth -= 1
    if not texts:
        if not files:
            raise Unread("empty", "there is no file in it")
        raise Unread(
            codes[0] if codes else "too-many",
            f"none of its {len(files)} files can be read: {'; '.join(missing[:5])}",
        )
    return Contents("zip", "\n".join(texts), "; ".join(missing[:10]))


def _hidden(name: str) -> bool:
    return name.startswith("__MACOSX/") or name.rsplit("/", 1)[-1].startswith(".")


def _name(info: zipfile.ZipInfo) -> str:
    """The member's name; a Chinese Windows writes GBK and does not say so."""
    name = info.filename
    if not info.flag_bits & 0x800:
        with suppress(UnicodeError):  # then it stays as it stands
            name = name.encode("cp437").decode("gb18030")
    return name.rsplit("/", 1)[-1]
