from __future__ import annotations

import pytest

from gatewatch.table import plain, show, show_facts


def test_columns_are_aligned_by_what_characters_occupy(capsys):
    show(("A", "B"), [("通知", "x"), ("abcdef", "y")])
    assert capsys.readouterr().out.splitlines() == ["A       B", "通知    x", "abcdef  y"]


def test_a_line_is_never_cut_where_the_output_is_no_terminal(capsys):
    show(("A", "B"), [("a", "x" * 500)])
    assert capsys.readouterr().out.splitlines()[1] == "a  " + "x" * 500


@pytest.mark.parametrize("text", ["a\x1b[31mb", "a\nb", "a\tb", "a\x9b31mb", "a\u202eb", "a\u2028b"])
def test_foreign_text_stays_on_its_line_and_does_nothing(text):
    assert plain(text).isprintable()


def test_what_is_empty_is_left_out_of_facts(capsys):
    show_facts([("name", "a"), ("nothing", ""), ("none", None), ("zero", 0), ("longer", ["b", "c"])])
    assert capsys.readouterr().out.splitlines() == ["name    a", "zero    0", "longer  b, c"]
