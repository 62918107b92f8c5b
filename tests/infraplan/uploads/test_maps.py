"""Lists that come as maps, and files with several layers: places as the file states them, the layer asked for."""

from __future__ import annotations

import datetime
import io
import tempfile
import zipfile
from pathlib import Path

import geopandas as gpd
import numpy as np
import pyproj
import pytest
import shapely

from geo import boundaries, china_offsets
from geo.errors import DataError, InfraPlanError
from infraplan import uploads
from infraplan.uploads import in_scenarios
from infraplan.workspace import Workspace

LON = np.linspace(113.25, 113.45, 12)
LAT = np.linspace(23.10, 23.20, 12)
STATIONS = {
    "站名": [f"站{i}" for i in range(12)],
    "桩数": list(range(1, 13)),
    "经度": [0.0] * 12,  # an old column: the geometry is what counts
    "投运时间": [datetime.date(2021, 3, 5)] * 12,
}


def stations(lon: np.ndarray = LON, lat: np.ndarray = LAT) -> gpd.GeoDataFrame:
    return gpd.GeoDataFrame(STATIONS, geometry=shapely.points(lon, lat), crs="EPSG:4490")


def zipped(frame: gpd.GeoDataFrame, prj: bool = True) -> bytes:
    """A Shapefile in GBK without .cpg, as Chinese desktops write it."""
    out = io.BytesIO()
    with tempfile.TemporaryDirectory() as folder, zipfile.ZipFile(out, "w") as archive:
        frame.to_file(Path(folder) / "站点.shp", encoding="gb18030")
        for part in Path(folder).iterdir():
            if part.suffix != ".cpg" and (prj or part.suffix != ".prj"):
                archive.write(part, part.name)
    return out.getvalue()


def layered(**layers: gpd.GeoDataFrame) -> bytes:
    with tempfile.TemporaryDirectory() as folder:
        path = Path(folder) / "a.gpkg"
        for name, frame in layers.items():
            frame.to_file(path, layer=name)
        return path.read_bytes()


@pytest.mark.parametrize("epsg", [4490, 4547, 4526, 4326])
def test_a_shapefile_of_stations_is_a_list(epsg):
    content = zipped(
        stations().to_crs(epsg) if epsg != 4326 else stations().set_crs(4326, allow_override=True)
    )
    found = uploads.inspect("units", content, "充电站.zip", {"region": "440100"})
    assert found.headers[:2] == ("经度 lon", "纬度 lat")
    assert {f: found.headers[i] for f, i in found.mapping.items()} == {
        "lon": "经度 lon", "lat": "纬度 lat", "name": "站名", "count": "桩数", "date": "投运时间",
    }  # fmt: skip
    [question] = found.open
    assert (question.key, question.suggested or "WGS84|xy") == ("datum", "WGS84|xy")
    told = [n.check for n in found.notes]
    assert told == ["unread_columns", *(["crs"] if epsg in (4547, 4526) else [])]
    assert found.unread_columns == ("经度",)
    workspace = Workspace()
    record = uploads.accept(found, workspace, by="u", answers={"datum": "WGS84|xy"})
    back = uploads.load(workspace, record)
    assert np.abs(back["lon"].to_numpy(float) - LON).max() < 2e-7
    assert np.abs(back["lat"].to_numpy(float) - LAT).max() < 2e-7
    assert back["name"].tolist() == STATIONS["站名"]
    assert back["count"].tolist() == STATIONS["桩数"]
    assert back["date_from"].unique().tolist() == ["2021-03-05"]
    assert sum(uploads.cells_of(workspace, record, 9).values()) == sum(STATIONS["桩数"])


def test_what_says_wgs84_and_is_gcj02_is_asked_and_led_back():
    frame = stations(*china_offsets.wgs84_to_gcj02(LON, LAT)).set_crs(4326, allow_override=True)
    found = uploads.inspect("units", zipped(frame), "充电站.zip", {"region": "440100"})
    assert "GCJ-02|xy" in [o.value for o in found.open[0].options]
    workspace = Workspace()
    record = uploads.accept(found, workspace, by="u", answers={"datum": "GCJ-02|xy"})
    assert record.document["datum"] == "GCJ-02"
    assert np.abs(uploads.load(workspace, record)["lon"].to_numpy(float) - LON).max() < 2e-6


