"""Boundaries and population that a planner brings: the readers of ``geo`` with their questions and a preview."""

from __future__ import annotations

from collections.abc import Collection, Mapping
from dataclasses import dataclass, field, replace
from pathlib import Path
from typing import Any

import geopandas as gpd
import pandas as pd
import shapely

from geo import boundaries, crs, importers, population, stated_crs, user_boundaries, vector_io
from geo.areas import polygon_areas
from geo.errors import DataError, InfraPlanError, Problem
from geo.importers import tables
from geo.importers.kontur import is_h3_geopackage
from infraplan.uploads import questions as ask
from infraplan.uploads.census_check import beside_census
from infraplan.uploads.files import check_size, under_its_name
from infraplan.uploads.questions import Option, Question

BOUNDARY_FILES = (".geojson", ".json", ".gpkg", ".zip", ".fgb")
POPULATION_FILES = (
    ".tif",
    ".tiff",
    ".gpkg",
    ".csv",
    ".tsv",
    ".txt",
    ".parquet",
    ".xlsx",
    ".geojson",
    ".zip",
    ".fgb",
)
_TABLES = (".csv", ".tsv", ".txt", ".parquet", ".xlsx")
MAX_BOUNDARY_BYTES = 200_000_000
MAX_POPULATION_BYTES = 2_000_000_000
_DATUMS = (
    ("WGS84", "WGS84 经纬度", "WGS84 degrees"),
    ("CGCS2000", "CGCS2000 经纬度", "CGCS2000 degrees"),
    ("GCJ-02", "GCJ-02(高德、腾讯地图)", "GCJ-02 (AMap, Tencent)"),
    ("BD-09", "BD-09(百度地图)", "BD-09 (Baidu)"),
)


#: Stands for a layer that was asked for and not named yet; no layer is called so.
_ASKED = "\x00"


@dataclass
class Found:
    """What was read, what must be asked, and what it looks like."""

    questions: list[Question] = field(default_factory=list)
    problems: list[Problem] = field(default_factory=list)
    doubts: list[Problem] = field(default_factory=list)
    notes: list[Problem] = field(default_factory=list)
    unread_columns: list[str] = field(default_factory=list)
    unread_sheets: list[str] = field(default_factory=list)
    preview: list[dict[str, Any]] = field(default_factory=list)
    rows: int = 0
    summary_zh: str = ""
    summary_en: str = ""
    data: Any = None
    details: dict[str, Any] = field(default_factory=dict)


def boundaries_of(path: Path, name: str, answers: Mapping[str, Any]) -> Found:
    """Read a boundary file; asks for its datum, showing how well each reading fits the known districts."""
    check_size(path, name, MAX_BOUNDARY_BYTES)
    _require_ending(name, BOUNDARY_FILES)
    found = Found()
    with under_its_name(path, name) as file:
        layer = _layer(file, answers, found)
        if layer is _ASKED:
            return found
        frame = vector_io.read(file, layer)
        asked = _crs_question(frame, name)
        # numbers that are degrees are read as they stand: the question of the datum names what they may be
        if asked is not None and not _only_degrees(asked):
            found.questions.append(asked)
            if ask.open_questions(found.questions, answers):
                return found
        # read as it stands first: what fits better is evidence for the reader, who then decides
        read = user_boundaries.load(
            file,
            name_column=answers.get("name_column"),
            code_column=answers.get("code_column"),
            crs_name=_crs_answer(asked, answers),
            layer=layer,
            datum=answers.get("datum") or "WGS84",
        )
    fit = {} if answers.get("datum") else dict(zip(read.fit["datum"], read.fit["overlap"], strict=True))
    found.notes, found.rows, found.data = list(read.notes), len(read.districts), read.districts
    usual = (user_boundaries.NAME_COLUMNS, user_boundaries.CODE_COLUMNS)
    named = [next((c for c in names if c in frame.columns), "") for names in usual]
    taken = (answers.get("name_column") or named[0], answers.get("code_column") or named[1])
    found.unread_columns = _others(frame, taken)
    found.questions.append(_polygon_datum(fit, answers, _unstated(asked, name)))
    areas = polygon_areas(read.districts.geometry.to_numpy()) / 1e6
    found.preview = [
        {
            "adcode": row.adcode,
            "name_zh": row.name_zh,
            "name_en": row.name_en,
            "area_km2": round(float(area), 3),
        }
        for row, area in zip(read.districts.itertuples(), areas, strict=True)
    ][:50]
    found.summary_zh = f"{len(read.districts)} 个面,共 {areas.sum():,.1f} 平方公里"
    found.summary_en = f"{len(read.districts)} polygons, {areas.sum():,.1f} km² together"
    found.details = {"datum": answers.get("datum"), "crs": _crs_answer(asked, answers), "layer": layer}
    return found


