from __future__ import annotations

from pipelines.store import translations
from tests.support.told import NOW


def test_what_was_kept_first_stays(store):
    with store.writing() as connection:
        translations.keep(connection, {"a": "one", "b": ""}, "en", NOW)
        translations.keep(connection, {"a": "two"}, "en", NOW)
        assert translations.known(connection, ["a", "b", "c"]) == {"a": "one", "b": ""}