def test_metres_without_a_prj_are_asked_for_their_zone():
    found = uploads.inspect(
        "sites", zipped(stations().to_crs(4547), prj=False), "站点.zip", {"region": "440100"}
    )
    assert found.headers[:2] == ("横坐标 x", "纵坐标 y")
    datum = next(q for q in found.open if q.key == "datum")
    assert "EPSG:4547|xy" in [o.value for o in datum.options]
    workspace = Workspace()
    record = uploads.accept(found, workspace, by="u", answers={"datum": "EPSG:4547|xy"})
    assert np.abs(uploads.load(workspace, record)["lon"].to_numpy(float) - LON).max() < 2e-6


def test_the_old_datums_are_refused_with_the_reason():
    outside = pyproj.CRS("EPSG:2382")  # Xian 1980 / 3-degree zone
    with pytest.raises(InfraPlanError) as error:
        uploads.inspect("units", zipped(stations().set_crs(outside, allow_override=True)), "a.zip")
    assert "CGCS2000" in error.value.zh


def test_a_layer_of_points_is_taken_first_and_another_can_be_chosen():
    areas = boundaries.districts("440100")[["name_zh", "geometry"]]
    content = layered(区划=areas, 站点=stations())
    found = uploads.inspect("sites", content, "a.gpkg", {"region": "440100"})
    assert (found.sheet, found.sheets, found.rows) == ("站点", ("区划", "站点"), 12)
    other = uploads.inspect("sites", content, "a.gpkg", {"region": "440100", "sheet": "区划"})
    assert (other.sheet, other.rows) == ("区划", 11)
    assert "shape" in [n.check for n in other.notes]
    datum = {"datum": "WGS84|xy"}
    taken = uploads.inspect(
        "sites", content, "a.gpkg", {**other.answers, **datum, "columns": {"name": "name_zh"}}
    )
    located = taken.data["located_adcode"].tolist()
    assert (
        located == boundaries.districts("440100")["adcode"].tolist()
    )  # a point inside, not a centroid outside
    with pytest.raises(DataError, match="no layer"):
        uploads.inspect("sites", content, "a.gpkg", {"sheet": "无"})


def test_a_feature_without_geometry_is_a_row_without_a_place():
    frame = stations()
    frame.loc[3, "geometry"] = None
    frame.loc[4, "geometry"] = shapely.Point()
    found = uploads.inspect("sites", layered(站点=frame), "a.gpkg", {"region": "440100", "datum": "WGS84|xy"})
    assert found.rows == 12
    assert [p.where for p in found.problems] == ["a.gpkg, feature 4", "a.gpkg, feature 5"]


def test_an_empty_layer_says_so():
    with pytest.raises(DataError, match="no feature"):
        uploads.inspect("units", layered(站点=stations().iloc[:0]), "a.gpkg")


@pytest.mark.parametrize("what", ["boundaries", "population"])
def test_a_file_of_several_layers_is_asked_for_its_layer(what):
    areas = boundaries.districts("440100")[["adcode", "name_zh", "geometry"]].assign(人口=1000)
    content = layered(
        站点=stations(), 区划=areas.to_crs(4490), 县界=areas.to_crs(4490).boundary.to_frame("geometry")
    )
    found = uploads.inspect(what, content, "a.gpkg")
    question = next(q for q in found.open if q.key == "layer")
    assert question.suggested == "区划"
    assert [o.zh for o in question.options] == ["站点(点,12 个)", "区划(面,11 个)", "县界(线,11 个)"]
    assert (found.data, found.ready) == (None, False)
    answers = {"layer": "区划", "datum": "CGCS2000", **({"region": "440100"} if what == "population" else {})}
    workspace = Workspace()
    record = uploads.accept(found, workspace, by="u", answers=answers)
    assert record.document["layer"] == "区划"
    stored = uploads.load(workspace, record)
    if what == "boundaries":
        assert stored["name_zh"].tolist() == areas["name_zh"].tolist()
    else:  # cells whose middle lies beyond the outline take a few people with them
        assert 10_950 <= stored.total <= 11_000


