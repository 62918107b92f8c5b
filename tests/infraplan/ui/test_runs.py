"""Jobs on the screens: shared by sessions, told in words, stopped, failed, and what stays on the screen then."""

from __future__ import annotations

import functools

import pytest

from geo.errors import RequestError
from infraplan import jobs, workflow
from infraplan.packing import pack
from infraplan.ui import drafts, runs, state
from layers.punctuation import printed
from scenarios import load

SMALL = "guangzhou-hydrogen-9"
MEASURED = {
    "runs": 20, "seed": 0, "levels": [], "distance_factors": {"low": 0.81, "high": 1.19},
    "covered_share": {"low": 0.812, "median": 0.851, "high": 0.907}, "same_cell": 0.5, "same_parent": 0.7,
    "same_district": 0.9, "fragile_units": 4, "fragile": [],
}  # fmt: skip
LANGUAGES = ["zh", "en"]
# as they are before conftest puts runs of this process in their place
REAL = {name: getattr(runs, name) for name in ("of", "known", "at")}


@functools.cache
def result(name: str = SMALL):
    """A scenario's result, run here."""
    return workflow.run(name)


def changed(**parts) -> str:
    """A link's unsaved changes to the small scenario."""
    return drafts.pack(SMALL, {**load.load(SMALL).document, **parts})


def html(test) -> str:
    return "\n".join(h.proto.body for h in test.get("html"))


def notes(test) -> str:
    """What stands in small print or in a plain box."""
    return "\n".join(str(e.value) for kind in ("caption", "info", "markdown") for e in test.get(kind))


def keys(test) -> set[str]:
    return {b.key for b in test.button}


@pytest.fixture
def worker(tmp_path, monkeypatch):
    """A real worker, which ends soon, with a machine's lock of its own."""
    monkeypatch.setenv("TMPDIR", str(tmp_path))
    monkeypatch.setattr(jobs.handles, "IDLE_S", 0.5)


@pytest.fixture
def real(run_here, worker, monkeypatch):
    """Runs by the worker, as in the app; returns the scenarios that were asked for."""
    for name, function in REAL.items():
        monkeypatch.setattr(runs, name, function)
    asked, submit = [], jobs.submit_run

    def counted(scenario):
        asked.append(scenario)
        return submit(scenario)

    monkeypatch.setattr(jobs, "submit_run", counted)
    return asked


def put_measured(allocation, measured=MEASURED) -> None:
    """Leave a measurement in the workspace as the worker would."""
    job = _claimed(allocation)
    pack(measured, job.result_path)
    jobs.Jobs().queue.end(job.key, "done")


def put_failed(allocation) -> None:
    """Leave a measurement that failed."""
    jobs.Jobs().queue.end(_claimed(allocation).key, "failed", "too <many>", "数量<过多>")


def _claimed(allocation) -> jobs.Job:
    queue, key = jobs.Jobs().queue, jobs.uncertainty_key(allocation)
    queue.put("uncertainty", {}, key, "")
    assert queue.claim(key, 0)
    return jobs.Job(jobs.Jobs(), key)


# --- two sessions ---


def test_an_unsaved_change_is_not_seen_in_another_session(page):
    mine, theirs = (
        page("scenario", scenario=SMALL, mode="edit"),
        page("scenario", scenario=SMALL, mode="edit"),
    )
    field = f"form:{SMALL}:amount:zh"
    before = theirs.number_input(key=field).value
    mine.number_input(key=field).set_value(17).run()
    theirs.run()
    assert theirs.number_input(key=field).value == before != 17
    assert "edit" in mine.query_params
    assert "edit" not in theirs.query_params
    assert "有未保存的修改" in html(mine)
    assert "有未保存的修改" not in html(theirs)


def test_a_run_of_one_session_is_found_done_by_another(page, real):
    mine = page("scenario", scenario=SMALL)
    assert not mine.exception
    assert len(real) == 1
    assert jobs.find_run(load.load(SMALL)).state == "done"
    theirs = page("scenario", scenario=SMALL, lang="en")
    assert len(real) == 1
    assert theirs.metric[0].value == mine.metric[0].value == "9"


