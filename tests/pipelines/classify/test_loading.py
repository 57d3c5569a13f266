from __future__ import annotations

from pipelines.classify import load_rules, reload
from tests.pipelines.classify.rulefile import fired

GOOD = "rules:\n  - {id: vpn, words: [VPN]}\n"


def test_a_reload_takes_the_rules_as_the_files_now_have_them(tmp_path):
    file = tmp_path / "rules.yaml"
    file.write_text(GOOD, "utf-8")
    old = load_rules([file])
    file.write_text(GOOD.replace("[VPN]", "[专线]"), "utf-8")
    new, fault = reload(old, [file])
    assert fault is None
    assert fired(new, "专线") == {"vpn"}
    assert fired(new, "VPN") == set()


def test_a_reload_keeps_the_old_rules_and_says_what_is_wrong_with_the_new(tmp_path):
    file = tmp_path / "rules.yaml"
    file.write_text(GOOD, "utf-8")
    old = load_rules([file])
    for broken in (
        "rules:\n  - {id: vpn, wrods: [VPN]}\n",
        "rules: [",
        "terms: {x: {words: []}}\nrules: 3\n",
    ):
        file.write_text(broken, "utf-8")
        kept, fault = reload(old, [file])
        assert kept is old
        assert str(fault).startswith(f"{file}:")
    file.unlink()
    kept, fault = reload(old, [file])
    assert kept is old
    assert fault is not None
    assert fault.remedy
