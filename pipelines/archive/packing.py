"""The archive into a backup's ZIP and out again. Never overwrites evidence."""

from __future__ import annotations

import os
import shutil
import zipfile
from collections.abc import Mapping
from pathlib import Path
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from pipelines.archive.archive import Archive

FOLDER = "archive"
_MANIFEST = "manifest.jsonl"
_AT_ONCE = 1 << 20


def pack_archive(pack: zipfile.ZipFile, archive: Archive, sizes: Mapping[str, int]) -> None:
    """Write so many bytes of each file: what was added since is not part of this moment."""
    for name, size in sizes.items():
        packed = zipfile.ZIP_STORED if name.endswith(".gz") else zipfile.ZIP_DEFLATED
        entry = zipfile.ZipInfo(f"{FOLDER}/{name}")
        entry.compress_type = packed
        with (archive.folder / name).open("rb") as file, pack.open(entry, "w", force_zip64=True) as out:
            left = size
            while left and (part := file.read(min(left, _AT_ONCE))):
                out.write(part)
                left -= len(part)


def unpack_archive(pack: zipfile.ZipFile, names: Mapping[str, int], folder: Path) -> None:
    """Into this folder. One that is there and goes on from the packed one stays; another is kept aside."""
    if folder.exists():
        if _goes_on(pack, folder):
            return
        os.replace(folder, _free(folder))  # noqa: PTH105 - both are on one disk
    fresh = folder.with_name(f".{folder.name}.part")
    shutil.rmtree(fresh, ignore_errors=True)
    fresh.mkdir(parents=True)
    for name in names:
        with pack.open(f"{FOLDER}/{name}") as source, (fresh / name).open("wb") as target:
            shutil.copyfileobj(source, target)
            target.flush()
            os.fsync(target.fileno())
    os.replace(fresh, folder)  # noqa: PTH105 - likewise


def _goes_on(pack: zipfile.ZipFile, folder: Path) -> bool:
    """True where the manifest there begins with the packed one."""
    path = folder / _MANIFEST
    if not path.exists():
        return False
    with pack.open(f"{FOLDER}/{_MANIFEST}") as packed, path.open("rb") as there:
        while part := packed.read(_AT_ONCE):
            if there.read(len(part)) != part:
                return False
    return True


def _free(folder: Path) -> Path:
    number = 1
    while (aside := folder.with_name(f"{folder.name}.before-restore{number if number > 1 else ''}")).exists():
        number += 1
    return aside