def people_by_street(**columns: object) -> gpd.GeoDataFrame:
    """Guangzhou cut into squares of about ten kilometres, as townships are no districts."""
    outline = boundaries.region("440100").geometry
    west, south, east, north = outline.bounds
    squares = [
        shapely.intersection(outline, shapely.box(x, y, x + 0.1, y + 0.1))
        for x in np.arange(west, east, 0.1) for y in np.arange(south, north, 0.1)
    ]  # fmt: skip
    kept = [s for s in squares if not s.is_empty and s.geom_type in ("Polygon", "MultiPolygon")]
    return gpd.GeoDataFrame({k: [v] * len(kept) for k, v in columns.items()}, geometry=kept, crs=4326)


@pytest.mark.parametrize("datum", ["WGS84", "GCJ-02", "BD-09"])
def test_the_datum_of_population_in_polygons_is_asked_with_its_evidence_and_taken_out(datum):
    plain = people_by_street(people=1000)
    back = {"GCJ-02": china_offsets.wgs84_to_gcj02, "BD-09": china_offsets.wgs84_to_bd09}.get(datum)
    frame = plain if back is None else plain.set_geometry(
        shapely.transform(plain.geometry.to_numpy(), lambda xy: np.column_stack(back(xy[:, 0], xy[:, 1]))), crs=4326
    )  # fmt: skip
    with tempfile.TemporaryDirectory() as folder:
        frame.to_file(Path(folder) / "a.geojson")
        content = (Path(folder) / "a.geojson").read_bytes()
    found = uploads.inspect("population", content, "街道人口.geojson", {"region": "440100"})
    [question] = found.open
    assert (question.key, question.suggested) == ("datum", datum)
    assert "重合 9" in next(o.zh for o in question.options if o.value == datum)
    workspace = Workspace()
    record = uploads.accept(found, workspace, by="u", answers={"datum": datum})
    assert record.document["datum"] == datum
    told = uploads.load(workspace, record).by_district()["people"]
    with tempfile.TemporaryDirectory() as folder:
        plain.to_file(Path(folder) / "b.geojson")
        content = (Path(folder) / "b.geojson").read_bytes()
    right = uploads.inspect("population", content, "b.geojson", {"region": "440100", "datum": "WGS84"}).data
    assert np.abs(told - right.by_district()["people"]).max() <= 0.01 * right.total / 11


def as_geojson(frame: gpd.GeoDataFrame) -> bytes:
    with tempfile.TemporaryDirectory() as folder:
        frame.to_file(Path(folder) / "a.geojson")
        return (Path(folder) / "a.geojson").read_bytes()


def test_polygons_of_a_part_of_a_city_are_compared_with_the_districts_that_they_cover():
    city = boundaries.districts("440100")
    part = city[city["adcode"].isin(["440106", "440104"])].geometry.union_all()
    plain = people_by_street(people=1000)
    plain = plain.set_geometry(plain.geometry.intersection(part), crs=4326)
    plain = plain[shapely.area(plain.geometry.to_numpy()) > 1e-6]
    shifted = plain.set_geometry(
        shapely.transform(
            plain.geometry.to_numpy(),
            lambda xy: np.column_stack(china_offsets.wgs84_to_gcj02(xy[:, 0], xy[:, 1])),
        ),
        crs=4326,
    )
    for frame, datum in ((plain, "WGS84"), (shifted, "GCJ-02")):
        found = uploads.inspect("population", as_geojson(frame), "街道.geojson", {"region": "440100"})
        [question] = found.open
        assert (question.key, question.suggested) == ("datum", datum)


