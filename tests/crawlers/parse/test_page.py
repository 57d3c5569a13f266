"""A page is looked into by id, class and name, and never mistaken for something else."""

from __future__ import annotations

import pytest

from crawlers.errors import Malformed
from crawlers.parse.page import Page, soup, tags

HTML = (
    "<html><head><title>t</title><meta name='PubDate' content=' 2026 '><meta property='og:title' content=''></head>"
    "<body><h2 class='title x'>a</h2><h1 class='title'>b</h1><div id='con'>c</div></body></html>"
)


@pytest.mark.parametrize(
    ("place", "text"),
    [
        ("#con", "c"),
        ("div#con", "c"),
        (".title", "a"),
        ("h1.title", "b"),
        ("h1", "b"),
        ("#no", None),
        ("p#con", None),
        ("a > b", None),
    ],
)
def test_a_place_is_the_first_element_that_fits(place: str, text: str | None) -> None:
    found = Page(HTML).at(place)
    assert (found.get_text() if found is not None else None) == text


def test_metas_are_found_in_any_case_and_empty_ones_say_nothing() -> None:
    page = Page(HTML)
    assert page.meta("pubDATE") == "2026"
    assert page.meta("og:title", "PubDate") == "2026"
    assert page.meta("none") == ""


@pytest.mark.parametrize(
    "html", ["", "page.html", "https://example.com/a", "<?xml version='1.0'?><html><p>x</p></html>", "<?xml"]
)
def test_odd_markup_is_read_without_a_warning(html: str) -> None:
    # Warnings are errors here, and bs4 warns of what looks like a file name, an address or XML.
    assert Page(html).body is not None


def test_thousands_of_elements_left_open_are_refused_and_thousands_of_good_ones_are_not() -> None:
    with pytest.raises(Malformed) as caught:
        soup("<div>x" * 5000)
    assert caught.value.code == "unreadable"
    assert len(list(tags(soup("<div>x</div><p>y<br>" * 5000), "div"))) == 5000


def test_a_meta_never_brings_a_replacement_character() -> None:
    assert Page("<meta name='ContentSource' content='某&#0;报&#xFFFD;'>").meta("contentsource") == "某报"
