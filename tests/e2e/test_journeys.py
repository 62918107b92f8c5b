"""The five-minute story of a newcomer, in both languages; shared links; files with errors; no WebGL; hostile words."""

from __future__ import annotations

import io
from urllib.parse import parse_qs, urlsplit

import numpy as np
from PIL import Image

from infraplan.ui import drafts
from layers.style import SEQUENTIAL
from scenarios import load

WAIT = 120_000


def test_from_a_promise_to_a_saved_scenario_with_a_floor(visit):
    page = visit.page
    visit.open("targets?q=充电桩", "targets")
    table = page.locator('[data-testid="stDataFrame"]').first
    box = table.bounding_box()
    page.mouse.click(box["x"] + 18, box["y"] + 36 + 17)  # the first row's mark
    page.locator(".card .big", has_text="55,000").wait_for(timeout=WAIT)
    visit.words("测算如何分配").click()
    visit.drawn("scenario")
    assert "55,000" in page.content()
    visit.words("改设定", exact=True).click()
    visit.words("六、覆盖目标与底线").click()
    floor = page.get_by_role("spinbutton", name="每区覆盖底线（%）")
    floor.fill("80")
    floor.press("Enter")
    visit.words("有未保存的修改").wait_for(timeout=WAIT)
    page.get_by_role("button", name="运行").click()
    visit.words("为何在此", exact=True).wait_for(timeout=WAIT)
    visit.drawn("scenario")
    page.get_by_role("button", name="保存与管理").click()
    page.get_by_role("button", name="另存为新情景").click()
    visit.words("草案", exact=True).wait_for(timeout=WAIT)
    page.wait_for_url(lambda url: "scenario=mine" in url, timeout=WAIT)
    visit.clean()


def test_a_link_to_unsaved_changes_opens_them_in_english(visit):
    document = {
        "format_version": 1, "id": "guangzhou-5g-2022", "title_zh": "试算", "title_en": "A trial",
        "distributes": "increment", "amount": 777, "region": "440100", "resolution": 7,
        "population": "modelled-2020", "quotas": {"method": "webster", "weights": {"residents": 1}},
    }  # fmt: skip
    visit.open(
        f"scenario?lang=en&view=districts&edit={drafts.pack('guangzhou-5g-2022', document)}", "scenario"
    )
    page = visit.page
    assert "A trial (units still to be added)" in page.content()
    assert "unsaved changes" in page.content()
    visit.clean()


def test_a_name_is_found_and_the_map_flies_there(visit):
    page = visit.page
    visit.open("?lang=en&scenario=none", "map")
    frame = page.frame_locator("iframe").first
    frame.locator("path.leaflet-interactive").first.wait_for(timeout=WAIT)
    inside = next(f for f in page.frames if "streamlit_folium" in f.url)
    before = inside.evaluate("[window.map.getZoom(), window.map.getCenter().lat]")
    search = page.get_by_label("Find a project, target, district or place")
    search.fill("Nansha District")
    page.get_by_role("option", name="Nansha District · District").first.click()
    visit.words("(2020 census)").wait_for(timeout=WAIT)
    page.wait_for_function("() => true")
    for _ in range(40):
        after = inside.evaluate("[window.map.getZoom(), window.map.getCenter().lat]")
        if after[0] > before[0]:
            break
        page.wait_for_timeout(250)
    assert after[0] > before[0]
    assert abs(after[1] - 22.75) < 0.2
    page.wait_for_url(lambda url: "sel=district" in url, timeout=WAIT)
    visit.clean()


def test_a_click_on_a_project_opens_its_card(visit):
    page = visit.page
    visit.open("?scenario=none", "map")
    inside = page.frame_locator("iframe").first
    mark = inside.locator("path.leaflet-interactive[fill='#6a51a3'][stroke='#ffffff']").first
    mark.wait_for(timeout=WAIT)
    mark.click(force=True)
    page.locator(".card q").first.wait_for(timeout=WAIT)
    page.wait_for_url(lambda url: "sel=project" in url, timeout=WAIT)
    visit.clean()


