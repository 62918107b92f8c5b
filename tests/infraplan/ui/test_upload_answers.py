"""Answers on the page of uploads: what is asked, and what becomes of them when the file was stored."""

from __future__ import annotations

import io
import tempfile
import zipfile
from pathlib import Path

import pytest

from geo import boundaries
from infraplan.workspace import Workspace


def brought(page, what, name, content):
    """The page with a file chosen."""
    test = page("data", part="upload", what=what)
    test.file_uploader(key=f"upload-{what}").set_value((name, content, "")).run()
    assert not test.exception
    return test


def answer(test, question, value):
    next(b for b in test.selectbox if b.key.endswith(f"-{question}")).set_value(value).run()
    assert not test.exception


def shapefile(epsg, **columns):
    """Guangzhou's districts as a zipped Shapefile without its .prj."""
    frame = boundaries.districts("440100")[["adcode", "name_zh", "geometry"]].assign(**columns).to_crs(epsg)
    out = io.BytesIO()
    with tempfile.TemporaryDirectory() as folder, zipfile.ZipFile(out, "w") as archive:
        frame.to_file(Path(folder) / "a.shp", encoding="utf-8")
        for part in Path(folder).iterdir():
            if part.suffix != ".prj":
                archive.write(part, part.name)
    return out.getvalue()


@pytest.mark.parametrize(
    ("what", "columns", "then"), [("boundaries", {}, "datum"), ("population", {"people": 1000}, "region")]
)
def test_a_shapefile_without_prj_is_asked_for_its_crs_on_the_page(page, what, columns, then):
    test = brought(page, what, "甲.zip", shapefile(4526, **columns))
    assert not test.error
    [box] = [b for b in test.selectbox if b.key.endswith("-crs")]
    assert box.value is None
    assert box.options[0].startswith("CGCS2000 3度带 38带（EPSG:4526）：位于广州市")
    assert not any("Gauss" in option for option in box.options)
    answer(test, "crs", "EPSG:4526")
    answer(test, then, {"datum": "CGCS2000", "region": "440100"}[then])
    assert not test.error
    test.button(key="upload-accept").click().run()
    [record] = Workspace().records("upload")
    assert record.document["crs"] == "EPSG:4526"