def _layer(file: Path, answers: Mapping[str, Any], found: Found) -> str | None:
    """Return the layer to read, None where there is one alone; ask, and return ``_ASKED``, while it is not said."""
    there = vector_io.layers(file)
    if len(there) < 2:
        return None
    found.questions.append(ask.layer(there))
    if ask.open_questions(found.questions[-1:], answers):
        return _ASKED
    found.unread_sheets = [row.name for row in there if row.name != answers["layer"]]
    return str(answers["layer"])


def _others(frame: pd.DataFrame, taken: Collection[str]) -> list[str]:
    """Return the columns of a file with anything in them that are not taken, nor are its outlines."""
    kept = {*taken, "geometry"}
    return [str(c) for c in frame.columns if str(c) not in kept and frame[c].notna().any()]


def _crs_question(frame: gpd.GeoDataFrame, name: str, region: str | None = None) -> Question | None:
    """Return the question for the CRS of a file that says none; None where it says one, or is nowhere in China."""
    possible = stated_crs.possible(frame, region) if frame.crs is None else []
    return ask.crs(possible, name) if possible else None


def _only_degrees(question: Question) -> bool:
    return {o.value for o in question.options} <= {crs.WGS84, crs.CGCS2000}


def _crs_answer(question: Question | None, answers: Mapping[str, Any]) -> str | None:
    """Return the CRS to read a file in that says none; for degrees it follows from the datum."""
    if question is None:
        return answers.get("crs") or None
    if _only_degrees(question) and not answers.get("crs"):
        return crs.CGCS2000 if answers.get("datum") == "CGCS2000" else crs.WGS84
    return str(answers["crs"])


def _unstated(question: Question | None, name: str) -> tuple[str, str]:
    """Return (Chinese, English) that a file does not say its CRS and holds degrees; empty for any other."""
    if question is None or not _only_degrees(question):
        return "", ""
    zh, en = ask.no_crs(name)
    return f"{zh},数值为经纬度。", f"{en}; its numbers are degrees. "


def _polygon_datum(
    fit: Mapping[str, float], answers: Mapping[str, Any], unstated: tuple[str, str]
) -> Question:
    """Ask for the datum; nothing is chosen beforehand where the file does not even say that it holds degrees."""
    known = {k: v for k, v in fit.items() if v == v}
    ranked = sorted(known, key=lambda k: -known[k])
    clear = bool(ranked) and (len(ranked) == 1 or known[ranked[0]] - known[ranked[1]] >= 0.01)
    options = []
    for code, zh, en in _DATUMS:
        share = known.get("WGS84" if code == "CGCS2000" else code)
        options.append(
            Option(
                code,
                zh + (f"(与已知区县重合 {share:.1%})" if share is not None else ""),
                en + (f" ({share:.1%} in common with the known districts)" if share is not None else ""),
            )
        )
    told_zh, told_en = unstated
    if fit and not known:
        told_zh += "轮廓与已知区县不对应,无法核对坐标系。"
        told_en += "The outlines are none of the known districts, so the datum could not be compared. "
    return Question(
        "datum",
        f"{told_zh}图形采用哪种坐标系?",
        f"{told_en}Which datum are the outlines in?",
        tuple(options),
        answers.get("datum") or (ranked[0] if clear and not any(unstated) else None),
    )


