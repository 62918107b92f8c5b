"""The imprint: three states, a date that is one, and nothing guessed."""

from __future__ import annotations

import pytest

from geo.errors import RequestError, UnknownNameError
from infraplan.exporting.about import NOT_REVIEWED as OF_EXPORTS
from layers.imprint import NOT_REVIEWED, Imprint


def test_what_was_not_given_is_said_to_be_not_given():
    rows = dict(Imprint("2026-01-31").rows("zh"))
    assert rows == {
        "状态": "草案",
        "编制单位": "未填写",
        "日期": "2026-01-31",
        "密级": "未填写",
        "版本": "未填写",
    }
    assert dict(Imprint("2026-01-31", "submitted", "院").rows("en"))["Prepared by"] == "院"


def test_maps_and_files_say_the_same_words():
    assert NOT_REVIEWED == OF_EXPORTS
    assert Imprint("2026-01-31").review("zh") == "内部工作底图,未经审图,不得公开"
    assert Imprint("2026-01-31", review_number="粤S(2026)001号").review("zh") == "审图号:粤S(2026)001号"


def test_a_status_or_a_date_that_is_none_is_refused():
    with pytest.raises(UnknownNameError, match="consultation, draft, submitted"):
        Imprint("2026-01-31", "final")
    with pytest.raises(RequestError, match="2026-01-31"):
        Imprint("31.1.2026")