def test_a_measurement_of_one_session_is_found_running_and_done_by_another(page, worker):
    mine = page("scenario", scenario=SMALL, tab="error")
    mine.button(key="error_start").click().run()
    job = jobs.find_uncertainty(result())
    theirs = page("scenario", scenario=SMALL, tab="error")
    for test in (mine, theirs):
        assert f"stop-{job.key[:12]}" in keys(test)
        assert not {"error_start", "certificate_error"} & keys(test)
        assert "进度见下方" in html(test)
    assert job.wait(120).state == "done"
    theirs.run()
    assert not theirs.exception
    shares = job.result()["covered_share"]
    assert f"{shares['low']:.1%}" in notes(theirs)
    assert not any(key.startswith("stop-") for key in keys(theirs))


def test_who_waits_alone_stops_a_measurement(page, worker):
    mine = page("scenario", scenario=SMALL, tab="error")
    mine.button(key="error_start").click().run()
    theirs = page("scenario", scenario=SMALL, tab="error")
    runs._waiting().clear()  # whoever asked has closed the page
    job = jobs.find_uncertainty(result())
    theirs.button(key=f"stop-{job.key[:12]}").click().run()
    assert job.wait(30).state == "cancelled"
    for test in (mine.run(), theirs.run()):
        assert not test.exception
        assert "error_start" in keys(test)
        assert test.metric[0].value == "9"
    assert "已停止" in notes(theirs)
    assert "已停止" not in notes(mine)


def test_who_stops_what_somebody_else_waits_for_leaves_it_running(page, worker, monkeypatch):
    monkeypatch.setattr(runs, "_WAITS_S", 600.0)
    mine = page("scenario", scenario=SMALL, tab="error")
    mine.button(key="error_start").click().run()
    theirs = page("scenario", scenario=SMALL, tab="error")
    job = jobs.find_uncertainty(result())
    theirs.button(key=f"stop-{job.key[:12]}").click().run()
    assert "已不再等待" in notes(theirs)
    assert f"stop-{job.key[:12]}" not in keys(theirs)
    assert job.wait(120).state == "done"
    for test in (mine.run(), theirs.run()):
        assert not test.exception
        assert "已不再等待" not in notes(test)  # it is there: nobody waits any more


def test_who_looked_a_moment_ago_waits(page, monkeypatch):
    names = iter(["a", "b", "b", "a", "a"])
    monkeypatch.setattr(runs, "_session", lambda: next(names))
    runs._waiting().clear()
    runs._wait_noted("k")  # a
    runs._wait_noted("k")  # b
    assert runs._others_wait("k")  # b leaves, a waits
    assert not runs._others_wait("k")  # a leaves, b has left
    runs._wait_noted("k")
    monkeypatch.setattr(runs, "_session", lambda: "c")
    assert runs._others_wait("k")
    assert not runs._others_wait("another")
    monkeypatch.setattr(runs, "_WAITS_S", -1.0)
    assert not runs._others_wait("k")  # the page was closed


# --- the certificate and the data's error ---


@pytest.mark.parametrize(
    ("lang", "close", "not_yet"),
    [
        ("zh", "都不能覆盖更多", "尚未评估"),
        ("en", "no plan with as many sites could reach more", "has not been measured"),
    ],
)
def test_the_certificate_says_that_the_datas_error_was_not_measured(page, lang, close, not_yet):
    test = page("scenario", scenario=SMALL, lang=lang)
    assert close in html(test)
    assert not_yet in html(test)
    assert "certificate_error" in keys(test)
    assert jobs.Jobs().active() == [], "a look starts nothing"