def population_of(path: Path, name: str, answers: Mapping[str, Any]) -> Found:
    """Read population for a region; asks for the region, the datum of points or polygons, the column of people."""
    check_size(path, name, MAX_POPULATION_BYTES)
    _require_ending(name, POPULATION_FILES)
    found = Found()
    found.questions.append(ask.region())
    with under_its_name(path, name) as file:
        options = _population_options(file, answers, found)
        if options is None:
            return found
        region = str(answers["region"])
        try:
            imported = importers.read_any(file, region, int(answers.get("resolution", 9)), **options)
        except InfraPlanError as error:
            found.problems += _told(error, file.name)
            return found
    surface, report = imported.surface, imported.report
    _refused(found, report)
    _beside(found, surface, name)
    people = surface.by_district()
    names = {u.adcode: (u.name_zh, u.name_en) for u in boundaries.units()}
    found.preview = [
        {"adcode": code, "name_zh": names[code][0], "name_en": names[code][1], "people": int(count)}
        for code, count in zip(people.index.astype(str), people["people"], strict=True)
    ]
    found.rows = len(surface)
    found.summary_zh, found.summary_en = report.text("zh"), report.text("en")
    found.data = surface
    stated = {"datum": options.get("datum"), "crs": options.get("crs_name"), "layer": options.get("layer")}
    found.details = {"region": region, **stated, "column": options.get("people"), "people": surface.total}
    return found


def _population_options(file: Path, answers: Mapping[str, Any], found: Found) -> dict[str, Any] | None:
    """Ask what the file does not say, and return how it is to be read; None while something is not answered."""
    options: dict[str, Any] = {}
    table = None
    if _is_points(file):
        table = tables.read_table(file)
        try:
            tables.require_places(table, file.name)
        except DataError as error:  # nobody is asked about a file that cannot be read
            found.problems += _told(error, file.name)
            return None
        found.questions.append(
            Question(
                "datum",
                "点位坐标采用哪种坐标系?",
                "Which datum are the points in?",
                tuple(Option(*row) for row in _DATUMS),
            )
        )
    elif _is_vector(file):
        layer = _layer(file, answers, found)
        if layer is _ASKED:
            return None
        table = vector_io.read(file, layer)
        found.notes += vector_io.notes(table, file.name)
        if layer is not None:
            options["layer"] = layer
        try:
            _place_questions(table, file.name, answers, found, options)
        except InfraPlanError as error:
            found.problems += _told(error, file.name)
            return None
    if table is not None:
        _people_question(table, file.name, answers, found, options)
    if ask.open_questions(found.questions, answers):
        if table is None:
            importers.probe(file)  # nobody is asked about a file that cannot be read
        return None
    if "datum" in {q.key for q in found.questions}:
        options["datum"] = answers["datum"]
    _unread_of_people(file, table, options.get("people"), found)
    return options


def _place_questions(
    frame: gpd.GeoDataFrame, name: str, answers: Mapping[str, Any], found: Found, options: dict[str, Any]
) -> None:
    """Ask for the CRS of polygons that say none, and what their degrees are, with how well each reading fits."""
    region = answers.get("region") or None
    asked = _crs_question(frame, name, region)
    if asked is not None and not _only_degrees(asked):
        found.questions.append(asked)
        if not answers.get("crs"):
            return
    crs_name = _crs_answer(asked, answers)
    if asked is not None:
        options["crs_name"] = crs_name
    fit: dict[str, float] = {}
    if region is not None and not answers.get("datum"):
        shapes = crs.to_wgs84(stated_crs.with_crs(frame, crs_name, name)).geometry.to_numpy()
        read = user_boundaries.fit_together(shapes[~shapely.is_missing(shapes)], region)
        fit = dict(zip(read["datum"], read["overlap"], strict=True))
    if region is not None:
        found.questions.append(_polygon_datum(fit, answers, _unstated(asked, name)))


def _unread_of_people(file: Path, table: pd.DataFrame | None, answered: str | None, found: Found) -> None:
    """Tell which columns of a table of people are not imported, and which sheets: the first alone is read."""
    if file.suffix.casefold() == ".xlsx":
        with pd.ExcelFile(file) as book:
            found.unread_sheets = [str(title) for title in book.sheet_names[1:]]
    if table is None and file.suffix.casefold() in _TABLES:
        table = tables.read_table(file)  # of cells
    if table is None:
        return
    folded = {str(c).strip().casefold(): str(c) for c in table.columns}
    usual = (
        [tables.CELL_NAMES]
        if folded.keys() & set(tables.CELL_NAMES)
        else [tables.LON_NAMES, tables.LAT_NAMES]
    )
    if isinstance(table, gpd.GeoDataFrame):
        usual = []  # its outlines say where
    taken = [next((folded[n] for n in names if n in folded), "") for names in (*usual, tables.PEOPLE_NAMES)]
    if answered:
        taken[-1] = answered
    found.unread_columns = _others(table, taken)


