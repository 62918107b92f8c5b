"""Plans, targets and projects as the rows that every listing shows (``schemas/*.schema.json`` describes them)."""

from __future__ import annotations

from collections import Counter
from typing import Any

from plans import corrections
from plans.model import Plan, Project, Target
from plans.vocabulary import label

Row = dict[str, Any]


def plan_row(plan: Plan) -> Row:
    """Return what a listing says of one plan: its header and its counts."""
    return {
        "id": plan.id,
        "title_zh": plan.title_zh,
        "title_en": plan.title_en,
        "title_stated": plan.title_stated,
        "issuer_zh": plan.issuer_zh,
        "issuer_en": plan.issuer_en,
        "document_number": plan.document_number,
        "issue_date": plan.issue_date,
        "period_start": plan.period_start,
        "period_end": plan.period_end,
        "period_basis": plan.period_basis,
        "region_adcode": plan.region_adcode,
        "language": plan.language,
        "source": plan.reference,
        "source_file": plan.source_file,
        **counts(plan),
        "notes": [_note(plan, position) for position in range(len(plan.notes))],
    }


def counts(plan: Plan) -> dict[str, int]:
    """Return how many targets (quantified, qualitative), projects (by geometry) and bodies a plan holds."""
    shapes = Counter(project.geometry_type for project in plan.projects)
    quantified = sum(target.quantified for target in plan.targets)
    return {
        "targets": len(plan.targets),
        "targets_quantified": quantified,
        "targets_qualitative": len(plan.targets) - quantified,
        "projects": len(plan.projects),
        **{
            f"projects_{shape}": shapes[shape]
            for shape in ("point", "line", "area", "district", "city", "unmapped")
        },
        "clauses": len(plan.clauses),
        "bodies": len(plan.bodies),
        "not_targets": len(plan.not_targets),
    }


def target_rows(plan: Plan) -> list[Row]:
    """Return one row a target, in the order of the file; ``value`` is in ``unit`` (conventions U1)."""
    return [target_row(plan, target) for target in plan.targets]


def target_row(plan: Plan, target: Target) -> Row:
    """Return what a listing says of one target."""
    return {
        "id": target.id,
        "plan": plan.id,
        "category": target.category,
        "category_zh": label("category", target.category, "zh"),
        "category_en": label("category", target.category, "en"),
        "indicator_zh": target.indicator_zh,
        "indicator_en": target.indicator_en,
        "value": target.value,
        "unit": target.unit,
        "counter_zh": target.counter_zh,
        "qualifier": target.qualifier,
        "aspirational": target.aspirational,
        "nature": target.nature,
        "nature_zh": label("nature", target.nature, "zh"),
        "quantified": target.quantified,
        "deadline_year": target.deadline_year,
        "deadline_basis": target.deadline_basis,
        "deadline_text": target.deadline_text,
        "region_adcode": target.region_adcode,
        "scope_zh": target.scope_zh,
        "mappable": target.mappable,
        "allocatable": target.allocatable,
        "counting_rule": target.counting_rule,
        "related": [{"kind": kind, "id": other} for kind, other in target.related],
        "clause": target.clause,
        "clause_title_zh": _clause_title(plan, target.clause, "zh"),
        "clause_title_en": _clause_title(plan, target.clause, "en"),
        "quote": target.quote,
        "offset": target.offset,
        "source": plan.reference,
        "responsible": [body.name_zh for body in plan.responsible(target)],
        "responsible_en": [body.name_en for body in plan.responsible(target)],
        "lead": [body.name_zh for body in plan.lead(target)],
        "note_zh": target.note_zh,
        "note_en": target.note_en,
    }


def project_rows(plan: Plan) -> list[Row]:
    """Return one row a project, in the order of the file; lon, lat in WGS84 degrees, null when unknown."""
    return [project_row(plan, project) for project in plan.projects]


def project_row(plan: Plan, project: Project) -> Row:
    """Return what a listing says of one project."""
    return {
        "id": project.id,
        "plan": plan.id,
        "name_zh": project.name_zh,
        "name_en": project.name_en,
        "aliases": list(project.aliases),
        "category": project.category,
        "category_zh": label("category", project.category, "zh"),
        "category_en": label("category", project.category, "en"),
        "kind": project.kind,
        "kind_zh": label("kind", project.kind, "zh"),
        "adcode": project.adcode,
        "lon": project.lon,
        "lat": project.lat,
        "accuracy_m": project.accuracy_m,
        "position_basis": project.position_basis,
        "position_basis_zh": corrections.words(project.position_basis, "zh"),
        "position_source": project.position_source,
        "geometry_type": project.geometry_type,
        "link_to": [list(point) for point in project.link_points],
        "status": project.status,
        "status_zh": label("stage", project.status, "zh") or None,
        "targets": list(project.targets),
        "clause": project.clause,
        "clause_title_zh": _clause_title(plan, project.clause, "zh"),
        "clause_title_en": _clause_title(plan, project.clause, "en"),
        "quote": project.quote,
        "offset": project.offset,
        "source": plan.reference,
        "responsible": [body.name_zh for body in plan.responsible(project)],
        "responsible_en": [body.name_en for body in plan.responsible(project)],
        "note_zh": project.note_zh,
        "note_en": project.note_en,
    }


def _clause_title(plan: Plan, path: str, lang: str) -> str | None:
    clause = plan.clause_by_path.get(path)
    if clause is None:
        return None
    return clause.title_zh if lang == "zh" else clause.title_en


def _note(plan: Plan, position: int) -> Row:
    note = plan.notes[position]
    return {"kind": note.kind, "quote": note.quote, "offset": note.offset, "zh": note.zh, "en": note.en}