def test_polygons_that_cannot_be_compared_are_said_to_be_none_of_the_districts():
    plain = people_by_street(people=1000).iloc[20:22]
    found = uploads.inspect("population", as_geojson(plain), "街道.geojson", {"region": "440100"})
    [question] = found.open
    assert question.suggested is None
    assert "无法核对" in question.zh
    assert "could not be compared" in question.en


def test_the_column_of_people_is_asked_where_none_has_a_usual_name():
    frame = people_by_street()
    frame["XZDM"] = [440_100_000 + i for i in range(len(frame))]
    frame["HS"] = 300
    frame["SFNC"] = True
    frame["RK"] = 100_000.0 + np.arange(len(frame)) * 7919 % 900_000  # whole, none twice: as large as a code
    found = uploads.inspect("population", zipped(frame), "街道.zip", {"region": "440100", "datum": "WGS84"})
    [question] = found.open
    assert question.key == "people"
    assert [o.value for o in question.options] == ["HS", "RK"]  # a code is no count
    assert question.suggested is None
    record = uploads.accept(found, Workspace(), by="u", answers={"people": "RK"})
    assert record.document["people"] == pytest.approx(frame["RK"].sum(), rel=0.05)
    assert record.document["column"] == "RK"


def test_ten_thousands_are_taken_from_the_name_of_the_column_and_said():
    rows = "".join(f"{lon:.5f},{lat:.5f},0.1234\n" for lon, lat in zip(LON, LAT, strict=True))
    data = ("经度,纬度,常住人口(万人)\n" + rows).encode("gb18030")
    answers = {"region": "440100", "datum": "WGS84"}
    [question] = uploads.inspect("population", data, "人口.csv", answers).open
    assert (question.key, question.suggested) == ("people", None)
    found = uploads.inspect("population", data, "人口.csv", {**answers, "people": "常住人口(万人)"})
    assert found.data.total == 12 * 1234
    assert ["按万人计" in n.zh for n in found.notes] == [True]


def test_a_table_by_street_without_places_says_what_to_bring():
    found = uploads.inspect(
        "population", "街道,常住人口\n天河南,50000\n".encode(), "街道.csv", {"region": "440100"}
    )
    [problem] = found.problems
    assert "面文件" in problem.zh
    assert not found.ready


STAGES = ["已投运", "竣工", "在建", "拟建", "", "看情况"]


@pytest.mark.parametrize(("answer", "count"), [("built", 2), ("built_or_unstated", 4), ("all", 6)])
def test_existing_units_that_are_not_built_are_asked_about(answer, count):
    lines = "".join(f"站{i},{LON[i]:.5f},{LAT[i]:.5f},{stage}\n" for i, stage in enumerate(STAGES))
    data = ("名称,经度,纬度,阶段\n" + lines).encode()
    found = uploads.inspect("units", data, "站.csv", {"region": "440100", "datum": "WGS84|xy"})
    [question] = found.open
    assert question.key == "standing"
    assert "在建 1 行" in question.zh
    assert "under construction 1" in question.en
    assert "在建" not in question.en
    assert question.suggested is None
    workspace = Workspace()
    record = uploads.accept(found, workspace, by="u", answers={"standing": answer})
    assert len(uploads.load(workspace, record)) == 6  # the list is kept whole
    assert sum(uploads.cells_of(workspace, record, 9).values()) == count
    assert in_scenarios.source_of(record)["counted"] == answer


def test_a_list_of_what_stands_is_not_asked_about_stages():
    data = f"名称,经度,纬度,阶段\n甲,{LON[0]:.5f},{LAT[0]:.5f},已投运\n".encode()
    assert uploads.inspect("units", data, "站.csv", {"region": "440100", "datum": "WGS84|xy"}).open == []


def of_stages(*stages):
    lines = "".join(f"站{i},{LON[i]:.5f},{LAT[i]:.5f},{stage}\n" for i, stage in enumerate(stages))
    return ("名称,经度,纬度,阶段\n" + lines).encode(), {"region": "440100", "datum": "WGS84|xy"}