def test_a_file_with_errors_is_told_row_by_row_and_nothing_is_stored(visit):
    page = visit.page
    visit.open("data?part=upload", "data")
    script = "<img src=x onerror=alert('owned')>"
    rows = [
        "项目名称,区县,经度,纬度",
        f"{script},天河区,113.36,23.13",
        "=cmd|' /C calc'!A0,天河区,abc,23.1",
        "好项目,火星区,113.3,23.1",
    ]
    data = "\n".join(rows).encode("utf-8-sig")
    page.set_input_files('input[type="file"]', {"name": "清单.csv", "mimeType": "text/csv", "buffer": data})
    visit.words("逐行列出").or_(visit.words("需要您回答")).first.wait_for(timeout=WAIT)
    visit.drawn("data")
    assert page.get_by_role("button", name="确认并保存").is_disabled()
    visit.open("data?part=own", "data")
    assert "还没有上传的数据" in page.content()
    visit.clean()


def test_hostile_words_are_shown_and_never_run(visit):
    page = visit.page
    for address, name in (
        ("scenario?scenario=mine:hostile", "scenario"),
        ("?sel=project:gz-hq-development-zone&scenario=none", "map"),
        ("data?part=corrections", "data"),
        ("?sel=place:113.3:23.1:50:<img src=x onerror=alert(1)>&scenario=none", "map"),
    ):
        visit.open(address, name)
        page.wait_for_timeout(600)
        assert page.locator("img[src='x']").count() == 0
        assert "onerror" in page.content()  # it is there to be read
    visit.clean()


def test_without_webgl_the_picture_stands_in(app, plain_browser):
    """Nobody chooses it: the page finds out by itself, in the result and in the comparison."""
    page = plain_browser.new_page(viewport={"width": 1366, "height": 768})
    page.goto(f"{app}/scenario")
    page.wait_for_url(lambda url: "view=picture" in url, timeout=WAIT)
    assert page.evaluate("!document.createElement('canvas').getContext('webgl2')")
    picture = page.frame_locator("iframe[title*='folium']").first.locator("img.leaflet-image-layer")
    picture.wait_for(timeout=WAIT)
    page.wait_for_timeout(500)
    shown = page.locator("iframe[title*='folium']").first.screenshot()
    image = np.asarray(Image.open(io.BytesIO(shown)).convert("RGB"), dtype=int)
    darkest = np.array([int(SEQUENTIAL[-1][i : i + 2], 16) for i in (1, 3, 5)])
    near = np.abs(image - (0.8 * darkest + 0.2 * 255)).sum(axis=2) < 60
    assert near.sum() > 100
    page.locator('a[href*="/compare"]').first.click()
    page.get_by_text("差异", exact=True).filter(visible=True).first.click()
    page.wait_for_url(lambda url: "map=difference" in url, timeout=WAIT)
    picture.wait_for(timeout=WAIT)


def test_language_and_choices_stay_from_page_to_page(visit):
    page = visit.page
    visit.open("targets?lang=en&plan=xuzhou-2020&q=5G", "targets")
    page.locator('a[href$="/projects"]').first.click()
    visit.drawn("projects")
    for wanted in ("lang=en", "plan=xuzhou-2020", "q=5G"):
        assert wanted in page.url
    assert (
        page.get_by_role("radio", name="English").or_(page.get_by_role("button", name="English")).count() == 1
    )
    page.locator('a[href$="/about"]').first.click()
    visit.drawn("about")
    assert "What this is" in page.content()
    page.locator('a[href$="/targets"]').first.click()
    visit.drawn("targets")
    assert "plan=xuzhou-2020" in page.url
    visit.clean()


def test_back_leads_to_the_page_before_with_what_was_changed_there(visit):
    page = visit.page
    visit.open("targets", "targets")
    visit.words("未量化", exact=True).click()
    page.wait_for_url(lambda url: "targets?" in url, timeout=WAIT)
    filtered = page.url
    page.get_by_role("link", name="数据").click()
    visit.drawn("data")
    for tab, word in (("上传数据", "upload"), ("位置更正", "corrections")):
        visit.words(tab, exact=True).click()
        page.wait_for_url(lambda url, word=word: word in url, timeout=WAIT)
        visit.drawn("data")
    page.go_back()
    visit.drawn("targets")
    page.wait_for_url(filtered, timeout=WAIT)
    page.go_forward()
    visit.drawn("data")
    page.wait_for_url(lambda url: "corrections" in url, timeout=WAIT)
    visit.clean()


