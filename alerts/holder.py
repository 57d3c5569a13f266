"""Who we are, for holds in the store: a name that another process on this machine can know to be dead.

Only where the kernel says for sure (same boot, same process namespace): a name of another machine, or of
a system without /proc, counts as alive until its hold runs out.
"""

from __future__ import annotations

import os
import secrets
from pathlib import Path


def holder(pid: int | None = None) -> str:
    """A name for this process, new at every call: `<boot>/<namespace>/<pid>/<start>/<random>`."""
    pid = os.getpid() if pid is None else pid
    return "/".join((*_here(), str(pid), _started(pid), secrets.token_hex(4)))


def dead(name: str) -> bool:
    """True where the process of this name surely does not live any more."""
    parts = name.split("/")
    if len(parts) != 5 or not parts[0] or tuple(parts[:2]) != _here() or not parts[2].isdigit():
        return False
    return _started(int(parts[2])) != parts[3]


def _here() -> tuple[str, str]:
    try:
        boot = Path("/proc/sys/kernel/random/boot_id").read_text("ascii").strip()
        return boot, str(Path("/proc/self/ns/pid").readlink())
    except OSError:
        return "", ""


def _started(pid: int) -> str:
    """When the process was started, in the kernel's ticks; empty where there is none (a zombie is none)."""
    try:
        # "4711 (a name (with) brackets) S 1 …": the name may hold anything, so from its last bracket
        fields = Path(f"/proc/{pid}/stat").read_text("utf-8", "replace").rpartition(")")[2].split()
    except OSError:
        return ""
    return "" if fields[0] in {"Z", "X"} else fields[19]