@pytest.mark.parametrize("word", ["未投运", "停运", "拆除", "不再运营", "拟投运", "拟建成", "待处理"])
@pytest.mark.parametrize("built", ["已投用", "已完工"])
def test_units_whose_stage_is_not_known_to_be_built_are_asked_about(built, word):
    content, answers = of_stages(built, built, word)
    [question] = uploads.inspect("units", content, "站.csv", answers).open
    assert question.key == "standing"
    values = [o.value for o in question.options]
    # only a word that says neither counts with those that state no stage
    assert ("built_or_unstated" in values) == (word == "待处理")
    workspace = Workspace()
    found = uploads.inspect("units", content, "站.csv", {**answers, "standing": "built"})
    record = uploads.accept(found, workspace, by="u")
    assert sum(uploads.cells_of(workspace, record, 9).values()) == 2


def test_what_is_planned_is_not_counted_with_what_states_no_stage():
    content, answers = of_stages("已投用", "拟投运", "未建成", "待处理", "")
    found = uploads.inspect("units", content, "站.csv", {**answers, "standing": "built_or_unstated"})
    assert "3 行" in next(o.zh for o in found.questions[-1].options if o.value == "built_or_unstated")
    workspace = Workspace()
    record = uploads.accept(found, workspace, by="u")
    assert sum(uploads.cells_of(workspace, record, 9).values()) == 3


def test_a_question_about_stages_names_the_commonest_only():
    content, answers = of_stages("已投用", "已投用", *(f"状态{i}" for i in range(10)))
    [question] = uploads.inspect("units", content, "站.csv", answers).open
    assert "投产/投用 2 行" in question.zh
    assert "其他 3 行" in question.zh


def test_people_of_a_citys_districts_are_no_codes():
    """The populations of districts are whole, all of six or seven digits, and none stands twice."""
    frame = boundaries.districts("440100")[["name_zh", "adcode", "geometry"]]
    frame = frame.assign(**{"2020年末": 500_000 + np.arange(11) * 271_828, "面积": np.arange(11) * 10.5})
    with tempfile.TemporaryDirectory() as folder:
        frame.to_file(Path(folder) / "a.geojson")
        content = (Path(folder) / "a.geojson").read_bytes()
    found = uploads.inspect("population", content, "a.geojson", {"region": "440100", "datum": "WGS84"})
    assert [o.value for o in found.open[0].options] == ["2020年末", "面积"]


def test_a_figure_in_ten_thousands_below_zero_is_quoted_as_it_stands():
    data = f"经度,纬度,人口(万人)\n{LON[0]},{LAT[0]},-5\n{LON[1]},{LAT[1]},2\n".encode()
    answers = {"region": "440100", "datum": "WGS84", "people": "人口(万人)"}
    [problem] = uploads.inspect("population", data, "a.csv", answers).problems
    assert "-5" in problem.zh
    assert "50,000" not in problem.zh


def test_numbers_that_are_nowhere_in_china_are_told_beside_the_other_questions():
    frame = (
        people_by_street(people=1000)
        .set_crs(4326)
        .translate(-100, 0)
        .to_frame("geometry")
        .assign(people=1000)
    )
    found = uploads.inspect("population", zipped(frame, prj=False), "街道.zip", {"region": "440100"})
    assert found.questions[0].key == "region"
    assert not found.ready
    assert all(p.where.startswith("街道.zip") for p in found.problems)


@pytest.mark.parametrize("what", ["units", "boundaries", "population"])
def test_a_cpg_that_was_not_believed_is_said(what):
    """The texts of the .dbf are GBK, and the .cpg says UTF-8."""
    areas = boundaries.districts("440100")[["name_zh", "geometry"]].assign(people=1000)
    with zipfile.ZipFile(io.BytesIO(zipped(areas))) as source:
        parts = {n: source.read(n) for n in source.namelist()}
    out = io.BytesIO()
    with zipfile.ZipFile(out, "w") as archive:
        for name, content in {**parts, "站点.cpg": b"UTF-8"}.items():
            archive.writestr(name, content)
    found = uploads.inspect(what, out.getvalue(), "a.zip", {"region": "440100", "datum": "WGS84"})
    assert "encoding" in [n.check for n in found.notes]


