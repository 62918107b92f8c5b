"""A small plan written for tests, with its own short source text, and a folder of data to put it in."""

from __future__ import annotations

import csv
import hashlib
from pathlib import Path

import pytest

from plans.columns import columns

TEXT = (
    "某市新型基础设施实施方案\n"
    "一、总体要求\n"
    "到2022年,建成领先的信息基础设施。\n"
    "二、主要任务\n"
    "(一)信息基础设施。\n"
    "1. 5G网络。到2022年累计建成3.89万个5G基站,力争建成智慧灯杆300根。推进110千伏光谱站建设。"
    "(市工信局、发改委,越秀、白云区政府按职责分工负责)\n"
    "2. 投资。总投资30亿元,其中在建10.5亿元、储备19.5亿元。(市发改委牵头)\n"
)


def rows_csv(name: str, rows: list[dict[str, object]]) -> str:
    """Return rows as the CSV text of a table, with every column of its schema."""
    header = [column.name for column in columns(name)]
    lines = [header, *([row.get(column, "") for column in header] for row in rows)]
    import io

    stream = io.StringIO()
    csv.writer(stream, lineterminator="\n").writerows(lines)
    return stream.getvalue()


def at(phrase: str) -> dict[str, object]:
    """Return a phrase of the text with its offset."""
    return {"quote": phrase, "offset": TEXT.index(phrase)}


def target(name: str, phrase: str, **more: object) -> dict[str, object]:
    """Return a row of ``targets.csv``."""
    return {
        "id": name,
        "category": "5g_station",
        "indicator_zh": name,
        "indicator_en": name,
        "qualifier": "exact",
        "aspirational": "no",
        "nature": "level",
        "deadline_basis": "none",
        "region_adcode": "440100",
        "quantified": "yes",
        "mappable": "yes",
        "allocatable": "no",
        "clause": "二(一)1",
        **at(phrase),
        **more,
    }


class Folder:
    """A data folder with one plan, ``some-plan``, whose files a test may change."""

    def __init__(self, root: Path) -> None:
        self.root = root
        self.plan = root / "plans" / "some-plan"
        self.sources = root.parent / "sources"
        self.plan.mkdir(parents=True)
        self.sources.mkdir()
        (root / "plans" / "bodies").mkdir()
        (root / "baselines").mkdir()
        (self.sources / "some.txt").write_bytes(TEXT.encode())
        self.write("plan.yaml", self.header())
        for name, rows in self.tables().items():
            self.write(f"{name}.csv", rows_csv(name, rows))
        body = {"level": "city", "adcode": "440100"}
        bodies = [
            {
                "id": "b-miit",
                "name_zh": "某市工业和信息化局",
                "name_en": "Industry",
                "aliases": "市工信局",
                **body,
            },
            {
                "id": "b-drc",
                "name_zh": "某市发展和改革委员会",
                "name_en": "Reform",
                "aliases": "市发改委",
                **body,
            },
            {"id": "b-yuexiu", "name_zh": "越秀区政府", "name_en": "Yuexiu", "aliases": "", **body},
            {"id": "b-baiyun", "name_zh": "白云区政府", "name_en": "Baiyun", "aliases": "", **body},
        ]
        (root / "plans" / "bodies" / "440100.csv").write_text(
            rows_csv("bodies", bodies), encoding="utf-8", newline="\n"
        )

    def header(self) -> str:
        """Return a ``plan.yaml`` in order."""
        digest = hashlib.sha256(TEXT.encode()).hexdigest()
        return (
            "format_version: 1\nid: some-plan\ntitle_zh: 某市新型基础设施实施方案\ntitle_en: Some plan\n"
            "title_stated: true\nissuer_zh: null\nissuer_en: null\ndocument_number: null\n"
            "document_number_stated: false\nissue_date: 2020-12-31\nperiod_start: 2020\nperiod_end: 2022\n"
            'period_basis: inferred\nregion_adcode: "440100"\nlanguage: zh-Hans\nsource_file: some.txt\n'
            f"source_sha256: {digest}\nsource_characters: {len(TEXT)}\nquantified_targets: 5\n"
            "tables:\n  - {id: money, total: t-all, parts: [t-now, t-later]}\n"
            "notes:\n  - {kind: unstated, zh: 原文未载明发文机关, en: The text names no issuer}\n"
        )

    def tables(self) -> dict[str, list[dict[str, object]]]:
        """Return the rows of a plan in order."""
        money = {"unit": "yuan", "category": "investment", "clause": "二(一)2"}
        lists = "市工信局、发改委,越秀、白云区政府按职责分工负责"
        return {
            "clauses": [
                {"clause": "一", "title_zh": "总体要求", "title_en": "General", "offset": TEXT.index("一、")},
                {
                    "clause": "二(一)1",
                    "title_zh": "网络",
                    "title_en": "Networks",
                    "offset": TEXT.index("1. 5G"),
                }
                | {"responsible_quote": lists, "responsible_offset": TEXT.index(lists)}
                | {"responsible": "b-miit|b-drc|b-yuexiu|b-baiyun"},
                {
                    "clause": "二(一)2",
                    "title_zh": "投资",
                    "title_en": "Money",
                    "offset": TEXT.index("2. 投资"),
                }
                | {"responsible_quote": "市发改委牵头", "responsible_offset": TEXT.index("市发改委牵头")}
                | {"responsible": "b-drc", "lead": "b-drc"},
            ],
            "targets": [
                target("t-lead", "建成领先的信息基础设施", quantified="no", clause="一")
                | {"deadline_year": 2022, "deadline_basis": "stated", "deadline_text": "到2022年"},
                target("t-stations", "累计建成3.89万个5G基站", value=38900, unit="count", nature="cumulative")
                | {"deadline_year": 2022, "deadline_basis": "stated", "deadline_text": "到2022年"},
                target("t-poles", "力争建成智慧灯杆300根", value=300, unit="count", qualifier="aspirational")
                | {"aspirational": "yes"},
                target("t-all", "总投资30亿元", value=3000000000, **money),
                target("t-now", "在建10.5亿元", value=1050000000, **money),
                target("t-later", "储备19.5亿元", value=1950000000, **money),
            ],
            "projects": [
                {
                    "id": "p-guangpu",
                    "name_zh": "光谱变电站",
                    "name_en": "Guangpu substation",
                    "category": "substation",
                    "kind": "project",
                    "adcode": "440112",
                    "lon": 113.445,
                    "lat": 23.168,
                    "accuracy_m": 2000,
                    "position_basis": "facts_memory",
                    "geometry_type": "point",
                    "clause": "二(一)1",
                    **at("光谱站"),
                }
            ],
            "not_targets": [
                {**at("110千伏"), "clause": "二(一)1", "reason": "voltage"},
                {**at("5G"), "clause": "二(一)1", "reason": "technical_name"},
            ],
        }

    def write(self, name: str, text: str | bytes) -> None:
        """Write a file of the plan."""
        data = text.encode() if isinstance(text, str) else text
        (self.plan / name).write_bytes(data)

    def change(self, name: str, old: str, new: str) -> None:
        """Replace one passage of a file of the plan; it must be there."""
        text = (self.plan / name).read_text(encoding="utf-8")
        assert old in text, f"{old!r} is not in {name}"
        self.write(name, text.replace(old, new, 1))


@pytest.fixture
def folder(tmp_path) -> Folder:
    """A data folder with one plan that has no problem."""
    return Folder(tmp_path / "data")
