"""A planner's first five minutes, in both languages: what was promised, where it is, a run with a floor, a comparison,
a package to send on that proves itself. ``-s`` prints how long each step made a person wait."""

from __future__ import annotations

import re
import time
import zipfile

import pyogrio
import pytest

from infraplan.ui.i18n import compare_page, files, map_page, scenario_fields, scenario_form, scenario_page
from infraplan.ui.i18n import scenario_store as store
from layers.export import verify
from layers.punctuation import printed

WAIT = 60_000
CHARGERS = {"zh": "建成充电桩", "en": "EV chargers built"}


class Story:
    """The visit with its words, and the seconds of each step."""

    def __init__(self, visit, lang: str) -> None:
        self.visit, self.page, self.lang = visit, visit.page, lang
        self.column = 0 if lang == "zh" else 1
        self.steps: list[tuple[str, float]] = []
        self._began = time.perf_counter()

    def word(self, module, key: str, **values: object) -> str:
        text = printed(module.TEXT[key][self.column], self.lang)
        return text.format(**values) if values else text

    def begin(self) -> None:
        self._began = time.perf_counter()

    def done(self, step: str) -> None:
        self.steps.append((step, time.perf_counter() - self._began))
        self._began = time.perf_counter()

    def seen(self, text: str) -> None:
        self.visit.words(text).wait_for(timeout=WAIT)

    def go(self, address: str) -> None:
        """Click the page in the navigation."""
        self.page.locator(f'a[href*="/{address}"]').first.click()
        self.visit.drawn(address)


@pytest.mark.parametrize("lang", ["zh", "en"])
def test_a_newcomer_gets_from_a_promise_to_a_package_in_five_minutes(visit, lang, tmp_path):
    story = Story(visit, lang)
    page, word = story.page, story.word
    began = time.perf_counter()

    story.begin()
    visit.open(f"?lang={lang}", "map")
    page.frame_locator("iframe").first.locator("path.leaflet-interactive").first.wait_for(timeout=WAIT)
    story.seen(word(map_page, "promised"))
    story.done("the map stands")

    find = page.get_by_label(word(map_page, "find"))
    find.fill(CHARGERS[lang])
    page.get_by_role("option").first.wait_for(timeout=WAIT)
    find.press("Enter")
    page.locator(".card .big", has_text="55,000").wait_for(timeout=WAIT)
    assert page.locator(".card q").first.inner_text()  # the phrase that states the figure
    story.done("what was promised, with its phrase")

    visit.words(word(map_page, "to_scenario")).click()
    visit.drawn("scenario")
    visit.words(word(scenario_page, "mode_edit"), exact=True).click()
    visit.words(word(scenario_fields, "group.coverage")).click()
    floor = page.get_by_role("spinbutton", name=word(scenario_fields, "coverage.floor"))
    floor.fill("80")
    story.begin()
    floor.press("Enter")
    story.seen(word(store, "unsaved"))
    story.done("a floor of 80 % is checked")

    page.get_by_role("button", name=word(scenario_form, "run")).click()
    visit.words(word(scenario_page, "certificate"), exact=True).wait_for(timeout=WAIT)
    page.locator('[data-testid="stDeckGlJsonChart"] canvas').first.wait_for(timeout=WAIT)
    visit.drawn("scenario")
    story.done("the run, drawn")

    page.get_by_role("button", name=word(store, "keep")).click()
    page.get_by_label(word(store, "name"), exact=True).fill(f"八成底线 {lang}")
    page.get_by_role("button", name=word(store, "save_copy")).click()
    page.wait_for_url(lambda url: "scenario=mine" in url, timeout=WAIT)
    visit.drawn("scenario")
    story.done("saved under a name")
    assert page.locator("h2.headline").first.inner_text().startswith(f"八成底线 {lang}")
    mine = re.search(r"scenario=(mine[^&]+)", page.url).group(1)

    story.begin()
    visit.open(f"compare?lang={lang}&ids=guangzhou-chargers-2022,{mine}", "compare")
    story.seen(word(compare_page, "metrics"))
    assert "guangzhou-chargers-2022" in page.url
    story.done("compared with the plan without a floor")

    visit.open(f"scenario?lang={lang}&scenario={mine}&tab=files", "scenario")
    story.begin()
    page.get_by_role("button", name=word(files, "make"), exact=True).click()
    ready = page.get_by_role("button", name=re.compile(word(files, "ready", name="", size="").split()[0]))
    ready.wait_for(timeout=WAIT)
    with page.expect_download(timeout=WAIT) as waiting:
        ready.click()
    story.done("a package to send on")
    whole = time.perf_counter() - began

    package = tmp_path / "package.zip"
    waiting.value.save_as(package)
    _, problems = verify.check(package)
    assert problems == []
    assert least_share(package, tmp_path) >= 0.8
    visit.clean()
    for step, seconds in [*story.steps, ("the whole story, hands included", whole)]:
        print(f"\n  {lang}  {step:45}{seconds:6.2f} s", end="")


def least_share(package, folder) -> float:
    """The smallest share of people covered in any district, read from the package by another library."""
    with zipfile.ZipFile(package) as files:
        files.extractall(folder)
    [path] = folder.rglob("*.gpkg")
    layer = next(name for name in pyogrio.list_layers(path)[:, 0] if "district" in name)
    return float(pyogrio.read_dataframe(path, layer=layer, read_geometry=False)["coverage_share"].min())
