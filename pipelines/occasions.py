"""Occasions on which access is known to tighten, by day: sessions, congresses, anniversaries.

Context for people. Never decides anything: no rule, no health state and no pace looks here. A day is
the day in Beijing.
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date
from functools import cache
from pathlib import Path
from typing import Annotated

from pydantic import AfterValidator, BaseModel, ConfigDict, Field

from crawlers.strict import Document, read, validate

FILE = Path(__file__).with_suffix(".yaml")


def _month_and_day(text: str) -> str:
    if not re.fullmatch(r"\d{2}-\d{2}", text):
        raise ValueError(f"{text!r} is no day of the year: write for example 06-04, in quotes")
    date.fromisoformat(f"2024-{text}")
    return text


_DayOfYear = Annotated[str, AfterValidator(_month_and_day)]


class _Strict(BaseModel):
    model_config = ConfigDict(extra="forbid", frozen=True)


class _Names(_Strict):
    en: str
    zh: str


class _Dated(_Strict):
    series: str
    first: date = Field(alias="from")
    last: date = Field(alias="to")


class _Recurring(_Strict):
    series: str
    first: _DayOfYear = Field(alias="from")
    last: _DayOfYear = Field(alias="to")


class _File(_Strict):
    dated: list[_Dated]
    recurring: list[_Recurring]
    series: dict[str, _Names]


@dataclass(frozen=True, slots=True)
class Occasion:
    """One occasion and its names. `usual`: by the rule of its series, the true days may differ by a few."""

    series: str
    first: date
    last: date
    en: str
    zh: str
    usual: bool


def occasion_on(day: date) -> Occasion | None:
    """The occasion of this day in Beijing, a dated one before one by rule; None on an ordinary day."""
    calendar = _calendar()
    for one in calendar.dated:
        if one.first <= day <= one.last:
            return _occasion(calendar.series, one.series, one.first, one.last, usual=False)
    known = {(one.series, one.first.year) for one in calendar.dated}
    for rule in calendar.recurring:
        if rule.first <= f"{day:%m-%d}" <= rule.last and (rule.series, day.year) not in known:
            first, last = (date.fromisoformat(f"{day.year}-{text}") for text in (rule.first, rule.last))
            return _occasion(calendar.series, rule.series, first, last, usual=True)
    return None


def _occasion(names: Mapping[str, _Names], series: str, first: date, last: date, *, usual: bool) -> Occasion:
    return Occasion(series, first, last, names[series].en, names[series].zh, usual)


@cache
def _calendar() -> _File:
    return load(read(FILE))


def load(document: Document) -> _File:
    """The calendar of a file. Raises ConfigError with the place: an unknown key, no day, an end too early."""
    found = validate(_File, document)
    for part in ("dated", "recurring"):
        for index, one in enumerate(getattr(found, part)):
            if one.series not in found.series:
                remedy = "Name it under series:."
                raise document.error(
                    [part, index, "series"], f"the series {one.series!r} has no names", remedy
                )
            if one.last < one.first:
                raise document.error([part, index, "to"], "ends before it begins", "Exchange from and to.")
    return found
