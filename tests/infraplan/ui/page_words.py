"""What tests of pages share: that a page stands, what can be read on it, and storing an upload."""

from __future__ import annotations

from streamlit.testing.v1 import AppTest


def sound(test: AppTest) -> None:
    """Assert that the page was drawn without a fault and says no error."""
    assert not test.exception
    assert [e.value for e in test.error] == []


def shown(test: AppTest, *more: str) -> str:
    """All words on the page; ``more`` kinds of elements count on demand."""
    parts = []
    for kind in ("html", "markdown", "caption", "info", "metric", *more):
        for element in test.get(kind):
            body = getattr(getattr(element, "proto", None), "body", "")
            parts += [str(getattr(element, "value", "") or ""), str(body), str(getattr(element, "label", ""))]
    return "\n".join(parts)


def accept(test: AppTest, source: str = "统计公报") -> AppTest:
    """Say where the data is from, and store it."""
    [box] = [b for b in test.text_input if b.key.startswith("upload-source-")]
    box.set_value(source)
    return test.button(key="upload-accept").click().run()