def _people_question(
    frame: pd.DataFrame, name: str, answers: Mapping[str, Any], found: Found, options: dict[str, Any]
) -> None:
    """Ask which column holds people where none has a usual name; say so where its name says ten thousands."""
    possible = tables.possible_people(pd.DataFrame(frame))
    if possible:
        sums = {c: float(pd.to_numeric(frame[c], errors="coerce").sum()) for c in possible}
        found.questions.append(ask.people(sums))
        if answers.get("people") in possible:
            options["people"] = answers["people"]
    column = options.get("people") or next(
        (str(c) for c in frame.columns if str(c).strip().casefold() in tables.PEOPLE_NAMES), ""
    )
    if tables.scale_of(column) > 1:
        en, zh = f"{column!r} is read in ten thousands", f"列“{column}”按万人计"
        found.notes.append(Problem("people_unit", name, en, zh))


def _told(error: InfraPlanError, name: str) -> list[Problem]:
    """Return what is wrong as problems that name the file once."""
    if isinstance(error, DataError) and error.problems:
        return list(error.problems)
    en, zh = (text.removeprefix(name).lstrip(":\uff1a ") for text in (error.en, error.zh))
    return [Problem("population", name, en, zh)]


def _refused(found: Found, report: importers.Report) -> None:
    """Take the rows that are negative as errors by row; the reader may leave them out."""
    if report.refused:
        found.problems += report.refused
        found.questions.append(ask.bad_rows(len(report.refused), len(report.refused)))


def _beside(found: Found, surface: population.Surface, name: str) -> None:
    """Refuse a surface without people; say so when it is far from the census."""
    if surface.total == 0:
        zh = f"{boundaries.unit(surface.region).name_zh}内合计 0 人;请核对人口列、单位和地区"
        en = "it has no people in the region; check the column of people, its unit and the region"
        found.problems.append(Problem("population", name, en, zh))
        return
    far = beside_census(surface.region, surface.total, name)
    if far is not None:
        found.doubts.append(far)


def write_boundaries(districts: gpd.GeoDataFrame, path: Path) -> None:
    """Write accepted boundaries as they are stored: GeoJSON in WGS84, nine decimals."""
    vector_io.write_geojson(path, districts, [c for c in districts.columns if c != "geometry"], decimals=9)


def read_boundaries(path: Path) -> gpd.GeoDataFrame:
    """Read what :func:`write_boundaries` wrote."""
    return vector_io.read_geojson(path)


def write_population(surface: population.Surface, surface_id: str, path: Path) -> None:
    """Write an accepted surface under the id by which scenarios may name it."""
    population.write(replace(surface, id=surface_id), path)


def _is_vector(file: Path) -> bool:
    """Return whether people come in polygons: neither a raster or table nor cells in a GeoPackage."""
    suffix = file.suffix.casefold()
    return suffix in vector_io.READABLE and not (suffix == ".gpkg" and is_h3_geopackage(file))


def _is_points(file: Path) -> bool:
    """Return whether a table has points (its datum must be told) and not cells."""
    if file.suffix.casefold() not in _TABLES:
        return False
    names = {str(column).strip().casefold() for column in tables.read_table(file).columns}
    return not names & set(tables.CELL_NAMES)


def _require_ending(name: str, endings: tuple[str, ...]) -> None:
    if Path(name).suffix.casefold() not in endings:
        raise DataError(
            f"{name}: give one of {', '.join(endings)} (a Shapefile zipped with its .dbf, .shx and .prj)",
            f"{name}:支持 {'、'.join(endings)}(Shapefile 请将 .shp、.dbf、.shx、.prj 打包为 zip)",
        )
