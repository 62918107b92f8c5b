"""What a planner is asked about an upload, with the evidence; nothing is decided for them (conventions D4)."""

from __future__ import annotations

import functools
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from decimal import Decimal
from typing import Any

from geo import boundaries
from geo.datum_guess import Evidence
from geo.stated_crs import Possible
from geo.vector_io import Layer
from infraplan.uploads.values import MONEY_NAMES, MONEY_UNITS

#: So much of a name from a file is shown in a question.
_LONGEST_SHOWN = 60
#: So many stages of a list are named in the question about them.
_MOST_WORDS = 8
_KINDS = {
    "Point": ("点", "points"),
    "MultiPoint": ("点", "points"),
    "LineString": ("线", "lines"),
    "MultiLineString": ("线", "lines"),
    "Polygon": ("面", "polygons"),
    "MultiPolygon": ("面", "polygons"),
}
_ANY_KIND = ("图形", "features")


@dataclass(frozen=True, slots=True)
class Option:
    """One answer: its value and its names."""

    value: str
    zh: str
    en: str

    def text(self, lang: str = "zh") -> str:
        """Return the name in ``lang``."""
        return self.en if lang == "en" else self.zh


@dataclass(frozen=True, slots=True)
class Question:
    """Something only the planner can know.

    Attributes
    ----------
    key : str
        The key of the answer.
    zh, en : str
        The question with its evidence.
    options : tuple of Option
        The possible answers; empty: any text.
    suggested : str or None
        The answer that the evidence supports; None where it does not tell.
    """

    key: str
    zh: str
    en: str
    options: tuple[Option, ...] = ()
    suggested: str | None = None

    def text(self, lang: str = "zh") -> str:
        """Return the question in ``lang``."""
        return self.en if lang == "en" else self.zh


def open_questions(questions: Sequence[Question], answers: Mapping[str, Any]) -> list[Question]:
    """Return the questions that have no answer, or one that is none of the options."""
    return [
        q
        for q in questions
        if not answers.get(q.key) or (q.options and answers[q.key] not in {o.value for o in q.options})
    ]


def region(suggested: str | None = None) -> Question:
    """Ask which region the file is about: one of the areas whose data ships, or one of their districts."""
    zh, en = "这份数据属于哪个地区?", "Which region is this about?"
    return Question("region", zh, en, _regions(), suggested)


@functools.cache
def _regions() -> tuple[Option, ...]:
    options: list[Option] = []
    for code in boundaries.shipped():
        city = boundaries.unit(code)
        options.append(Option(code, city.name_zh, city.name_en))
        for row in boundaries.districts(code).itertuples():
            if row.adcode != code:
                options.append(
                    Option(str(row.adcode), f"{city.name_zh} {row.name_zh}", f"{city.name_en}, {row.name_en}")
                )
    return tuple(options)


def datum(evidence: Evidence) -> Question:
    """Ask for the datum of the coordinates, with what speaks for each reading."""
    options = tuple(
        Option(
            f"{reading.datum}|{reading.axes}",
            f"{reading.label('zh')}({reading.why('zh')})",
            f"{reading.label('en')} ({reading.why('en')})",
        )
        for reading in evidence.readings
    )
    return Question(
        "datum",
        f"坐标采用哪种坐标系?{evidence.question_zh}",
        f"Which datum are the coordinates in? {evidence.question_en}",
        options,
        options[0].value if evidence.clear else None,
    )


def layer(layers: Sequence[Layer]) -> Question:
    """Ask which layer of a file holds areas; the only one of polygons is suggested."""
    flat = [row.name for row in layers if row.kind in ("Polygon", "MultiPolygon")]
    options = tuple(
        Option(
            row.name,
            f"{row.name}({_KINDS.get(row.kind, _ANY_KIND)[0]},{row.features:,} 个)",
            f"{row.name} ({row.features:,} {_KINDS.get(row.kind, _ANY_KIND)[1]})",
        )
        for row in layers
    )
    return Question(
        "layer",
        f"文件包含 {len(layers)} 个图层,读取哪一个?",
        f"The file holds {len(layers)} layers; which is to be read?",
        options,
        flat[0] if len(flat) == 1 else None,
    )


def no_crs(name: str) -> tuple[str, str]:
    """Return (Chinese, English) that a file says no CRS; only a Shapefile, which comes zipped, says it in a .prj."""
    if name.casefold().endswith((".zip", ".shp")):
        return (
            "文件未说明坐标系(缺少 .prj 文件)",
            "The file does not say its coordinate reference system (there is no .prj)",
        )
    return "文件未说明坐标系", "The file does not say its coordinate reference system"


def crs(possible: Sequence[Possible], name: str) -> Question:
    """Ask for the CRS of a vector file that says none, the likeliest first; none is chosen beforehand."""
    zh, en = no_crs(name)
    mend_zh, mend_en = "请在 GIS 软件中定义坐标系后重新上传", "define it in a GIS and upload the file again"
    if ".prj" in zh:
        mend_zh, mend_en = "请补上 .prj 后重新打包上传", "add the .prj and pack the file again"
    return Question(
        "crs",
        f"{zh},坐标采用哪种坐标系?按位置排列,最可能的在前;如都不是,{mend_zh}",
        f"{en}. Which is it? The likeliest stands first; if it is none of these, {mend_en}",
        tuple(Option(p.code, p.text("zh"), p.text("en")) for p in possible),
    )


