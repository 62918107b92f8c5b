"""Tables in a window: a high one shows more rows, and neither the rows nor what stands below is out of sight."""

from __future__ import annotations

import pytest


@pytest.mark.parametrize("name", ["targets", "projects"])
def test_a_table_is_as_high_as_the_window_leaves_room_for(visit, name):
    page = visit.page
    page.set_viewport_size({"width": 1366, "height": 768})
    visit.open(name, name)
    table = page.locator('[data-testid="stDataFrame"]').first
    table.wait_for()
    assert table.bounding_box()["height"] == 500
    page.set_viewport_size({"width": 1920, "height": 1080})
    page.wait_for_timeout(500)
    assert table.bounding_box()["height"] == 770
    below = visit.words("下载表格 CSV").bounding_box()
    assert table.bounding_box()["y"] + 770 < below["y"] < 1080
