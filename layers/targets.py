"""The targets of a plan as a table: what is promised, by when, by whom, in which clause, in which words."""

from __future__ import annotations

import pandas as pd

from geo import boundaries
from geo.errors import UnknownNameError
from layers.spec import Field, Layer
from plans import describe
from plans.model import Plan
from plans.vocabulary import label

_FIELDS = (
    Field("id", "标识", "Id", "code"),
    Field("plan", "规划标识", "Plan", "code"),
    Field("indicator_zh", "指标名称", "Indicator (Chinese)"),
    Field("indicator_en", "指标英文名称", "Indicator (English)"),
    Field("category", "类别代码", "Category", "code"),
    Field("category_zh", "类别", "Category (Chinese)"),
    Field("qualifier", "限定词代码", "Qualifier", "code"),
    Field("qualifier_zh", "限定词", "Qualifier (Chinese)"),
    Field("value", "指标值", "Figure", "number", "空为未量化", "empty = the text gives no figure"),
    Field("unit", "计量单位代码", "Unit", "code"),
    Field("unit_zh", "计量单位", "Unit (Chinese)"),
    Field("aspirational", "力争性表述", "Aspirational", "flag"),
    Field("nature", "指标性质代码", "Nature", "code"),
    Field("nature_zh", "指标性质", "Nature (Chinese)"),
    Field("quantified", "是否量化", "Quantified", "flag"),
    Field("deadline_year", "完成年份", "Due by the end of", "ordinal"),
    Field("deadline_basis", "期限依据", "Basis of the deadline", "code"),
    Field("deadline_text", "期限原文", "Words that state the deadline"),
    Field("region_adcode", "适用区域代码", "Region code", "code"),
    Field("region_zh", "适用区域", "Region (Chinese)"),
    Field("scope_zh", "适用范围", "Narrower scope"),
    Field("clause", "条款", "Clause"),
    Field("clause_title_zh", "条款标题", "Clause heading"),
    Field("quote", "原文", "Phrase in the document"),
    Field("offset", "原文位置", "Offset of the phrase", "ordinal"),
    Field("source", "来源文件", "Document"),
    Field("issue_date", "发文日期", "Date of issue", "date"),
    Field("responsible", "责任单位", "Responsible bodies", "list"),
    Field("lead", "牵头单位", "Lead bodies named as such", "list"),
    Field("note_zh", "备注", "Note (Chinese)"),
    Field("note_en", "英文备注", "Note (English)"),
)


def targets(plan: Plan) -> Layer:
    """Return every target of a plan, quantified or not, in the order of the text; a table without shapes."""
    rows = [
        {
            **row,
            "qualifier_zh": label("qualifier", row["qualifier"], "zh") or None,
            "unit_zh": _unit_zh(row),
            "region_zh": unit_name(row["region_adcode"]),
            "issue_date": _whole_date(plan.issue_date),
        }
        for row in describe.target_rows(plan)
    ]
    return Layer(
        id="targets",
        title_zh=f"规划指标:{plan.title_zh}",
        title_en=f"Targets: {plan.title_en}",
        geometry="table",
        frame=pd.DataFrame(rows, columns=[f.name for f in _FIELDS]),
        fields=_FIELDS,
        notice_zh="指标照录自文件;单位见“计量单位代码”列,空值为原文未量化。",
        notice_en="Copied from the document; figures are in the unit column; empty means the text gives no figure.",
        provenance=provenance(plan),
    )


def provenance(plan: Plan) -> dict[str, object]:
    """Return what a sidecar says of the origin of anything taken from a plan."""
    return {
        "plan": plan.id,
        "title_zh": plan.title_zh,
        "title_en": plan.title_en,
        "issuer_zh": plan.issuer_zh,
        "issuer_en": plan.issuer_en,
        "document_number": plan.document_number,
        "issue_date": plan.issue_date,
        "source_file": plan.source_file,
        "source_sha256": plan.source_sha256,
        "plan_sha256": plan.sha256,
    }


def unit_name(adcode: str | None) -> str | None:
    """Return the Chinese name of an administrative unit; None where the code is not one (a functional zone)."""
    if not adcode:
        return None
    if adcode == boundaries.CHINA:
        return "全国"
    try:
        return boundaries.unit(adcode).name_zh
    except UnknownNameError:
        return None


def _unit_zh(row: describe.Row) -> str | None:
    """The unit of ``value``: the text's measure word for a plain count, else the unit the figure was brought to."""
    if row["unit"] == "count" and row["counter_zh"]:
        return str(row["counter_zh"]).lstrip("万亿千百") or "个"
    return label("unit", row["unit"], "zh") or None


def _whole_date(text: str | None) -> str | None:
    """A date that states its day; a month or a year alone is no date for a GIS."""
    return text if text and len(text) == 10 else None