def money_unit(header: str, values: Sequence[float]) -> Question:
    """Ask for the unit of a column of money that states none, showing what the middle value would mean."""
    middle = sorted(values)[len(values) // 2] if values else 0.0
    readings = {
        unit: middle * factor for unit, factor in MONEY_UNITS.items() if unit in ("yuan", "wan", "yi")
    }
    # a works project costs between a hundred thousand and thirty thousand million yuan
    plausible = [unit for unit, yuan in readings.items() if 1e5 <= yuan <= 3e10]
    options = tuple(
        Option(
            unit,
            f"{MONEY_NAMES[unit][0]}(中间值 {middle:,.10g} 即 {_yi(readings[unit])})",
            f"{MONEY_NAMES[unit][1]} (the middle value {middle:,.10g} is {readings[unit]:,.0f} yuan)",
        )
        for unit in readings
    )
    return Question(
        f"money_unit:{header}",
        f"“{header}”列未注明单位,是万元还是亿元?",
        f"The column {header!r} does not state its unit; which is it?",
        options,
        plausible[0] if len(plausible) == 1 else None,
    )


def _yi(yuan: float) -> str:
    return f"{yuan / 1e8:,.4g} 亿元" if yuan >= 1e8 else f"{yuan / 1e4:,.4g} 万元"


def district(
    name: str, rows: int, region: tuple[str, str], names: Mapping[str, tuple[str, str]], zone: bool
) -> Question:
    """Ask which district a name means that is none of the region's; names are (Chinese, English)."""
    shown = _short(name)
    kind_zh = "是功能区,不是行政区" if zone else f"不是{region[0]}的区县"
    kind_en = (
        "is a functional zone and no administrative district" if zone else f"is no district of {region[1]}"
    )
    return Question(
        f"district:{name}",
        f"“{shown}”(共 {rows:,} 行){kind_zh};这些行计入哪个区县?",
        f"“{shown}” ({rows:,} rows) {kind_en}; which district are these rows counted in?",
        (
            *(Option(code, zh, en) for code, (zh, en) in names.items()),
            Option("none", "只保留原文,不归入区县", "keep the text, count it in none"),
        ),
        None,
    )


def _short(text: str) -> str:
    return text if len(text) <= _LONGEST_SHOWN else text[:_LONGEST_SHOWN] + "…"


def locate(rows: int) -> Question:
    """Ask what to do with rows that have no coordinates."""
    return Question(
        "locate",
        f"{rows:,} 行没有坐标:是否按名称和地址在离线地名库中查找位置(带精度与来源)?",
        f"{rows:,} rows have no coordinates: look their names and addresses up in the offline gazetteer (with accuracy "
        "and source)?",
        (
            Option(
                "gazetteer", "查找;找不到的仅标所在区县", "look up; those not found keep their district only"
            ),
            Option("none", "不查找;仅标所在区县", "no; they keep their district only"),
        ),
        "gazetteer",
    )


def people(sums: Mapping[str, float]) -> Question:
    """Ask which column holds people, showing what each sums to; none is chosen beforehand."""
    options = tuple(
        Option(c, f"{c}(合计 {total:,.10g})", f"{c} (sum {total:,.10g})") for c, total in sums.items()
    )
    return Question("people", "哪一列是人口数?", "Which column holds people?", options)


def count_column(
    sums: Mapping[str, Decimal], rows: int, each_row: str, suggested: str | None = None
) -> Question:
    """Ask which column counts the units, showing what each sums to."""
    options = tuple(
        Option(c, f"{c}(合计 {total:,f})", f"{c} (sum {total:,f})")
        for c, total in ((c, _plain(total)) for c, total in sums.items())
    )
    none = Option(each_row, f"都不是:每行计 1(合计 {rows:,})", f"none: each row is one (sum {rows:,})")
    return Question(
        "count_column",
        "多列可能是数量,以哪一列为准?",
        "Several columns may be the number of units; which is it?",
        (*options, none),
        suggested,
    )


def _plain(total: Decimal) -> Decimal:
    """Return a sum without zeros after its point."""
    return total.quantize(Decimal(1)) if total == total.to_integral_value() else total.normalize()


def standing(rows: Mapping[tuple[str, str], int], built: int, without: int) -> Question:
    """Ask which of a list of existing units stand: rows by the (zh, en) word of a stage, most first."""
    whole, told = sum(rows.values()), dict(list(rows.items())[:_MOST_WORDS])
    zh = "、".join(f"{_short(word)} {n:,} 行" for (word, _), n in told.items())
    en = ", ".join(f"{_short(word)} {n:,}" for (_, word), n in told.items())
    if len(told) < len(rows):
        rest = whole - sum(told.values())
        zh, en = f"{zh}、其他 {rest:,} 行", f"{en}, others {rest:,}"
    options = [Option("built", f"只计已建成的({built:,} 行)", f"only what is complete ({built:,} rows)")]
    if without:
        options.append(
            Option(
                "built_or_unstated",
                f"计已建成的和阶段不明的({built + without:,} 行)",
                f"what is complete or states no stage ({built + without:,} rows)",
            )
        )
    options.append(Option("all", f"全部计入,含未建成和停用的({whole:,} 行)", f"all of it ({whole:,} rows)"))
    return Question(
        "standing",
        f"清单中有未建成、停用或阶段无法识别的设施({zh}):哪些计入既有设施?",
        f"Some units of the list are not built, are out of use or have a stage that is not known (rows: {en}); which "
        "count as existing?",
        tuple(options),
    )


def bad_rows(rows: int, errors: int) -> Question:
    """Ask whether to go on without the rows that have errors."""
    return Question(
        "bad_rows",
        f"{rows:,} 行里共 {errors:,} 处错误:更正文件后重新上传,还是略去这些行?",
        f"{errors:,} errors in {rows:,} rows: mend the file and upload it again, or leave these rows out?",
        (
            Option("mend", "更正后重新上传(不导入)", "mend and upload again (nothing is imported)"),
            Option(
                "leave_out", "略去有错误的行,导入其余", "leave the rows with errors out, import the others"
            ),
        ),
        None,
    )