def test_an_uploaded_list_is_chosen_in_a_scenario(visit):
    """A GBK list of charging stations, its datum answered, becomes a scenario's existing units."""
    page = visit.page
    visit.open("data?part=upload&what=units", "data")
    rows = "".join(f"站{i},天河区,{i + 1},{113.33 + i * 0.004:.4f},23.1{3 + i % 3}\n" for i in range(12))
    data = ("充电站名称,区县,桩数,经度,纬度\n" + rows).encode("gb18030")
    page.set_input_files('input[type="file"]', {"name": "充电站.csv", "mimeType": "text/csv", "buffer": data})
    visit.words("坐标采用哪种坐标系").wait_for(timeout=WAIT)
    page.get_by_label("坐标采用哪种坐标系").click()
    page.get_by_role("option", name="WGS84").first.click()
    visit.words("有位置的 12 行").wait_for(timeout=WAIT)
    page.get_by_label("名称", exact=True).fill("区充电站台账")
    page.get_by_label("名称", exact=True).press("Enter")
    page.get_by_label("数据来源与使用条件（请填写）").fill("区工信局台账，内部使用")
    page.get_by_label("数据来源与使用条件（请填写）").press("Enter")
    page.wait_for_timeout(300)
    visit.drawn("data")
    page.get_by_role("button", name="确认并保存").click()
    visit.words("在情景设定中选用").wait_for(timeout=WAIT)
    assert page.get_by_role("button", name="确认并保存").count() == 0  # not to be stored twice
    visit.words("在情景设定中选用").click()
    visit.drawn("scenario")
    visit.words("四、既有、候选与必保").click()
    page.get_by_label("既有设施", exact=True).click()
    page.get_by_role("option", name="区充电站台账").click()
    visit.words("既有设施 78").wait_for(timeout=WAIT)
    page.wait_for_url(lambda url: "edit=" in url, timeout=WAIT)
    visit.clean()


def test_the_language_is_switched_to_and_fro_in_the_form(visit):
    document = {**load.load("guangzhou-chargers-2022").document, "amount": 54_321}
    draft = drafts.pack("guangzhou-chargers-2022", document)
    visit.open(f"scenario?scenario=guangzhou-chargers-2022&mode=edit&edit={draft}", "scenario")
    page = visit.page
    for name, label in (("English", "Residents"), ("中文", "常住人口")):
        visit.words(name, exact=True).click()
        visit.words(label, exact=True).wait_for(timeout=WAIT)
        visit.drawn("scenario")
        visit.words("54,321").wait_for(timeout=WAIT)
        assert page.locator('[data-testid="stAlert"]').count() == 0
        assert f"edit={draft}" in page.url
    visit.clean()


def test_a_floor_is_set_and_cleared_and_half_a_unit_refused(visit):
    """What was emptied stays empty, over the result too; what is typed is never cut in silence."""
    from playwright.sync_api import expect

    page = visit.page
    code = "guangzhou-chargers-2022"
    document = {**load.load(code).document, "resolution": 7}
    draft = drafts.pack(code, document)
    visit.open(f"scenario?scenario={code}&mode=edit&edit={draft}", "scenario")
    visit.words("六、覆盖目标与底线").click()
    floor = page.get_by_role("spinbutton", name="每区覆盖底线")
    floor.fill("65")
    floor.press("Enter")
    page.wait_for_url(lambda url: drafted(url).get("coverage") == {"floor": 0.65}, timeout=WAIT)
    visit.drawn("scenario")
    visit.words("看结果", exact=True).click()
    visit.words("为何在此", exact=True).wait_for(timeout=WAIT)
    visit.words("改设定", exact=True).click()
    visit.drawn("scenario")
    visit.words("六、覆盖目标与底线").click()
    expect(floor).to_have_value("65", timeout=WAIT)
    floor.fill("")
    floor.press("Enter")
    page.wait_for_url(lambda url: drafted(url) == document, timeout=WAIT)
    expect(floor).to_have_value("")
    amount = page.get_by_role("spinbutton", name="数量（单位")
    amount.fill("12.5")
    amount.press("Enter")
    visit.words("12.5 不是整数").wait_for(timeout=WAIT)
    amount.fill("")
    amount.press("Enter")
    page.wait_for_url(lambda url: drafted(url) == document, timeout=WAIT)
    expect(amount).to_have_value("")
    expect(amount).to_have_attribute("placeholder", "55,000（取自目标）")
    visit.clean()


