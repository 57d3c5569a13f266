"""A file that appears whole, under its name, or not at all. Never reads what it writes."""

from __future__ import annotations

import contextlib
import glob
import os
import stat
import tempfile
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import BinaryIO

_ABANDONED = 86_400.0
"""Seconds after which nobody is writing a part any more."""


@contextmanager
def whole(path: Path) -> Iterator[BinaryIO]:
    """A stream for a file that appears whole, under its name, when the block ends well; else not at all.

    Written beside the file, flushed to the disk and renamed; a symbolic link keeps pointing where it
    did. What a killed writer left beside it is removed once it is a day old. What is no ordinary file
    (`/dev/stdout`, a pipe) is written straight. Raises OSError.
    """
    target = Path(os.path.realpath(path))
    if target.exists() and not target.is_file() and not target.is_dir():
        with target.open("wb") as stream:
            yield stream
        return
    mode = _mode(target)
    _tidy(target)
    handle, name = tempfile.mkstemp(prefix=f".{target.name}.", suffix=".part", dir=target.parent)
    try:
        with os.fdopen(handle, "wb") as stream:
            yield stream
            stream.flush()
            os.fchmod(stream.fileno(), mode)
            os.fsync(stream.fileno())
        os.replace(name, target)  # noqa: PTH105  # both names are texts here
    except BaseException:
        Path(name).unlink(missing_ok=True)
        raise
    settle(target.parent)


def _tidy(target: Path) -> None:
    """Remove what writers of this file left that were killed; not what one may be writing now."""
    for left in target.parent.glob(f".{glob.escape(target.name)}.*.part"):
        with contextlib.suppress(OSError):  # another writer tidies too
            if time.time() - left.stat().st_mtime > _ABANDONED:
                left.unlink()


def _mode(target: Path) -> int:
    """The rights of the file that is replaced; of a new one, what the process gives."""
    try:
        return stat.S_IMODE(target.stat().st_mode)
    except FileNotFoundError:
        mask = os.umask(0)
        os.umask(mask)
        return 0o666 & ~mask


def settle(folder: Path) -> None:
    """Bring the new name itself to the disk."""
    handle = os.open(folder, os.O_RDONLY)
    try:
        os.fsync(handle)
    finally:
        os.close(handle)