@pytest.mark.parametrize(
    ("lang", "said"),
    [
        ("zh", "考虑数据误差，覆盖比例在 81.2% 至 90.7% 之间"),
        ("en", "With the data's own error, coverage lies between 81.2% and 90.7%"),
    ],
)
def test_the_certificate_the_tab_and_the_report_say_what_was_measured(page, lang, said):
    put_measured(result())
    test = page("scenario", scenario=SMALL, lang=lang, tab="error")
    assert said.replace("'", "&#x27;") in html(test)
    assert said in notes(test).replace("*", "")
    assert not {"error_start", "certificate_error"} & keys(test)
    test = page("scenario", scenario=SMALL, lang=lang, tab="files")
    test.button(key="report-make").click().run()
    report = test.session_state["reported"][2].decode("utf-8")
    assert "81.2%" in report
    assert "90.7%" in report


def test_a_report_made_before_the_measurement_is_not_offered_after_it(page):
    test = page("scenario", scenario=SMALL, tab="files")
    test.button(key="report-make").click().run()
    offered = len(test.get("download_button"))
    put_measured(result())
    assert len(test.run().get("download_button")) == offered - 1


def test_the_certificate_starts_the_measurement_and_opens_its_tab(page, monkeypatch):
    asked = []
    monkeypatch.setattr(jobs, "submit_uncertainty", lambda found: asked.append(found) or _claimed(found))
    test = page("scenario", scenario=SMALL)
    test.button(key="certificate_error").click().run()
    assert not test.exception
    assert [found.result_hash for found in asked] == [result().result_hash]
    assert test.query_params["tab"] in ("error", ["error"])


@pytest.mark.parametrize("lang", LANGUAGES)
@pytest.mark.parametrize(
    ("name", "said"),
    [
        ("guangzhou-poles-2022", ("不计算覆盖", "computes no coverage")),
        ("guangzhou-5g-sites-2022", ("所关联的基站情景", "linked stations")),
    ],
)
def test_where_no_coverage_is_computed_nothing_is_offered(page, lang, name, said):
    test = page("scenario", scenario=name, lang=lang, tab="error")
    assert not test.exception
    assert said[lang == "en"] in html(test)
    assert not {"error_start", "certificate_error"} & keys(test)


def test_a_measurement_that_failed_says_why_and_leaves_the_page_as_it_was(page):
    put_failed(result())
    test = page("scenario", scenario=SMALL, tab="error", lang="en")
    assert not test.exception
    assert [e.value for e in test.error] == [r"too \<many\>"]
    assert test.metric[0].value == "9"
    assert "error_start" in keys(test)


def test_a_measurement_that_cannot_be_read_is_offered_again(page):
    put_measured(result())
    jobs.find_uncertainty(result()).result_path.write_bytes(b"of another release")
    runs._measured.clear()
    test = page("scenario", scenario=SMALL, tab="error")
    assert not test.exception
    assert [e.value for e in test.error] == []
    assert "error_start" in keys(test)


# --- what stays when a run fails or is stopped ---


def refuse(*_):
    raise RequestError("too many", "数量过大")


@pytest.mark.parametrize("broken", [refuse, lambda *_: None], ids=["failed", "stopped"])
@pytest.mark.parametrize("lang", LANGUAGES)
def test_the_last_result_stays_below_what_went_wrong(page, monkeypatch, lang, broken):
    test = page("scenario", scenario=SMALL, lang=lang, edit=changed(amount=7))
    assert test.metric[0].value == "7"
    monkeypatch.setattr(runs, "of", broken)
    monkeypatch.setattr(
        runs, "known", lambda *_: None
    )  # what this session showed, not the scenario as it is kept
    test.query_params["edit"] = changed(amount=8, title_zh="新题", title_en="New title")
    test.run()
    assert not test.exception
    assert len(test.error) == (1 if broken is refuse else 0)
    assert test.metric[0].value == "7"
    assert ("上一次成功的结果" if lang == "zh" else "the last result that succeeded") in html(test)
    titles = [h.proto.body for h in test.get("html") if "headline" in h.proto.body and "<h2" in h.proto.body]
    assert "新题" in titles[0] or "New title" in titles[0]
    assert printed(result().scenario.title(lang), lang) in titles[1]


