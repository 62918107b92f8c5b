"""The data dictionary and the read-me that go with files: what each column is, and what a format could not hold."""

from __future__ import annotations

import csv
import io
import json
from collections.abc import Iterable, Iterator, Mapping, Sequence
from typing import Any

from layers import command_line
from layers.export.spreadsheet import harmless
from layers.export.written import Table

HEADER = (
    "图层\nlayer",
    "字段名\nname",
    "含义\nmeaning (zh)",
    "英文含义\nmeaning (en)",
    "类型\nkind",
    "单位\nunit",
    "说明\nnote (zh)",
    "英文说明\nnote (en)",
    "命名依据\nbasis of the name",
)
_KINDS = {
    "text": "文本",
    "code": "代码文本",
    "list": "文本(顿号分隔)",
    "integer": "整数",
    "people": "整数",
    "ordinal": "整数",
    "flag": "是否",
    "date": "日期",
}
_WORDS = {
    "title_zh": "标题",
    "title_en": "英文标题",
    "changed.sentence_zh": "情景改动",
    "distributes_zh": "数量口径",
    "status_zh": "数据性质",
    "scenario": "情景",
    "plan": "规划",
    "source_plan.title_zh": "依据文件",
    "target": "指标",
    "clause": "条款",
    "quote": "原文",
    "amount": "指标数量",
    "allocated": "分配合计",
    "unplaced": "未落图数量(无边界单元的配额)",
    "population": "人口数据",
    "population_of": "人口性质(census为普查,own为自备)",
    "datum": "坐标基准",
    "reference": "坐标系",
    "map_review_zh": "地图审核",
    "public": "公开版",
    "notices_zh": "注意事项",
    "attribution": "数据署名",
    "made": "导出时间(UTC)",
    "fingerprint": "输入指纹",
    "result_hash": "结果指纹",
    "scenario_yaml": "情景文件",
}
_BASES = {
    "standard": "国土调查等数据库标准用名(standard)",
    "pinyin": "拼音首字母(pinyin initials)",
    "own": "自拟(own)",
    "": "",
}


def rows(tables: Iterable[Table]) -> Iterator[tuple[str, ...]]:
    """Yield one row a column of each table, then one a loss."""
    for table in tables:
        for c in table.columns:
            yield (
                table.table,
                c.name,
                c.label_zh,
                c.label_en,
                _KINDS.get(c.kind, "数值"),
                f"{c.unit_zh} / {c.unit_en}" if c.unit_zh else "",
                c.note_zh,
                c.note_en,
                _BASES[c.basis],
            )
        for loss in table.losses:
            yield (
                table.table,
                loss.column,
                f"【格式限制】{loss.rows}行,首行:{loss.first}",
                f"{loss.rows} rows, first: {loss.first}",
                "",
                "",
                loss.zh,
                loss.en,
                "",
            )


def csv_text(tables: Iterable[Table]) -> str:
    """Return the dictionary as CSV (write it as UTF-8 with BOM)."""
    out = io.StringIO()
    writer = csv.writer(out, lineterminator="\r\n")
    writer.writerow([h.replace("\n", " ") for h in HEADER])
    writer.writerows([harmless(text) for text in row] for row in rows(tables))
    return out.getvalue()


def metadata_rows(about: Mapping[str, Any]) -> list[tuple[str, str, str]]:
    """Return (Chinese words, key, text): what people look for first, in that order; then everything else."""
    flat = list(_plain(about, ""))
    texts = dict(flat)
    first = [(word, key, texts[key]) for key, word in _WORDS.items() if key in texts]
    return first + [("", key, text) for key, text in flat if key not in _WORDS]


def _plain(value: Any, key: str) -> Iterator[tuple[str, str]]:
    """Flatten a nested mapping to (key, text); nested keys are joined by dots."""
    if isinstance(value, Mapping):
        for name, inner in value.items():
            yield from _plain(inner, f"{key}.{name}" if key else str(name))
    elif isinstance(value, Sequence) and not isinstance(value, str):
        if all(isinstance(v, str | int | float) for v in value):
            yield key, "\n".join(map(str, value))
        else:
            for number, inner in enumerate(value, start=1):
                yield from _plain(inner, f"{key}.{number}")
    else:
        text = value if isinstance(value, str) else json.dumps(value, ensure_ascii=False)
        yield key, "" if value is None else text


def read_me(about: Mapping[str, Any], tables: Sequence[Table]) -> str:
    """Return the text that opens a package: what it is, its datum, what a reader must know, how to check it."""
    names: dict[str, Table] = {t.table: t for t in tables}
    lines = [
        str(about.get("title_zh", "")),
        str(about.get("title_en", "")),
        "",
        f"坐标 Coordinates: {about.get('reference')}(基准 datum: {about.get('datum')})",
        f"地图审核 Map review: {about.get('map_review_zh')}",
    ]
    lines += [f"{t.table}: {t.features} 条 features" for t in names.values()]
    lines += ["", "注意 Notices:"]
    lines += [f"- {text}" for text in about.get("notices_zh", [])]
    lines += [f"- {text}" for text in about.get("notices_en", [])]
    lines += ["", "数据来源 Attribution:"]
    lines += [f"- {text}" for text in about.get("attribution", [])]
    lines += [
        "",
        "核对 To check this package:",
        f"{command_line.FOLDER[0]},PATH 换成解压后的文件夹或 zip 文件的路径。",
        f"Run {command_line.FOLDER[1]}; for PATH write where the unzipped folder or the zip is.",
        f'{command_line.UNIX} verify "PATH"',
        f'Windows: {command_line.WINDOWS} verify "PATH"',
        "metadata.json 记录每个文件的校验值(SHA-256)、条数与合计。",
    ]
    return "\r\n".join(lines) + "\r\n"