def drafted(url: str) -> dict:
    """The changed scenario that stands in a URL."""
    found = drafts.unpack(parse_qs(urlsplit(url).query).get("edit", [""])[0])
    return found[1] if found else {}


def test_what_is_shown_after_a_switch_of_language_is_what_is_saved(visit):
    """A browser sends a choice by its words; those of the language before must not become the first of the list."""
    page = visit.page
    visit.open("data?part=progress", "data")
    page.get_by_label("目标", exact=True).click()
    page.get_by_role("option", name="建成充电桩").first.click()
    visit.words("已与来源核对").click()
    visit.words("English", exact=True).click()
    page.get_by_label("Target", exact=True).wait_for(timeout=WAIT)
    visit.drawn("data")
    shown = page.get_by_label("Target", exact=True).input_value()
    assert "charg" in shown.lower()
    for label, text in (("Date (YYYY", "2021-06"), ("Figure", "12345"), ("Source (publisher", "Gazette")):
        box = page.get_by_label(label).first
        box.fill(text)
        box.press("Enter")
    visit.drawn("data")
    page.get_by_role("button", name="Save").click()
    page.locator('[data-testid="stDataFrame"]').first.wait_for(timeout=WAIT)
    record = page.locator('[data-testid="stDataFrame"] td').filter(has_text="12,345").first
    record.wait_for(state="attached", timeout=WAIT)
    assert page.locator('[data-testid="stDataFrame"] td').filter(has_text=shown.split(" · ")[0]).count() >= 1
    visit.clean()


def test_a_figure_typed_just_before_the_click_is_the_one_that_runs(visit):
    """Nobody presses Enter before Run: the box and the click arrive together."""
    page = visit.page
    visit.open("scenario?scenario=guangzhou-hydrogen-9&mode=edit", "scenario")
    amount = page.get_by_role("spinbutton", name="数量（单位")
    amount.click()
    page.keyboard.press("Control+A")
    page.keyboard.type("7")
    page.get_by_role("button", name="运行").click()
    figures = page.locator('[data-testid="stMetric"]').filter(has_text="已分配")
    figures.get_by_text("7", exact=True).wait_for(timeout=WAIT)
    page.wait_for_url(lambda url: drafted(url).get("amount") == 7, timeout=WAIT)
    # what was kept there is there again after another page, and nothing else
    page.get_by_role("link", name="数据").click()
    visit.drawn("data")
    page.get_by_role("link", name="情景").click()
    visit.drawn("scenario")
    page.wait_for_url(lambda url: drafted(url).get("amount") == 7, timeout=WAIT)
    assert drafted(page.url) == {**load.load("guangzhou-hydrogen-9").document, "amount": 7}
    visit.clean()


def test_a_run_begun_again_is_stopped_by_the_first_click(visit):
    """What an ended run left on the page stood behind the new one's progress, and took the click."""
    page = visit.page
    document = {**load.load("guangzhou-5g-2022").document, "effort": "thorough", "seed": 104}
    page.goto(f"{visit.origin}/scenario?edit={drafts.pack('guangzhou-5g-2022', document)}")
    stop = page.get_by_role("button", name="停止")
    again = page.get_by_role("button", name="重新计算")
    for begin in (None, again):
        if begin is not None:
            begin.click()
        page.locator('[data-testid="stProgress"]').filter(has_text="已用").wait_for(timeout=WAIT)
        stop.click()
        again.wait_for(timeout=WAIT)
    visit.clean()