def test_what_is_wrong_with_a_feature_names_the_feature_and_its_column():
    content = layered(站点=stations().assign(桩数="很多", 备注="=1+1"))
    found = uploads.inspect("units", content, "a.gpkg", {"region": "440100", "datum": "WGS84|xy"})
    assert found.problems[0].where_zh == "a.gpkg 第 1 个要素\uff0c列“桩数”"
    assert found.problems[0].where == "a.gpkg, feature 1, column '桩数'"
    assert found.doubts[-1].where_zh == "a.gpkg 第 12 个要素\uff0c列“备注”"
    workspace = Workspace()
    frame = stations()
    frame.loc[3, "geometry"] = None
    answers = {"region": "440100", "datum": "WGS84|xy", "locate": "none"}
    record = uploads.accept(
        uploads.inspect("units", layered(站点=frame), "a.gpkg", answers), workspace, by="u"
    )
    with pytest.raises(DataError, match="feature 4: has no position"):
        uploads.cells_of(workspace, record, 9)


def in_threes(**columns: object) -> gpd.GeoDataFrame:
    """Ten features of three points each, and one of a single point."""
    groups = [shapely.multipoints([(113.25 + i / 100, 23.1 + k / 100) for k in range(3)]) for i in range(10)]
    shapes = [*groups, shapely.multipoints([(113.4, 23.2)])]
    table = {"编号": [f"G{i}" for i in range(11)], "站名": [f"站{i}" for i in range(11)], **columns}
    return gpd.GeoDataFrame(table, geometry=shapes, crs=4490)


@pytest.mark.parametrize("what", ["units", "sites"])
def test_each_point_of_a_feature_of_several_is_one_where_no_column_counts(what):
    answers = {"region": "440100", "datum": "WGS84|xy"}
    found = uploads.inspect(what, layered(站点=in_threes()), "a.gpkg", answers)
    assert (found.rows, found.problems, found.doubts, found.ready) == (31, (), (), True)
    assert "30 个点" in next(n.zh for n in found.notes if n.check == "multipoint")
    assert "shape" not in [n.check for n in found.notes]
    workspace = Workspace()
    record = uploads.accept(found, workspace, by="u")
    assert sum(uploads.cells_of(workspace, record, 12).values()) == 31
    back = uploads.load(workspace, record)
    assert back["line"].tolist() == [*np.repeat(np.arange(1, 11), 3).tolist(), 11]
    assert back["lat"].tolist()[:4] == pytest.approx([23.10, 23.11, 23.12, 23.10])


@pytest.mark.parametrize(
    ("what", "columns", "answers", "units"),
    [
        ("units", {"桩数": [3] * 11}, {}, 33),
        ("units", {"规模": [3] * 11}, {"columns": {"count": "规模"}}, 33),
        ("projects", {}, {}, None),
    ],
)
def test_a_feature_of_several_points_stays_one_where_a_column_counts_or_it_is_a_project(
    what, columns, answers, units
):
    answers = {"region": "440100", "datum": "WGS84|xy", **answers}
    found = uploads.inspect(what, layered(站点=in_threes(**columns)), "a.gpkg", answers)
    assert found.rows == 11
    [doubt] = [d for d in found.doubts if d.check == "multipoint"]
    assert "共 30 个点" in doubt.zh
    workspace = Workspace()
    record = uploads.accept(found, workspace, by="u")
    if units is not None:
        assert sum(uploads.cells_of(workspace, record, 9).values()) == units


def test_a_feature_that_stands_twice_is_still_told_where_its_points_are_rows():
    frame = in_threes()
    frame["编号"] = ["G0", "G0", *frame["编号"][2:]]
    answers = {"region": "440100", "datum": "WGS84|xy"}
    found = uploads.inspect("units", layered(站点=frame), "a.gpkg", answers)
    assert {p.where for p in found.problems} == {"a.gpkg, feature 2, column '编号'"}
