"""Every shipped plan is a test case; messages name the row."""

from __future__ import annotations

import json

import jsonschema
import pytest

from plans import catalogue, checks, describe, progress
from plans.language import not_mainland
from plans.vocabulary import names, vocabulary

PLANS = catalogue.available()


def schema(root, name):
    return json.loads((root / "schemas" / f"{name}.schema.json").read_text(encoding="utf-8"))


def test_the_five_plans_are_there():
    assert PLANS == ["guangzhou-2020", "qianjiang-2021", "xuzhou-2020", "xuzhou-2023", "zibo-2021"]


@pytest.mark.parametrize("plan_id", PLANS)
def test_each_plan_is_in_order(plan_id):
    assert [problem.text() for problem in checks.check_plan(plan_id)] == []


@pytest.mark.parametrize("plan_id", PLANS)
@pytest.mark.parametrize(
    ("name", "rows"), [("targets", describe.target_rows), ("projects", describe.project_rows)]
)
def test_each_row_fits_its_json_schema(plan_id, name, rows, root):
    validator = jsonschema.Draft202012Validator(schema(root, name))
    listed = json.loads(json.dumps(rows(catalogue.load_plan(plan_id)), allow_nan=False))
    wrong = [(listed[e.path[0]]["id"] if e.path else "", e.message) for e in validator.iter_errors(listed)]
    assert wrong == []


def test_the_plans_fit_their_json_schema(root):
    rows = [describe.plan_row(plan) for plan in catalogue.load_all()]
    jsonschema.Draft202012Validator(schema(root, "plans")).validate(json.loads(json.dumps(rows)))


@pytest.mark.parametrize("name", ["plans", "targets", "projects"])
def test_the_json_schemas_list_every_code(name, root):
    jsonschema.Draft202012Validator.check_schema(schema(root, name))
    fields = {"unit": "unit", "category": "category", "kind": "kind", "status": "stage", "nature": "nature"}
    properties = schema(root, name)["items"]["properties"]
    for field, terms in fields.items():
        if field in properties:
            assert set(properties[field]["enum"]) - {None} == set(vocabulary(terms)), field


@pytest.mark.parametrize("name", names())
def test_each_vocabulary_has_both_languages(name):
    for term in vocabulary(name).values():
        assert term.label_en, term.code
        assert term.label_zh or (name, term.code) == ("qualifier", "exact"), term.code
        assert not_mainland(term.label_zh) == [], term.code


def test_the_figures_the_first_map_stands_on():
    """Read from the document by eye; a change here is a change of what was promised."""
    plan = catalogue.load_plan("guangzhou-2020")
    stations = [t for t in plan.targets if t.value == 38900]
    assert [(t.category, t.unit, t.nature, t.deadline_year, t.quote) for t in stations] == [
        ("5g_station", "count", "cumulative", 2022, "累計建成3.89萬個5G基站")
    ]
    chargers = [t for t in plan.targets if t.category == "charger" and t.quantified]
    assert [(t.value, t.qualifier) for t in chargers] == [(55000, "~")]
    sites = next(t for t in plan.targets if t.value == 67000)
    assert ("not_added_to", stations[0].id) in sites.related


def test_zibo_holds_no_quantified_target():
    plan = catalogue.load_plan("zibo-2021")
    assert plan.targets
    assert not any(target.quantified for target in plan.targets)


def test_qianjiangs_projects_and_money_sum():
    values = {t.value for t in catalogue.load_plan("qianjiang-2021").targets if t.quantified}
    assert 18 + 12 + 28 == 58
    assert {18, 12, 28, 58} <= values
    assert 931_000_000 + 6_159_000_000 + 8_323_000_000 == 15_413_000_000
    assert {931_000_000, 6_159_000_000, 8_323_000_000, 15_413_000_000} <= values


@pytest.mark.parametrize("plan_id", PLANS)
def test_a_share_is_given_only_where_the_rules_match(plan_id):
    for item in progress.progress(catalogue.load_plan(plan_id)):
        assert item.why("zh")
        assert item.why("en")
        for beside in item.figures:
            assert (beside.share is not None) == (beside.reason == "comparable"), beside.figure.id
            if beside.share is not None:
                assert beside.figure.counting_rule == item.rule
                assert beside.figure.confidence != "memory"
