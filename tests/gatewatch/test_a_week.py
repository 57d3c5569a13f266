"""A week of the simulated quarter, with the notice of a Sunday: told by hours, days and digests, quick to play.

The whole of it, with holidays, bursts, reminders and default settings: `tests/acceptance/test_quarter.py`.
"""

from __future__ import annotations

from datetime import date

from tests.acceptance.balance import ALWAYS, TUNED
from tests.acceptance.quarter import played

WEDNESDAY = date(2026, 3, 18)
LATER = {
    "a_burst_of_a_wire_is_one_list_and_not_twenty_messages",
    "a_reminder_comes_once_a_step_and_before_its_day",
}


def test_the_books_of_a_week_balance(tmp_path, subtests):
    books = played(tmp_path, "tuned", matches=30, weeks=1, first=WEDNESDAY)
    for check in (*ALWAYS, *TUNED):
        if check.__name__ not in LATER:
            with subtests.test(check.__name__):
                check(books)
