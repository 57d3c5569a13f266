"""Dates in phrasings written by someone who has not seen the patterns, and dates that mean nothing of the kind."""

from __future__ import annotations

from datetime import date
from pathlib import Path
from typing import Any

import pytest
import yaml

from pipelines.dates import dates

BOOK: dict[str, list[dict[str, Any]]] = yaml.safe_load(
    Path(__file__).with_name("blind_dates.yaml").read_text("utf-8")
)
DEBATABLE = {row["text"]: row["reason"] for row in BOOK["known_misses"]}


def told(row: dict[str, Any]) -> list[tuple[str, date]]:
    found = dates(row["text"], published=row.get("published"), issued=row.get("issued"))
    assert all(each.sentence in row["text"] for each in found)
    return sorted({(str(each.kind), each.date) for each in found})


def cases(key: str) -> list[Any]:
    return [
        pytest.param(
            row,
            id=f"{key}-{number}",
            marks=[pytest.mark.xfail(reason=DEBATABLE[row["text"]], strict=True)]
            if row["text"] in DEBATABLE
            else [],
        )
        for number, row in enumerate(BOOK[key], 1)
    ]


def test_the_phrasings_are_many_and_every_debate_names_one() -> None:
    assert len(BOOK["phrasings"]) >= 40
    assert len(BOOK["none"]) >= 20
    assert set(DEBATABLE) <= {row["text"] for key in ("phrasings", "none") for row in BOOK[key]}


@pytest.mark.parametrize("row", cases("phrasings"))
def test_a_phrasing_yields_its_date_and_no_other(row: dict[str, Any]) -> None:
    assert told(row) == sorted((each["kind"], each["date"]) for each in row["expect"])


@pytest.mark.parametrize("row", cases("none"))
def test_a_date_of_another_kind_yields_nothing(row: dict[str, Any]) -> None:
    assert told(row) == []
