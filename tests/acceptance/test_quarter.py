"""A quarter, played whole with default and with tuned settings: its books balance, and the docs say so."""

from __future__ import annotations

import subprocess
import sys
from pathlib import Path

import pytest

from docs import quarter
from tests.acceptance.balance import ALWAYS, DEFAULT, TUNED, published
from tests.acceptance.quarter import books_of

ROOT = Path(__file__).parents[2]
WEEKS = 13
MATCHES = 400
pytestmark = pytest.mark.timeout(1000)


@pytest.mark.parametrize("manner", ["default", "tuned"])
def test_the_books_of_a_quarter_balance(tmp_path, subtests, manner):
    words = ["tests.acceptance.quarter", str(tmp_path), "--manner", manner]
    words += ["--weeks", str(WEEKS), "--matches", str(MATCHES)]
    done = subprocess.run([sys.executable, "-m", *words], cwd=ROOT, capture_output=True, text=True, timeout=900, check=False)  # fmt: skip
    assert done.returncode == 0, done.stderr[-3000:]
    books = books_of(tmp_path)
    assert published(books) == MATCHES
    for check in [*ALWAYS, *(TUNED if manner == "tuned" else DEFAULT)]:
        with subtests.test(check.__name__):
            check(books)
    with subtests.test("the readme says the numbers of this, and shows its picture"):
        assert quarter.numbers(books) in quarter.README.read_text("utf-8"), "run `make quarter`"
        assert manner == "default" or quarter.drawn(books) == quarter.PICTURE.read_text("utf-8"), (
            "run `make quarter`"
        )