def test_without_one_the_scenario_as_it_is_kept_stays(page, monkeypatch):
    base = result()
    monkeypatch.setattr(runs, "of", refuse)
    monkeypatch.setattr(
        runs, "known", lambda scenario: base if scenario.amount == base.scenario.amount else None
    )
    test = page("scenario", scenario=SMALL, edit=changed(amount=8))
    assert test.error[0].value == "数量过大"
    assert test.metric[0].value == "9"
    assert "上一次成功的结果" in html(test)


def test_with_none_at_all_only_the_reason_stands(page, monkeypatch):
    monkeypatch.setattr(runs, "of", refuse)
    monkeypatch.setattr(runs, "known", lambda *_: None)
    test = page("scenario", scenario=SMALL)
    assert test.error[0].value == "数量过大"
    assert len(test.metric) == 0
    assert "上一次成功的结果" not in html(test)


def test_a_run_that_failed_is_not_begun_again_by_a_click_elsewhere(page, real):
    good = page("scenario", scenario=SMALL)
    assert good.metric[0].value == "9"
    test = page("scenario", scenario=SMALL, edit=changed(amount=3000))
    assert "3000" in test.error[0].value
    assert test.metric[0].value == "9", "the scenario as it is kept"
    assert len(real) == 2
    test.run()
    assert len(real) == 2
    assert "3000" in test.error[0].value
    [again] = [b for b in test.button if b.key.startswith("again-")]
    again.click().run()
    assert len(real) == 3


def test_a_run_that_was_stopped_waits_for_a_word(page, real):
    key = runs.fingerprint(load.load(SMALL))
    test = page("scenario", scenario=SMALL, mode="edit")
    test.session_state["ended_jobs"] = {key}
    test.query_params["mode"] = "result"
    test.run()
    assert "已停止" in notes(test)
    assert real == []
    test.button(key=f"again-{key[:12]}").click().run()
    assert test.metric[0].value == "9"


def test_the_form_lets_a_stopped_run_be_begun_again(page, real):
    test = page("scenario", scenario=SMALL, mode="edit")
    test.session_state["ended_jobs"] = {runs.fingerprint(load.load(SMALL))}
    test.run()
    test.button(key="form_run").click().run()
    assert test.metric[0].value == "9"


# --- words ---


def status(**parts) -> jobs.Status:
    return jobs.Status(
        **{
            "state": "running",
            "step": "",
            "share": 0.0,
            "place": 0,
            "stopping": False,
            "error": None,
            "seconds": 7.4,
        }
        | parts
    )


@pytest.mark.parametrize(
    ("now", "zh", "en"),
    [
        (status(state="queued"), "准备计算", "Getting ready"),
        (status(state="queued", place=2), "前面还有 2 个", "2 ahead"),
        (status(state="queued", step="machine"), "另一项计算", "another computation"),
        (status(step="coverage: bound"), "与最优相差多少… 已用 7 秒", "from the best it is… 7 s"),
        (status(step="load"), "读取人口", "Reading people"),
        (status(step="nobody-knows"), "计算中", "Computing"),
        (status(step="uncertainty: 3/20"), "第 3 / 20 次… 已用 7 秒", "re-run 3 of 20… 7 s"),
        (status(step="load", stopping=True), "正在停止", "Stopping"),
    ],
)
def test_a_job_is_told_in_words(monkeypatch, now, zh, en):
    for lang, said in (("zh", zh), ("en", en)):
        monkeypatch.setattr(state, "language", lambda lang=lang: lang)
        assert said in runs._words(now)


def test_a_changed_file_of_the_data_folder_makes_another_run(page, monkeypatch, tmp_path):
    """The fingerprint is kept for a page's many reruns: it must not outlive the data that it was taken from."""
    scenario = load.load(SMALL)
    before = runs.fingerprint(scenario)
    assert runs.fingerprint(scenario) == before
    (tmp_path / "population").mkdir()
    (tmp_path / "population" / "new.parquet").write_bytes(b"")
    monkeypatch.setattr(runs, "data_root", lambda: tmp_path)
    monkeypatch.setattr(jobs, "key_of", lambda _: "another")
    assert runs.fingerprint(scenario) == "another"
