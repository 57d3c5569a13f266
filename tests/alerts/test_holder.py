from __future__ import annotations

import os
import subprocess
import sys

import pytest

from alerts.holder import _here, dead, holder

pytestmark = pytest.mark.skipif(
    not _here()[0], reason="no /proc: nothing can be said of other processes here"
)


def test_a_name_is_new_at_each_call_and_lives():
    names = {holder() for _ in range(3)}
    assert len(names) == 3
    assert not any(dead(name) for name in names)


def test_a_process_that_ended_is_dead():
    child = subprocess.Popen([sys.executable, "-c", "input()"], stdin=subprocess.PIPE)
    name = holder(child.pid)
    assert not dead(name)
    child.communicate(b"\n")
    assert dead(name)


def test_a_killed_process_is_dead_also_before_its_parent_has_noticed():
    child = subprocess.Popen(
        [sys.executable, "-c", "print(1, flush=True); input()"], stdin=subprocess.PIPE, stdout=subprocess.PIPE
    )
    child.stdout.readline()
    name = holder(child.pid)
    child.kill()
    os.waitid(os.P_PID, child.pid, os.WEXITED | os.WNOWAIT)
    assert dead(name)
    child.communicate()


def test_another_process_under_the_same_number_is_another():
    parts = holder().split("/")
    parts[3] = str(int(parts[3]) - 1)
    assert dead("/".join(parts))


@pytest.mark.parametrize("name", ["", "another", "a/b/c/d/e", "otherboot/pid:[1]/1/1/x"])
def test_of_others_nothing_is_known(name):
    assert not dead(name)


def test_a_process_of_another_boot_or_namespace_is_never_taken_for_dead():
    boot, space, _, started, random = holder().split("/")
    assert not dead(f"another-boot/{space}/999999/{started}/{random}")
    assert not dead(f"{boot}/pid:[1]/999999/{started}/{random}")
