"""The map page without a browser: states, languages, errors."""

from __future__ import annotations

import pytest
from streamlit.testing.v1 import AppTest

SCRIPT = "from infraplan.ui.app import main; main()"


def page(**query) -> AppTest:
    """The app with the given words in its URL."""
    test = AppTest.from_string(SCRIPT, default_timeout=120)
    for key, value in query.items():
        test.query_params[key] = value
    return test.run()


@pytest.mark.parametrize("lang", ["zh", "en"])
@pytest.mark.parametrize("view", ["cells", "districts", "projects"])
def test_every_view_draws_in_both_languages(lang, view):
    test = page(lang=lang, view=view)
    assert not test.exception
    assert not test.error
    assert test.metric[0].value == "38,900"
    assert test.metric[1].value == "38,900"


def test_an_error_is_shown_in_the_readers_language(monkeypatch):
    from geo.errors import RequestError
    from infraplan.ui import cache

    def refuse(*_):
        raise RequestError("too many", "数量过大")

    monkeypatch.setattr(cache, "run", refuse)
    assert page(lang="zh").error[0].value == "数量过大"
    assert page(lang="en").error[0].value == "too many"


def test_both_languages_have_every_word():
    import importlib
    import pkgutil

    from infraplan.ui import i18n

    for module in pkgutil.iter_modules(i18n.__path__):
        table = importlib.import_module(f"infraplan.ui.i18n.{module.name}").TEXT
        for key, pair in table.items():
            assert len(pair) == 2, key
            assert all(pair), key
