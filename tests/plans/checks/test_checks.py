"""Each check finds the fault planted for it, by name and place, and nothing in a plan that is in order."""

from __future__ import annotations

import pytest

from plans import checks

CSV = "targets.csv"

FAULTS = [
    ("administrative_codes_are_known", "projects.csv", ",440112,", ",440199,"),
    ("points_lie_in_their_district", "projects.csv", "113.445,23.168,2000", "113.445,23.568,2000"),
    ("positions_are_complete", "projects.csv", "113.445,23.168,2000", "113.445,23.168,"),
    ("positions_are_complete", "projects.csv", "113.445,23.168,2000", "23.168,113.445,2000"),
    ("geometry_fits_what_is_known", "projects.csv", "113.445,23.168,2000", ",,"),
    ("geometry_fits_what_is_known", "projects.csv", ",point,", ",unmapped,"),
    ("schematic_links_are_points", "projects.csv", ",point,,", ",line,23.1 113.2,"),
    ("tables_sum", CSV, "1950000000", "1950000001"),
    ("tables_sum", "plan.yaml", "t-later]", "t-gone]"),
    (
        "tables_sum",
        CSV,
        "t-later,investment,t-later,t-later,1950000000,yuan",
        "t-later,investment,t-later,t-later,1950000000,m",
    ),
    ("ids_are_unique_over_all_plans", "projects.csv", "p-guangpu", "t-poles"),
    ("names_are_not_nearly_the_same", CSV, "t-now,investment,t-now", "t-now,investment,t-later"),
    ("quantified_targets_have_value_unit_and_phrase", CSV, ",38900,count,", ",38900,,"),
    ("quantified_targets_have_value_unit_and_phrase", CSV, "t-lead,,,", "t-lead,7,,"),
    ("values_are_possible", CSV, ",38900,", ",38900.5,"),
    ("allocatable_targets_are_whole_units", CSV, ",yes,no,,二(一)2", ",yes,yes,,二(一)2"),
    ("deadlines_lie_in_the_period", CSV, ",2022,stated,", ",2035,stated,"),
    ("deadlines_lie_in_the_period", CSV, ",2022,stated,", ",,stated,"),
    ("deadlines_lie_in_the_period", "plan.yaml", "period_start: 2020", "period_start: 2023"),
    ("natures_fit_the_words", CSV, ",cumulative,", ",new,"),
    ("quantified_targets_are_as_many_as_a_reader_counted", "plan.yaml", "targets: 5", "targets: 0"),
    ("bodies_are_in_the_vocabulary", "clauses.csv", "b-miit|", "b-mint|"),
    ("leads_are_responsible_too", "clauses.csv", "b-drc,b-drc", "b-drc,b-miit"),
    ("responsible_bodies_have_their_words", "clauses.csv", "b-drc,b-drc", ","),
    ("clauses_are_known", CSV, "二(一)2", "二(一)9"),
    ("clauses_stand_in_the_order_of_the_text", "clauses.csv", "General,13", "General,130"),
    ("relations_resolve", "projects.csv", "光谱站,{offset},,", "光谱站,{offset},,t-gone"),
    ("phrases_are_not_recorded_twice", "not_targets.csv", "110千伏,{volts}", "储备19.5亿元,{later}"),
    ("english_is_there", "projects.csv", "Guangpu substation", "光谱 substation"),
    ("english_is_there", "plan.yaml", "issuer_zh: null", "issuer_zh: 某市"),
    ("chinese_is_simplified", "projects.csv", "光谱变电站", "光譜变电站"),
    ("chinese_is_simplified", "projects.csv", "光谱变电站", "光谱智慧型变电站"),
    (
        "distinct_pairs_name_known_ids",
        "plan.yaml",
        "notes:",
        "distinct:\n  - {{a: t-all, b: gone, zh: 异, en: no}}\nnotes:",
    ),
    ("unknown_key", "plan.yaml", "kind: unstated", "kind: unstated, colour: red"),
]


def test_a_plan_in_order_has_no_problem(folder):
    assert [p.text() for p in checks.check_plan("some-plan", folder.sources, folder.root)] == []


@pytest.mark.parametrize(("check", "file", "old", "new"), FAULTS, ids=[f"{f[0]}-{f[3][:18]}" for f in FAULTS])
def test_a_planted_fault_is_found(folder, check, file, old, new):
    text = (folder.sources / "some.txt").read_text(encoding="utf-8")
    places = {"offset": text.index("光谱站"), "volts": text.index("110千伏"), "later": text.index("储备19.5")}
    folder.change(file, old.format(**places), new.format(**places))
    found = [p for p in checks.check_plan("some-plan", root=folder.root) if p.check == check]
    assert found, f"{check} did not find it"
    assert all(p.where and p.en and p.zh and p.en != p.zh for p in found)


def test_a_point_just_outside_is_within_its_accuracy(folder):
    # 22.9 N lies south of Huangpu by some kilometres: near enough for an accuracy of 50 km
    folder.change("projects.csv", "113.445,23.168,2000", "113.445,22.9,50000")
    assert checks.check_plan("some-plan", root=folder.root) == []


def test_every_check_has_a_sentence_and_a_planted_fault():
    planted = {fault[0] for fault in FAULTS}
    untested = {"body_names_are_canonical", "counting_rules_are_of_known_targets"}
    assert set(checks.CHECKS) - untested <= planted
    assert all(check.__doc__ for check in checks.CHECKS.values())


def test_a_name_that_two_bodies_share_is_found(folder):
    path = folder.root / "plans" / "bodies" / "440100.csv"
    path.write_text(path.read_text(encoding="utf-8").replace("市发改委", "市工信局"), encoding="utf-8")
    found = {p.check for p in checks.check_plan("some-plan", root=folder.root)}
    assert "body_names_are_canonical" in found


def test_a_counting_rule_of_no_target_is_found(folder):
    text = "target,counting_rule,basis,note_zh,note_en\nt-gone,provincial_series,inferred,因为,because\n"
    (folder.root / "baselines" / "comparable.csv").write_text(text, encoding="utf-8")
    found = {p.check for p in checks.check_plan("some-plan", root=folder.root)}
    assert "counting_rules_are_of_known_targets" in found
