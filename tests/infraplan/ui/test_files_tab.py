"""The tabs of evidence and files: changed scenarios say so, packages belong to what they were made of."""

from __future__ import annotations

import io
import json
import zipfile

import pytest

from geo.position import Position
from infraplan.ui import drafts
from infraplan.workspace import Workspace, entries
from scenarios import load

BASE = "guangzhou-hydrogen-6"


def edit(**parts) -> str:
    document = {**load.load(BASE).document, **parts}
    return drafts.pack(BASE, document)


def texts(test) -> list[str]:
    return [e.value for kind in ("text", "caption") for e in test.get(kind)]


@pytest.mark.parametrize(("lang", "word"), [("zh", "数量"), ("en", "Amount")])
def test_the_evidence_says_that_the_sentences_were_written_for_another_setting(page, lang, word):
    plain = page("scenario", scenario=BASE, tab="evidence", lang=lang)
    test = page("scenario", scenario=BASE, tab="evidence", lang=lang, edit=edit(amount=9))
    assert not test.exception
    remark = {"zh": "以下假定写于", "en": "What follows was written for"}[lang]
    said = texts(test)
    [at] = [i for i, text in enumerate(said) if remark in text]
    assert word in said[at]
    assert not any(remark in text for text in texts(plain))


def test_a_package_of_a_changed_scenario_has_another_name(page):
    test = page("scenario", scenario=BASE, tab="files", edit=edit(amount=9))
    test.button(key="pack-make").click().run()
    test.button(key="report-make").click().run()
    assert not test.exception
    for held in ("packed", "reported"):
        name = test.session_state[held][1]
        assert name.startswith(f"{BASE}-")
        assert name not in (f"{BASE}-gpkg.zip", f"{BASE}-report.html")


def test_a_package_made_before_a_correction_is_not_offered_after_it(page):
    test = page("scenario", scenario=BASE, tab="files")
    test.button(key="pack-make").click().run()
    made = [b for b in test.get("download_button") if "gpkg" in str(b.proto.label)]
    assert made
    place = Position(113.3, 23.1, 50.0, "实地测量", "WGS84", "实地测量")
    entries.correct_position(Workspace(), "guangzhou-2020", "gz-hq-development-zone", place, by="王芳")
    test.run()
    assert not [b for b in test.get("download_button") if "gpkg" in str(b.proto.label)]


def test_offset_coordinates_with_districts_are_refused_in_the_words_of_the_page(page):
    test = page("scenario", scenario=BASE, tab="files")
    test.selectbox(key="pack-crs:zh").select("GCJ-02")
    test.button(key="pack-make").click().run()
    [error] = [e.value for e in test.error]
    assert "图层" in error
    assert "区县" in error
    assert "layers" not in error


def test_what_is_chosen_outlasts_a_switch_of_language_and_is_what_is_written(page):
    test = page("scenario", scenario=BASE, tab="files")
    chosen = {"pack-format": "shp", "pack-crs": "auto", "pack-fields": "gb"}
    for name, value in chosen.items():
        test.selectbox(key=f"{name}:zh").select(value).run()
    test.multiselect(key="pack-layers-4:zh").set_value(["cells", "targets"]).run()
    test.selectbox(key="report-kind:zh").select(("webmap", "html")).run()
    test.segmented_control(key="w_lang").set_value("en").run()
    assert not test.exception
    assert {name: test.selectbox(key=f"{name}:en").value for name in chosen} == chosen
    assert test.multiselect(key="pack-layers-4:en").value == ["cells", "targets"]
    assert test.selectbox(key="report-kind:en").value == ("webmap", "html")
    test.button(key="pack-make").click().run()
    assert not test.exception
    _, name, data = test.session_state["packed"]
    assert name.endswith("shp.zip")
    with zipfile.ZipFile(io.BytesIO(data)) as archive:
        document = json.loads(archive.read("metadata.json"))
    assert {content["table"] for content in document["contents"]} == {"cells", "targets"}
    assert "3-degree" in document["reference"], document["reference"]
    assert {name: test.selectbox(key=f"{name}:en").value for name in chosen} == chosen


@pytest.mark.parametrize(("lang", "word"), [("zh", "未选择图层"), ("en", "no layer is chosen")])
def test_no_layer_makes_no_package(page, lang, word):
    test = page("scenario", scenario=BASE, tab="files", lang=lang)
    box = test.multiselect(key=f"pack-layers-4:{lang}")
    assert box.proto.placeholder == {"zh": "选择图层", "en": "choose layers"}[lang]
    box.set_value([]).run()
    test.button(key="pack-make").click().run()
    assert not test.exception
    [error] = [e.value for e in test.error]
    assert word in error
    assert "packed" not in test.session_state
